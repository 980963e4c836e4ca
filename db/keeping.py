"""Rows of the ledger that were kept long enough are let go, so that a record of any age has a bounded ledger.

What brought or took an article stays for ever: the verdicts in `LASTING`, and what a backfill or a replay has written.
The guard of `visits` refuses to delete anything else than what `forgotten` allows, which only this module writes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta

from db.model import from_iso, iso
from db.polls import forget_counts
from db.rows import clean

#: verdicts whose rows are never let go
LASTING = ("new", "changed", "copy", "gone")
#: purposes whose rows are never let go: they carry the dates of files, and were written once
WRITTEN_ONCE = ("backfill", "replay")
#: purposes that count as polls; all others are visits to pages
POLLS = ("source", "robots")
#: rows that one transaction looks at, so that nobody waits long for the next one
_BATCH = 2000

_WHAT = f"iif(purpose IN {POLLS}, 'polls', 'visits')"
#: of rows in a window of time, those that are of the kind and may go
_OLD = f"""SELECT id, started_at, {_WHAT} = :what AND verdict NOT IN {LASTING} AND purpose NOT IN {WRITTEN_ONCE} AS goes
    FROM visits WHERE started_at >= :done AND started_at < :before ORDER BY started_at, goes DESC LIMIT :most"""  # noqa: S608 - constants


def forget_visits(
    conn: sqlite3.Connection, now: datetime, keep_s: Mapping[str, float | None], most: int = _BATCH
) -> int:
    """Look at the next old rows and let go of those that may; returns how many were looked at, 0 when none is left.

    Args:
        keep_s: "polls" and "visits" -> how long their rows stay, in seconds; None for ever.
        most: rows that are looked at.
    """
    for what, limit_s in keep_s.items():
        if limit_s is not None and (seen := _forget(conn, what, iso(now - timedelta(seconds=limit_s)), most)):
            return seen
    polls_s = keep_s.get("polls")
    return forget_counts(conn, now - timedelta(seconds=polls_s), most) if polls_s is not None else 0


def forget_messages(conn: sqlite3.Connection, now: datetime, keep_s: float | None, most: int = _BATCH) -> int:
    """Let go of rows of the outbox about articles that nobody waits for any more; returns how many went.

    Rows about sources stay: a source that is dead is met again at every look, and its row is what keeps it from being
    told again.

    Args:
        keep_s: how long they stay after they were due, in seconds; None for ever.
        most: rows that go in one transaction.
    """
    if keep_s is None:
        return 0
    old = """DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE state IN ('sent', 'failed', 'dropped')
        AND article_id IS NOT NULL AND coalesce(told_at, due_at) < ? ORDER BY id LIMIT ?)"""
    return conn.execute(old, (iso(now - timedelta(seconds=keep_s)), most)).rowcount


def _forget(conn: sqlite3.Connection, what: str, before: str, most: int) -> int:
    row = conn.execute("SELECT done_at FROM forgotten WHERE what = ?", (what,)).fetchone()
    done = row[0] if row else ""
    old = conn.execute(_OLD, {"what": what, "done": done, "before": before, "most": most}).fetchall()
    if not old:
        return 0
    going = [(each["id"],) for each in old if each["goes"]]
    next_at = _next(done, old[-1]["started_at"], is_over=len(old) < most, before=before, has_gone=bool(going))
    conn.execute(
        """INSERT INTO forgotten (what, before_at, done_at, visits) VALUES (:what, :before, :next, :count)
        ON CONFLICT (what) DO UPDATE SET before_at = max(before_at, excluded.before_at), done_at = excluded.done_at,
            visits = visits + excluded.visits""",
        {"what": what, "before": before, "next": next_at, "count": len(going)},
    )
    conn.executemany("DELETE FROM visits WHERE id = ?", going)
    return len(old)


def _next(done: str, last: str, *, is_over: bool, before: str, has_gone: bool) -> str:
    """Where the next window begins: with the last second of a full one, of which more rows may be left to go."""
    if is_over:
        return before
    if last > done or has_gone:
        return last
    return iso(
        from_iso(last) + timedelta(seconds=1)
    )  # in each second those that go come first: all of these stay


def let_go_before(conn: sqlite3.Connection, url: str) -> str | None:
    """Until when visits to pages were let go, when *url* was visited and no row tells of it any more; else None."""
    row = conn.execute(
        """SELECT before_at FROM forgotten WHERE what = 'visits' AND EXISTS (SELECT 1 FROM pages WHERE url = :url)
            AND NOT EXISTS (SELECT 1 FROM visits WHERE url = :url)""",
        {"url": clean(url)},
    ).fetchone()
    return row[0] if row else None


def forget_lines(conn: sqlite3.Connection, site_after: str, horizon_days: int) -> str | None:
    """Forget lines of the next site after *site_after* that no reading would use; returns the site, None after the last.

    A line counts as furniture for *horizon_days* before the site's newest page; older ones are only in the way.
    """
    row = conn.execute(
        "SELECT site, last_seen_at FROM sites WHERE site > ? ORDER BY site LIMIT 1", (site_after,)
    ).fetchone()
    if row is None:
        return None
    horizon = "strftime('%Y-%m-%dT%H:%M:%SZ', ?, ?)"
    gone = conn.execute(
        f"DELETE FROM site_lines WHERE site = ? AND last_seen_at < {horizon}",  # noqa: S608 - a constant
        (row["site"], row["last_seen_at"], f"-{horizon_days} days"),
    ).rowcount
    if gone:
        conn.execute("UPDATE sites SET lines = max(lines - ?, 0) WHERE site = ?", (gone, row["site"]))
    return str(row["site"])


def shrink(conn: sqlite3.Connection, most_pages: int) -> int:
    """Give up to *most_pages* free pages back to the disk; returns how many are left to give.

    A record that was begun before records could shrink keeps them, and fills them with new rows.
    """
    if conn.execute("PRAGMA auto_vacuum").fetchone()[0] != 2:
        return 0
    conn.execute(f"PRAGMA incremental_vacuum({int(most_pages)})").fetchall()
    return int(conn.execute("PRAGMA freelist_count").fetchone()[0])
