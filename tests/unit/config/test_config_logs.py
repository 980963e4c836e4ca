from __future__ import annotations

import pytest

from crawler.config import load_config
from crawler.errors import ConfigError


def test_logs_are_text_unless_the_settings_say_json(tmp_path):
    settings = tmp_path / "spacereel.toml"
    settings.write_text('[logs]\nformat = "json"\n', encoding="utf-8")

    assert load_config(settings).logs.format == "json"
    settings.write_text("", encoding="utf-8")
    assert load_config(settings).logs.format == "text"


def test_another_format_is_refused_with_those_that_there_are(tmp_path):
    settings = tmp_path / "spacereel.toml"
    settings.write_text('[logs]\nformat = "xml"\n', encoding="utf-8")

    with pytest.raises(ConfigError, match=r"logs\.format: must be one of text, json"):
        load_config(settings)
