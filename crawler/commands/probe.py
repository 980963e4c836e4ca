"""A few pages right now, through the same doors as the crawl, stored nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner

from crawler.config import Config
from crawler.errors import FetchError, Unreachable
from crawler.frontier.hosts import HostBusy, Hosts, Manners
from crawler.ingest.verdict import bad_status
from crawler.middlewares.politeness import page_of
from crawler.runner import run, settings
from crawler.spiders.watch import asking, our_error
from db.model import Page

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

#: a host that asks for more than that between two requests is not waited for
_PATIENCE_S = 60.0


class ProbeSpider(Spider):
    """Asks for each URL once and keeps what came."""

    name = "probe"

    def __init__(
        self, urls: Sequence[str], manners: Manners, results: dict[str, Page | FetchError], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.urls = urls
        self.manners = manners
        self.results = results

    async def start(self) -> AsyncIterator[Any]:
        """A request per URL."""
        for url in dict.fromkeys(self.urls):
            try:
                yield self._request(url)
            except ValueError:
                self.results[url] = Unreachable("it is not a web address", url)

    def _request(self, url: str) -> Request:
        return asking(url, self.manners).replace(
            callback=self.parse_page, errback=self.missed, cb_kwargs={"asked": url}
        )

    async def parse_page(self, response: Response, asked: str) -> None:
        """Keep the page, or the error that its status is."""
        is_page = 200 <= response.status < 300
        self.results[asked] = page_of(asked, response) if is_page else bad_status(response.status, asked)

    async def missed(self, failure: Failure) -> AsyncIterator[Request]:
        """Keep the error; a host that is merely not free yet is asked again."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        asked = request.cb_kwargs["asked"]
        problem = our_error(failure.value, request)
        if isinstance(problem, HostBusy) and problem.wait_s <= _PATIENCE_S:
            await asyncio.sleep(problem.wait_s)
            yield self._request(asked)
        else:
            self.results[asked] = problem


def fetch_pages(urls: Sequence[str], config: Config) -> list[Page | FetchError]:
    """Fetch *urls* with the crawl's guard, robots.txt, pace and limits; nothing is recorded.

    May be called again in the same process, but not from inside a running loop.

    Returns:
        For each URL, in order, its page or why there is none.
    """
    results: dict[str, Page | FetchError] = {}
    run(_probe(urls, config, results))
    return [results.get(url) or Unreachable("the probe ended before it came", url) for url in urls]


async def _probe(urls: Sequence[str], config: Config, results: dict[str, Page | FetchError]) -> None:
    hosts = Hosts(config.fetch.per_host_delay_s, (), datetime.now(UTC), asyncio.get_running_loop().time())
    manners = Manners(fetch=config.fetch, hosts=hosts, keep_host=_forget, record=_forget, remember=_forget)
    project = settings()
    project.set("ITEM_PIPELINES", {}, priority="cmdline")
    await AsyncCrawlerRunner(project).crawl(ProbeSpider, urls=urls, manners=manners, results=results)


async def _forget(*_: object) -> None:
    """A probe leaves no trace, and knows nothing."""
