"""One crawl: frontier in, RunReport out. The only place that starts Scrapy."""

from __future__ import annotations

import asyncio
import atexit
import logging
import sys
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor, is_reactor_installed

from crawler.catalogue import Beat
from crawler.config import Config
from crawler.frontier.async_store import AsyncStore
from crawler.frontier.hosts import Hosts
from crawler.ingest.crawl import Crawl, CrawlProgress
from crawler.ingest.figures import Figures
from crawler.ingest.needs import check_memory
from crawler.ingest.pool import HARD_LIMIT_S, ReadingPool
from crawler.ingest.session import CrawlSession
from crawler.logs import say
from crawler.middlewares.private import loop_of
from crawler.polling.answers import Answers
from crawler.polling.kinds import polls_of
from crawler.spiders.watch import WatchSpider
from db.runs import RunReport
from db.store import Store
from db.watched import SourceState

log = logging.getLogger(__name__)
T = TypeVar("T")
CrawlMode = Literal["daemon", "once"]
_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

#: how long `once` repeats a write that the disk refuses before it ends with the reason
ONCE_PATIENCE_S = 60.0
#: a crawl with errands under way and no sign of life for that many time-outs is stuck, but a page may cost a reader twice
STUCK_TIMEOUTS = 4
STUCK_LEAST_S = 3 * HARD_LIMIT_S
#: due sources that are taken in at a time, and how often in a tick, so that others use the record in between
SOURCES_A_LOOK, LOOKS_A_TICK = 1000, 5
#: an errand without a step for so long will never have its row; redirects and a queue before the readers take minutes
LOST_S = 3600.0


#: the loop waits so long, in seconds, for each turn that it gives a thread which looks at a large page
_SWITCH_S = 0.001


def settings() -> Settings:
    """The project's Scrapy settings."""
    project = Settings()
    project.setmodule("crawler.settings", priority="project")
    return project


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run *main* in the process's one loop, where Twisted lives too; may be called again and again.

    Twisted's reactor cannot be restarted, so it is started once and never
    stopped; the loop below it runs for as long as *main* takes.
    """
    sys.setswitchinterval(_SWITCH_S)
    if not is_reactor_installed():
        install_reactor(_REACTOR)
    from twisted.internet import reactor

    twisted: Any = reactor
    loop = loop_of(twisted)
    if not twisted.running:
        twisted.startRunning(installSignalHandlers=False)
        atexit.register(_close, loop)
    return loop.run_until_complete(main)


def _close(loop: asyncio.AbstractEventLoop) -> None:
    """Let go of what a publisher that never answers still holds, without a word; then close."""
    left = asyncio.all_tasks(loop)
    loop.set_exception_handler(lambda *_: None)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.wait(left, timeout=1.0))
    loop.close()


class RunningSpider:
    """The spider of a crawl, from now on.

    Args:
        answers: where they go; into the record of the session when not given.
    """

    def __init__(self, session: Crawl, answers: Answers | None = None) -> None:
        self._runner = AsyncCrawlerRunner(settings())
        self.task: asyncio.Task[None] = self._runner.crawl(WatchSpider, session=session, answers=answers)

    async def end(self) -> None:
        """Let go of whatever is still under way."""
        if not self.task.done():
            with suppress(TimeoutError, RuntimeError):
                await asyncio.wait_for(self._runner.stop(), 1.0)
            self.task.cancel()
        await asyncio.wait([self.task], timeout=1.0)


class Watch:
    """A crawl that goes on until it is stopped or, in mode `once`, until the frontier is dry.

    Args:
        store: made by the caller, who also closes it.
        progress: called with visits done, pages queued and pages per verdict.
        figures: counted into; the daemon's, which outlive this crawl.
    """

    def __init__(
        self,
        config: Config,
        beats: Sequence[Beat],
        store: AsyncStore,
        *,
        mode: CrawlMode,
        progress: CrawlProgress | None = None,
        figures: Figures | None = None,
    ) -> None:
        self.config = config
        self.mode = mode
        self.run_id = 0
        self.store = store
        self.figures = figures or Figures()
        self.pool = ReadingPool(
            config.extract.workers, died=self.figures.reader_died, preload=("crawler.polling.results",)
        )
        self._beats = tuple(beats)
        self._progress = progress
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the run and set the session up; sources come with `offer`, the spider with `begin`."""
        tick = asyncio.get_running_loop().time()
        self.run_id, hosts = await self.store.run(begin_run, self.config, self.mode, tick)
        self.session = CrawlSession(
            self.config,
            self._beats,
            self.store,
            self.pool,
            self.run_id,
            is_once=self.mode == "once",
            hosts=self.pace(hosts, tick),
            progress=self._progress,
            figures=self.figures,
        )

    def pace(self, hosts: Hosts, tick: float) -> Hosts:
        """Whose turn it is: as the last crawl left it."""
        return hosts

    def begin(self) -> None:
        """Let the spider draw."""
        self._spider = RunningSpider(self.session)
        self._task = self._spider.task

    def offer(self, states: Sequence[SourceState]) -> int:
        """Sources whose time has come; returns how many were not known to be due."""
        return self.session.frontier.offer(polls_of(states, datetime.now(UTC)))

    async def offer_due(self, now: datetime) -> None:
        """What a tick brings: sources that are due, and another look at the queue."""
        await offer_due(self.session, now)

    @property
    def is_over(self) -> bool:
        """Whether the spider has ended."""
        return self._task is not None and self._task.done()

    def why_over(self) -> str:
        """Why the spider has ended, in words."""
        problem = self._task.exception() if self._task and self._task.done() else None
        return str(self.session.fault or problem or "the spider ended")

    def why_stuck(self, tick: float) -> str:
        """Why the crawl has to be started again although it has not ended, in words; empty while it moves.

        That polls come in time says nothing about pages that wait for a reader
        which does not answer, nor about the one errand that never comes back.
        """
        frontier = self.session.frontier
        patience = max(STUCK_LEAST_S, STUCK_TIMEOUTS * self.config.fetch.timeout_s)
        if self.store.is_paused or not frontier.under_way:
            return ""
        if tick - self.pool.moved_at > patience:
            return f"no page has been read for {patience:g} s"
        if tick - max(frontier.progressed_at, self.store.resumed_at) > patience:
            return f"nothing has moved for {patience:g} s"
        if tick - max(frontier.slowest_at, self.store.resumed_at) > LOST_S:
            return f"an errand has not moved for {LOST_S:g} s"
        return ""

    async def wait(self) -> None:
        """Until the spider has ended.

        Raises:
            StoreError: the record could not be written.
        """
        assert self._task is not None
        await asyncio.shield(self._task)  # who waits may be cancelled; the spider is stopped in order
        if self.session.fault is not None:
            raise self.session.fault

    async def stop(self, patience_s: float) -> None:
        """Draw nothing more; wait for what is under way, then let go: what has no row is still queued."""
        self.session.frontier.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.session.frontier.drained(), patience_s)
        if self._task is not None:
            await self._spider.end()

    async def finish(self) -> RunReport:
        """Close the run and count its verdicts; old reports go here, too, for those who only run `once`."""
        await self.store.run(Store.forget_reports, datetime.now(UTC))
        return await self.store.run(Store.finish_run, self.run_id, datetime.now(UTC))

    def close(self) -> None:
        """End the readers."""
        self.pool.close()


def begin_run(store: Store, config: Config, mode: CrawlMode, tick: float) -> tuple[int, Hosts]:
    """In the store's thread: the run that a crawl is, and the hosts as the last crawl left them.

    Args:
        tick: time of the loop.
    """
    now = datetime.now(UTC)
    hosts = Hosts(config.fetch.per_host_delay_s, store.host_states(), now, tick, store.last_asked_at())
    return store.start_run(mode, now), hosts


async def offer_due(session: CrawlSession, now: datetime) -> None:
    """What a tick brings a crawl: sources that are due, and another look at the queue."""
    for _ in range(LOOKS_A_TICK):
        known = session.frontier.known_sources
        due = await session.store.run(Store.due_sources, now, limit=SOURCES_A_LOOK, offered=known)
        session.frontier.offer(polls_of(due, now))
        if len(due) < SOURCES_A_LOOK:
            break
    session.frontier.queued()


async def crawl(
    config: Config,
    beats: Sequence[Beat],
    store: Store,
    *,
    all_sources: bool = False,
    recheck: bool = False,
    progress: CrawlProgress | None = None,
) -> RunReport:
    """Poll what is due, fetch and record everything found, and end.

    Args:
        all_sources: every enabled source, due or not.
        recheck: also every stored article.

    Raises:
        ConfigError: the machine has no memory for so many beats.
        StoreError: the record could not be written; what was not recorded is still queued.
    """
    check_memory(config, beats)
    patient = AsyncStore(store, ONCE_PATIENCE_S)
    watch = Watch(config, beats, patient, mode="once", progress=progress)
    try:
        await watch.start()
        if watch.offer(await patient.run(sources_due, beats, all_sources=all_sources, recheck=recheck)):
            watch.pool.warm_up()  # while the first answers are under way
        watch.begin()
        await _until_over(watch)
        report = await watch.finish()
    finally:
        watch.close()
        patient.close()
    say_finished(watch.session, report)
    return report


async def _until_over(watch: Watch) -> None:
    try:
        await watch.wait()
    except asyncio.CancelledError:
        watch.store.give_up()
        await watch.stop(5.0)
        await watch.finish()
        raise


def sources_due(
    store: Store, beats: Sequence[Beat], *, all_sources: bool = False, recheck: bool = False
) -> list[SourceState]:
    """In the store's thread: bring the catalogue in, and see what is due."""
    now = datetime.now(UTC)
    store.schedule_sources([source for beat in beats for source in beat.sources], now)
    if recheck:
        store.schedule_rechecks_all(now)
    if all_sources:
        return [state for state in store.source_states() if state.source.is_enabled]
    return list(store.due_sources(now, limit=100_000))


def say_finished(session: CrawlSession, report: RunReport, event: str = "crawl.finished") -> None:
    """One INFO line per crawl."""
    took = (report.finished_at - report.started_at).total_seconds() if report.finished_at else None
    pages = {outcome.value: count for outcome, count in sorted(session.tally.pages.items())}
    numbers: dict[str, object] = {
        "sources": session.tally.sources,
        "candidates": session.tally.candidates,
        **pages,
    }
    say(log, logging.INFO, event, run=report.id, **numbers, elapsed_s=took)
