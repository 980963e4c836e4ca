"""A source's answer -> candidates in the queue: feeds, sitemaps with their children, section pages."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from crawler.desk import Desk, answered
from crawler.discover.feeds import parse_feed
from crawler.discover.links import article_links
from crawler.discover.sitemaps import ChildSitemap, Sitemap, parse_sitemap
from crawler.errors import DiscoverError, FetchError
from crawler.frontier import Errand
from crawler.logs import say
from crawler.pool import Broken, ReadingTooLong
from crawler.timetable import SLOWEST_S
from crawler.verdict import bad_status, missed, sentence
from db.model import Candidate, FetchRecord, Outcome, Page, Source

log = logging.getLogger(__name__)
Fetch = Callable[..., Awaitable[Page]]

#: a larger answer is taken apart in a reader process, so that the loop does not wait
INLINE_BYTES = 256_000
#: sitemaps of an index read at one poll, newest first
MOST_CHILDREN = 20
#: what a body that is not what the source should be weighs, as failures go
_MISREAD = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A poll that was answered."""

    errand: Errand
    page: Page
    record: FetchRecord

    @property
    def source(self) -> Source:
        """The source polled."""
        assert self.errand.state is not None
        return self.errand.state.source


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an answer named."""

    candidates: tuple[Candidate, ...]
    children: tuple[ChildSitemap, ...] = ()
    ttl_s: float | None = None


async def read_source(desk: Desk, asked: Asked, fetch: Fetch) -> None:
    """Queue what a source names, and write its row; whatever is wrong with it ends in that row.

    Args:
        fetch: gets a further page through the same doors, for the sitemaps of an index.
    """
    status = asked.page.status
    if status == 304 and any(asked.errand.validators):
        reason = "Not modified since the last poll (304)."
        await desk.file_source(
            asked.errand, replace(asked.record, outcome=Outcome.NOT_MODIFIED, reason=reason)
        )
    elif not 200 <= status < 300:
        problem = bad_status(status, asked.page.url)
        await desk.miss_source(asked.errand, problem, problem.weight, asked.record)
    else:
        await _read(desk, asked, fetch)


async def _read(desk: Desk, asked: Asked, fetch: Fetch) -> None:
    try:
        report = await _take_apart(desk, asked.source, asked.page, asked.record.started_at)
    except (DiscoverError, Broken, ReadingTooLong) as problem:
        await desk.miss_source(asked.errand, problem, _MISREAD, asked.record)
        return
    new, unfit = await desk.found(report.candidates)
    told = [f"{len(report.candidates)} entries, {new} new"]
    if unfit:
        told.append(f"{unfit} not web addresses")
    are_whole = True
    if report.children:
        children, are_whole = await _read_children(desk, asked, report.children, fetch)
        told.append(children)
    validators = (asked.page.header("etag"), asked.page.header("last-modified"))
    await desk.file_source(
        asked.errand,
        replace(asked.record, outcome=Outcome.UNCHANGED, reason="; ".join(told) + "."),
        validators=validators if are_whole else (None, None),
        ttl_s=min(report.ttl_s or 0.0, SLOWEST_S) or None,
    )


async def _take_apart(desk: Desk, source: Source, page: Page, now: datetime) -> Report:
    """What *page* names, as the source's kind says; large answers in another process.

    Raises:
        DiscoverError, Broken, ReadingTooLong: it cannot be understood, or costs too much.
    """
    try:
        if len(page.body) > INLINE_BYTES:
            return await desk.pool.run(report_of, source, page, now)
        return report_of(source, page, now)
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
    if source.kind in ("feed", "query"):
        told = parse_feed(*where, content_type=kind)
        return Report(candidates=told.candidates, ttl_s=told.ttl_s)
    links = article_links(*where, follow=source.follow, content_type=kind)
    return Report(candidates=links[: source.max_pages])


def _of_sitemap(sitemap: Sitemap, source: Source) -> Report:
    return Report(candidates=sitemap.candidates[: source.max_pages], children=sitemap.children)


async def _read_children(
    desk: Desk, asked: Asked, children: tuple[ChildSitemap, ...], fetch: Fetch
) -> tuple[str, bool]:
    """Read the sitemaps of an index that may have something new; returns what to say, and whether all came."""
    assert asked.errand.state is not None
    since = asked.errand.state.succeeded_at
    fresh = [each for each in children if not (since and each.modified_at and each.modified_at < since)]
    results = [await _read_child(desk, asked, each, fetch) for each in fresh[:MOST_CHILDREN]]
    new = sum(count for count in results if count is not None)
    failed = results.count(None)
    said = f"{len(children)} sitemaps, {len(results)} read with {new} new pages"
    return (f"{said}, {failed} failed" if failed else said), not failed


async def _read_child(desk: Desk, asked: Asked, child: ChildSitemap, fetch: Fetch) -> int | None:
    """Queue what one sitemap of an index names, and write its row; returns how many were new, None on failure."""
    record = replace(
        asked.record, url=child.url, final_url=None, status=None, received_bytes=0, page_sha256=None
    )
    desk.frontier.wake()
    known = await desk.remember(child.url)
    try:
        page = await fetch(child.url, known.validators if known else (None, None))
        record = answered(record, page)
        if page.status == 304 and known:
            reason = "Not modified since it was last read (304)."
            await desk.append_visit(replace(record, outcome=Outcome.NOT_MODIFIED, reason=reason))
            return 0
        if not 200 <= page.status < 300:
            raise bad_status(page.status, child.url)
        report = await _take_apart(desk, asked.source, page, record.started_at)
    except (FetchError, DiscoverError, Broken, ReadingTooLong) as problem:
        decision = missed(problem) if isinstance(problem, FetchError) else None
        outcome = decision.outcome if decision else Outcome.FAILED
        await desk.append_visit(replace(record, outcome=outcome, reason=sentence(str(problem))))
        return None
    new, _ = await desk.found(report.candidates)
    reason = f"{len(report.candidates)} entries, {new} new."
    await desk.append_visit(replace(record, outcome=Outcome.UNCHANGED, reason=reason), page)
    return new
