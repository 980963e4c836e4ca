"""A clock that was ahead and is set back: nothing waits for a time that was noted by mistake."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from db.model import iso


def take_back(conn: sqlite3.Connection, now: datetime) -> int:
    """Make due what was noted after *now*, which cannot have happened yet.

    A source polled in that future is polled now, a page found in it may be
    fetched now. Rechecks keep their time: they are late by the jump at most.

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
    return sources.rowcount + pages.rowcount
