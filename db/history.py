"""Events in an article's history: kinds of change, moves, and removals that are confirmed over time. Append-only."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from db.model import FetchRecord, Outcome, Revision, from_iso, iso
from db.rows import clean, insert

#: looks that found nothing, and the time between the first and the last of them, before a page counts as removed
LOOKS, LEAST_TIME = 3, timedelta(hours=24)
#: verdicts that say nothing about whether the page is there
_SILENT = ("deferred", "failed", "robots_denied", "blocked")
#: verdicts that found the article
_THERE = frozenset({Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED, Outcome.COPY})

_ARTICLE = """SELECT n.canonical_url, n.article_id, n.removed_at FROM newest n WHERE n.canonical_url = coalesce(
    (SELECT canonical_url FROM aliases WHERE url = :url), :url)"""
_ABSENCE = f"""SELECT count(*), min(started_at), max(started_at) FROM visits
    WHERE url = :url AND verdict = 'gone' AND id > coalesce((
        SELECT max(id) FROM visits WHERE url = :url AND verdict NOT IN ('gone', {", ".join(f"'{each}'" for each in _SILENT)})), 0)"""  # noqa: S608 - constants


def note_changes(conn: sqlite3.Connection, version: Revision, kinds: tuple[str, ...]) -> None:
    """One event for each kind of change that *version* brought."""
    for kind in kinds:
        _note(conn, version.canonical_url, version.article_id, kind, None, version.fetched_at)


def note_move(conn: sqlite3.Connection, version: Revision, url: str, at: datetime) -> None:
    """The article was met at an address that is not one of its known ones."""
    _note(conn, version.canonical_url, version.article_id, "moved", f"It is now at {clean(url)}.", at)


def note_visit(conn: sqlite3.Connection, record: FetchRecord) -> None:
    """What a visit to the page of a known article says of its being there.

    A page that three looks over at least a day did not find is removed;
    one that is found again is restored. One look declares nothing.
    """
    if record.outcome is not Outcome.GONE and record.outcome not in _THERE:
        return
    article = conn.execute(_ARTICLE, {"url": clean(record.url)}).fetchone()
    if article is None:
        return
    canonical, article_id, removed_at = article
    if removed_at is not None and record.outcome in _THERE:
        _note(conn, canonical, article_id, "restored", f"It is back: {record.reason}", record.started_at)
    elif removed_at is None and record.outcome is Outcome.GONE:
        looks, first, last = conn.execute(_ABSENCE, {"url": clean(record.url)}).fetchone()
        if looks >= LOOKS and from_iso(last) - from_iso(first) >= LEAST_TIME:
            reason = f"Removed: confirmed by {looks} looks since {first}. {record.reason}"
            _note(conn, canonical, article_id, "removed", reason, record.started_at)


def _note(
    conn: sqlite3.Connection, canonical: str, article_id: int, kind: str, reason: str | None, at: datetime
) -> None:
    values = {"canonical_url": canonical, "article_id": article_id, "kind": kind}
    insert(conn, "article_events", {**values, "reason": reason and clean(reason), "happened_at": iso(at)})
