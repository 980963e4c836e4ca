"""A text without the letters that a pattern needs is one in which the pattern finds nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.text.phrases import ALL_LANGUAGES, finds, phrase_rules, suspected
from crawler.lang import words_in
from crawler.lang.required import Suspects, is_of_start, required

_PHRASES = [
    (rule, pattern)
    for language in ALL_LANGUAGES
    for rule in phrase_rules()
    for strength in ("firm", "weak")
    for pattern in words_in(language, "residue").get(rule.name, {}).get(strength, ())
]


@pytest.mark.parametrize(
    ("pattern", "letters"),
    [
        pytest.param("sign up|log in", {"sign up", "log in"}, id="one of a choice"),
        pytest.param("(?:please )?subscribe", {"subscribe"}, id="what may be missing is not needed"),
        pytest.param("(?:share){1,3} on", {"share"}, id="what is repeated at least once"),
        pytest.param("(?<!no )advert(?! free)", {"advert"}, id="not what stands around it"),
        pytest.param(r"^\d+|more", set(), id="a choice that needs nothing"),
    ],
)
def test_the_longest_letters_are_needed(pattern, letters):
    assert required(pattern) == letters


@pytest.mark.parametrize(
    ("pattern", "is_bound"),
    [
        pytest.param("^more from", True, id="a beginning"),
        pytest.param("^more from|^read more", True, id="a choice of beginnings"),
        pytest.param("^more from|read more", False, id="a choice with something else"),
        pytest.param("(?:^| )more from", False, id="a beginning or a space"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_a_pattern_is_of_the_start_where_nothing_else_can_match(pattern, is_bound):
    assert is_of_start(pattern) == is_bound


def test_a_rule_finds_its_phrases_at_the_start_and_anywhere():
    rules = {rule.name: rule for rule in phrase_rules()}
    by_line = rules["byline.contributors"]

    assert finds(by_line, "firm", "additional reporting by jane doe", ALL_LANGUAGES)
    assert finds(by_line, "firm", "jane doe contributed to this report", ALL_LANGUAGES)
    assert not finds(by_line, "firm", "she said that additional reporting by others is rare", ALL_LANGUAGES)


def test_a_name_is_suspected_where_its_letters_stand():
    suspects = Suspects({"sign": ["sign (?:up|in)"], "number": [r"^\d+$"], "none": ["never"]})

    assert suspects.in_text("please sign here") == {"sign", "number"}


@given(st.data())
def test_a_rule_that_finds_something_is_suspected(data):
    rule, pattern = data.draw(st.sampled_from(_PHRASES))
    text = data.draw(st.from_regex(re.compile(pattern)))

    assert finds(rule, "firm", text, ALL_LANGUAGES) or finds(rule, "weak", text, ALL_LANGUAGES)
    assert rule.name in suspected(text, ALL_LANGUAGES)
