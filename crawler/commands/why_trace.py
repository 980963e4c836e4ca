"""Everything the record knows of one URL, gathered for `spacereel why`."""

from __future__ import annotations

import difflib
import sqlite3
from collections.abc import Set
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.commands.named_pages import named_candidate, problem_of
from crawler.commands.open_record import open_record
from crawler.dedupe.parameters import makes_no_difference
from crawler.dedupe.urls import canonical_url, host_of
from crawler.errors import StoreError
from crawler.relevance.topic import Topic
from crawler.review.why import known_address
from db import outbox, search
from db.archive import Archive
from db.model import Capture, Page, iso
from db.parameters import habits
from db.polls import quiet_days
from db.rows import Row, article_row

#: verdicts whose page was read and not kept, so that reading it again tells why
REJECTED = frozenset({"off_topic", "not_article", "failed"})
#: verdicts whose page the article was read on
_READ = frozenset({"new", "changed", "copy", "unchanged"})
#: known addresses of a host that an unknown one is compared with
_MOST_KNOWN = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressTrace:
    """One URL as the record knows it; rows are dicts by column name."""

    #: as asked
    url: str
    #: the spelling under which the record knows it
    known_as: str
    addresses: tuple[str, ...]
    #: the newest first
    visits: tuple[Row, ...]
    #: newest version, None when there is no article
    article: Row | None
    judgements: tuple[Row, ...]
    versions: tuple[Row, ...]
    #: removals, returns, moves and kinds of change, in order
    events: tuple[Row, ...]
    original: Row | None
    copies: tuple[Row, ...]
    #: what alerts sent about it, the newest first
    notifications: tuple[Row, ...]
    waiting: Row | None
    host: Row | None
    #: what its host has shown of the parameters of its addresses: name, is_needed, pages
    parameters: tuple[Row, ...]
    #: the source that pointed at it, or the source that it is
    source: Row | None
    is_source: bool
    #: of a source: days on which polls brought nothing, and how many, the newest first
    quiet: tuple[Row, ...]
    #: the feed, child sitemap, section page or answer that named it first
    found_on: str | None
    #: what is read on the archived page now, for one that was rejected
    reading: Row | None
    #: chance, evidence and text of the paragraphs that stand on the archived page beside what is read as the article
    beside: tuple[tuple[str, str, str], ...]


def trace_of(record: Path, archive: Path, url: str, topics: tuple[Topic, ...]) -> AddressTrace | None:
    """What is known of *url*, or None when the record does not know it under any spelling.

    Raises:
        StoreError: the record cannot be read.
    """
    with open_record(record) as conn:
        known = known_address(conn, url)
        if not known.is_known:
            return None
        article = next(iter(known.articles), None)
        page = _last_page(known.visits, archive, _READ if article else REJECTED)
        canonical = article["canonical_url"] if article else ""
        return AddressTrace(
            url=url,
            known_as=known.addresses[0],
            addresses=known.addresses,
            visits=known.visits,
            article=article,
            judgements=search.judgements_of(conn, article["id"]) if article else (),
            versions=search.history_of(conn, canonical) if article else (),
            events=search.events_of(conn, canonical) if article else (),
            original=search.original_of(conn, canonical) if article else None,
            copies=search.copies_of(conn, canonical) if article else (),
            notifications=tuple(outbox.notifications_of(conn, canonical)) if article else (),
            waiting=known.waiting,
            host=known.host,
            parameters=_parameters(conn, known.addresses[0]),
            source=known.source,
            is_source=known.is_source,
            quiet=quiet_days(conn, known.source["id"]) if known.source and known.is_source else (),
            found_on=known.found_on,
            reading=read_now(page, topics) if page and not article else None,
            beside=beside_of(page) if page else (),
        )


def _parameters(conn: sqlite3.Connection, url: str) -> tuple[Row, ...]:
    """What the host of an address has taught of those parameters that make or make no difference there."""
    known = habits(conn, (host_of(url),)).get(host_of(url), {})
    taught = [
        (name, known[name])
        for name in sorted(known)
        if known[name].is_needed or makes_no_difference(known[name])
    ]
    return tuple(
        {"name": name, "is_needed": each.is_needed, "pages": len(each.pages)} for name, each in taught
    )


def _last_page(visits: tuple[Row, ...], archive: Path, verdicts: Set[str]) -> Page | None:
    """The page of the last visit with one of the verdicts, when the archive still has it."""
    digests = (row["page_sha256"] for row in visits if row["verdict"] in verdicts)
    digest = next((each for each in digests if each), None)
    return archived_page(archive, digest) if digest else None


def beside_of(page: Page) -> tuple[tuple[str, str, str], ...]:
    """Chance, evidence and text of the paragraphs beside the article of a page."""
    from crawler.commands.page_account import beside_rows  # trafilatura takes a second to import
    from crawler.ingest.pool import ReadingTooLong

    try:
        return beside_rows(page)
    except ReadingTooLong:
        return ()


def archived_page(archive: Path, sha256: str) -> Page | None:
    """A page of the archive; None when it is not there, or the archive cannot be read."""
    try:
        with closing(search.open_read_only(archive)) as conn:
            return Archive(archive, conn).page(sha256)
    except StoreError:
        return None


def read_now(page: Page, topics: tuple[Topic, ...]) -> dict[str, Any]:
    """What is read on a page now, in the columns of `articles`; "problem" when there is no article."""
    from crawler.ingest.limited import (
        read_within_limits,  # trafilatura takes a second to import; most stories do without
    )

    return capture_row(read_within_limits(page, named_candidate(page), topics))


def capture_row(capture: Capture) -> dict[str, Any]:
    """A capture in the columns of `articles` and `judgements`."""
    article = capture.article
    if article is None:
        return {"problem": problem_of(capture), "fetched_at": iso(capture.page.fetched_at), "judgements": []}
    return {
        **article_row(article),
        "fetched_at": iso(capture.page.fetched_at),
        "judgements": [{**asdict(each), "beat": each.topic_id} for each in capture.judgements],
    }


def nearest_known(record: Path, url: str) -> str | None:
    """The known address of the same host that looks most like *url*, or None."""
    parts = urlsplit(canonical_url(url) or url)
    begin = f"{parts.scheme}://{parts.netloc}/"
    with open_record(record) as conn:
        rows = conn.execute(
            "SELECT DISTINCT url FROM visits WHERE url >= ? AND url < ? ORDER BY url LIMIT ?",
            (begin, begin + "\U0010ffff", _MOST_KNOWN),
        ).fetchall()
    near = difflib.get_close_matches(url, [row[0] for row in rows], n=1, cutoff=0.6)
    return near[0] if near else None
