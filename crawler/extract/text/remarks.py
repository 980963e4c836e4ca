"""Readers' remarks below a text without markup: recognised by who wrote each."""

from __future__ import annotations

import re
from functools import cache

from crawler.extract.text.lines import Line, kept
from crawler.extract.text.phrases import straightened, words
from crawler.extract.text.topics import is_topics_line

#: longest line that names who wrote what follows; most lines of one remark; fewest remarks
_SIGNATURE_CHARS, _MOST_LINES, _FEWEST = 60, 6, 2


@cache
def _signature() -> re.Pattern[str]:
    """`Peg wrote:`, also with a time behind it."""
    return re.compile(rf"^[^.!?:]{{1,40}} {words('wrote')}(?:\b[^.!?]{{0,30}})?[:：]$")


def drop_remarks(lines: list[Line]) -> None:
    """Remove what readers wrote at the end, and what stands below it.

    Two lines or more that only name who wrote the next few: one alone may be the author's quotation,
    unless it stands below the line of topics that closes the article.
    """
    alive = kept(lines)
    signed = [index for index, line in enumerate(alive) if _is_signature(line)]
    closed = next((index for index, line in enumerate(alive) if is_topics_line(line.text)), len(alive))
    below = [index for index in signed if index > closed]
    if below:
        for line in alive[below[0] :]:
            line.remove("comments.signed")
        return
    while len(signed) >= _FEWEST and signed[1] - signed[0] > _MOST_LINES:
        signed.pop(0)
    if len(signed) < _FEWEST or not any(line.is_prose for line in alive[: signed[0]]):
        return
    for line in alive[signed[0] :]:
        line.remove("comments.signed")


def _is_signature(line: Line) -> bool:
    return len(line.text) <= _SIGNATURE_CHARS and _signature().match(straightened(line.text)) is not None
