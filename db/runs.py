"""Runs and the daemon's heartbeat."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from db.model import Outcome, from_iso, iso
from db.polls import verdicts_of
from db.rows import instant


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """One crawl: what it was and how its visits ended."""

    id: int
    started_at: datetime
    finished_at: datetime | None = None
    #: daemon | once | backfill | replay
    mode: str = "once"
    #: outcome -> visits
    counts: tuple[tuple[Outcome, int], ...] = ()


def start_run(conn: sqlite3.Connection, mode: str, now: datetime) -> int:
    """Open a run; returns runs.id."""
    cursor = conn.execute("INSERT INTO runs (mode, started_at) VALUES (?, ?)", (mode, iso(now)))
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def finish_run(conn: sqlite3.Connection, run_id: int, now: datetime) -> RunReport:
    """Close a run and count how its visits ended."""
    counts = verdict_counts(conn, run_id)
    verdicts = json.dumps({outcome.value: count for outcome, count in counts})
    conn.execute("UPDATE runs SET finished_at = ?, verdicts = ? WHERE id = ?", (iso(now), verdicts, run_id))
    row = conn.execute("SELECT * FROM runs WHERE id = ?", (run_id,)).fetchone()
    return RunReport(
        id=run_id,
        started_at=from_iso(row["started_at"]),
        finished_at=instant(row["finished_at"]),
        mode=row["mode"],
        counts=counts,
    )


def last_asked_at(conn: sqlite3.Connection) -> datetime | None:
    """The end of the last run, or the last visit when it was killed."""
    row = conn.execute(
        """SELECT max(at) FROM (
            SELECT max(finished_at) AS at FROM runs WHERE id > (SELECT max(id) FROM runs) - 5
            UNION ALL SELECT max(started_at) FROM visits
            UNION ALL SELECT max(last_at) FROM quiet_polls WHERE day = (SELECT max(day) FROM quiet_polls))"""
    ).fetchone()
    return instant(row[0])


def verdict_counts(conn: sqlite3.Connection, run_id: int) -> tuple[tuple[Outcome, int], ...]:
    """How often each verdict was given in a run, in the order of `Outcome`; verdicts never given are left out."""
    found = verdicts_of(conn, run_id)
    return tuple((outcome, found[outcome.value]) for outcome in Outcome if outcome.value in found)


def beat_heart(conn: sqlite3.Connection, now: datetime, pid: int) -> None:
    """Say that the daemon *pid* is alive; its start is kept as long as the pid stays the same."""
    conn.execute(
        """INSERT INTO heartbeat (id, pid, started_at, beat_at) VALUES (1, :pid, :now, :now)
        ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at,
            started_at = iif(pid = excluded.pid, started_at, excluded.started_at), pid = excluded.pid""",
        {"pid": pid, "now": iso(now)},
    )
