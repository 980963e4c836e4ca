from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.commands.terminal import as_json, cut, safe_line, terminal_safe, text_table, when, width_of


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        pytest.param("\x1b[31mred\x1b[0m", "red", id="colour"),
        pytest.param("\x1b]0;owned\x07title", "title", id="window title"),
        pytest.param("\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\", "link", id="hyperlink"),
        pytest.param("a\x9b2Jb", "a2Jb", id="C1 control"),
        pytest.param("gpj\u202eexe", "gpjexe", id="right-to-left override"),
        pytest.param("two\nlines\tkept", "two\nlines\tkept", id="line break and tab stay"),
        pytest.param("Вызов 宇宙 é", "Вызов 宇宙 é", id="scripts stay"),
    ],
)
def test_a_page_cannot_speak_to_the_terminal(text, seen):
    assert terminal_safe(text) == seen


@given(st.text())
def test_no_control_character_passes(text):
    assert not any(
        (ord(each) < 32 and each not in "\n\t") or 0x7F <= ord(each) < 0xA0 for each in terminal_safe(text)
    )


@given(st.text())
@example("a tag beyond the first plane: \U000e0041")
def test_json_is_free_of_controls_and_means_the_same(text):
    written = as_json({"text": text})

    assert json.loads(written) == {"text": text}
    assert terminal_safe(written) == written


def test_white_space_is_folded_into_one_line():
    assert safe_line("  a\n\tb  ") == "a b"


@given(st.text(), st.integers(2, 40))
def test_what_is_cut_fits(text, columns):
    assert width_of(cut(text, columns)) <= columns or text == ""


def test_a_table_cuts_only_its_flexible_column():
    drawn = text_table(
        ("id", "title", "n"), [("a", "x" * 200, 7), ("bb", "宇宙で撮影", 12)], flexible=1, width=40
    )

    lines = drawn.splitlines()
    assert all(width_of(line) <= 40 for line in lines)
    assert lines[1].startswith("a   xxxx") and lines[1].endswith("…   7")
    assert lines[2].endswith("12")


def test_a_table_shows_a_dash_for_what_is_not_known():
    assert text_table(("id", "score"), [("a", None)], flexible=0).splitlines()[1].split() == ["a", "-"]


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        pytest.param(timedelta(0), "now", id="now"),
        pytest.param(timedelta(seconds=40), "40 s ago", id="seconds"),
        pytest.param(timedelta(minutes=3, seconds=59), "3 min ago", id="minutes"),
        pytest.param(timedelta(hours=26), "1 d ago", id="days"),
        pytest.param(timedelta(minutes=-5), "in 5 min", id="ahead"),
    ],
)
def test_times_are_said_beside_now(now, ago, words):
    assert when(now - ago, now) == words


def test_what_has_not_happened_is_never(now):
    assert when(None, now) == "never"
