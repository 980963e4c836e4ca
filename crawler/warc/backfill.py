"""Pages of WARC files go the way of pages that were fetched: read, judged, recognised, appended. No request is made."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from crawler.catalogue import Beat
from crawler.config import Config
from crawler.dedupe.urls import site_of
from crawler.errors import SpacereelError
from crawler.extract.extractor import EXTRACTOR
from crawler.frontier.async_store import AsyncStore
from crawler.ingest.needs import check_memory
from crawler.ingest.pool import ReadingPool
from crawler.warc.batch import FileAppender, PageResult, addressed, result_of
from crawler.warc.entries import Faulty, WarcResponse
from crawler.warc.gating import PageGate, own_candidate
from crawler.warc.records import first_date
from crawler.warc.sifted import HEAD_BYTES, Sifted, rules_key
from crawler.warc.window import FileReading, FileTally, OnProgress, ReadUpTo
from db.model import Capture, Outcome
from db.store import Store

#: pages under way for each reader: two batches at the gate
PER_READER = 16
#: how long a write that the disk refuses is repeated
_PATIENCE_S = 60.0


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
    config: Config,
    beats: Sequence[Beat],
    store: Store,
    paths: Sequence[Path],
    on_progress: OnProgress,
    sifted: Mapping[Path, Sifted] | None = None,
) -> tuple[FileTally, ...]:
    """Read WARC files into the record, one after the other; each goes on where an earlier call was.

    Args:
        paths: as `in_order` gives them.
        on_progress: called after every few records.
        sifted: what a sift counted of the files that it left of larger ones; counted here as if it were read here.

    Raises:
        SpacereelError: a file was sifted by other rules.
        ConfigError: the machine has no memory for so many beats.
        StoreError: the record could not be written; what was appended stays, with its place.
    """
    check_memory(config, beats)
    _check_rules(sifted or {}, rules_key(config, beats))
    patient, pool = AsyncStore(store, _PATIENCE_S), ReadingPool(config.extract.workers)
    filling = Backfill(config, beats, patient, pool, on_progress)
    try:
        return tuple([await filling.read(path, (sifted or {}).get(path)) for path in paths])
    finally:
        pool.close()
        await filling.finish()
        patient.close()


def _check_rules(sifted: Mapping[Path, Sifted], rules: str) -> None:
    for path, each in sifted.items():
        if not each.is_by(rules):
            raise SpacereelError(f"{path.name} was sifted by other rules than these; sift {each.file} again")


class Backfill:
    """One call: its run, and the readers that its files share."""

    def __init__(
        self,
        config: Config,
        beats: Sequence[Beat],
        store: AsyncStore,
        pool: ReadingPool,
        on_progress: OnProgress,
    ) -> None:
        self.config = config
        self._on_progress = on_progress
        self.store = store
        self.most_under_way = pool.workers * PER_READER
        self._topics = tuple(beat.topic for beat in beats)
        self._pool = pool
        self._gate = PageGate(store, pool, self._topics)
        self._run_id: int | None = None

    async def read(self, path: Path, sifted: Sifted | None) -> FileTally:
        """Read what is not yet read of a file."""
        tally = FileTally(path.name, path.stat().st_size)
        with path.open("rb") as file:
            key = self._key(file)
            appender = await self.store.run(self._appender, tally, key, sifted)
            if appender is None:
                tally.was_done, tally.offset = True, tally.size_bytes
            else:
                work = _FileFilling(self, appender, is_gated=sifted is None)
                await FileReading(work, tally, self._on_progress).run(file)
        if sifted is not None and not tally.was_done:
            tally.records += sifted.records - sifted.kept - tally.skipped.pop("warcinfo", 0)
            tally.skipped += sifted.skipped
        return tally

    def _key(self, file: BinaryIO) -> str:
        """What makes two readings of a file the same one: its beginning, and what decides about its pages."""
        head = hashlib.sha256(file.read(HEAD_BYTES)).hexdigest()
        rules = sorted(topic.ruleset for topic in self._topics)
        parts = [head, EXTRACTOR, self.config.keep.band, str(self.config.fetch.max_bytes), *rules]
        return f"warc {hashlib.sha256(chr(31).join(parts).encode()).hexdigest()}"

    def _appender(
        self, store: Store, tally: FileTally, key: str, sifted: Sifted | None
    ) -> FileAppender | None:
        """In the store's thread; None when the file was read to its end before. The run begins with the first file."""
        if store.warc_place(key)[1] == tally.size_bytes:
            return None
        if self._run_id is None:
            self._run_id = store.start_run("backfill", datetime.now(UTC))
        place = store.warc_place(key)
        uncounted = None if place[1] else sifted  # its end was reached before, and the counts with it
        return FileAppender(self._run_id, place, key, tally.name, self.config.keep.band, uncounted)

    async def weigh(self, entry: WarcResponse | Faulty, *, is_gated: bool) -> Capture | Faulty | Outcome:
        """Read and judge a page in a reader process, unless it *is_gated* and its words rule the topics out."""
        page = addressed(entry)
        if isinstance(page, Faulty):
            return page
        may_stay_unread = is_gated and self.config.keep.band != "all"
        is_out = await self._gate.is_out(page) if may_stay_unread else False
        if is_out:
            return Outcome.OFF_TOPIC
        memory = await self.store.run(Store.site_memory, site_of(page.final_url))
        return await self._pool.read(page, own_candidate(page), self._topics, memory, is_gated=is_out is None)

    async def finish(self) -> None:
        """Close the run, also one that was interrupted."""
        run_id = self._run_id
        if run_id is not None:
            with suppress(SpacereelError):
                await self.store.run(Store.close_run, run_id, datetime.now(UTC))


class _FileFilling:
    """The work on one file.

    Args:
        is_gated: what a sift has left has been through the gate.
    """

    def __init__(self, backfill: Backfill, appender: FileAppender, *, is_gated: bool) -> None:
        self.most_bytes = backfill.config.fetch.max_bytes
        self.most_under_way = backfill.most_under_way
        self.start = appender.done.place
        self._backfill = backfill
        self._appender = appender
        self._is_gated = is_gated

    async def weigh(self, entry: WarcResponse | Faulty) -> PageResult:
        """What the page is to the record."""
        return result_of(entry.place, await self._backfill.weigh(entry, is_gated=self._is_gated))

    async def write(self, batch: Sequence[PageResult], after: ReadUpTo) -> Counter[Outcome]:
        """Append it, with the place, in one transaction."""
        return await self._backfill.store.run(self._appender.append, batch, after)
