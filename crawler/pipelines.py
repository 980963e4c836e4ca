"""The way of a page: its bytes are kept, it is read, it is appended. Each class calls one function."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar, Self

from scrapy.exceptions import DropItem

from crawler.errors import StoreError
from crawler.ingest.session import CrawlSession
from crawler.ingest.visits import FetchedPage, append_page, keep_page, read
from crawler.polling.results import weigh_reading

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class _Step:
    #: what its times are counted under
    stage: ClassVar[str]

    def __init__(self, session: CrawlSession) -> None:
        self.session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """With the session of the spider."""
        return cls(crawler.spider.session)  # type: ignore[union-attr]  # only WatchSpider yields items

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
        return await keep_page(self.session, page)


class ReadPage(_Step):
    """Reads and judges the page in a reader process."""

    stage = "read"

    async def step(self, page: FetchedPage) -> FetchedPage:
        """The page with its capture."""
        return await weigh_reading(self.session, await read(self.session, page))


class AppendToStore(_Step):
    """Appends the article, its ledger row, and takes the page off the queue."""

    stage = "append"

    async def step(self, page: FetchedPage) -> FetchedPage:
        """The same page, recorded."""
        await append_page(self.session, page)
        return page
