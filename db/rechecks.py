"""Looks at known articles of one host: how many pages of it are due, and those planned next brought forward."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from db.model import iso


def due_of_host(conn: sqlite3.Connection, host: str, now: datetime, most: int) -> int:
    """How many pages of a host may be fetched now; counted up to *most*."""
    sql = """SELECT count(*) FROM (
        SELECT 1 FROM frontier WHERE purpose = 'new' AND host = :host AND not_before_at <= :now
        UNION ALL SELECT 1 FROM frontier WHERE purpose = 'recheck' AND host = :host AND not_before_at <= :now LIMIT :most)"""
    return int(conn.execute(sql, {"host": host, "now": iso(now), "most": most}).fetchone()[0])


def bring_forward(
    conn: sqlite3.Connection, host: str, like: str, now: datetime, looked: tuple[int, datetime], most: int
) -> int:
    """Make the rechecks of a host due that are planned next, *most* of those whose addresses are most like *like*.

    Args:
        looked: a run and an instant; a page that this run has looked at since then stays as planned.

    Returns:
        How many were brought forward.
    """
    run_id, since = looked
    planned = conn.execute(
        """SELECT url, EXISTS (SELECT 1 FROM visits v WHERE v.url = f.url AND v.run_id = ? AND v.started_at >= ?)
        FROM frontier f WHERE purpose = 'recheck' AND host = ? AND not_before_at > ? AND url != ?
        ORDER BY not_before_at LIMIT ?""",
        (run_id, iso(since), host, iso(now), like, 8 * most),
    ).fetchall()
    nearest = sorted(planned, key=lambda row: -_shared(row[0], like))[:most]
    asked = [(iso(now), url) for url, is_known in nearest if not is_known]
    conn.executemany("UPDATE frontier SET not_before_at = ? WHERE url = ?", asked)
    return len(asked)


def _shared(url: str, other: str) -> int:
    """Characters that two addresses have in common at their beginning."""
    return next((at for at, (a, b) in enumerate(zip(url, other, strict=False)) if a != b), len(url))
