"""Readers' remarks below a text without markup: recognised by who wrote each."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

from crawler.extract.page.blocks import text_size
from crawler.extract.text.bylines import is_date_line
from crawler.extract.text.lines import Line, kept
from crawler.extract.text.phrases import straightened, words
from crawler.extract.text.topics import is_topics_line
from crawler.lang.dates import parse_moment
from crawler.lang.lines import announces_comments

#: longest line that names who wrote what follows; most lines of one remark; fewest remarks
_REMARK_SIZE, _MOST_NAME_WORDS = 60, 5
_NUMBER = re.compile(r"\d")
_SIGNATURE_CHARS, _MOST_LINES, _FEWEST, _FEWEST_HEADED, _FEWEST_ALIKE = 60, 6, 2, 3, 4


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
    firsts = (each(alive) for each in (_first_dated, _first_announced, _first_said_alike))
    if (first := next((first for first in firsts if first is not None), None)) is not None:
        for line in alive[first:]:
            line.remove("comments.signed")
        return
    if not signed:
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


def _first_dated(lines: list[Line]) -> int | None:
    """Where a thread begins in which a name and a day stand in one line above each remark, or in one row before it.

    Of at least three people, or of two below a heading that announces comments, down to the end of
    the page and below two paragraphs: entries of a live blog begin at its top.
    """
    found = {
        index: name
        for index, line in enumerate(lines)
        if (name := _dated_name(line, lines[index + 1 : index + 2]))
    }
    while len(found) >= _FEWEST:
        first = next(iter(found))
        heading = next(
            (index for index in range(max(0, first - 2), first) if announces_comments(lines[index].text)),
            None,
        )
        steps = [later - earlier for earlier, later in pairwise([*found, len(lines)])]
        is_thread = max(steps) <= _MOST_LINES and sum(line.is_prose for line in lines[:first]) >= _FEWEST
        if is_thread and len(set(found.values())) >= (_FEWEST_HEADED if heading is None else _FEWEST):
            return first if heading is None else heading
        found.pop(first)
    return None


def _first_announced(lines: list[Line]) -> int | None:
    """Where a line announces comments and from there to the end of the page each paragraph has a short line above it: who wrote it."""
    for at, line in enumerate(lines):
        rest = lines[at + 1 :]
        if len(rest) < 2 * _FEWEST_HEADED or line.is_prose or not announces_comments(line.text):
            continue
        names = [index for index, each in enumerate(rest) if not _is_said(each)]
        steps = [later - earlier for earlier, later in pairwise([*names, len(rest)])]
        if (
            names[:1] != [0]
            or len(names) < _FEWEST_HEADED
            or not all(1 < step <= _MOST_LINES for step in steps)
        ):
            continue
        if all(_is_bare_name(rest[index]) for index in names):
            return at
    return None


def _first_said_alike(lines: list[Line]) -> int | None:
    """Where several names begin that the same words and a colon follow, a paragraph below each, to the end of the page: "NAME says:" in any language."""
    names: dict[str, dict[int, str]] = {}
    for at, line in enumerate(lines):
        name, _, verb = line.text.rstrip(" :：").rpartition(" ")
        if line.text.endswith((":", "：")) and name and _is_bare_name(line):
            names.setdefault(verb, {})[at] = name
    for found in names.values():
        steps = [later - earlier for earlier, later in pairwise([*found, len(lines)])]
        if len(set(found.values())) >= _FEWEST_ALIKE and all(1 < step <= _MOST_LINES for step in steps):
            return next(iter(found))
    return None


def _is_bare_name(line: Line) -> bool:
    return (
        line.kind != "heading"
        and len(line.text) <= _SIGNATURE_CHARS
        and len(line.text.split()) <= _MOST_NAME_WORDS
    )


def _dated_name(line: Line, below: list[Line]) -> str | None:
    """The name of a line that is a name and a day, with a paragraph below it or behind it in its row."""
    head, _, said = line.text.rpartition(" | ") if line.kind == "cell" else (line.text, "", "")
    if not head or len(head) > _SIGNATURE_CHARS or not any(map(str.isdecimal, head)) or line.is_prose:
        return None
    has_remark = text_size(said) >= _REMARK_SIZE if said else bool(below) and _is_said(below[0])
    name = _NUMBER.split(head)[0].strip(" ,;|·•–—-(/") if has_remark else ""
    is_name = 0 < len(name.split()) <= _MOST_NAME_WORDS and ":" not in name and not is_date_line(name)
    return name if is_name and parse_moment(head, day_first=True) else None


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
