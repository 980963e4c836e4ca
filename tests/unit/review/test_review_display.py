"""Hostile text made fit to be shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.publish.display import (
    ago,
    defused,
    moment_in_words,
    one_line,
    origin_of,
    paragraphs,
    picture_of,
    showable,
    shown_host,
    web_link,
)

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\x1b[31m\x1b]0;title\x07", id="terminal escapes"),
        pytest.param("\u202egnp.exe\u202c \u2066x\u2069", id="direction overrides"),
        pytest.param("\x00\x9b\x7f\ufeff", id="NUL, C1, DEL and BOM"),
    ],
)
def test_nothing_that_steers_a_terminal_or_turns_text_around_is_shown(text):
    assert not set(showable(text)) & set("\x00\x07\x1b\x7f\x9b\u202e\u202c\u2066\u2069\ufeff")


def test_words_of_right_to_left_languages_stay_as_they_are():
    assert showable("عودة الممثلة\tמן החלל\n軌道") == "عودة الممثلة\tמן החלל\n軌道"


@given(st.text(), st.integers(min_value=2, max_value=80))
def test_one_line_is_one_line_and_never_longer_than_asked(text, limit):
    line = one_line(text, limit)

    assert len(line) <= limit
    assert not set(line) & set("\n\r\t\x0b\x0c\x1b")


def test_a_title_of_a_million_characters_is_cut_at_a_word():
    assert one_line("endless " * 125_000, 20) == "endless endless…"


def test_blank_lines_are_no_paragraphs():
    assert paragraphs("One.\n\n  \n\x1b\nTwo.") == ("One.", "Two.")


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example",
        "https://a.example/b?c=d#e",
        "https://пример.example/",
        "https://user@a.example:8443/",
    ],
)
def test_web_addresses_may_be_links(url):
    assert web_link(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>",
        "//a.example/x",
        "https://",
        "https:///path",
        "https://a.example/ b",
        "https://a.example/\u202egnp",
        "https://[::1",
        "\x01https://a.example",
        "file:///etc/passwd",
        "",
        None,
        7,
    ],
)
def test_everything_else_is_no_link(url):
    assert web_link(url) is None
    assert shown_host(url) == ""


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://img.example/a.jpg?x;y", "https://img.example"),
        ("http://img.example:80/a", "https://img.example"),
        ("https://img.example:8443/a", "https://img.example:8443"),
        ("http://img.example:8080/a", None),
        ("https://user:pw@img.example/a", None),
        ("https://img.example:99999/a", None),
        ("https://[2606:4700::1]/a", "https://[2606:4700::1]"),
        ("https://img.example;script-src.example/a", None),
        ("https://пример.example/a", None),
        ("javascript:alert(1)", None),
    ],
)
def test_only_a_plain_host_gets_into_a_policy_header_and_over_tls_alone(url, origin):
    assert origin_of(picture_of(url)) == origin


def test_no_picture_is_asked_for_in_the_open_of_a_name_that_a_router_answers_to():
    assert picture_of("http://fritz.box/?reboot=1") == "https://fritz.box/?reboot=1"


@pytest.mark.parametrize(
    ("at", "precision", "words"),
    [
        ("2026-11-20T08:05:09Z", "second", "20 November 2026, 08:05 UTC"),
        ("2026-11-20T00:00:00Z", "day", "20 November 2026"),
        ("2026-11-20T00:00:00Z", None, "20 November 2026"),
        (None, "day", "date not known"),
        ("yesterday\x1b", "day", "yesterday"),
    ],
)
def test_a_date_is_told_as_exactly_as_it_is_known(at, precision, words):
    assert moment_in_words(at, precision) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-23T14:59:59Z", "1 second ago"),
        ("2026-11-23T13:00:00Z", "2 hours ago"),
        ("2026-11-20T13:00:00Z", "3 days ago"),
        ("2026-11-23T15:00:00Z", "just now"),
        ("2026-11-23T15:30:00Z", "in 30 minutes"),
        (None, "never"),
    ],
)
def test_how_long_ago_is_told_in_the_largest_unit(at, words):
    assert ago(at, NOW) == words


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+cmd|' /C calc'!A0", "-x", "@SUM(A1)", "\uff1d1+1", "\uff0bcmd", "\uff0d1", "\uff20SUM(A1)", "\ufeff=1", "\x00\u200b=1"],
)  # fmt: skip
def test_a_formula_in_a_cell_is_defused(cell):
    assert defused(cell) == "'" + cell


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("a;=1", "a;'=1"),
        ("a; \uff1d1", "a; '\uff1d1"),
        ("a\n -1", "a\n '-1"),
    ],
)
def test_so_is_one_behind_what_another_spreadsheet_parts_cells_by(cell, safe):
    assert defused(cell) == safe


@pytest.mark.parametrize("cell", ["", "plain", "-1", "+3.5e-7", "a=b", "2026-11-20", "'quoted"])
def test_other_cells_stay_as_they_are(cell):
    assert defused(cell) == cell
