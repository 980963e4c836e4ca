from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from crawler.lang.tokens import joined_words, letter_tokens, word_tokens

_PIECES = st.sampled_from(
    ["It’s", "12:30", "_a_", "ÜBER", "映画", "\x1c", "\xa0", "…", "İ", "\ud800", "٣", "a\u0301"]
)
texts = st.lists(st.one_of(_PIECES, st.text(max_size=5))).map(" ".join)


@given(texts)
@example("covid19 covid_19")
def test_words_are_those_that_the_pattern_finds(text: str):
    assert word_tokens(text) == re.findall(r"\w+", text)
    assert letter_tokens(text) == re.findall(r"[^\W\d_]+", text)


@given(texts)
def test_joined_words_are_the_words_without_anything_between_them(text: str):
    assert joined_words(text) == "".join(re.findall(r"\w+", text))
