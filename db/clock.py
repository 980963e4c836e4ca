"""A clock that was ahead and is set back: nothing waits for a time that was noted by mistake."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from db.model import iso


def take_back(conn: sqlite3.Connection, now: datetime) -> int:
    """Make due what was noted after *now*, which cannot have happened yet.

    A source polled in that future is polled now, a page found in it may be
    fetched now. When the ledger was written in it, what hosts asked for and
    pages that are tried again wait no longer than they would have by that
    clock. Rechecks keep their time: they are late by the jump at most.

    Returns:
        How many sources and pages are due that were not.
    """
    values = {"now": iso(now)}
    sources = conn.execute(
        "UPDATE sources SET next_due_at = :now WHERE checked_at > :now AND next_due_at > :now", values
    )
    pages = conn.execute(
        """UPDATE frontier SET not_before_at = :now
        WHERE purpose = 'new' AND found_at > :now AND not_before_at > :now""",
        values,
    )
    return sources.rowcount + pages.rowcount + _shortened(conn, now)


#: the ledger's latest instant; rows that were written since the clock was set back hide it after a while
_LATEST = """SELECT max(at) FROM (SELECT max(at) AS at FROM (SELECT started_at AS at FROM visits ORDER BY id DESC LIMIT 200)
    UNION ALL SELECT max(last_at) FROM quiet_polls WHERE day = (SELECT max(day) FROM quiet_polls))"""
_UNTIL = "CASE WHEN not_before_at <= :latest THEN :now ELSE strftime('%Y-%m-%dT%H:%M:%SZ', not_before_at, :back) END"
_SHORTEN = (
    f"UPDATE hosts SET not_before_at = {_UNTIL} WHERE not_before_at > :now",  # noqa: S608 - our own words
    f"UPDATE frontier SET not_before_at = {_UNTIL} WHERE purpose = 'new' AND not_before_at > :now",  # noqa: S608 - same
)


def _shortened(conn: sqlite3.Connection, now: datetime) -> int:
    """Rests and new attempts that were reckoned from a time that has not come; returns how many."""
    latest = conn.execute(_LATEST).fetchone()[0]
    if latest is None or latest <= iso(now):
        return 0
    ahead_s = int((datetime.fromisoformat(latest) - now).total_seconds())
    values = {"now": iso(now), "latest": latest, "back": f"-{ahead_s} seconds"}
    return sum(conn.execute(statement, values).rowcount for statement in _SHORTEN)
