"""What is furniture on a site is learned when somebody wants a page of it: from pages that were archived unread.

A page that nobody wants is not read, so a site that never brings a wanted one
costs no reading at all. When it does bring one, a few of its pages that lie
unread in the archive are read first, and the wanted page is read with what
they have taught.
"""

from __future__ import annotations

import asyncio

from crawler.dedupe.urls import site_of
from crawler.ingest.drift import LEARNED, reading_of, with_reading
from crawler.ingest.session import CrawlSession
from crawler.ingest.verdict import KEPT_FROM, KeepBand, best, rank_of
from db.model import Candidate, Capture, Page
from db.store import Store


async def learn_site(session: CrawlSession, capture: Capture) -> bool:
    """Learn the site of a page that will be kept, when little is known of it; returns whether it taught anything.

    Pages of one site that come at once wait for the same lesson.
    """
    if not _teaches(session.config.keep.band, capture):
        return False
    site = site_of(capture.page.final_url)
    if site not in session.lessons:
        session.lessons[site] = asyncio.ensure_future(_learn(session, site, capture.page.final_url))
        session.lessons[site].add_done_callback(lambda done: _ended(session, site, done))
    return await asyncio.shield(session.lessons[site])


def has_lesson(store: Store, keep: KeepBand, capture: Capture) -> bool:
    """Whether a page will be kept and unread pages of its site have to be read first; see `learn_site`."""
    url = capture.page.final_url
    return _teaches(keep, capture) and bool(_lesson(store, site_of(url), url))


def _teaches(keep: KeepBand, capture: Capture) -> bool:
    judgement = best(capture.judgements)
    return rank_of(judgement.band if judgement else None) >= max(KEPT_FROM[keep], 1)


def _ended(session: CrawlSession, site: str, done: asyncio.Future[bool]) -> None:
    del session.lessons[site]
    if not done.cancelled():
        done.exception()  # whoever waited has it


async def _learn(session: CrawlSession, site: str, url: str) -> bool:
    pages = await session.store.run(_lesson, site, url)
    for page in pages:
        memory = await session.store.run(Store.site_memory, site)
        candidate = Candidate(url=page.url, source="", found_on=page.url, found_at=page.fetched_at)
        read = await session.pool.read(page, candidate, (), memory)
        await session.store.run(_keep, site, read)
    return bool(pages)


def _lesson(store: Store, site: str, url: str) -> tuple[Page, ...]:
    """Pages to learn from: as many as were read of a site that is known, at most."""
    missing = LEARNED - len(store.readings(site))
    return store.unread_pages(url, missing) if missing > 0 else ()


def _keep(store: Store, site: str, read: Capture) -> None:
    reading = reading_of(read)
    with store.as_one():
        store.learn(site, read)
        if reading is not None:
            store.keep_readings(site, with_reading(store.readings(site), reading))
