"""The way of a page: its bytes are kept, it is read, it is appended. Each class calls one function."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar, Self

from scrapy.exceptions import DropItem

from crawler.errors import StoreError
from crawler.ingest.crawl import Crawl
from crawler.ingest.visits import FetchedPage
from crawler.polling.answers import Answers

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class _Step:
    #: what its times are counted under
    stage: ClassVar[str]

    def __init__(self, session: Crawl, answers: Answers) -> None:
        self.session = session
        self.answers = answers

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """With the session of the spider, and where its answers go."""
        spider: Any = crawler.spider  # only WatchSpider yields items
        return cls(spider.session, spider.answers)

    async def process_item(self, item: FetchedPage) -> FetchedPage:
        """The page, one step further; dropped from the pipelines, not from the queue, when the record fails."""
        if item.is_recorded:
            return item
        begun = time.monotonic()
        try:
            done = await self.step(item)
        except StoreError as fault:
            self.session.abort(fault)
            raise DropItem(str(fault), log_level="DEBUG") from fault
        self.session.figures.took(self.stage, time.monotonic() - begun)
        return done

    async def step(self, page: FetchedPage) -> FetchedPage:
        """What the class is for."""
        raise TypeError("a step is one of the classes below")


class ArchivePage(_Step):
    """Keeps the bytes."""

    stage = "archive"

    async def step(self, page: FetchedPage) -> FetchedPage:
        """The same page, archived."""
        return await self.answers.keep(page)


class ReadPage(_Step):
    """Reads and judges the page in a reader process."""

    stage = "read"

    async def step(self, page: FetchedPage) -> FetchedPage:
        """The page with its capture."""
        return await self.answers.read(page)


class AppendToStore(_Step):
    """Appends the article, its ledger row, and takes the page off the queue."""

    stage = "append"

    async def step(self, page: FetchedPage) -> FetchedPage:
        """The same page, recorded."""
        await self.answers.append(page)
        return page
