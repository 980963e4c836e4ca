"""Whether the words of a term stand so close together that an article could have the term there."""

from __future__ import annotations

#: words that may stand between two words of a term, besides those that it allows: a note that no article has,
#: pieces of a word that tags take apart
_MORE = 6


def reach_of(words: int, gaps: int) -> int:
    """How far from a word of a term another one may stand, in words.

    Args:
        words: of the term.
        gaps: other words that the term allows between them, in all.
    """
    return (words - 1) * (1 + _MORE) + gaps


def are_near(word: bytes, others: tuple[bytes, ...], reach: int, sentence: bytes) -> bool:
    """Whether all *others* stand near one place of *word*, in whatever order.

    Args:
        sentence: folded, with a space at either end.

    >>> said = b" the crew of the station "
    >>> are_near(b" crew ", (b" station ",), 3, said), are_near(b" crew ", (b" station ",), 2, said)
    (True, False)
    """
    at = sentence.find(word)
    while at >= 0:
        near = _around(sentence, at, at + len(word), reach)
        if all(map(near.__contains__, others)):
            return True
        at = sentence.find(word, at + 1)
    return False


def _around(sentence: bytes, begin: int, end: int, reach: int) -> bytes:
    """What stands from one place to another, with so many words on either side; words at the places are whole."""
    begin, end = begin + 1, end - 1  # the spaces of a whole word are its own
    for _ in range(reach + 1):
        begin = sentence.rfind(b" ", 0, begin)
        if begin < 0:
            break
    for _ in range(reach + 1):
        end = sentence.find(b" ", end) + 1
        if not end:
            break
    return sentence[max(begin, 0) : end or len(sentence)]
