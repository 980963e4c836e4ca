"""What an article is found by in the index of words: its words folded, and its lines in scripts without spaces.

Pure. A query is taken apart by the same functions, so that both sides always
agree on what a word is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from db.folding import FIELD, SENTENCE, UNSPACED, fold

#: longest word that is kept whole, in characters
_LONGEST = 64
#: stands before a word of an author's name, of a tag, of a site's name or host: signs that no text has
AUTHOR, TAG, SITE = "\ue000", "\ue001", "\ue002"
#: stands between two runs, so that no pair of signs reaches over it
_BREAK = "0"

_BREAKS = frozenset((SENTENCE, FIELD))
_RUN = re.compile(f"[{UNSPACED}]+")
#: a letter of a word that may be found by more than itself: of a script without spaces, Arabic, Hebrew
_ODD = re.compile(f"[{UNSPACED}\u05d0-\u05ea\u0621-\u064a]")
_PRIVATE = re.compile("[\ue000-\ue002]")
_ARABIC = re.compile("^[\u0621-\u064a]{4,}$")
#: "and", "so"; then "in", "as", "to" with or without the article, which swallows its first letter after "to"
_ARABIC_PARTICLES = re.compile("^([وف]?)(لل|[بكل]?)((?:(?<!لل)ال)?)")
_HEBREW = re.compile("^[\u05d0-\u05ea]{4,}$")
#: "and", "that", "when", "from", "in", "as", "to", and the article
_HEBREW_PARTICLES = re.compile("^(ו?)((?:כש|מש|ש)?)([מבכל]?)(ה?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleTerms:
    """What one version of an article is indexed by."""

    #: every word once, in order, and every sign of a script without spaces
    words: str
    #: pairs of neighbouring signs in scripts without spaces, in order; empty for a text without them
    runs: str


def terms_of(
    texts: Iterable[str], authors: Sequence[str] = (), tags: Sequence[str] = (), site: Sequence[str] = ()
) -> ArticleTerms:
    """The terms of an article.

    Args:
        texts: title, description and text.
        site: the name of the outlet and its host.

    >>> terms_of(["Съёмки", "والفيلم"]).words
    'съемки والفيلم الفيلم فيلم'
    >>> terms_of(["太空人"]).runs
    '太空 空人'
    """
    folded = fold(_PRIVATE.sub(" ", "\n".join(texts)))
    found = folded.split()
    odd = [token for token in found if _ODD.search(token)] if _ODD.search(folded) else []
    words = _words(found, odd)
    for mark, names in ((AUTHOR, authors), (TAG, tags), (SITE, site)):
        named = fold(_PRIVATE.sub(" ", "\n".join(names))).split() if names else ()
        words |= dict.fromkeys(mark + way for token in named for way in indexed_words(token))
    return ArticleTerms(words=" ".join(words), runs=" ".join(_pairs(odd)))


def _words(found: Iterable[str], odd: Iterable[str]) -> dict[str, None]:
    """What the words of a folded text are found by, each once; most of them by themselves alone."""
    words = dict.fromkeys(found)
    for token in (*_BREAKS, *odd):
        words.pop(token, None)
    if max(map(len, words), default=0) > _LONGEST:
        words = dict.fromkeys(word[:_LONGEST] for word in words)
    return words | dict.fromkeys(way for token in dict.fromkeys(odd) for way in indexed_words(token))


def indexed_words(token: str) -> Iterator[str]:
    """What one folded word is found by: itself, and itself without the particles written before it.

    Of a script without spaces every sign, and what stands between as a word.
    """
    if token in _BREAKS:
        return
    if token.isascii():
        yield token[:_LONGEST]
        return
    if _RUN.search(token):
        for run in _RUN.findall(token):
            yield from run
        yield from (part[:_LONGEST] for part in _RUN.split(token) if part)
        return
    yield token[:_LONGEST]
    yield from _bare(token)


def _bare(word: str) -> Iterator[str]:
    """An Arabic or Hebrew word without particles and article, at least three letters, one particle after the other."""
    if _ARABIC.match(word):
        particles = _ARABIC_PARTICLES
    elif _HEBREW.match(word):
        particles = _HEBREW_PARTICLES
    else:
        return
    found = particles.match(word)
    assert found is not None, "every part may be empty"
    for end in sorted({found.end(part) for part in range(1, 1 + (found.lastindex or 0))} - {0}):
        if len(word) - end >= 3:
            yield word[end:]


def pairs_of(run: str) -> tuple[str, ...]:
    """Neighbouring signs of a run.

    >>> pairs_of("宇宙電影")
    ('宇宙', '宙電', '電影')
    """
    return tuple(run[at : at + 2] for at in range(len(run) - 1))


def unspaced_runs(token: str) -> tuple[str, ...]:
    """The stretches of a folded word that are written in scripts without spaces."""
    return tuple(_RUN.findall(token))


def _pairs(odd: Iterable[str]) -> Iterator[str]:
    is_open = False
    for token in odd:
        for run in _RUN.findall(token):
            if len(run) < 2:
                continue
            if is_open:
                yield _BREAK
            yield from pairs_of(run)
            is_open = True
