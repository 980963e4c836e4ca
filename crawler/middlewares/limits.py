"""Nothing larger than `[fetch] max_bytes`, also once it is unpacked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from isal import isal_zlib
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.discover.bodies import MOST_LAYERS
from crawler.errors import TooLarge, Unreachable
from crawler.frontier.budget import Budget
from crawler.frontier.hosts import MOST_HELD_BYTES, Manners

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

#: what unpacks in less time than a thread takes to wake up the loop; no more than the limit comes out of it
_SMALL_BYTES, _SMALL_LIMIT = 64 * 1024, 16_000_000
#: window bits for a gzip member with its head and checksum
_GZIP = 31


class Decompression:
    """Scrapy's decompression, when there is room for what comes out; refusals and failures become errors with a reason.

    Requests with `meta["held_by"]` account for their answers; whoever ends that errand drops the account.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._scrapys = HttpCompressionMiddleware(crawler=crawler)
        self._default_limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        manners: Manners | None = getattr(crawler.spider, "manners", None)
        self._held = manners.held if manners else Budget(MOST_HELD_BYTES)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Decompression:
        """With the spider's manners."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Name the packings that are understood."""
        self._scrapys.process_request(request)

    async def process_response(self, request: Request, response: Response) -> Response:
        """The unpacked response.

        Raises:
            TooLarge: a decompression bomb, cut off at the limit.
            Unreachable: bytes that are not what `Content-Encoding` says.
        """
        if response.headers.getlist("Content-Encoding"):
            limit = request.meta.get("download_maxsize", self._default_limit)
            async with self._held.room(limit):
                if len(response.body) <= _SMALL_BYTES and limit <= _SMALL_LIMIT:
                    response = self._unpacked(request, response, limit)
                else:  # in a thread, and isal, brotli and zstd let the loop go on while they unpack
                    response = await asyncio.to_thread(self._unpacked, request, response, limit)
        if (account := request.meta.get("held_by")) is not None:
            self._held.keep(account, len(response.body))
        return response

    def _unpacked(self, request: Request, response: Response, limit: int) -> Response:
        packings = response.headers.getlist("Content-Encoding")
        if packings == [b"gzip"] and (body := gunzipped(response.body, limit)) is not None:
            response = response.replace(body=body)
            del response.headers["Content-Encoding"]
            return response
        layers = b",".join(packings).count(b",") + 1
        if layers > MOST_LAYERS:
            raise TooLarge(f"packed in itself {layers} times", request.url)
        try:
            unpacked = self._scrapys.process_response(request, response)
        except IgnoreRequest as problem:
            raise TooLarge(f"more than {limit:,} bytes once it is unpacked", request.url) from problem
        except Exception as problem:  # zlib, brotli and zstd each have errors of their own
            raise Unreachable(
                f"the packed answer is damaged ({type(problem).__name__})", request.url
            ) from problem
        assert isinstance(unpacked, Response)
        return unpacked


def gunzipped(body: bytes, limit: int) -> bytes | None:
    """What one whole gzip member holds, in one piece; None for any other bytes, and for more than *limit* bytes.

    Nearly all answers are one. Scrapy, which takes three times as long for it, knows what to do with the others.
    """
    member = isal_zlib.decompressobj(_GZIP)
    try:
        unpacked = member.decompress(body, limit + 1)
    except isal_zlib.error:  # type: ignore[misc]  # their stub takes the class for one of its errors
        return None
    return unpacked if member.eof and not member.unused_data and len(unpacked) <= limit else None
