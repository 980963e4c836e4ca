"""What a crawl with the record at hand shares, and how an errand of it ends: in exactly one row of the ledger, or back in the queue.

No Scrapy here: the spider and the pipelines are thin. The way of a page is in
`crawler.ingest.visits`, that of a source in `crawler.polling`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from crawler.catalogue import Beat
from crawler.config import Config
from crawler.frontier.async_store import AsyncStore, remembered
from crawler.frontier.errands import Errand, Poll, Visit
from crawler.frontier.hosts import Remembered
from crawler.frontier.protocols import HostPace, Queue
from crawler.frontier.record_queue import RecordQueue
from crawler.frontier.timetable import next_state
from crawler.ingest.crawl import Crawl, CrawlProgress
from crawler.ingest.figures import Figures
from crawler.ingest.pool import ReadingPool
from crawler.ingest.quiet import QuietPoll, QuietPolls
from crawler.ingest.verdict import sentence
from crawler.ingest.witnesses import MOST_WITNESSED, Witnesses
from db.model import FetchRecord, Outcome, Page, Source, iso
from db.store import Store
from db.watched import HostState, SourceState

#: the queue is counted for the progress callback that often, in rows
_COUNT_EVERY = 20


class Hubs(Protocol):
    """What hubs push, as polls see it (`crawler.polling.push`)."""

    async def meet(
        self,
        source: Source,
        page: Page,
        hub: str | None,
        topic: str | None,
        post: Callable[[str, dict[str, str]], Awaitable[Page]],
    ) -> str | None:
        """Ask the hub that a feed names, when it is time; returns what to say of it."""

    async def slowed(self, state: SourceState, new: int, now: datetime) -> SourceState:
        """The state after a poll, its next one later while pushes arrive."""


class CrawlSession(Crawl):
    """Everything that a crawl with the record at hand shares.

    Args:
        run_id: runs.id of this crawl.
        queue: the record's when it is not given.
        progress: called with visits done, pages queued and pages per verdict.
        figures: counted into; the caller's, when they outlive this crawl.
    """

    def __init__(
        self,
        config: Config,
        beats: Sequence[Beat],
        store: AsyncStore,
        pool: ReadingPool,
        run_id: int,
        *,
        is_once: bool,
        hosts: HostPace,
        queue: Queue | None = None,
        progress: CrawlProgress | None = None,
        figures: Figures | None = None,
    ) -> None:
        super().__init__(
            config,
            beats,
            pool,
            is_once=is_once,
            hosts=hosts,
            queue=queue or RecordQueue(store),
            progress=progress,
            figures=figures,
        )
        self.store = store
        self.run_id = run_id
        self.begun_at = datetime.now(UTC)
        #: site -> the lesson that is under way; see `crawler.ingest.lessons`
        self.lessons: dict[str, asyncio.Future[bool]] = {}
        #: changes that wait until other articles of their site have been looked at
        self.witnesses = Witnesses(min(MOST_WITNESSED, config.fetch.concurrency // 2))
        #: sites whose pages give something suspect, as far as this crawl knows
        self.suspects: set[str] = set()
        #: Source.id -> hash of a source and of the bytes that said all it names, as far as this crawl knows
        self.last_said: dict[str, int] = {}
        self._quiet = QuietPolls(store, self._count_polls)
        #: what hubs push; None where nobody listens
        self.pushes: Hubs | None = None

    async def keep_host(self, state: HostState) -> None:
        """Remember what a host asked of us, over restarts."""
        await self.store.run(Store.keep_host, state)

    async def append_visit(self, record: FetchRecord, page: Page | None = None) -> None:
        """One row of the ledger that ends no errand: a robots.txt, a sitemap of an index; its bytes are kept."""

        def write(store: Store) -> None:
            if page is not None:
                store.keep_page(page)
            store.append_visit(record, self.run_id)

        await self.store.run(write)

    async def remember(self, url: str) -> Remembered | None:
        """The last good answer of an address that is neither a source nor a page of the queue."""
        return await self.store.run(remembered, url)

    def count(self, errand: Errand, record: FetchRecord) -> None:
        """The row is written: the errand is over, and whoever waits for looks at its host is told."""
        super().count(errand, record)
        self.witnesses.ended(errand.host)

    def measure(self, store: Store) -> None:
        """Count the queue now and then, for whoever watches."""
        if self.is_watched and self.tally.done % _COUNT_EVERY == 0:
            self.queued = store.queue_size()

    # rows and what goes with them

    async def defer(self, visit: Visit, record: FetchRecord, until: datetime, attempts: int) -> None:
        """A page is left for later: its row, and its time."""

        def write(store: Store) -> None:
            with store.as_one():
                store.append_visit(record, self.run_id)
                store.postpone(visit.url, until, attempts)

        await self.store.run(write)
        self.frontier.queued()

    async def leave(self, errand: Errand, until: datetime) -> None:
        """`once` does not wait for the errand's host: a row that says so, and its time.

        A page that has such a row already gets no other: a dead host would write all its pages into the ledger with every run.
        """
        why = self.manners.hosts.reason(errand.host) or "the host asks for time between requests"
        record = self.row(errand, datetime.now(UTC), 0)
        reason = f"{sentence(why)} Left for {iso(until)}."
        record = replace(record, outcome=Outcome.DEFERRED, reason=reason)
        if isinstance(errand, Poll):
            await self.schedule(replace(errand.state, next_due_at=until, reason=reason), record)
        elif await self.store.run(Store.is_deferred, errand.url):
            await self.store.run(Store.postpone, errand.url, until, errand.entry.attempts)
            self.frontier.queued()
        else:
            await self.defer(errand, record, until, errand.entry.attempts)
        self.count(errand, record)

    async def schedule(self, state: SourceState, record: FetchRecord, *, is_quiet: bool = False) -> None:
        """Write a poll's row, or count it when it is a quiet one, and what it taught of the source."""
        if is_quiet:
            await self._quiet.add((state, record))
            return

        def write(store: Store) -> None:
            with store.as_one():
                store.append_visit(record, self.run_id)
                store.schedule_source(state)
            self.measure(store)

        await self.store.run(write)

    def _count_polls(self, store: Store, polls: Sequence[QuietPoll]) -> None:
        with store.as_one():
            for state, record in polls:
                store.count_poll(record, self.run_id)
                store.schedule_source(state)
        self.measure(store)

    async def fail(self, errand: Errand, fault: BaseException | str | None) -> None:
        """Our own code failed on the errand, with an error of that name: its row says so, and it is not tried again."""
        name = fault if isinstance(fault, str) else type(fault).__name__
        reason = f"Spacereel failed on it: {name}."
        record = replace(self.row(errand, datetime.now(UTC), 0), outcome=Outcome.FAILED, reason=reason)
        if isinstance(errand, Visit):
            await self.append_visit(record)
        else:
            state = next_state(errand.state, Outcome.FAILED, reason, record.started_at, weight=1.0)
            await self.schedule(state, record)
        self.count(errand, record)
