"""One term of a topic: what may be written between the quotes, and what it is looked for as.

space station       these words, one after the other; case, accents and punctuation do not matter
съёмк*              any ending            *station    any beginning
(Sh|Sch|Ch)ipenko   either spelling       space( |-|)station
film ... in space   up to five other words between, in the same sentence
«Вызов»             only in quotation marks, of whatever kind
"""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from functools import lru_cache

from crawler.lang import table
from db.folding import SENTENCE, fold, is_unspaced

#: words that may stand in place of "..."
GAP_WORDS = 5
#: most spellings one term may stand for
MOST_SPELLINGS = 400
#: most letters of one term
LONGEST_TERM = 400
#: fewest letters beside a wildcard, in scripts with spaces
SHORTEST_STEM = 2

_CHOICE = re.compile(r"\(([^()]*)\)")
_ARABIC = re.compile("[\u0600-\u06ff]+")
_ATTACHED = table("letters")["attached"]
#: conjunctions, prepositions and the article are written onto an Arabic word
_ARABIC_FIRST = tuple(
    one + two for one in ("", *_ATTACHED["ar_conjunctions"]) for two in ("", *_ATTACHED["ar_prepositions"])
)
_ARABIC_NEXT = ("", *_ATTACHED["ar_next"])
(_ARTICLE,) = _ATTACHED["ar_article"]


class TermError(ValueError):
    """A term that cannot be looked for; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class TermSpelling:
    """One thing to look for: pieces of folded text, in order.

    A piece begins or ends with a space where the word must begin or end there.
    """

    pieces: tuple[str, ...]
    #: other words allowed before each piece but the first
    gaps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A term as written, and everything it stands for."""

    source: str
    spellings: tuple[TermSpelling, ...]
    is_quoted: bool = False


#: terms that beats share lie in memory once; more different ones than that are read again
_REMEMBERED = 65_536


@lru_cache(maxsize=_REMEMBERED)
def read_term(source: str) -> Term:
    """Read a term as its author wrote it.

    Raises:
        TermError: nothing to look for, too short a stem, a bracket left open, too long, too many spellings.

    >>> [s.pieces for s in read_term("(Sh|Ch)ipenko").spellings]
    [(' shipenko ',), (' chipenko ',)]
    >>> read_term("film* ... in space").spellings[0]
    TermSpelling(pieces=(' film', ' in space '), gaps=(5,))
    """
    text = source.strip()
    if len(text) > LONGEST_TERM:
        raise TermError(f"has more than {LONGEST_TERM} letters")
    is_quoted = text.startswith("«") and text.endswith("»")
    spellings = tuple(dict.fromkeys(s for written in _choices(text.strip("«»")) for s in _spellings(written)))
    if len(spellings) > MOST_SPELLINGS:
        raise TermError(f"stands for more than {MOST_SPELLINGS} spellings")
    return Term(source, spellings, is_quoted)


def _choices(text: str) -> list[str]:
    """Every reading of `a(b|c)d`; brackets may stand inside brackets."""
    readings = [text]
    while found := next((found for found in map(_CHOICE.search, readings) if found), None):
        group = found.group()
        readings = [
            reading.replace(group, choice, 1)
            for reading in readings
            for choice in (group[1:-1].split("|") if group in reading else [""])
        ]
        if len(readings) > MOST_SPELLINGS:
            raise TermError(f"stands for more than {MOST_SPELLINGS} spellings")
    if any(mark in reading for reading in readings for mark in "()|"):
        raise TermError("has a bracket or | that does not belong to a (this|that)")
    return readings


def _spellings(text: str) -> list[TermSpelling]:
    """The spellings of one reading; several for Arabic only."""
    runs = [_pieces(run) for run in text.split("...")]
    if any(not run for run in runs):
        raise TermError("has nothing to look for" if len(runs) == 1 else "needs a word on either side of ...")
    pieces = [piece for run in runs for piece in run]
    if len(pieces) == 1 and len(pieces[0].strip()) < 2 and not is_unspaced(pieces[0].strip()):
        raise TermError("is one letter, and that is in every text")
    gaps = [GAP_WORDS if at == 0 else 0 for run in runs for at in range(len(run))][1:]
    heads = [_arabic(piece, _ARABIC_FIRST if at == 0 else _ARABIC_NEXT) for at, piece in enumerate(pieces)]
    if math.prod(map(len, heads)) > MOST_SPELLINGS:
        raise TermError(f"stands for more than {MOST_SPELLINGS} spellings")
    return [TermSpelling(tuple(chosen), tuple(gaps)) for chosen in itertools.product(*heads)]


def _pieces(run: str) -> list[str]:
    """Neighbouring words as folded pieces; a wildcard inside the run begins a new piece."""
    pieces: list[str] = []
    is_open = True
    for word in run.split():
        piece = _word(word)
        if piece and pieces and not is_open and piece.startswith(" ") and not word.startswith("*"):
            pieces[-1] = pieces[-1].rstrip() + piece
        elif piece:
            pieces.append(piece)
        if piece:
            is_open = word.endswith("*")
    return pieces


def _word(word: str) -> str:
    """One written word, folded, with a space at every end that is a word's end."""
    stem = word.strip("*")
    folded = " ".join(fold(stem).replace(SENTENCE, " ").split())
    if "*" in stem or (word != stem and not folded):
        raise TermError("has a * that is not at the beginning or end of a word")
    if not folded:
        return ""
    if word != stem and len(folded) < SHORTEST_STEM and not is_unspaced(folded[0]):
        raise TermError(f'has "{word}": at least {SHORTEST_STEM} letters must stand beside a *')
    head = "" if word.startswith("*") or is_unspaced(folded[0]) else " "
    tail = "" if word.endswith("*") or is_unspaced(folded[-1]) else " "
    return head + folded + tail


def _arabic(piece: str, prefixes: tuple[str, ...]) -> list[str]:
    """The piece with every prefix its first Arabic word may carry."""
    word = piece.split()[0]
    if not piece.startswith(" ") or not _ARABIC.fullmatch(word):
        return [piece]
    bare = piece[1:].removeprefix(_ARTICLE) if len(word) > 4 else piece[1:]
    return [f" {prefix}{bare}" for prefix in prefixes]
