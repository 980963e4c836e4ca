"""The way of a page: its bytes are kept, it is read, it is appended. Each class calls one function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy.exceptions import DropItem

from crawler.errors import StoreError
from crawler.ingest.session import Desk, Visit
from crawler.polling.results import weigh_reading

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class _Step:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """With the desk of the spider."""
        return cls(crawler.spider.desk)  # type: ignore[union-attr]  # only WatchSpider yields items

    async def process_item(self, item: Visit) -> Visit:
        """The visit, one step further; dropped from the pipelines, not from the queue, when the record fails."""
        try:
            return await self.step(item)
        except StoreError as fault:
            self.desk.abort(fault)
            raise DropItem(str(fault), log_level="DEBUG") from fault

    async def step(self, visit: Visit) -> Visit:
        """What the class is for."""
        raise TypeError("a step is one of the classes below")


class ArchivePage(_Step):
    """Keeps the bytes."""

    async def step(self, visit: Visit) -> Visit:
        """The same visit, its page archived."""
        return await self.desk.keep_page(visit)


class ReadPage(_Step):
    """Reads and judges the page in a reader process."""

    async def step(self, visit: Visit) -> Visit:
        """The visit with its capture."""
        return await weigh_reading(self.desk, await self.desk.read(visit))


class AppendToStore(_Step):
    """Appends the article, its ledger row, and takes the page off the queue."""

    async def step(self, visit: Visit) -> Visit:
        """The same visit, recorded."""
        await self.desk.file(visit)
        return visit
