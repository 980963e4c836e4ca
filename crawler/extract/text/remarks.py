"""Readers' remarks below a text without markup: recognised by who wrote each."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

from crawler.extract.text.bylines import is_date_line
from crawler.extract.text.lines import Line, kept
from crawler.extract.text.phrases import straightened, words
from crawler.extract.text.topics import is_topics_line

#: longest line that names who wrote what follows; most lines of one remark; fewest remarks
_SIGNATURE_CHARS, _MOST_LINES, _FEWEST, _FEWEST_HEADED = 60, 6, 2, 3


@cache
def _signature() -> re.Pattern[str]:
    """`Peg wrote:`, also with a time behind it."""
    return re.compile(
        rf"^[^.!?:]{{1,40}}(?: |(?=[^\x00-\u2fff])){words('wrote')}(?:\b[^.!?]{{0,30}}(?P<colon>[:：])|(?P<bare>[:：])?)$"
    )


def drop_remarks(lines: list[Line]) -> None:
    """Remove what readers wrote at the end, and what stands below it.

    Two lines or more that only name who wrote the next few: one alone may be the author's quotation,
    unless it stands below the line of topics that closes the article. Without a colon, and where
    a name and a day stand above each, it takes three; in a table, with no paragraph below it.
    """
    alive = kept(lines)
    signed = [index for index, line in enumerate(alive) if _is_signature(line)]
    if len(others := _headed(alive)) >= _FEWEST_HEADED and len(others) > len(signed):
        signed = others
        if alive[signed[-1]].kind == "cell" and any(line.is_prose for line in alive[signed[-1] :]):
            return
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
    match = _signature().match(straightened(line.text)) if len(line.text) <= _SIGNATURE_CHARS else None
    return match is not None and bool(match["colon"] or match["bare"])


def _is_said(line: Line) -> bool:
    """Whether a line is a paragraph, be it in a cell of a table."""
    return line.is_prose or (line.kind == "cell" and replace(line, kind="p").is_prose)


def _headed(lines: list[Line]) -> list[int]:
    """Where a line says who wrote the paragraph below it without a colon, or is a name with a day below it."""
    found = []
    for index, (line, below) in enumerate(pairwise(lines)):
        if line.is_prose or line.kind == "heading" or len(line.text) > _SIGNATURE_CHARS:
            continue
        after = lines[index + 2] if index + 2 < len(lines) else None
        is_dated = is_date_line(below.text) and after is not None and _is_said(after)
        if (is_dated and not line.is_finished and not is_date_line(line.text)) or (
            below.is_prose and _signature().match(straightened(line.text))
        ):
            found.append(index)
    return found
