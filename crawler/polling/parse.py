"""A source's answer taken apart: what it names, as its kind says."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.discover.autodiscovery import Surfaces, surfaces
from crawler.discover.decoding import decoded
from crawler.discover.feeds import Feed, parse_feed
from crawler.discover.links import article_links, compiled_follow, next_page
from crawler.discover.queries import parse_answer
from crawler.discover.sitemaps import ChildSitemap, Sitemap, parse_sitemap, sitemaps_of
from crawler.errors import DiscoverError
from crawler.ingest.pool import Broken, ReadingTooLong
from crawler.ingest.session import CrawlSession
from crawler.logs import say
from db.model import Candidate, Page, Source
from db.watched import NO_REST, Rest

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an answer named."""

    candidates: tuple[Candidate, ...]
    children: tuple[ChildSitemap, ...] = ()
    #: the page that continues a section
    next_url: str | None = None
    #: of a feed
    rest: Rest = NO_REST
    #: a query's answer that was cut off: the same question over less time gives more
    is_cut: bool = False
    #: what its row says of what could not be understood, one piece each
    notes: tuple[str, ...] = ()


async def take_apart(session: CrawlSession, source: Source, page: Page, now: datetime) -> Report:
    """What *page* names, as the source's kind says; found out in a reader process, so that the loop never waits.

    Raises:
        DiscoverError, Broken, ReadingTooLong: it cannot be understood, or costs too much.
    """
    try:
        return await session.pool.run(report_of, source, page, now)
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
        return Surfaces(feeds=(), sitemaps=(), sections=())


async def sitemaps_in(session: CrawlSession, robots: Page) -> tuple[str, ...]:
    """The sitemaps that a robots.txt names; none when that cannot be found out."""
    try:
        return await session.pool.run(_sitemaps_in, robots)
    except (Broken, ReadingTooLong):
        return ()


def _surfaces_in(page: Page) -> Surfaces:
    return surfaces(page.body, page.final_url, page.header("content-type"))


def _sitemaps_in(robots: Page) -> tuple[str, ...]:
    return sitemaps_of(decoded(robots.body), robots.url)


def report_of(source: Source, page: Page, now: datetime) -> Report:
    """What a source's answer names; a pure function of the bytes.

    Raises:
        DiscoverError: they are not what the source should be.
    """
    told: Any
    where, kind = (page.body, page.final_url, source.id, now), page.header("content-type")
    if source.kind == "sitemap":
        told = parse_sitemap(*where, content_type=kind)
        return _of_sitemap(told, source)
    if source.engine and source.kind == "query":
        answer = parse_answer(source, page.body, page.final_url, now, kind)
        return Report(candidates=answer.candidates, is_cut=answer.is_cut)
    if source.kind in ("feed", "query"):
        told = parse_feed(*where, content_type=kind)
        return Report(candidates=told.candidates, rest=told.rest, notes=_notes(told))
    links = article_links(*where, follow=source.follow, content_type=kind)
    following = next_page(page.body, page.final_url, kind) if source.kind == "section" else None
    return Report(candidates=links[: source.max_pages], next_url=following)


def _of_sitemap(sitemap: Sitemap, source: Source) -> Report:
    """What `follow` matches, then the newest of that: a sitemap mixes articles with everything else."""
    candidates = sitemap.candidates
    if source.follow:
        pattern = compiled_follow(source.follow)
        candidates = tuple(each for each in candidates if pattern.search(each.url))
    return Report(candidates=candidates[: source.max_pages], children=sitemap.children, notes=_notes(sitemap))


def _notes(told: Feed | Sitemap) -> tuple[str, ...]:
    notes = [told.damage] if told.damage else []
    if isinstance(told, Feed) and told.skipped:
        notes.append(f"{told.skipped} without a page left out")
    if told.unread_dates:
        dates = "1 date" if told.unread_dates == 1 else f"{told.unread_dates} dates"
        notes.append(f"{dates} not understood, such as “{told.unread_date}”")
    return tuple(notes)
