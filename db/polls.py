"""Polls that brought nothing and said what the poll before them said: counted per source and day, without a row in `visits`.

At 100,000 sources such rows would be five million a day. Whatever brings
something, fails, or says something else than before has its row as ever.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import TYPE_CHECKING

from db.instants import iso

if TYPE_CHECKING:
    from db.model import FetchRecord
    from db.rows import Row

#: days of a source that are handed out
MOST_DAYS = 7
#: rows that one transaction lets go
_BATCH = 2000


def count_poll(conn: sqlite3.Connection, record: FetchRecord, run_id: int | None) -> None:
    """Count a poll for its source and day, and for its run."""
    at = iso(record.started_at)
    conn.execute(
        """INSERT INTO quiet_polls (source, day, verdict, polls, first_at, last_at, elapsed_ms, received_bytes)
        VALUES (:source, :day, :verdict, 1, :at, :at, :elapsed_ms, :received_bytes)
        ON CONFLICT (source, day, verdict) DO UPDATE SET polls = polls + 1, first_at = min(first_at, excluded.first_at),
            last_at = max(last_at, excluded.last_at), elapsed_ms = elapsed_ms + excluded.elapsed_ms,
            received_bytes = received_bytes + excluded.received_bytes""",
        {
            "source": record.source or "",
            "day": at[:10],
            "verdict": record.outcome.value,
            "at": at,
            "elapsed_ms": record.elapsed_ms,
            "received_bytes": record.received_bytes,
        },
    )
    path = f"$.{record.outcome.value}"
    conn.execute(
        """UPDATE runs SET quiet_polls = json_set(quiet_polls, :path, coalesce(quiet_polls ->> :path, 0) + 1)
        WHERE id = :run""",
        {"path": path, "run": run_id},
    )


def was_counted(conn: sqlite3.Connection, source: str, started_at: datetime) -> bool:
    """Whether the last poll of a source's day that was counted is the one that began then."""
    at = iso(started_at)
    sql = "SELECT 1 FROM quiet_polls WHERE source = ? AND day = ? AND last_at = ?"
    return conn.execute(sql, (source, at[:10], at)).fetchone() is not None


def verdicts_of(conn: sqlite3.Connection, run_id: int) -> dict[str, int]:
    """How often each verdict was given in a run so far: rows of the ledger, and polls that were counted."""
    rows = conn.execute("SELECT verdict, count(*) FROM visits WHERE run_id = ? GROUP BY verdict", (run_id,))
    found = {row[0]: row[1] for row in rows}
    for verdict, polls in counted_in(conn, run_id).items():
        found[verdict] = found.get(verdict, 0) + polls
    return found


def counted_in(conn: sqlite3.Connection, run_id: int) -> dict[str, int]:
    """Verdict -> polls of a run that were counted and have no row."""
    row = conn.execute("SELECT quiet_polls FROM runs WHERE id = ?", (run_id,)).fetchone()
    return dict(json.loads(row[0])) if row else {}


def quiet_days(conn: sqlite3.Connection, source: str) -> tuple[Row, ...]:
    """The last days on which polls of a source were counted, the newest first: columns of `quiet_polls`."""
    sql = "SELECT * FROM quiet_polls WHERE source = ? ORDER BY day DESC, verdict LIMIT ?"
    return tuple(dict(row) for row in conn.execute(sql, (source, MOST_DAYS)))


def forget_counts(conn: sqlite3.Connection, before: datetime, most: int = _BATCH) -> int:
    """Let go of the counts of days that were over before then; returns how many went."""
    sql = """DELETE FROM quiet_polls WHERE (source, day, verdict) IN (
        SELECT source, day, verdict FROM quiet_polls WHERE day < ? LIMIT ?)"""
    return conn.execute(sql, (iso(before)[:10], most)).rowcount
