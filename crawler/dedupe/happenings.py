"""What happens in an article, in words that mean the same in nine languages: launch, landing, delay, lawsuit …

The list, `[happenings]` in the files of `crawler/lang/words`, belongs to no beat: these are the
things that happen to films, people, companies and missions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from crawler.lang import table
from crawler.memory import remembers

#: happening -> beginnings of words, folded to lower case
HAPPENING_WORDS: Mapping[str, Sequence[str]] = {
    name: tuple(term for terms in by_language.values() for term in terms)
    for name, by_language in table("happenings").items()
}

_SPACELESS = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


_NAMED = {term.replace("-", " "): name for name, terms in HAPPENING_WORDS.items() for term in terms}
_PHRASES = tuple(term for term in _NAMED if " " in term)
_SIGN = re.compile(
    "|".join(sorted((term for term in _NAMED if _SPACELESS.search(term)), key=len, reverse=True))
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_LONGEST = max(map(len, _NAMED))


@remembers(65_536, letters=64)
def _happening(word: str) -> str | None:
    """What a word in lower case stands for: the longest term that it begins with decides."""
    ends = range(min(len(word), _LONGEST), 2, -1)
    return next((_NAMED[word[:end]] for end in ends if word[:end] in _NAMED), None)


def happenings(text: str) -> dict[str, int]:
    """Happening -> how often it is named in *text* (any case; dashes and spaces are the same).

    >>> happenings("The launch slips to May")
    {'launch': 1, 'delay': 1}
    """
    folded = text.casefold().replace("-", " ")
    named: Counter[str] = Counter()
    for word, count in Counter(_WORD.findall(folded)).items():
        if name := _happening(word):
            named[name] += count
    named.update(_NAMED[term] for term in _PHRASES if term in folded for _ in _begun(term).findall(folded))
    if not folded.isascii():
        named.update(_NAMED[term] for term in _SIGN.findall(folded))
    return dict(named)


@lru_cache
def _begun(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(phrase)}")
