"""Whether the words of a term can stand on a page as the term has them: one after the other, and near each other."""

from __future__ import annotations

from functools import lru_cache

from crawler.relevance.terms import TermSpelling
from crawler.relevance.visible import PARTED

#: words between two of a term that reading may take out, besides all that is marked up by itself
_TAKEN_OUT = 3
#: in a longer sentence nobody looks how words stand
_MOST_BYTES = 4000
#: spellings of which the words are remembered
_REMEMBERED = 4096
_PARTED = PARTED.strip().encode()


def spelling_words(spelling: TermSpelling) -> list[str]:
    """The words of a spelling, the longest first, with the spaces at the ends that are word ends.

    >>> spelling_words(TermSpelling(pieces=(" the space ", " station"), gaps=(0,)))
    [' station', ' space ', ' the ']
    """
    return sorted((word for word, _ in _in_order(spelling)), key=lambda word: -len(word.strip()))


def _in_order(spelling: TermSpelling) -> list[tuple[str, int]]:
    """The words of a spelling, each with the number of others that may stand before it."""
    words = []
    for piece, gap in zip(spelling.pieces, (0, *spelling.gaps), strict=True):
        parts = piece.strip().split(" ")
        for at, part in enumerate(parts):
            head = " " if at or piece.startswith(" ") else ""
            tail = " " if at < len(parts) - 1 or piece.endswith(" ") else ""
            words.append((head + part + tail, 0 if at else gap))
    return words


@lru_cache(maxsize=_REMEMBERED)
def _steps(spelling: TermSpelling) -> tuple[tuple[bytes, int], ...]:
    return tuple((word.encode(), gap + _TAKEN_OUT) for word, gap in _in_order(spelling))


def may_stand(spelling: TermSpelling, sentence: bytes) -> bool:
    """Whether words of a folded sentence follow one another as in a spelling, if reading takes some out between them.

    What tags surround may be taken out whole.

    Args:
        sentence: with `PARTED` in place of its tags.

    >>> words = TermSpelling(pieces=(" space station ",))
    >>> may_stand(words, b" the space station "), may_stand(words, b" station in space ")
    (True, False)
    >>> far = b" space that a lot of people have used as a station "
    >>> may_stand(words, far), may_stand(words, far.replace(b"a lot", b"0tag0 a lot"))
    (False, True)
    """
    if len(sentence) > _MOST_BYTES:
        return True
    ends: list[int] = []
    for number, (word, most) in enumerate(_steps(spelling)):
        starts = _places(word, sentence)
        if number:
            starts = [at for at in starts if any(_is_near(sentence, end, at, most) for end in ends)]
        ends = [at + len(word) - word.endswith(b" ") for at in starts]
    return bool(ends)


def _places(word: bytes, sentence: bytes) -> list[int]:
    places, at = [], sentence.find(word)
    while at >= 0:
        places.append(at)
        at = sentence.find(word, at + 1)
    return places


def _is_near(sentence: bytes, end: int, start: int, most: int) -> bool:
    """Whether at most so many words stand between two offsets, or a tag."""
    if start < end:
        return False
    between = sentence[end:start]
    return between.count(b" ") <= most or _PARTED in between
