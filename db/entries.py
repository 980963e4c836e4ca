"""Entries of feeds by the name their feed gives them: what changed since the last poll, and what has moved."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from db.model import Candidate, iso
from db.queue import FRESH, give_texts, schedule_recheck, stored_page
from db.rows import clean

#: a name that was not seen in a poll for that long is forgotten
_FORGOTTEN_AFTER = timedelta(days=90)
#: names remembered of one source, or twice what its feed holds when that is more; the newest stay
_MOST_NAMES = 2_000
#: an entry that is still there is noted again after that, so that a poll that brings nothing writes nothing
_NOTED_EVERY = timedelta(days=1)
#: most times that the pause between two looks doubles
_MOST_DOUBLINGS = 12


def note_entries(conn: sqlite3.Connection, candidates: Sequence[Candidate], now: datetime) -> tuple[str, ...]:
    """Remember the entries of one poll that have a name; queue stored articles whose entry says something new.

    The same name with another link is noted as a move, unless the feed still
    lists the old link: then it has only used the name again. Whether it is one
    is decided when the page is read, see `dedupe.recognise`. A page that waits
    because something else named it first gets the text that its feed carries.

    A feed that words an entry anew at every poll costs ever less: each look
    for that reason makes the pause before the next twice as long, from an hour.
    What is said meanwhile is noticed when the pause is over.

    Returns:
        Addresses of candidates that are looked at again.
    """
    give_texts(conn, candidates)
    listed = {clean(each.url) for each in candidates}
    again: list[str] = []
    added = False
    for candidate in candidates:
        if not candidate.guid or not candidate.entry_sha256:
            continue
        name = {"source": clean(candidate.source), "guid": clean(candidate.guid)}
        row = conn.execute(
            "SELECT * FROM feed_entries WHERE source = :source AND guid = :guid", name
        ).fetchone()
        if row is None or row["url"] != clean(candidate.url):
            _write(conn, name, candidate, _former(row, listed), now)
            added = True
        elif row["told_sha256"] != candidate.entry_sha256:
            if _take_change(conn, row, candidate, now):
                again.append(candidate.url)
        elif row["seen_at"] < iso(now - _NOTED_EVERY):
            conn.execute(
                "UPDATE feed_entries SET seen_at = :at WHERE source = :source AND guid = :guid",
                {**name, "at": iso(now)},
            )
    if added:
        _forget(conn, clean(candidates[0].source), len(candidates), now)
    return tuple(again)


def _former(row: sqlite3.Row | None, listed: set[str]) -> str | None:
    return None if row is None or row["url"] in listed else str(row["url"])


def _write(
    conn: sqlite3.Connection, name: dict[str, str], candidate: Candidate, former: str | None, now: datetime
) -> None:
    conn.execute(
        """INSERT INTO feed_entries (source, guid, url, former_url, told_sha256, seen_at)
        VALUES (:source, :guid, :url, :former, :digest, :at)
        ON CONFLICT (source, guid) DO UPDATE SET url = :url, former_url = :former, told_sha256 = :digest, seen_at = :at""",
        {
            **name,
            "url": clean(candidate.url),
            "former": former,
            "digest": candidate.entry_sha256,
            "at": iso(now),
        },
    )


def _take_change(conn: sqlite3.Connection, row: sqlite3.Row, candidate: Candidate, now: datetime) -> bool:
    """Whether the stored article is looked at now because its entry says something new."""
    pause = FRESH * 2 ** min(row["changes"], _MOST_DOUBLINGS)
    page = stored_page(conn, candidate, None)
    due = stored_page(conn, candidate, now - pause) if page else None
    if page and not due:
        return False  # what the feed said before stays noted, so the change is seen again at the next poll
    if due:
        schedule_recheck(conn, due, now, candidate.content)
    conn.execute(
        """UPDATE feed_entries SET told_sha256 = :digest, changes = changes + :looked, seen_at = :at
        WHERE source = :source AND guid = :guid""",
        {
            "digest": candidate.entry_sha256,
            "looked": int(due is not None),
            "at": iso(now),
            "source": row["source"],
            "guid": row["guid"],
        },
    )
    return due is not None


def _forget(conn: sqlite3.Connection, source: str, listed: int, now: datetime) -> None:
    """Keep the table bounded, whatever names a feed makes up."""
    conn.execute("DELETE FROM feed_entries WHERE seen_at < ?", (iso(now - _FORGOTTEN_AFTER),))
    surplus = conn.execute("SELECT count(*) FROM feed_entries WHERE source = ?", (source,)).fetchone()[0]
    surplus -= max(_MOST_NAMES, 2 * listed)
    if surplus > 0:
        conn.execute(
            """DELETE FROM feed_entries WHERE source = :source AND guid IN (
                SELECT guid FROM feed_entries WHERE source = :source ORDER BY seen_at LIMIT :surplus)""",
            {"source": source, "surplus": surplus},
        )


def former_addresses(conn: sqlite3.Connection, url: str) -> tuple[str, ...]:
    """Addresses that a feed gave before to the entry that it now gives *url* to."""
    rows = conn.execute(
        "SELECT DISTINCT former_url FROM feed_entries WHERE url = ? AND former_url IS NOT NULL LIMIT 5",
        (clean(url),),
    )
    return tuple(row[0] for row in rows)
