"""`why URL --live` tells what the override file of a site changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from crawler.commands.why_overrides import override_effects, override_lines
from db.model import Page

PAGE = Path(__file__).parents[2] / "pages" / "example-override" / "page.html"


def test_each_part_that_an_override_changes_is_told_before_and_after(make_page: Callable[..., Page]):
    page = make_page("https://www.example.com/stories/1", body=PAGE.read_bytes())

    effects = {each["field"]: (each["general"], each["override"]) for each in override_effects(page)}
    lines = list(override_lines(page))

    assert "text" in effects
    assert all(before != after for before, after in effects.values())
    assert lines[0].startswith("Override: example.com.toml changes ")
    assert len(lines) == 1 + len(effects)


def test_a_site_without_a_file_is_told_where_one_could_lie(make_page: Callable[..., Page]):
    page = make_page("https://www.wire.example/1", body=PAGE.read_bytes())

    assert list(override_effects(page)) == []
    assert list(override_lines(page)) == [
        "Override: none; crawler/extract/sites/wire.example.toml could name its text, title, date and authors."
    ]
