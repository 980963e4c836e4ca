"""What one crawl shares, and how an errand of it ends: in exactly one row of the ledger, or back in the queue.

No Scrapy here: the spider and the pipelines are thin. The way of a page is in
`crawler.ingest.visits`, that of a source in `crawler.polling`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from crawler.catalogue import Beat
from crawler.config import Config
from crawler.dedupe.urls import canonical_url
from crawler.errors import StoreError
from crawler.frontier.async_store import AsyncStore, remembered
from crawler.frontier.errands import Errand, Poll, Visit
from crawler.frontier.frontier import Frontier
from crawler.frontier.hosts import HostBusy, Hosts, Manners, Remembered, RobotsAway, RobotsClosed
from crawler.frontier.timetable import next_state
from crawler.ingest.figures import Figures
from crawler.ingest.pool import ReadingPool
from crawler.ingest.verdict import sentence
from crawler.logs import say
from db.model import FetchRecord, Outcome, Page, Source, iso
from db.store import Store
from db.watched import HostState, SourceState

log = logging.getLogger(__name__)
CrawlProgress = Callable[[int, int, dict[str, int]], None]
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


@dataclass(slots=True)
class Tally:
    """What a crawl has done so far."""

    sources: int = 0
    candidates: int = 0
    pages: Counter[Outcome] = field(default_factory=Counter)

    @property
    def done(self) -> int:
        """Visits to pages."""
        return sum(self.pages.values())


class CrawlSession:
    """Everything one crawl shares.

    Args:
        run_id: runs.id of this crawl.
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
        hosts: Hosts,
        progress: CrawlProgress | None = None,
        figures: Figures | None = None,
    ) -> None:
        self.config = config
        self.store = store
        self.pool = pool
        self.run_id = run_id
        self.tally = Tally()
        self.figures = figures or Figures()
        #: what ended the crawl before its time
        self.fault: StoreError | None = None
        #: site -> the lesson that is under way; see `crawler.ingest.lessons`
        self.lessons: dict[str, asyncio.Future[bool]] = {}
        #: sites whose pages give something suspect, as far as this crawl knows
        self.suspects: set[str] = set()
        #: what hubs push; None where nobody listens
        self.pushes: Hubs | None = None
        self._progress = progress
        self._queue = 0
        self._week: tuple[int, int] | None = None
        self._read_anyway: Counter[str] = Counter()
        self.take_beats(beats)
        self.manners = Manners(
            fetch=config.fetch,
            hosts=hosts,
            keep_host=self.keep_host,
            record=self.append_visit,
            remember=self.remember,
        )
        self.frontier = Frontier(store, hosts, config.fetch.concurrency, is_once=is_once, leave=self._leave)

    def take_beats(self, beats: Sequence[Beat]) -> None:
        """Judge by these beats from now on."""
        self.topics = tuple(beat.topic for beat in beats)
        self.sources = tuple(source for beat in beats for source in beat.sources)
        self._drawn = frozenset(source.id for source in self.sources if source.render)
        watched = [source for beat in beats for source in beat.sources if source.kind == "page"]
        self._watched = {canonical_url(source.url): source.id for source in watched}

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

    def abort(self, fault: StoreError) -> None:
        """The record cannot be written: end the crawl; what is under way stays queued."""
        if self.fault is None:
            self.fault = fault
        self.frontier.close()

    def is_drawn(self, source: str) -> bool:
        """Whether pages of a source are drawn by their scripts."""
        return source in self._drawn

    def source_of(self, url: str) -> str:
        """Source.id of a watched page; empty for any other."""
        return self._watched.get(url, "")

    def read_anyway(self, at: datetime) -> Counter[str]:
        """Of each site the pages that were read in the week of *at* although nobody may want them."""
        week = at.isocalendar()[:2]
        if week != self._week:
            self._week, self._read_anyway = week, Counter()
        return self._read_anyway

    def measure(self, store: Store) -> None:
        """Count the queue now and then, for whoever watches."""
        if self._progress is not None and self.tally.done % _COUNT_EVERY == 0:
            self._queue = store.queue_size()

    # rows and what goes with them

    async def defer(self, visit: Visit, record: FetchRecord, until: datetime, attempts: int) -> None:
        """A page is left for later: its row, and its time."""

        def write(store: Store) -> None:
            with store.as_one():
                store.append_visit(record, self.run_id)
                store.postpone(visit.url, until, attempts)

        await self.store.run(write)
        self.frontier.queued()

    async def _leave(self, errand: Errand, until: datetime) -> None:
        """`once` does not wait for the errand's host: a row that says so, and its time."""
        why = self.manners.hosts.reason(errand.host) or "the host asks for time between requests"
        record = self.row(errand, datetime.now(UTC), 0)
        reason = f"{sentence(why)} Left for {iso(until)}."
        record = replace(record, outcome=Outcome.DEFERRED, reason=reason)
        if isinstance(errand, Poll):
            await self.schedule(replace(errand.state, next_due_at=until, reason=reason), record)
        else:
            await self.defer(errand, record, until, errand.entry.attempts)
        self.count(errand, record)

    async def schedule(self, state: SourceState, record: FetchRecord) -> None:
        """Write a poll's row and what it taught of the source."""

        def write(store: Store) -> None:
            with store.as_one():
                store.append_visit(record, self.run_id)
                store.schedule_source(state)
            self.measure(store)

        await self.store.run(write)

    async def fail(self, errand: Errand, fault: BaseException | None) -> None:
        """Our own code failed on the errand: its row says so, and it is not tried again."""
        reason = f"Spacereel failed on it: {type(fault).__name__}."
        record = replace(self.row(errand, datetime.now(UTC), 0), outcome=Outcome.FAILED, reason=reason)
        if isinstance(errand, Visit):
            await self.append_visit(record)
        else:
            state = next_state(errand.state, Outcome.FAILED, reason, record.started_at, weight=1.0)
            await self.schedule(state, record)
        self.count(errand, record)

    # the end of an errand

    def put_back(self, errand: Errand, busy: HostBusy) -> None:
        """Its host was not free: not a visit; it comes again in its turn."""
        say(log, logging.DEBUG, "errand.put_back", url=errand.url, because=busy, wait_s=busy.wait_s)
        self.manners.held.drop(errand.key)
        self.frontier.put_back(errand)

    def row(self, errand: Errand, started_at: datetime, elapsed_ms: int) -> FetchRecord:
        """The ledger row of an errand, its verdict still open."""
        return FetchRecord(
            url=errand.url,
            source=errand.source or None,
            purpose=errand.purpose,
            started_at=started_at,
            elapsed_ms=elapsed_ms,
            outcome=Outcome.FAILED,
            reason="",
        )

    def free_at(self, errand: Errand, problem: Exception, now: datetime) -> datetime | None:
        """When the errand's host may be asked again, or None when that is now."""
        wait = self.manners.hosts.wait_s(errand.host, time.monotonic())
        wait = max(wait, problem.wait_s if isinstance(problem, RobotsClosed | RobotsAway | HostBusy) else 0.0)
        return now + timedelta(seconds=wait) if wait > 0 else None

    def count(self, errand: Errand, record: FetchRecord) -> None:
        """The row is written: the errand is over."""
        if isinstance(errand, Poll):
            self.tally.sources += 1
            self.figures.polls[record.outcome] += 1
            self.figures.took("poll", record.elapsed_ms / 1000)
        else:
            self.tally.pages[record.outcome] += 1
            self.figures.fetches[record.outcome] += 1
            self.figures.took("fetch", record.elapsed_ms / 1000)
        say(log, logging.DEBUG, f"{record.purpose}.{record.outcome}", url=record.url, because=record.reason)
        self.manners.held.drop(errand.key)
        self.frontier.finish(errand)
        if self._progress is not None:
            counts = {outcome.value: count for outcome, count in self.tally.pages.items()}
            self._progress(self.tally.done, max(self._queue, self.frontier.under_way), counts)
