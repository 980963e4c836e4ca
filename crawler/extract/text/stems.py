"""The beginnings of the words of a text: what two texts on one subject have in common, whatever the language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from crawler.lang import alternatives, table

#: letters that two forms of a word share
_STEM = 5
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")
#: two signs of Chinese, or of the Chinese part of Japanese, and two syllables of Korean, are a word where no blanks are
_UNSPACED = re.compile("[\u3400-\u9fff]{2,}|(?<![\uac00-\ud7af])[\uac00-\ud7af]{2}")
#: an Arabic word may carry a conjunction, a preposition and the article before its stem
_ARABIC, _ARABIC_STEM = re.compile("[\u0600-\u06ff]"), 4
_UNSPACED_SIGN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def stems_of(text: str) -> frozenset[str]:
    """The beginnings of the longer words of a text, in small letters.

    >>> sorted(stems_of("Der Schornstein bleibt, alle Schornsteine bleiben"))
    ['bleib', 'schor']
    >>> sorted(stems_of("旧砖厂的烟囱"))
    ['厂的', '旧砖', '烟囱', '的烟', '砖厂']
    """
    return frozenset(_stems(text.lower()))


@cache
def _attached() -> re.Pattern[str]:
    attached = table("letters")["attached"]
    first, second = alternatives(attached["ar_conjunctions"]), alternatives(attached["ar_prepositions"])
    return re.compile(f"^{first}?{second}?(?=.{{{_ARABIC_STEM},}})")


def _stems(text: str) -> Iterator[str]:
    for word in _LONG_WORD.findall(text):
        if _ARABIC.match(word):
            yield _attached().sub("", word)[:_ARABIC_STEM]
        elif not _UNSPACED_SIGN.match(word):
            yield word[:_STEM]
    for run in _UNSPACED.findall(text):
        yield from (run[at : at + 2] for at in range(len(run) - 1))
