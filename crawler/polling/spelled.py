"""The addresses that a source names, each in its one spelling; many or long ones are looked at in a reader process.

A feed may name 5,000 addresses of 2,000 letters: spelling those took the loop
of the crawl a quarter of a minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urljoin

from crawler.dedupe.urls import canonical_url, host_of, url_key
from crawler.ingest.session import CrawlSession
from db.model import Candidate

#: letters of addresses and titles that the loop looks at itself
INLINE_LETTERS = 20_000
#: letters of addresses that one call of a reader looks at: an address made for it takes 3 ms
_LETTERS_AT_ONCE = 500_000


async def fitting(session: CrawlSession, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those that may be fetched, in the one spelling of their address; the published one is kept for robots.txt."""
    places = [(each.url, each.found_on) for each in candidates]
    if sum(len(url) for url, _ in places) <= INLINE_LETTERS:
        spellings = spelled(places)
    else:
        at_once = max(1, _LETTERS_AT_ONCE // max(len(url) for url, _ in places))
        spellings = []
        for begin in range(0, len(places), at_once):
            spellings += await session.pool.run(spelled, places[begin : begin + at_once])
    return [
        replace(each, url=found[0], key=found[1], written=found[2])
        for each, found in zip(candidates, spellings, strict=True)
        if found is not None
    ]


def spelled(places: Sequence[tuple[str, str]]) -> list[tuple[str, str, str | None] | None]:
    """Of addresses, with the page that names each: the one spelling, its key, and the published one where it is another."""
    urls = [(url, found_on, canonical_url(url, found_on)) for url, found_on in places]
    return [
        (right, url_key(right), _written(url, found_on, right)) if right is not None else None
        for url, found_on, right in urls
    ]


def _written(published: str, found_on: str, url: str) -> str | None:
    """The address as published, where it is another spelling on the same host."""
    try:
        written = urljoin(found_on, published).partition("#")[0]
        is_here = host_of(written) == host_of(url)
    except ValueError:
        return None
    return written if is_here and written != url else None
