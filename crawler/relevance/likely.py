"""The lines of a page in which words of terms stand. Most pages have few of them, and the others need not be folded."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from ahocorasick_rs import BytesAhoCorasick

from crawler.relevance.visible import BREAK
from db.folding import FIELD, FIELD_BREAK, HANGUL, UNSPACED, fold, folded_letter

#: stands for a letter that changes with what is beside it
_WITH_OTHERS = "\x02"
#: capitals are small, what is no letter or number of ASCII is a space; marks and other bytes stay
_PLAIN = bytes(
    code
    if code > 127 or chr(code) in BREAK + _WITH_OTHERS
    else ord(chr(code).lower())
    if chr(code).isalnum()
    else 32
    for code in range(256)
)
#: scripts in which a word goes on behind a space, or begins without one
JOINED = re.compile(f"[{UNSPACED}{HANGUL}]")
#: a text of which less than that share is not ASCII is translated where it is not
_FEW = 0.2


@dataclass(frozen=True, slots=True)
class LikelyLine:
    """A line in which something was found."""

    number: int
    #: the words of terms in it
    found: list[int]
    #: all its words, folded
    words: bytes


def likely_lines(text: str, automaton: BytesAhoCorasick) -> list[LikelyLine]:
    """The lines of a text in which words of terms stand when it is folded.

    Args:
        text: with a space at either end, and `BREAK` between its lines.
        automaton: finds the words, folded.
    """
    plain = _words_of(text)
    lines: list[LikelyLine] = []
    number, passed, end, line_end = 0, 0, -1, BREAK.encode()
    for word, start, _ in automaton.find_matches_as_indexes(plain, overlapping=True):
        at = start + (plain[start] == 32)  # the space before a word may be the one that ends a line
        if at > end:
            number += plain.count(line_end, passed, at)
            passed, end = plain.rfind(line_end, 0, at) + 1, plain.find(line_end, at)
            end = len(plain) if end < 0 else end
            lines.append(LikelyLine(number, [], plain[passed:end]))
        lines[-1].found.append(word)
    return lines


class _Letters(dict[int, str]):
    """Folds a letter by itself when it is first seen."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        compatible = unicodedata.normalize("NFKC", letter).casefold()
        if code < 128:
            self[code] = letter
        elif unicodedata.category(letter)[0] == "M" or JOINED.search(compatible):
            self[code] = _WITH_OTHERS
        else:
            self[code] = "".join(map(folded_letter, compatible)).replace("\n", " ")
        return self[code]


_LETTERS = _Letters()


def _folded_run(problem: UnicodeError) -> tuple[bytes, int]:
    """What stands in place of letters that are not ASCII."""
    assert isinstance(problem, UnicodeEncodeError)
    return problem.object[problem.start : problem.end].translate(_LETTERS).encode(), problem.end


codecs.register_error("spacereel.folded", _folded_run)


def _words_of(text: str) -> bytes:
    """The words of a text folded, with a space or more between two; letter by letter, but for lines where that will not do."""
    raw = text.encode("utf-8", "replace")
    if len(raw) - len(text) > len(text) * _FEW:
        plain = text.translate(_LETTERS).encode("utf-8", "replace")
    else:
        plain = text.encode("ascii", "spacereel.folded")
    plain = plain.translate(_PLAIN)
    mark = _WITH_OTHERS.encode()
    if mark not in plain:
        return plain
    lines, written = plain.split(BREAK.encode()), text.split(BREAK)
    whole = [number for number, line in enumerate(lines) if mark in line]
    folded = fold(FIELD_BREAK.join(" ".join(written[number].split()) for number in whole))
    for number, line in zip(whole, folded.encode().split(FIELD.encode()), strict=True):
        lines[number] = line
    return BREAK.encode().join(lines)
