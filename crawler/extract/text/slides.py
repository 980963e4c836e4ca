"""Slides of a gallery among the paragraphs: recognised by their counters, `1/12 …`, `2/12 …`."""

from __future__ import annotations

import re
from itertools import pairwise

from crawler.extract.text.lines import Line, kept
from crawler.extract.text.phrases import words

_COUNTER = re.compile(rf"^\W*(\d{{1,3}})\s*(?:/|{words('counter')})\s*(\d{{1,3}})\b")
#: so many counters make a gallery; so many paragraphs beside it make it a part of an article
_FEWEST, _BESIDE = 3, 2
_COUNTER_CHARS = 90


def drop_slides(lines: list[Line]) -> None:
    """Remove a gallery's slides where an article stands around them; an article made of slides stays."""
    alive = kept(lines)
    at = _counters(alive)
    if len(at) < _FEWEST:
        return
    longest = max(after - before for before, after in pairwise(at))
    slides = {id(line) for line in alive[at[0] : at[-1] + longest]}
    if sum(line.is_prose and id(line) not in slides for line in alive) < _BESIDE:
        return
    for line in alive:
        if id(line) in slides:
            line.remove("markup.gallery")


def _counters(lines: list[Line]) -> list[int]:
    """Where counters stand that go on one by one to the same number."""
    found: list[int] = []
    last = total = 0
    for index, line in enumerate(lines):
        match = (
            _COUNTER.match(line.text) if len(line.text) <= _COUNTER_CHARS and not line.is_finished else None
        )
        if match is None:
            continue
        number, of = int(match[1]), int(match[2])
        if number == last + 1 and number <= of and (of == total or not found):
            found.append(index)
            last, total = number, of
    return found
