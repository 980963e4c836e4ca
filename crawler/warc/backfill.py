"""Pages of WARC files go the way of pages that were fetched: read, judged, recognised, appended. No request is made."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from crawler.catalogue import Beat
from crawler.config import Config
from crawler.dedupe.urls import canonical_url, site_of, why_unfit
from crawler.errors import SpacereelError
from crawler.frontier.async_store import AsyncStore
from crawler.ingest.needs import check_memory
from crawler.ingest.pool import ReadingPool
from crawler.warc.batch import SOURCE, FileAppender, PageResult, ReadUpTo, result_of
from crawler.warc.records import Answer, Faulty, Skipped, WarcEntry, first_date, read_entries
from db.backfills import Place
from db.model import Candidate, Capture, Outcome, Page
from db.store import Store

#: records after which what was found is appended and the place remembered
BATCH = 200
#: bytes of pages that are held at a time, and pages under way for each reader
MOST_HELD_BYTES, PER_READER = 32 << 20, 4
#: bytes by which a file is known again under any name
_HEAD_BYTES = 64 << 10
#: how long a write that the disk refuses is repeated
_PATIENCE_S = 60.0


@dataclass(slots=True)
class FileTally:
    """What was read of one file, in this call."""

    name: str
    size_bytes: int
    #: it is read up to there
    offset: int = 0
    records: int = 0
    #: pages by verdict, as far as they are appended
    pages: Counter[Outcome] = field(default_factory=Counter)
    #: records that are no page, by kind
    skipped: Counter[str] = field(default_factory=Counter)
    #: an earlier call had read it to its end
    was_done: bool = False


Tell = Callable[[FileTally], None]


def in_order(paths: Sequence[Path]) -> list[Path]:
    """The files, each once, the earliest first: a version is appended only after those fetched before it.

    Raises:
        WarcSyntaxError: one of them is something else.
        OSError: one of them cannot be read.
    """
    dated = []
    for path in dict.fromkeys(paths):
        with path.open("rb") as file:
            dated.append((first_date(file, path.name), path))
    return [path for _, path in sorted(dated, key=lambda each: each[0])]


async def backfill(
    config: Config, beats: Sequence[Beat], store: Store, paths: Sequence[Path], tell: Tell
) -> tuple[FileTally, ...]:
    """Read WARC files into the record, one after the other; each goes on where an earlier call was.

    Args:
        paths: as `in_order` gives them.
        tell: called after every few records.

    Raises:
        ConfigError: the machine has no memory for so many beats.
        StoreError: the record could not be written; what was appended stays, with its place.
    """
    check_memory(config, beats)
    patient, pool = AsyncStore(store, _PATIENCE_S), ReadingPool(config.extract.workers)
    filling = Backfill(config, beats, patient, pool, tell)
    try:
        return tuple([await filling.read(path) for path in paths])
    finally:
        pool.close()
        await filling.finish()
        patient.close()


class Backfill:
    """One call: its run, and the readers that its files share."""

    def __init__(
        self, config: Config, beats: Sequence[Beat], store: AsyncStore, pool: ReadingPool, tell: Tell
    ) -> None:
        self.config = config
        self.tell = tell
        self.store = store
        self.most_under_way = pool.workers * PER_READER
        self._topics = tuple(beat.topic for beat in beats)
        self._pool = pool
        self._run_id: int | None = None

    async def read(self, path: Path) -> FileTally:
        """Read what is not yet read of a file."""
        tally = FileTally(path.name, path.stat().st_size)
        with path.open("rb") as file:
            key = self._key(file)
            appender = await self.store.run(self._appender, tally, key)
            if appender is None:
                tally.was_done, tally.offset = True, tally.size_bytes
            else:
                await _FileReading(self, appender, tally).run(file)
        return tally

    def _key(self, file: BinaryIO) -> str:
        """What makes two readings of a file the same one: its beginning, and what decides about its pages."""
        from crawler.ingest.reading import EXTRACTOR  # brings the extractor, which takes a second

        head = hashlib.sha256(file.read(_HEAD_BYTES)).hexdigest()
        rules = sorted(topic.ruleset for topic in self._topics)
        parts = [head, EXTRACTOR, self.config.keep.band, str(self.config.fetch.max_bytes), *rules]
        return f"warc {hashlib.sha256(chr(31).join(parts).encode()).hexdigest()}"

    def _appender(self, store: Store, tally: FileTally, key: str) -> FileAppender | None:
        """In the store's thread; None when the file was read to its end before. The run begins with the first file."""
        if store.warc_place(key)[1] == tally.size_bytes:
            return None
        if self._run_id is None:
            self._run_id = store.start_run("backfill", datetime.now(UTC))
        return FileAppender(self._run_id, store.warc_place(key), key, tally.name, self.config.keep.band)

    async def weigh(self, entry: Answer) -> Capture | Faulty:
        """Read and judge a page in a reader process, unless its words rule the topics out."""
        asked = entry.page.url
        url, unfit = canonical_url(asked), why_unfit(asked)
        if url is None or unfit is not None:
            reason = unfit or "it is not a web address"
            return Faulty(place=entry.place, url=asked, outcome=Outcome.BLOCKED, reason=reason)
        page = replace(entry.page, url=url)
        candidate = Candidate(url=url, source=SOURCE, found_on=url, found_at=page.fetched_at)
        memory, is_gated = await self.store.run(self._known_of, page)
        return await self._pool.read(page, candidate, self._topics, memory, is_gated=is_gated)

    def _known_of(self, store: Store, page: Page) -> tuple[frozenset[int], bool]:
        """The memory of a page's site, and whether the page may stay unread; an article of the record is always read."""
        is_open = self.config.keep.band == "all" or store.article_of(page.url) is not None
        return store.site_memory(site_of(page.final_url)), not is_open

    async def finish(self) -> None:
        """Close the run, also one that was interrupted."""
        run_id = self._run_id
        if run_id is not None:
            with suppress(SpacereelError):
                await self.store.run(Store.close_run, run_id, datetime.now(UTC))


class _FileReading:
    """One file on its way: entries in their order, the pages among them under way in the readers."""

    def __init__(self, backfill: Backfill, appender: FileAppender, tally: FileTally) -> None:
        self._backfill = backfill
        self._appender = appender
        self._tally = tally
        self._waiting: deque[tuple[WarcEntry, asyncio.Task[Capture | Faulty] | None]] = deque()
        self._under_way = 0
        #: records since the last batch, and what became of the pages among them
        self._records = 0
        self._results: list[PageResult] = []
        self._held_bytes = 0

    async def run(self, file: BinaryIO) -> None:
        """Read it from where an earlier call was to its end."""
        most_bytes, start = self._backfill.config.fetch.max_bytes, self._appender.done.place
        last: WarcEntry | None = None
        try:
            for last in read_entries(file, self._tally.name, most_bytes, datetime.now(UTC), start):
                await self._take(last)
            while self._waiting:
                await self._settle_first()
        finally:
            for _, task in self._waiting:
                if task is not None:
                    task.cancel()
        await self._append(self._end(last))

    def _end(self, last: WarcEntry | None) -> ReadUpTo:
        """Where a later call goes on when the file has grown by then: where its last record is cut off, or its end."""
        size = self._tally.size_bytes
        is_cut_off = isinstance(last, Faulty) and last.is_end
        return ReadUpTo(place=last.place if last and is_cut_off else Place(offset=size), size_bytes=size)

    async def _take(self, entry: WarcEntry) -> None:
        self._tally.records += 1
        self._tally.offset = entry.place.offset
        task = None
        if isinstance(entry, Answer):
            task = asyncio.ensure_future(self._backfill.weigh(entry))
            self._under_way += 1
            self._held_bytes += len(entry.page.body)
        self._waiting.append((entry, task))
        if self._tally.records % BATCH == 0:
            await asyncio.sleep(0)  # Ctrl-C is heard also where there is no page for long
        while self._is_full():
            await self._settle_first()

    def _is_full(self) -> bool:
        return bool(self._waiting) and (
            self._under_way >= self._backfill.most_under_way
            or self._held_bytes > MOST_HELD_BYTES
            or len(self._waiting) > BATCH
        )

    async def _settle_first(self) -> None:
        """Take the first entry off; append when there are enough."""
        entry, task = self._waiting[0]
        what = entry if task is None else await task
        self._waiting.popleft()
        self._records += 1
        if isinstance(entry, Answer):
            self._under_way -= 1
            self._held_bytes -= len(entry.page.body)
        if isinstance(what, Skipped):
            self._tally.skipped[what.kind] += 1
        elif not isinstance(what, Answer):
            self._results.append(result_of(entry.place, what))
            self._held_bytes += self._results[-1].held_bytes
        if self._waiting and (self._records >= BATCH or self._held_bytes > MOST_HELD_BYTES):
            await self._append(ReadUpTo(place=self._waiting[0][0].place))

    async def _append(self, after: ReadUpTo) -> None:
        batch, self._results, self._records = self._results, [], 0
        self._held_bytes -= sum(each.held_bytes for each in batch)
        self._tally.pages += await self._backfill.store.run(self._appender.append, batch, after)
        self._backfill.tell(self._tally)
