"""Site memory: lines that stand on several articles of a site are furniture, in any language and without a rule."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from crawler.extract.text.lines import Line

#: memory takes no more than this share of an article's characters
MAX_SHARE = 0.4
#: characters from which a finished paragraph is only taken at the edges of the text
_LONG_CHARS = 120
#: lines counted as the edges: so many at the top, so many at the bottom
HEAD_LINES, TAIL_LINES = 2, 4
_DIGITS = re.compile(r"\d+")
_ZEROS = str.maketrans(dict.fromkeys("123456789", "0"))
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_LETTERS = re.compile(r"[^\W\d_]+")


def line_hash(line: str) -> int:
    """A line's hash: signed 64 bits, the same for spellings a reader would not tell apart.

    Unicode compatibility forms, case, white space and the value of numbers make
    no difference ("12 comments" equals "345 Comments").

    >>> line_hash("Read  more: 12 comments") == line_hash("read more: 345 Comments")
    True
    """
    folded = _numbers_alike(" ".join(unicodedata.normalize("NFKC", line).casefold().split()))
    digest = hashlib.blake2b(folded.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _numbers_alike(text: str) -> str:
    """A text with 0 for each of its numbers."""
    if not text.isascii():
        return _DIGITS.sub("0", text)
    text = text.translate(_ZEROS)
    while "00" in text:
        text = text.replace("00", "0")
    return text


def learnable_hashes(lines: Sequence[Line]) -> tuple[int, ...]:
    """Hashes of the lines a site may be remembered by, in text order; rows of tables and bare numbers are not."""
    return tuple(line_hash(line.text) for line in lines if _is_learnable(line))


def _is_learnable(line: Line) -> bool:
    if line.kind == "cell":
        return False
    rest = line.text.encode("utf-8", "surrogatepass").translate(None, _NO_LETTERS)
    text = rest.decode("utf-8", "surrogatepass")
    letters = len(text) if text.isascii() else sum(map(len, _LETTERS.findall(text)))
    return letters >= 3 and letters * 2 >= len(line.text.replace(" ", ""))


def drop_remembered(lines: Sequence[Line], memory: frozenset[int]) -> None:
    """Remove lines that are furniture of this site.

    What memory may not do bounds what a poisoned, syndicated or live page can do
    to an article: a plain paragraph in the middle stays (live pages, agency copy
    and reports on the same affair repeat those), a heading above a paragraph stays (series have recurring
    ones), and when more than `MAX_SHARE` of the text is known nothing goes,
    because then the article itself stands elsewhere on the site.

    Args:
        lines: kept lines in text order.
        memory: hashes of lines that `db.memory` has seen on enough articles of the site.
    """
    if not memory:
        return
    known = [line for line in lines if _is_learnable(line) and line_hash(line.text) in memory]
    total = sum(len(line.text) for line in lines)
    if sum(len(line.text) for line in known) > MAX_SHARE * total:
        return
    index_of = {line.position: index for index, line in enumerate(lines)}
    for line in known:
        if _may_go(line, index_of[line.position], lines):
            line.remove("memory.line")


def _may_go(line: Line, index: int, lines: Sequence[Line]) -> bool:
    is_edge = index < HEAD_LINES or index >= len(lines) - TAIL_LINES
    is_set_apart = line.linked >= 0.2 or line.is_strong or line.is_fine
    if len(line.text) >= _LONG_CHARS and line.is_finished and not is_edge and not is_set_apart:
        return False
    following = lines[index + 1] if index + 1 < len(lines) else None
    return not (line.kind == "heading" and following is not None and following.is_prose)
