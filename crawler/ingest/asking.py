"""Whether lines that came to an article came to others of its site as well: these are looked at first."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime
from time import monotonic

from crawler.dedupe.urls import site_of
from crawler.extract.text.furniture import line_hash
from crawler.frontier.errands import Visit
from crawler.ingest.session import CrawlSession
from crawler.ingest.witnesses import ASKED, ENOUGH, LATELY, LONGEST_WITNESSED_S
from db.memory import LEAST_ARTICLES
from db.model import Capture, Page
from db.store import Store

#: longer ones that were removed are not counted
_LINE_CHARS = 400


async def saw_removed(session: CrawlSession, page: Page, capture: Capture | None) -> None:
    """Count what a rule has removed from an article: where the same line comes to another and stays, it is the site's."""
    article = capture.article if capture else None
    if article is not None and article.removed:
        # beside the loop: a hundred thousand of them take 0.3 s
        lines = await asyncio.to_thread(removed_lines, capture)
        session.witnesses.saw(site_of(page.final_url), article.canonical_url, lines)


def removed_lines(capture: Capture | None) -> frozenset[int]:
    """Hashes of the lines that a rule has removed from an article."""
    article = capture.article if capture else None
    removed = {each.text for each in article.removed} if article else ()
    return frozenset(line_hash(each) for each in removed if len(each) <= _LINE_CHARS)


async def furniture_among(
    session: CrawlSession, visit: Visit, page: Page, article: str, came: frozenset[int], may_wait: bool
) -> frozenset[int]:
    """Which lines that came to an article are furniture of its site, as others have them; may wait for looks at those.

    Args:
        article: its canonical URL.
        came: hashes of the lines, see `edits.came_lines`.
        may_wait: for looks; where not, what is known by now decides.
    """
    site, witnesses = site_of(page.final_url), session.witnesses
    witnesses.saw(site, article, came)
    known = await _known(session, site, came)
    if known != came and may_wait and witnesses.has_room(len(page.body)):
        with witnesses.waits(visit.host, len(page.body)):
            await _wait(session, visit, site, came)
        known = await _known(session, site, came)
    if known:
        await session.store.run(Store.learn_lines, site, known, page.fetched_at)
    return known


async def _wait(session: CrawlSession, visit: Visit, site: str, came: frozenset[int]) -> None:
    """Until all lines are furniture, enough others were looked at, none is left, or for `LONGEST_WITNESSED_S`."""
    witnesses, host, begun = session.witnesses, visit.host, monotonic()
    looks = witnesses.looks(host)
    if witnesses.waiting(host) == 1 and await _due(session, host) < ASKED:
        now = datetime.now(UTC)
        looked = (session.run_id, max(session.begun_at, now - LATELY))
        await session.store.run(Store.bring_forward, host, visit.url, now, looked, ASKED)
        session.frontier.queued()
    while witnesses.looks(host) - looks < ENOUGH and (left := LONGEST_WITNESSED_S - monotonic() + begun) > 0:
        if session.frontier.is_closed or await _due(session, host) <= 0:
            return
        if await _known(session, site, came) == came:
            return
        await witnesses.news(min(left, 1.0))


async def _due(session: CrawlSession, host: str) -> int:
    """How many pages of a host are due, or under way, and do not wait for others themselves."""
    waiting = session.witnesses.waiting(host)
    due = await session.store.run(Store.due_of_host, host, datetime.now(UTC), waiting + ASKED)
    return due - waiting


async def _known(session: CrawlSession, site: str, lines: Collection[int]) -> frozenset[int]:
    """Those that stand on enough articles: counted when these were first met, and in this crawl."""
    counted = await session.store.run(Store.line_counts, site, lines)
    return frozenset(
        line
        for line in lines
        if counted.get(line, 0) + session.witnesses.articles(site, line) >= LEAST_ARTICLES
    )
