"""The words of a text are those that the pattern `\\w+` finds, however they are found."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from crawler.lang.tokens import joined_words, letter_tokens, word_tokens

TEXTS = st.text(st.sampled_from("aB1_ ’‘“”–—…\u00a0«»éЖ中٣\u0301\U0001d54f.\n"), max_size=40) | st.text()


@given(TEXTS)
def test_words_are_what_the_pattern_finds(text: str) -> None:
    assert word_tokens(text) == re.findall(r"\w+", text)
    assert letter_tokens(text) == re.findall(r"[^\W\d_]+", text)


@given(TEXTS)
def test_joined_words_are_the_words_without_anything_between(text: str) -> None:
    assert joined_words(text) == "".join(re.findall(r"\w+", text))
