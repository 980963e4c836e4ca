"""A text without the letters that a pattern needs is one in which the pattern finds nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.text.phrases import ALL_LANGUAGES, finds, phrase_rules, suspected
from crawler.lang import words_in
from crawler.lang.required import Suspects, required

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


def test_a_name_is_suspected_where_its_letters_stand():
    suspects = Suspects({"sign": ["sign (?:up|in)"], "number": [r"^\d+$"], "none": ["never"]})

    assert suspects.in_text("please sign here") == {"sign", "number"}


@given(st.data())
def test_a_rule_that_finds_something_is_suspected(data):
    rule, pattern = data.draw(st.sampled_from(_PHRASES))
    text = data.draw(st.from_regex(re.compile(pattern)))

    assert finds(rule, "firm", text, ALL_LANGUAGES) or finds(rule, "weak", text, ALL_LANGUAGES)
    assert rule.name in suspected(text, ALL_LANGUAGES)
