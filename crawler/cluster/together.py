"""Answers that need nothing but the record: one after the other, as ever, but many of them in one transaction.

What a page wants beside it, another page to be read first, a lesson of its
site, ends such a row: it is taken by itself, and the next row begins after it.
"""

from __future__ import annotations

import asyncio
import logging
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from zstandard import ZstdError

from crawler.cluster.bodies import found_body
from crawler.cluster.form import Delivery, shifted, unpacked_form, unpacked_size
from crawler.cluster.marks import marks_from
from crawler.cluster.outbox import OutboxRow
from crawler.dedupe.urls import site_of
from crawler.errors import ClusterError, StoreError
from crawler.frontier.errands import Visit
from crawler.ingest.asking import removed_lines
from crawler.ingest.lessons import has_lesson
from crawler.ingest.session import CrawlSession
from crawler.ingest.visits import FetchedPage, append_weighed, weighed_alone
from crawler.logs import say
from crawler.polling.results import compared_reading, tell_suspect
from db.model import Capture, FetchRecord, Page
from db.store import Store

log = logging.getLogger(__name__)

#: answers that are unpacked in one go, bytes of their pages, and of one answer without its page
_MOST_TOGETHER, _MOST_BYTES, _MOST_ANSWER_BYTES = 50, 16_000_000, 2_000_000
#: nobody else who writes the record waits longer than that and one answer, in seconds
_LONGEST_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyPage:
    """An answer that was unpacked, with the bytes of its page."""

    fetched: FetchedPage
    #: hashes of lines that were removed from its article
    removed: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """An answer that the record has."""

    ready: ReadyPage
    #: with what was found out about it
    fetched: FetchedPage
    #: None when the record had it before
    record: FetchRecord | None = None
    #: whether it is new that its site gives something suspect
    is_news: bool = False

    @property
    def site(self) -> str:
        """The one that it may have taught something of."""
        return site_of(self.fetched.page.final_url)


def ready_pages(rows: Sequence[OutboxRow], folder: Path, offset_s: float) -> list[ReadyPage]:
    """The first of *rows*, as far as they are pages whose bytes are there; in any thread.

    Args:
        rows: visits that were read by our rules.
        folder: of the bodies.
        offset_s: PostgreSQL's clock minus ours.
    """
    found: list[ReadyPage] = []
    size = 0
    for row in rows:
        page = _ready(row, folder, offset_s)
        if page is None:
            break
        found.append(page)
        size += len(page.fetched.page.body)
        if size > _MOST_BYTES:
            break
    return found


def _ready(row: OutboxRow, folder: Path, offset_s: float) -> ReadyPage | None:
    """None for whatever is otherwise: who takes it by itself says why."""
    try:
        if unpacked_size(row.fields) > _MOST_ANSWER_BYTES:
            return None
        delivery = shifted(unpacked_form(row.fields, Delivery, row.form), -offset_s)
        page, capture, place, entry = delivery.page, delivery.capture, delivery.place, delivery.entry
        if page is None or capture is None or entry is None or place is None or delivery.sha256 is None:
            return None
        if delivery.fault is not None or delivery.problem is not None:
            return None
        body = found_body(folder, place, delivery.sha256)
    except (ClusterError, OSError, ValueError, EOFError, zlib.error, ZstdError):
        return None
    fetched = fetched_page(Visit(entry=entry), delivery, page, capture, body)
    return ReadyPage(fetched=fetched, removed=removed_lines(capture))


def fetched_page(visit: Visit, delivery: Delivery, page: Page, capture: Capture, body: bytes) -> FetchedPage:
    """The page as if it had been fetched here."""
    read = replace(capture, page=replace(capture.page, body=body))
    return FetchedPage(
        visit=visit,
        page=replace(page, body=body),
        started_at=delivery.record.started_at,
        elapsed_ms=delivery.record.elapsed_ms,
        capture=read,
        marks=marks_from(delivery.marks, read),
        is_gated=delivery.is_gated,
        memory=frozenset(delivery.memory),
        is_packed=not delivery.is_gated,
        drawn=delivery.drawn,
    )


def keep_bodies(store: Store, pages: Sequence[ReadyPage]) -> None:
    """In the store's thread: their bytes into the archive, before the record tells of them."""
    for is_gated in (False, True):
        kept = [each.fetched.page for each in pages if each.fetched.is_gated == is_gated]
        if kept:
            store.keep_page(*kept, is_wanted=not is_gated)


def store_pages(store: Store, session: CrawlSession, pages: Sequence[ReadyPage]) -> list[StoredPage]:
    """In the store's thread: the first of *pages*, whose bytes are kept, into the record, in one transaction.

    Returns:
        What became of each, of as many as went; none when the first one needs more than the record.
    """
    stored: list[StoredPage] = []
    over_at = time.monotonic() + _LONGEST_S
    with store.as_one():
        for page in pages:
            one = _stored(store, session, page)
            if one is None:
                break
            stored.append(one)
            if time.monotonic() > over_at:
                break
    return stored


def _stored(store: Store, session: CrawlSession, ready: ReadyPage) -> StoredPage | None:
    fetched = ready.fetched
    if store.has_visit(fetched.visit.url, fetched.started_at):
        return StoredPage(ready=ready, fetched=fetched)
    assert fetched.capture is not None
    weighed = weighed_alone(store, session, fetched)
    if weighed is None or has_lesson(store, session.config.keep.band, fetched.capture):
        return None
    fetched, is_news = compared_reading(store, fetched)
    _, record = append_weighed(store, session, fetched, weighed)
    return StoredPage(ready=ready, fetched=fetched, record=record, is_news=is_news)


def _end(session: CrawlSession, stored: StoredPage) -> None:
    """The record has it: whoever watches is told."""
    fetched, capture, record = stored.fetched, stored.fetched.capture, stored.record
    if record is None:
        say(log, logging.INFO, "cluster.redelivered", url=fetched.visit.url)
        return
    if stored.ready.removed and capture is not None and capture.article is not None:
        session.witnesses.saw(stored.site, capture.article.canonical_url, stored.ready.removed)
    tell_suspect(session, fetched, is_news=stored.is_news)
    session.count(fetched.visit, record)


async def take_together(
    session: CrawlSession, rows: Sequence[OutboxRow], rules: str, offset_s: float, sites: set[str]
) -> tuple[int, int]:
    """Append the first of *rows* in few transactions; returns how many went so, and how many go one by one next.

    Args:
        rules: the writer's.
        offset_s: PostgreSQL's clock minus ours.
        sites: those of the pages are added.
    """
    pages = list(takewhile(lambda row: row.kind == "visit" and row.rules == rules, rows[:_MOST_TOGETHER]))
    went = 0
    try:
        folder = session.config.cluster.bodies
        ready = await asyncio.to_thread(ready_pages, pages, folder, offset_s) if pages else []
        if ready:
            await session.store.run(keep_bodies, ready)
        while went < len(ready):
            stored = await session.store.run(store_pages, session, ready[went:])
            for each in stored:
                _end(session, each)
                sites.add(each.site)
            went += len(stored)
            if not stored:
                break
    except StoreError:
        raise
    except Exception as fault:  # noqa: BLE001  # whose it is comes out when they are taken one by one
        say(log, logging.DEBUG, "cluster.taken_apart", answers=len(pages) - went, because=fault)
        return went, len(pages) - went
    return went, 1
