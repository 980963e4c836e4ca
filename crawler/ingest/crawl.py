"""What a crawl shares wherever its answers go: beats, pace, what is under way, and what it has done so far. No record here."""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler.catalogue import Beat
from crawler.config import Config
from crawler.dedupe.urls import canonical_url
from crawler.errors import StoreError
from crawler.frontier.errands import Errand, Poll
from crawler.frontier.frontier import Frontier
from crawler.frontier.hosts import HostBusy, Manners, Remembered, RobotsAway, RobotsClosed
from crawler.frontier.protocols import HostPace, Queue
from crawler.ingest.figures import Figures
from crawler.ingest.pool import ReadingPool
from crawler.logs import say
from db.model import FetchRecord, Outcome, Page
from db.watched import HostState

log = logging.getLogger(__name__)
CrawlProgress = Callable[[int, int, dict[str, int]], None]


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


class Crawl(ABC):
    """What spider, middlewares and pipelines of one crawl share.

    Args:
        queue: where errands come from.
        progress: called with visits done, pages queued and pages per verdict.
        figures: counted into; the caller's, when they outlive this crawl.
    """

    def __init__(
        self,
        config: Config,
        beats: Sequence[Beat],
        pool: ReadingPool,
        *,
        is_once: bool,
        hosts: HostPace,
        queue: Queue,
        progress: CrawlProgress | None = None,
        figures: Figures | None = None,
    ) -> None:
        self.config = config
        self.pool = pool
        self.tally = Tally()
        self.figures = figures or Figures()
        #: what ended the crawl before its time
        self.fault: StoreError | None = None
        #: pages of the queue, counted now and then
        self.queued = 0
        self._progress = progress
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
        self.frontier = Frontier(queue, hosts, config.fetch.concurrency, is_once=is_once, leave=self.leave)

    def take_beats(self, beats: Sequence[Beat]) -> None:
        """Judge by these beats from now on."""
        self.topics = tuple(beat.topic for beat in beats)
        self.sources = tuple(source for beat in beats for source in beat.sources)
        self._drawn = frozenset(source.id for source in self.sources if source.render)
        watched = [source for beat in beats for source in beat.sources if source.kind == "page"]
        self._watched = {canonical_url(source.url): source.id for source in watched}

    @property
    def is_watched(self) -> bool:
        """Whether somebody wants to know how far it is."""
        return self._progress is not None

    @abstractmethod
    async def keep_host(self, state: HostState) -> None:
        """Remember what a host asked of us, over restarts."""

    @abstractmethod
    async def append_visit(self, record: FetchRecord, page: Page | None = None) -> None:
        """One row of the ledger that ends no errand: a robots.txt, a sitemap of an index; its bytes are kept."""

    @abstractmethod
    async def remember(self, url: str) -> Remembered | None:
        """The last good answer of an address that is neither a source nor a page of the queue."""

    @abstractmethod
    async def leave(self, errand: Errand, until: datetime) -> None:
        """`once` does not wait for the errand's host: a row that says so, and its time."""

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
            self._progress(self.tally.done, max(self.queued, self.frontier.under_way), counts)
