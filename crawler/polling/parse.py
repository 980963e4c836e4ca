"""A source's answer taken apart: what it names, as its kind says."""

from __future__ import annotations

import logging
from datetime import datetime

from crawler.discover.autodiscovery import Surfaces, surfaces
from crawler.discover.decoding import decoded
from crawler.discover.packing import unpacked
from crawler.discover.sitemaps import sitemaps_of
from crawler.errors import DiscoverError
from crawler.ingest.pool import Broken, ReadingTooLong
from crawler.ingest.session import CrawlSession
from crawler.logs import say
from crawler.polling.kinds import ParsedAnswer, kind_of
from db.model import Page, Source

log = logging.getLogger(__name__)


async def take_apart(session: CrawlSession, source: Source, page: Page, now: datetime) -> ParsedAnswer:
    """What *page* names, as the source's kind says; found out in a reader process, so that the loop never waits.

    Raises:
        DiscoverError, Broken, ReadingTooLong: it cannot be understood, or costs too much.
    """
    try:
        return await session.pool.run(parsed, source, page, now)
    except (DiscoverError, Broken, ReadingTooLong):
        raise
    except Exception as fault:  # the source's error costs that source
        say(
            log,
            logging.ERROR,
            "source.unreadable",
            source=source.id,
            error=type(fault).__name__,
            url=page.url,
        )
        log.debug("source.unreadable", exc_info=True)
        raise DiscoverError(f"it could not be read ({type(fault).__name__})", page.url) from fault


async def surfaces_of(session: CrawlSession, page: Page) -> Surfaces:
    """Where a site may be looked in, as a page of it tells; nowhere when that cannot be found out."""
    try:
        return await session.pool.run(_surfaces_in, page)
    except (DiscoverError, Broken, ReadingTooLong):
        return Surfaces(feeds=(), guessed_feeds=(), sitemaps=(), sections=())


async def sitemaps_in(session: CrawlSession, robots: Page) -> tuple[str, ...]:
    """The sitemaps that a robots.txt names; none when that cannot be found out."""
    try:
        return await session.pool.run(_sitemaps_in, robots)
    except (Broken, ReadingTooLong):
        return ()


def _surfaces_in(page: Page) -> Surfaces:
    return surfaces(page.body, page.final_url, page.header("content-type"))


def _sitemaps_in(robots: Page) -> tuple[str, ...]:
    return sitemaps_of(decoded(unpacked(robots.body)), robots.url)


def parsed(source: Source, page: Page, now: datetime) -> ParsedAnswer:
    """What a source's answer names, as its kind says; a pure function of the bytes.

    Raises:
        DiscoverError: they are not what the source should be.
    """
    return kind_of(source).parse(source, page, now)
