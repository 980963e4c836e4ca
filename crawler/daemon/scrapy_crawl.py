"""`scrapy crawl watch -a once=1 [-a config=FILE] [-a db=FILE]`: the crawl of a daemon, started by Scrapy's own command."""

from __future__ import annotations

import asyncio
import logging
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import signals

from crawler.catalogue import load_beats
from crawler.config import load_config
from crawler.daemon.node import refuse_in_cluster
from crawler.daemon.upkeep import say_events
from crawler.errors import SpacereelError, StoreError
from crawler.frontier.async_store import AsyncStore
from crawler.ingest.pool import ReadingPool
from crawler.ingest.session import CrawlSession
from crawler.logs import quiet_libraries, say
from crawler.polling.kinds import polls_of
from crawler.runner import ONCE_PATIENCE_S, begin_run, offer_due, say_finished, sources_due
from db.lock import DaemonLock
from db.runs import RunReport
from db.store import Store

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

log = logging.getLogger(__name__)


def session_for_scrapy(
    crawler: Crawler, once: str = "", config: str | None = None, db: str | None = None
) -> CrawlSession:
    """The session of a crawl that Scrapy's command starts, under the lock of a daemon; it ends with the spider.

    Raises:
        SystemExit: the record is watched already, or anything else is wrong with the files; the log says what.
    """
    quiet_libraries()
    logging.getLogger("crawler").setLevel(logging.INFO)
    try:
        return _ScrapyCrawl(crawler, once not in ("", "0", "false"), config, db).session
    except SpacereelError as problem:
        say(log, logging.ERROR, "crawl.refused", because=problem)
        raise SystemExit(1) from problem


class _ScrapyCrawl:
    """What is open for as long as the spider is."""

    def __init__(self, crawler: Crawler, is_once: bool, config: str | None, db: str | None) -> None:
        self.config = load_config(Path(config) if config else None, Path(db) if db else None)
        refuse_in_cluster(self.config)
        beats = load_beats(self.config.beats.paths, self.config.schedule.every_s)
        self._looking: asyncio.Task[None] | None = None
        with ExitStack() as opening:
            where = self.config.store
            opening.enter_context(DaemonLock(where.path))
            self._store = opening.enter_context(
                closing(Store.open(where.path, where.archive, durability=where.durability))
            )
            say_events(self._store.take_up(datetime.now(UTC)), where.path)
            self._due = sources_due(self._store, beats)
            self._patient = opening.enter_context(closing(AsyncStore(self._store, ONCE_PATIENCE_S)))
            pool = opening.enter_context(closing(ReadingPool(self.config.extract.workers)))
            tick = asyncio.get_event_loop().time()
            run_id, hosts = begin_run(self._store, self.config, "once" if is_once else "daemon", tick)
            self.session = CrawlSession(
                self.config, beats, self._patient, pool, run_id, is_once=is_once, hosts=hosts
            )
            self._open = opening.pop_all()
        crawler.signals.connect(self._begin, signals.spider_opened, weak=False)
        crawler.signals.connect(self._end, signals.spider_closed, weak=False)

    def _begin(self) -> None:
        self.session.frontier.offer(polls_of(self._due, datetime.now(UTC)))
        if not self.session.frontier.is_once:
            self._looking = asyncio.ensure_future(self._look())

    async def _look(self) -> None:
        """What a daemon's tick does for its crawl."""
        while not self.session.frontier.is_closed:
            await offer_due(self.session, datetime.now(UTC))
            await asyncio.sleep(self.config.schedule.tick_s)

    def _end(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
        with self._open:
            self._patient.close()
            with suppress(StoreError):
                say_finished(self.session, self._finished())

    def _finished(self) -> RunReport:
        now = datetime.now(UTC)
        report = self._store.finish_run(self.session.run_id, now)
        self._store.note(now)
        return report
