"""The session of one crawl: what came back from an errand goes into the record, with its verdict and reason.

No Scrapy here. The spider and the pipelines are thin: each calls one method.
Every errand that was handed out ends in exactly one of `file`, `miss`,
`file_source`, `miss_source` or, without a visit, `put_back`.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from crawler.catalogue import Beat
from crawler.config import Config
from crawler.dedupe.urls import canonical_url, site_of
from crawler.errors import FetchError, StoreError
from crawler.frontier.async_store import AsyncStore, remembered
from crawler.frontier.errands import Errand, Poll, Visit
from crawler.frontier.frontier import Frontier
from crawler.frontier.hosts import HostBusy, Hosts, Manners, Remembered, RobotsAway, RobotsClosed
from crawler.frontier.timetable import next_recheck_at, next_state, retry_at
from crawler.ingest.append import append, weigh
from crawler.ingest.drift import is_read_anyway
from crawler.ingest.pool import ReadingPool
from crawler.ingest.verdict import Decision, absent, best, is_passing, missed, next_look_at, sentence
from crawler.logs import say
from db.model import Capture, FetchRecord, Outcome, Page, Revision, from_iso, iso
from db.store import Store
from db.watched import HostState, SourceState

log = logging.getLogger(__name__)
Progress = Callable[[int, int, dict[str, int]], None]
#: the queue is counted for the progress callback that often, in rows
_COUNT_EVERY = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPage:
    """A page on its way from the wire to the record; an item of the pipelines."""

    visit: Visit
    page: Page
    started_at: datetime
    elapsed_ms: int
    capture: Capture | None = None
    #: why what was read of it is suspect
    suspect: str | None = None


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
        progress: Progress | None = None,
    ) -> None:
        self.config = config
        self.store = store
        self.pool = pool
        self.run_id = run_id
        self.tally = Tally()
        #: what ended the crawl before its time
        self.fault: StoreError | None = None
        #: sites whose pages give something suspect, as far as this crawl knows
        self.suspects: set[str] = set()
        self._progress = progress
        self._queue = 0
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
        watched = [source for beat in beats for source in beat.sources if source.kind == "page"]
        self._watched = {canonical_url(source.url): source.id for source in watched}

    async def keep_host(self, state: HostState) -> None:
        """Remember what a host asked of us, over restarts."""
        await self.store.run(lambda store: store.keep_host(state))

    async def append_visit(self, record: FetchRecord, page: Page | None = None) -> None:
        """One row of the ledger that ends no errand: a robots.txt, a sitemap of an index; its bytes are kept."""

        def write(store: Store) -> None:
            if page is not None:
                store.keep_page(page)
            store.append_visit(record, self.run_id)

        await self.store.run(write)

    async def remember(self, url: str) -> Remembered | None:
        """The last good answer of an address that is neither a source nor a page of the queue."""
        return await self.store.run(lambda store: remembered(store, url))

    def abort(self, fault: StoreError) -> None:
        """The record cannot be written: end the crawl; what is under way stays queued."""
        if self.fault is None:
            self.fault = fault
        self.frontier.close()

    # pages

    async def keep_page(self, fetched: FetchedPage) -> FetchedPage:
        """Keep the bytes first, so that a page can be read again whatever happens next."""
        await self.store.run(lambda store: store.keep_page(fetched.page))
        self.frontier.move(fetched.visit)
        return fetched

    async def read(self, fetched: FetchedPage) -> FetchedPage:
        """Read and judge the page in a reader process."""
        memory, is_gated = await self.store.run(lambda store: self._known_of_site(store, fetched))
        candidate = fetched.visit.entry.candidate
        if not candidate.source:  # a watched page that has never been an article
            candidate = replace(candidate, source=self._watched.get(candidate.url, ""))
        capture = await self.pool.read(fetched.page, candidate, self.topics, memory, is_gated=is_gated)
        self.frontier.move(fetched.visit)
        return replace(fetched, capture=capture)

    def _known_of_site(self, store: Store, fetched: FetchedPage) -> tuple[frozenset[int], bool]:
        """The memory of a page's site, and whether the page may stay unread when its words rule its topics out.

        An article of the record is always read again, whatever it says now.
        """
        site = site_of(fetched.page.final_url)
        is_open = fetched.visit.purpose != "new" or self.config.keep.band == "all"
        is_gated = not is_open and not is_read_anyway(fetched.visit.url, store.readings(site))
        return store.site_memory(site), is_gated

    async def file(self, fetched: FetchedPage) -> Revision | None:
        """The last step of a page: verdict, article, ledger row and queue entry, in one transaction."""
        revision, record = await self.store.run(lambda store: self._append(store, fetched))
        self.count(fetched.visit, record)
        return revision

    def _append(self, store: Store, fetched: FetchedPage) -> tuple[Revision | None, FetchRecord]:
        """In the store's thread: the page into the record; returns its version and its row."""
        capture = fetched.capture
        assert capture is not None
        gone = absent(capture) if fetched.visit.purpose == "recheck" else None
        if gone is not None:
            record = self._row(fetched, gone)
            self._append_missed(store, fetched.visit, record)
            return None, record
        weighed = weigh(store, capture, self.config.keep.band)
        record = self._row(fetched, weighed.decision)
        if capture.article is None:
            self._append_missed(store, fetched.visit, record)
            return None, record
        appended = append(store, weighed, record, self.run_id, recheck_after=fetched.started_at)
        self._measure(store)
        return appended.revision, replace(record, outcome=appended.outcome)

    def _measure(self, store: Store) -> None:
        """Count the queue now and then, for whoever watches."""
        if self._progress is not None and self.tally.done % _COUNT_EVERY == 0:
            self._queue = store.queue_size()

    async def not_modified(self, visit: Visit, record: FetchRecord) -> None:
        """A page answered 304: one row, and the next look."""
        told = replace(
            record, outcome=Outcome.NOT_MODIFIED, reason="Not modified since the last visit (304)."
        )
        await self.store.run(lambda store: self._append_not_modified(store, visit, told))
        self.count(visit, told)

    def _append_not_modified(self, store: Store, visit: Visit, record: FetchRecord) -> None:
        with store.as_one():
            store.append_visit(record, self.run_id)
            self._look_again(store, visit, record)

    def _look_again(self, store: Store, visit: Visit, record: FetchRecord) -> None:
        """Put a page of the record back into the queue at its next time."""
        row = store.article_of(visit.url)
        at = next_recheck_at(from_iso(row["fetched_at"]), record.started_at) if row else None
        if row and record.outcome is Outcome.GONE:
            at = next_look_at(row["removed_at"] and from_iso(row["removed_at"]), record.started_at, at)
        if at is not None:
            store.schedule_recheck(visit.url, at)

    async def miss(self, visit: Visit, problem: FetchError, record: FetchRecord) -> None:
        """A page did not come: tried again later when that may help, else its verdict."""
        attempts, now = visit.entry.attempts + 1, datetime.now(UTC)
        until = retry_at(attempts, now, self.free_at(visit, problem, now)) if is_passing(problem) else None
        if until is None:
            decision = self._given_up(problem, attempts)
            told = replace(record, outcome=decision.outcome, reason=decision.reason)
            await self.store.run(lambda store: self._append_missed(store, visit, told))
        else:
            reason = f"{sentence(str(problem))} Attempt {attempts}; tried again at {iso(until)}."
            told = replace(record, outcome=Outcome.DEFERRED, reason=reason)
            await self._defer(visit, told, until, attempts)
        self.count(visit, told)

    def _append_missed(self, store: Store, visit: Visit, record: FetchRecord) -> None:
        with store.as_one():
            store.append_visit(record, self.run_id)
            if visit.purpose == "recheck":  # one look does not declare a removal
                self._look_again(store, visit, record)

    def _given_up(self, problem: FetchError, attempts: int) -> Decision:
        decision = missed(problem)
        if attempts == 1:
            return decision
        return replace(decision, reason=f"{decision.reason} Given up after {attempts} attempts.")

    async def _defer(self, visit: Visit, record: FetchRecord, until: datetime, attempts: int) -> None:
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
        told = replace(record, outcome=Outcome.DEFERRED, reason=reason)
        if isinstance(errand, Poll):
            await self.schedule(replace(errand.state, next_due_at=until, reason=reason), told)
        else:
            await self._defer(errand, told, until, errand.entry.attempts)
        self.count(errand, told)

    # sources

    async def schedule(self, state: SourceState, record: FetchRecord) -> None:
        """Write a poll's row and what it taught of the source."""

        def write(store: Store) -> None:
            with store.as_one():
                store.append_visit(record, self.run_id)
                store.schedule_source(state)
            self._measure(store)

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

    # what both have in common

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

    def _row(self, fetched: FetchedPage, decision: Decision) -> FetchRecord:
        assert fetched.capture is not None
        judgement = best(fetched.capture.judgements)
        suspect = f"Suspect: {fetched.suspect}" if fetched.suspect else None
        told = (decision.reason, fetched.capture.carried, suspect)
        return replace(
            answered(self.row(fetched.visit, fetched.started_at, fetched.elapsed_ms), fetched.page),
            outcome=decision.outcome,
            reason=" ".join(each for each in told if each),
            score=judgement.score if judgement else None,
            evidence=judgement.evidence if judgement else (),
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
        else:
            self.tally.pages[record.outcome] += 1
        say(log, logging.DEBUG, f"{record.purpose}.{record.outcome}", url=record.url, because=record.reason)
        self.manners.held.drop(errand.key)
        self.frontier.finish(errand)
        if self._progress is not None:
            counts = {outcome.value: count for outcome, count in self.tally.pages.items()}
            self._progress(self.tally.done, max(self._queue, self.frontier.under_way), counts)


def answered(record: FetchRecord, page: Page) -> FetchRecord:
    """The row with what the wire said."""
    return replace(
        record,
        final_url=page.final_url,
        status=page.status,
        received_bytes=len(page.body),
        page_sha256=page.sha256 if 200 <= page.status < 300 else None,
    )
