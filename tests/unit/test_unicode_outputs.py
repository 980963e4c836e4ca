"""Texts that overflow, hide or steer: every output shows what a person can read, in bounded room."""

from __future__ import annotations

import csv
import io
import json
import unicodedata

import pytest

from crawler.commands import terminal
from crawler.publish import display
from crawler.review.guard import defused_rows

FLOODS = {
    "marks": "Film" + "\u0301" * 10_000,
    "marks of many kinds": "Film" + "\u0301\u0336\u20dd\ufe0f" * 10_000,
    "joiners": "Film" + "\u200d\u200c" * 10_000,
    "overrides": "\u202e\u2066\u202bFilm\u202c" * 2_000,
    "tag characters": "Film" + "".join(map(chr, range(0xE0020, 0xE007F))) * 100,
    "zero widths": "Film" + "\u200b\u2060\ufeff" * 10_000,
    "lone surrogates": "Film\ud800\udc00\udfff" * 100,
    "controls": "".join(map(chr, range(160))) + "Film",
}
STEERS = {"Cc", "Cs"}
DIRECTIONS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize("name", FLOODS)
@pytest.mark.parametrize(
    "shown", [terminal.terminal_safe, terminal.safe_line, display.showable, display.one_line]
)
def test_every_output_is_fit_to_be_shown(name, shown):
    text = shown(FLOODS[name])

    assert "Film" in text
    assert not DIRECTIONS & set(text)
    assert not {each for each in text if unicodedata.category(each) in STEERS and each not in "\t\n"}
    assert not [each for each in text if 0xE0000 <= ord(each) < 0xE0080]
    text.encode()


@pytest.mark.parametrize("name", ["marks", "marks of many kinds", "joiners", "tag characters"])
def test_what_has_no_width_takes_no_room(name):
    assert len(terminal.terminal_safe(FLOODS[name])) < 20
    assert len(display.showable(FLOODS[name])) < 20


def test_names_and_emoji_keep_their_marks():
    for text in ("Dvořák", "Nguyễn", "שָׁלוֹם", "हिन्दी", "👨\u200d👩\u200d👧", "می\u200cخواهم"):
        assert terminal.terminal_safe(text) == display.showable(text) == text


@pytest.mark.parametrize("name", FLOODS)
def test_tables_and_sheets_and_json_hold_it(name):
    shown = display.showable(FLOODS[name])
    line = terminal.text_table(("title",), [(FLOODS[name],)], flexible=0, width=60)
    sheet = io.StringIO()
    csv.writer(sheet).writerow([shown])

    assert all(terminal.width_of(each) <= 60 for each in line.splitlines())
    assert next(csv.reader(io.StringIO(defused_rows(sheet.getvalue()), newline="")))
    assert json.loads(terminal.as_json({"a": FLOODS[name]}))["a"]
