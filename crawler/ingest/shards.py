"""A replay in parts: each machine reads its share of the archive into a file, and one writer appends what all of them read.

A file is JSON Lines: the head says which share of what it is, each further line
is one page as it is read today. A line holds names and values and no code: who
can write such a file can put a wrong text into the record, and no more.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from cattrs.errors import BaseValidationError
from cattrs.preconf.json import JsonConverter, make_converter

from crawler.errors import SpacereelError
from db.model import Capture, Page

#: of the lines; another one is not understood
SHARD_FORM = 1
#: letters of a line; a page's text has 10 million at most
_MOST_LETTERS = 64_000_000
_SHARE = re.compile(r"([1-9]\d{0,5})/([1-9]\d{0,5})")


def bounded_converter() -> JsonConverter:
    """A converter that makes nouns of JSON: no other keys, and no number that SQLite or a clock could not hold."""
    made = make_converter(forbid_extra_keys=True)
    made.register_structure_hook(int, _whole)
    made.register_structure_hook(float, _finite)
    return made


def _whole(value: Any, _: Any) -> int:
    number = int(value)
    if not -(2**63) <= number < 2**63:
        raise ValueError("a number beyond 64 bits")
    return number


def _finite(value: Any, _: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("a number without end")
    return number


_CONVERTER = bounded_converter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Every N-th page of the archive."""

    #: from 1
    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardHead:
    """The first line of a file."""

    form: int
    share: Share
    #: what decides how pages are read (`replay.rules_digest`)
    rules: str
    #: captures.id of the last page that the archive had
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardLine:
    """One page."""

    #: captures.id in the archive
    number: int
    #: its body's, which does not stand in the capture
    sha256: str
    capture: Capture


def share_of(text: str) -> Share:
    """`2/8`.

    >>> str(share_of("2/8"))
    '2/8'

    Raises:
        ValueError: with the sentence for whoever wrote it.
    """
    parts = _SHARE.fullmatch(text)
    if parts is None or int(parts[1]) > int(parts[2]):
        raise ValueError(f'"{text}" is no share; write for example 2/8, the second of eight')
    return Share(number=int(parts[1]), of=int(parts[2]))


def head_text(head: ShardHead) -> str:
    """The first line."""
    return f"{_CONVERTER.dumps(head)}\n"


def line_text(number: int, capture: Capture) -> str:
    """The line of a page; its body stays in the archive."""
    page = capture.page
    line = ShardLine(
        number=number, sha256=page.sha256, capture=replace(capture, page=replace(page, body=b""))
    )
    return f"{_CONVERTER.dumps(line)}\n"


class Shards:
    """Files of all shares, read side by side in the order of the archive.

    Raises:
        SpacereelError: a file is something else, was read by other rules, or a share is missing or there twice.
    """

    def __init__(self, stack: ExitStack, paths: Sequence[Path], rules: str) -> None:
        self._files = [
            (path, stack.enter_context(path.open(encoding="utf-8", errors="replace"))) for path in paths
        ]
        heads = [(path, _head(path, file)) for path, file in self._files]
        for path, head in heads:
            if head.rules != rules:
                raise SpacereelError(f"{path} was read by other rules, or another version; make it again")
        _check_whole(heads)
        #: pages that came into the archive after that are left for another replay
        self.last = min((head.last for _, head in heads), default=0)
        self._by_number = {
            head.share.number % head.share.of: _lines(path, file)
            for (path, file), (_, head) in zip(self._files, heads, strict=True)
        }
        self._of = len(heads)
        self._ahead: dict[int, ShardLine | None] = {}

    def capture(self, number: int, page: Page) -> Capture | None:
        """What was read on a page of the archive; None when no share holds it. Numbers are asked for in rising order."""
        place = number % self._of
        line = self._ahead.get(place) or next(self._by_number[place], None)
        while line is not None and line.number < number:  # the page has left the archive since
            line = next(self._by_number[place], None)
        self._ahead[place] = line
        if line is None or line.number != number or line.sha256 != page.sha256:
            return None
        self._ahead[place] = None
        return replace(line.capture, page=replace(line.capture.page, body=page.body))


def shard_head(path: Path, rules: str) -> ShardHead | None:
    """The head of a file that was read by these rules; None for any other file."""
    with path.open(encoding="utf-8", errors="replace") as file:
        try:
            head = _head(path, file)
        except SpacereelError:
            return None
    return head if head.rules == rules else None


def _check_whole(heads: Sequence[tuple[Path, ShardHead]]) -> None:
    (first, head), *_ = heads
    there: dict[int, Path] = {}
    for path, each in heads:
        if each.share.of != head.share.of:
            raise SpacereelError(f"{first} is one of {head.share.of}, and {path} one of {each.share.of}")
        if each.share.number in there:
            raise SpacereelError(f"{there[each.share.number]} and {path} are both share {each.share}")
        there[each.share.number] = path
    missing = (str(number) for number in range(1, head.share.of + 1) if number not in there)
    if first_missing := list(islice(missing, 5)):
        raise SpacereelError(f"share {', '.join(first_missing)} of {head.share.of} is missing")


def _head(path: Path, file: TextIO) -> ShardHead:
    try:
        head: ShardHead = _CONVERTER.loads(file.readline(10_000), ShardHead)
        if head.form != SHARD_FORM or not 1 <= head.share.number <= head.share.of:
            raise ValueError(head)
    except (BaseValidationError, ValueError, TypeError, RecursionError, MemoryError) as problem:
        raise SpacereelError(f"{path} is no share of a replay") from problem
    return head


def _lines(path: Path, file: TextIO) -> Iterator[ShardLine]:
    number = 1
    while text := file.readline(_MOST_LETTERS):
        number += 1
        if text == json.dumps("end") + "\n":
            return
        try:
            line: ShardLine = _CONVERTER.loads(text, ShardLine)
        except (BaseValidationError, ValueError, TypeError, RecursionError, MemoryError) as problem:
            raise SpacereelError(f"{path}: line {number} is no page of a replay") from problem
        yield line
    raise SpacereelError(f"{path} is cut off after line {number}; make it again")


def end_text() -> str:
    """The last line: a file without it is cut off."""
    return json.dumps("end") + "\n"
