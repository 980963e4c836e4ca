"""Override files: found by the site's name, read strictly, applied where they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import ConfigError
from crawler.extract.page.overrides import override_of


def write(folder: Path, text: str) -> Path:
    (folder / "paper.example.toml").write_text(text, "utf-8")
    return folder


def test_a_site_without_a_file_needs_none(tmp_path: Path) -> None:
    assert override_of("https://paper.example/a", tmp_path) is None
    assert override_of("not an address", tmp_path) is None
    assert override_of("https://../../etc/passwd", tmp_path) is None


def test_a_file_is_found_for_every_host_of_the_site(tmp_path: Path) -> None:
    folder = write(tmp_path, 'text = ["div.story"]\nlanguage = "fi"')

    override = override_of("https://www.news.paper.example/a", folder)

    assert override is not None
    assert (override.site, override.language, len(override.text)) == ("paper.example", "fi", 1)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('titel = "h1"', "unknown key 'titel'"),
        ('title = "h1["', "is no CSS selector"),
        ("title = ", "paper.example.toml"),
    ],
)
def test_a_mistake_in_a_file_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        override_of("https://paper.example/a", write(tmp_path, text))
