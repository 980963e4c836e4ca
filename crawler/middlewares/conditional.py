"""Ask only for what changed: validators of the last answer go with the request, and to nobody else.

A validator belongs to the address that gave it (RFC 9110, 8.8): sent on by a
redirect it would tell another host who we are, and that host's 304 would hide
a move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.errors import Unreachable

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

_CONDITIONS = ("If-None-Match", "If-Modified-Since")
_VALIDATORS = ("ETag", "Last-Modified")


class Conditional:
    """Sends `If-None-Match` and `If-Modified-Since` from `request.meta["validators"]`: (etag, last_modified)."""

    def process_request(self, request: Request) -> None:
        """Add the headers of the validators that are known (RFC 9110, 13.1); after a redirect, take them off."""
        validators = request.meta.get("validators") or (None, None)
        for name, value in zip(_CONDITIONS, validators, strict=True):
            if _was_sent_on(request):
                request.headers.pop(name, None)
            elif value:
                request.headers[name] = value

    def process_response(self, request: Request, response: Response) -> Response:
        """The answer; one that came from another address than was asked for leaves its validators there.

        Raises:
            Unreachable: "not modified" or a part, and nobody had asked that.
        """
        if response.status == 304 and not any(name in request.headers for name in _CONDITIONS):
            why = "it says that nothing was modified (304), but was not asked whether"
            raise Unreachable(why, request.url)
        if response.status == 206:  # RFC 9110, 15.3.7: the answer to a Range, which we never send
            raise Unreachable("it sent a part of the page (206), and was not asked for one", request.url)
        if _was_sent_on(request):
            for name in _VALIDATORS:
                response.headers.pop(name, None)
        return response


def _was_sent_on(request: Request) -> bool:
    return bool(request.meta.get("redirect_urls"))
