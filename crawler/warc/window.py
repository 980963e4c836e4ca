"""The way through one WARC file: entries in their order, the pages among them under way side by side."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO, Generic, Protocol, TypeVar

from crawler.warc.entries import Faulty, Skipped, WarcEntry, WarcResponse
from crawler.warc.records import read_records
from db.backfills import WarcPlace
from db.model import Outcome

#: records after which what was found is written and the place remembered
WINDOW_RECORDS = 200
#: bytes of pages that are held at a time
_MOST_HELD_BYTES = 32 << 20


@dataclass(slots=True)
class FileTally:
    """What was read of one file, in this call."""

    name: str
    size_bytes: int
    #: it is read up to there
    offset: int = 0
    records: int = 0
    #: pages by verdict, as far as they are written
    pages: Counter[Outcome] = field(default_factory=Counter)
    #: records that are no page, by kind
    skipped: Counter[str] = field(default_factory=Counter)
    #: an earlier call had read it to its end
    was_done: bool = False


OnProgress = Callable[[FileTally], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadUpTo:
    """How far a file is read."""

    place: WarcPlace
    #: the size at which it was read to its end; 0 when it was not
    size_bytes: int = 0


class Held(Protocol):
    """What a page has become while it waits to be written."""

    @property
    def held_bytes(self) -> int:
        """Size of the page that is held for it."""


H = TypeVar("H", bound=Held)


class FileWork(Protocol[H]):
    """What is done with the pages of one file."""

    #: bytes of a page
    most_bytes: int
    #: pages that are weighed side by side
    most_under_way: int
    #: where an earlier call ended
    start: WarcPlace

    def weigh(self, entry: WarcResponse | Faulty) -> Awaitable[H]:
        """What becomes of a page, or of a record that may have been one."""

    async def write(self, batch: Sequence[H], after: ReadUpTo) -> Counter[Outcome]:
        """Keep it, with the place; returns how many pages had which verdict."""


class FileReading(Generic[H]):
    """One file on its way."""

    def __init__(self, work: FileWork[H], tally: FileTally, on_progress: OnProgress) -> None:
        self._work = work
        self._tally = tally
        self._on_progress = on_progress
        self._waiting: deque[tuple[WarcEntry, asyncio.Task[H] | None]] = deque()
        self._under_way = 0
        #: records since the last batch, and what became of the pages among them
        self._records = 0
        self._results: list[H] = []
        self._held_bytes = 0

    async def run(self, file: BinaryIO) -> None:
        """Read it from where an earlier call was to its end."""
        last: WarcEntry | None = None
        now = datetime.now(UTC)
        try:
            for last in read_records(file, self._tally.name, self._work.most_bytes, now, self._work.start):
                await self._take(last)
            while self._waiting:
                await self._settle_first()
        finally:
            for _, task in self._waiting:
                if task is not None:
                    task.cancel()
        await self._write(self._end(last))

    def _end(self, last: WarcEntry | None) -> ReadUpTo:
        """Where a later call goes on when the file has grown by then: where its last record is cut off, or its end."""
        size = self._tally.size_bytes
        is_cut_off = isinstance(last, Faulty) and last.is_end
        return ReadUpTo(place=last.place if last and is_cut_off else WarcPlace(offset=size), size_bytes=size)

    async def _take(self, entry: WarcEntry) -> None:
        self._tally.records += 1
        self._tally.offset = entry.place.offset
        task = None
        if not isinstance(entry, Skipped):
            task = asyncio.ensure_future(self._work.weigh(entry))
        if isinstance(entry, WarcResponse):
            self._under_way += 1
            self._held_bytes += len(entry.page.body)
        self._waiting.append((entry, task))
        if self._tally.records % WINDOW_RECORDS == 0:
            await asyncio.sleep(0)  # Ctrl-C is heard also where there is no page for long
        while self._is_full():
            await self._settle_first()

    def _is_full(self) -> bool:
        return bool(self._waiting) and (
            self._under_way >= self._work.most_under_way
            or self._held_bytes > _MOST_HELD_BYTES
            or len(self._waiting) > WINDOW_RECORDS
        )

    async def _settle_first(self) -> None:
        """Take the first entry off; write when there are enough."""
        entry, task = self._waiting[0]
        what = None if task is None else await task
        self._waiting.popleft()
        self._records += 1
        if isinstance(entry, WarcResponse):
            self._under_way -= 1
            self._held_bytes -= len(entry.page.body)
        if isinstance(entry, Skipped):
            self._tally.skipped[entry.kind] += 1
        if what is not None:
            self._results.append(what)
            self._held_bytes += what.held_bytes
        if self._waiting and (self._records >= WINDOW_RECORDS or self._held_bytes > _MOST_HELD_BYTES):
            await self._write(ReadUpTo(place=self._waiting[0][0].place))

    async def _write(self, after: ReadUpTo) -> None:
        batch, self._results, self._records = self._results, [], 0
        self._held_bytes -= sum(each.held_bytes for each in batch)
        self._tally.pages += await self._work.write(batch, after)
        self._on_progress(self._tally)
