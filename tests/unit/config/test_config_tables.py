"""A TOML file of a stranger costs little, whatever stands in it, and what is wrong is one sentence."""

from __future__ import annotations

import pytest

from crawler.config.tables import MOST_PARTS, MOST_TOML, parsed_toml, read_toml
from crawler.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("x = " + "[" * 100_000, "too many brackets", id="lists in lists"),
        pytest.param("x = " + "{a=" * 50_000, "too many brackets", id="tables in tables"),
        pytest.param("a." * 50_000 + "b = 1", "a key of more than", id="a key that tomllib takes gigabytes for"),
        pytest.param("['x y'" + '."z" .a' * 5_000 + "]", "a key of more than", id="the same in quotes"),
        pytest.param("x = " + "1" * 5_000, "digits", id="a number without end"),
        pytest.param("x = 'a'\0", "newline or end", id="a NUL"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_one_sentence(tmp_path, text, told):
    path = tmp_path / "beat.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=told):
        read_toml(path)


def test_a_file_without_end_is_not_read(tmp_path):
    path = tmp_path / "beat.toml"
    path.write_bytes(b"#" * (MOST_TOML + 1))

    with pytest.raises(ConfigError, match="more than 8 MB"):
        read_toml(path)


def test_dots_in_a_text_are_no_key():
    text = "One. Two. Three " * MOST_PARTS

    assert parsed_toml(f'x = "{text}"\n[a.b.c]\nd.e = 1') == {"x": text, "a": {"b": {"c": {"d": {"e": 1}}}}}
