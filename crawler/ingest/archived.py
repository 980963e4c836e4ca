"""Pages of the archive that the record has no article of: read again, so that a draft can be tried on what was rejected. Read-only."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice

from crawler.dedupe.urls import site_of
from crawler.ingest.pool import ReadingPool
from crawler.relevance.topic import Topic
from db.archive import Archive
from db.memory import site_memory
from db.model import Candidate, Capture, Outcome, Page
from db.replays import candidate_of
from db.rows import clean
from db.texts import StoredText

#: pages that are read at a time
_BATCH = 32


def rejected_texts(
    conn: sqlite3.Connection, archive: Archive, topics: tuple[Topic, ...], workers: int, limit: int | None
) -> Iterator[StoredText]:
    """What stands on every archived page that became no article, in the order in which they came.

    A page whose words cannot put it on any of the topics is not read further, and comes without words; one that is
    no article does not come.

    Args:
        topics: what the texts will be judged by.
        workers: reader processes; 0 is one per core.
        limit: pages at most; None for all.
    """
    with closing(ReadingPool(workers)) as pool, asyncio.Runner() as runner:
        pages = islice(_rejected(conn, archive), limit)
        while batch := list(islice(pages, _BATCH)):
            for capture in runner.run(_read(pool, conn, batch, topics)):
                if capture.article is not None or capture.problem_outcome is Outcome.OFF_TOPIC:
                    yield _text_of(capture)


def _rejected(conn: sqlite3.Connection, archive: Archive) -> Iterator[Page]:
    """The newest capture of each page without an article."""
    at = 0
    while batch := archive.captures(at, _BATCH, None):
        for number, page in batch:
            at = number
            if isinstance(page, Page) and 200 <= page.status < 300 and not _is_article(conn, page.url):
                yield page


def _is_article(conn: sqlite3.Connection, url: str) -> bool:
    """Whether the record has a version of it; a page that was read and left out has an address there and no version."""
    known = "SELECT 1 FROM aliases k JOIN newest n ON n.canonical_url = k.canonical_url WHERE k.url = ?"
    return conn.execute(known, (clean(url),)).fetchone() is not None


async def _read(
    pool: ReadingPool, conn: sqlite3.Connection, pages: Sequence[Page], topics: tuple[Topic, ...]
) -> list[Capture]:
    return await asyncio.gather(
        *(
            pool.read(
                page,
                candidate_of(conn, page.url) or _unnamed(page),
                topics,
                site_memory(conn, site_of(page.final_url)),
                is_gated=True,
            )
            for page in pages
        )
    )


def _unnamed(page: Page) -> Candidate:
    return Candidate(url=page.url, source="", found_on=page.url, found_at=page.fetched_at)


def _text_of(capture: Capture) -> StoredText:
    article, url = capture.article, capture.page.url
    return StoredText(
        canonical_url=article.canonical_url if article else url,
        url=article.url if article else url,
        title=article.title if article else "",
        text=article.text if article else "",
        description=(article.description or "") if article else "",
        tags=article.tags if article else (),
        section=article.section if article else None,
        language=article.language if article else None,
        source=capture.candidate.source,
        story_id=None,
        mark=None,
    )
