"""Ask only for what changed: validators of the last answer go with the request."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy import Request


class Conditional:
    """Sends `If-None-Match` and `If-Modified-Since` from `request.meta["validators"]`: (etag, last_modified)."""

    def process_request(self, request: Request) -> None:
        """Add the headers of the validators that are known (RFC 9110, 13.1)."""
        etag, last_modified = request.meta.get("validators") or (None, None)
        if etag:
            request.headers["If-None-Match"] = etag
        if last_modified:
            request.headers["If-Modified-Since"] = last_modified
