"""Nothing larger than `[fetch] max_bytes`, also once it is unpacked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest

from crawler.discover.bodies import MOST_LAYERS
from crawler.errors import TooLarge, Unreachable

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response


class Decompression(HttpCompressionMiddleware):
    """Scrapy's decompression, whose refusals and failures become errors with a reason."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """The unpacked response.

        Raises:
            TooLarge: a decompression bomb, cut off at the limit.
            Unreachable: bytes that are not what `Content-Encoding` says.
        """
        layers = b",".join(response.headers.getlist("Content-Encoding")).count(b",") + 1
        if layers > MOST_LAYERS:
            raise TooLarge(f"packed in itself {layers} times", request.url)
        try:
            return super().process_response(request, response)
        except IgnoreRequest as problem:
            limit = request.meta.get("download_maxsize", self._max_size)
            raise TooLarge(f"more than {limit:,} bytes once it is unpacked", request.url) from problem
        except Exception as problem:  # zlib, brotli and zstd each have errors of their own
            raise Unreachable(
                f"the packed answer is damaged ({type(problem).__name__})", request.url
            ) from problem
