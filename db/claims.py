"""Who reads what at the moment, so that two people are not given the same article, and what each has passed over.

A claim is soft: it keeps an article out of other people's way for a while and stops nobody from opening or marking
it. It lies beside the record, see `db.people`.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from db.model import iso

#: how long an article that was opened from the queue is left to its reader
CLAIM = timedelta(minutes=5)
#: how long an article that was passed over stays away
SKIP = timedelta(hours=12)


def claims_in_force(conn: sqlite3.Connection, person: str, now: datetime) -> tuple[str, ...]:
    """Canonical URLs that the queue does not offer to *person* now: read by others, or passed over."""
    rows = conn.execute(
        """SELECT canonical_url FROM claims WHERE until > :now AND person <> :person
        UNION SELECT canonical_url FROM skips WHERE person = :person AND skipped_at > :since""",
        {"now": iso(now), "person": person, "since": iso(now - SKIP)},
    )
    return tuple(row[0] for row in rows)


def claim_article(conn: sqlite3.Connection, person: str, url: str, now: datetime) -> bool:
    """Take an article for a while, and let go of any other; False when somebody else reads it."""
    conn.execute("DELETE FROM claims WHERE until <= ? OR person = ?", (iso(now), person))
    conn.execute("INSERT OR IGNORE INTO claims VALUES (?, ?, ?)", (url, person, iso(now + CLAIM)))
    return holder(conn, url, now) == person


def release(conn: sqlite3.Connection, person: str) -> None:
    """Let go of what *person* reads."""
    conn.execute("DELETE FROM claims WHERE person = ?", (person,))


def holder(conn: sqlite3.Connection, url: str, now: datetime) -> str | None:
    """Who reads an article at the moment."""
    row = conn.execute(
        "SELECT person FROM claims WHERE canonical_url = ? AND until > ?", (url, iso(now))
    ).fetchone()
    return row[0] if row else None


def skip(conn: sqlite3.Connection, person: str, url: str, now: datetime) -> None:
    """Pass over an article: the queue does not offer it to *person* for a while, or until `come_back`."""
    conn.execute("DELETE FROM skips WHERE skipped_at <= ?", (iso(now - SKIP),))
    conn.execute("INSERT OR REPLACE INTO skips VALUES (?, ?, ?)", (person, url, iso(now)))


def skipped(conn: sqlite3.Connection, person: str, now: datetime) -> int:
    """How many articles *person* has passed over."""
    row = conn.execute(
        "SELECT count(*) FROM skips WHERE person = ? AND skipped_at > ?", (person, iso(now - SKIP))
    ).fetchone()
    return int(row[0])


def come_back(conn: sqlite3.Connection, person: str) -> None:
    """Offer everything again that *person* has passed over."""
    conn.execute("DELETE FROM skips WHERE person = ?", (person,))
