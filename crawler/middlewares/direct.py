"""Through the doors to the wire without Scrapy's queues.

The engine takes a request through its scheduler, a slot of its downloader, the
scraper, signals and some thirty turns of the loop. An errand needs none of them: the
frontier hands it out when its host is free, the handler keeps the host's turn, and
its answer goes to one place. Middlewares and handler are those of every other request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response


async def download(crawler: Crawler, request: Request) -> Response:
    """The answer to a request, or to the one that its redirects lead to.

    Raises:
        whatever a middleware or the handler raises, as `ExecutionEngine.download_async` does.
    """
    assert crawler.engine is not None
    downloader = crawler.engine.downloader
    while True:
        answer = await downloader.middleware.download_async(
            downloader.handlers.download_request_async, request
        )
        if not isinstance(answer, Request):
            answer.request = answer.request or request
            return answer
        request = answer
