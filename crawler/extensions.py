"""The run ledger: whatever goes wrong in our own code, the errand still ends in a row. And the ear for hubs."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import NotConfigured

from crawler.errors import StoreError
from crawler.frontier.errands import Visit
from crawler.ingest.crawl import Crawl
from crawler.ingest.session import CrawlSession
from crawler.ingest.visits import FetchedPage
from crawler.logs import say
from crawler.polling.answers import Answers
from crawler.polling.push.listener import Listener
from crawler.polling.push.pushes import Pushes

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure


log = logging.getLogger(__name__)


class PushListener:
    """Listens for hubs while the daemon's crawl is open; `once` does not wait for pushes."""

    def __init__(self, session: CrawlSession, callback: str) -> None:
        self.session = session
        self.pushes = Pushes(session, callback)
        self.listener = Listener(self.pushes)
        self._work: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PushListener:
        """Where `[websub] callback` is set."""
        session = getattr(crawler.spider, "session", None)
        callback = session.config.websub.callback if session is not None else None  # a node keeps no record
        if not isinstance(session, CrawlSession) or callback is None or session.frontier.is_once:
            raise NotConfigured
        listener = cls(session, callback)
        crawler.signals.connect(listener.opened, signals.spider_opened)
        crawler.signals.connect(listener.closed, signals.spider_closed)
        return listener

    async def opened(self, spider: Any) -> None:
        """Listen; without a place to listen at, polls go on as ever."""
        host, port = self.session.config.websub.listen
        try:
            await self.listener.start(host, port)
        except OSError as problem:
            because = problem.strerror or str(problem)
            say(log, logging.ERROR, "websub.deaf", host=host, port=port, because=because)
            return
        self.session.pushes = self.pushes
        self._work = asyncio.ensure_future(self.pushes.work())

    async def closed(self, spider: Any) -> None:
        """Listen no more."""
        await self.listener.stop()
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)


class RunLedger:
    """Writes the row of a page whose callback or pipeline failed; a poll writes its own."""

    def __init__(self, session: Crawl, answers: Answers) -> None:
        self.session = session
        self.answers = answers

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RunLedger:
        """For spiders with a session."""
        session, answers = (getattr(crawler.spider, name, None) for name in ("session", "answers"))
        if session is None or answers is None:
            raise NotConfigured
        ledger = cls(session, answers)
        crawler.signals.connect(ledger.pipeline_failed, signals.item_error)
        return ledger

    async def pipeline_failed(self, item: Any, failure: Failure) -> None:
        """A pipeline raised (signal `item_error`)."""
        if isinstance(item, FetchedPage):
            await self._fail(item.visit, failure)

    async def _fail(self, visit: Visit, failure: Failure) -> None:
        try:
            await self.answers.failed(visit, failure.value)
        except StoreError as fault:
            self.session.abort(fault)
