"""Imported once by the fork server of the reading pool, so that every reader starts ready.

Reading one page loads what the libraries load at first use: dateparser alone
takes two seconds (measured), the language profiles half of one.
"""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.ingest.reading import read_page
from db.model import Candidate, Page

_AT = datetime(2026, 1, 1, tzinfo=UTC)
_URL = "https://news.example/2026/01/01/first"
_BODY = (
    "<html><head><title>A first page</title></head><body><article><h1>A first page</h1><p>le 1er janvier 2026</p>"
    + "<p>The crew of the station filmed a scene in orbit, and nobody on the ground could see it at once.</p>"
    * 5
    + "</article></body></html>"
)

read_page(
    Page(url=_URL, final_url=_URL, status=200, headers=(), body=_BODY.encode(), fetched_at=_AT),
    Candidate(url=_URL, source="", found_on=_URL, found_at=_AT),
)
