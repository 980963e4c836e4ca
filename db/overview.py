"""The record at a glance: what `status` shows. Nothing here writes, and nothing heavy is imported.

Rows come back as dicts by column name; JSON columns are decoded.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import TYPE_CHECKING, Any

from db.instants import iso
from db.polls import verdicts_of

if TYPE_CHECKING:
    from db.rows import Row

#: states of a source that ask for a person, the worst first
AILING = ("dead", "blocked", "failing", "drifting", "empty", "moved", "slow")
_JSON = frozenset(
    {
        "authors",
        "tags",
        "image_credits",
        "removed",
        "origins",
        "evidence",
        "verdicts",
        "quiet_polls",
        "guards",
    }
)


def as_dict(row: sqlite3.Row) -> Row:
    """A row as a dict, its JSON columns decoded."""
    return {name: json.loads(row[name]) if name in _JSON and row[name] else row[name] for name in row.keys()}  # noqa: SIM118 - a Row iterates over values


def all_rows(conn: sqlite3.Connection, sql: str, *values: Any) -> tuple[Row, ...]:
    return tuple(as_dict(row) for row in conn.execute(sql, values))


def one_row(conn: sqlite3.Connection, sql: str, *values: Any) -> Row | None:
    return next(iter(all_rows(conn, sql, *values)), None)


def health(conn: sqlite3.Connection) -> tuple[Row, ...]:
    """The view `source_health`, by id."""
    return all_rows(conn, "SELECT * FROM source_health ORDER BY id")


def queue_sizes(conn: sqlite3.Connection, now: datetime) -> Row:
    """`waiting`, of them `due`, of them `new` and `recheck`; and over how many `hosts`."""
    row = one_row(
        conn,
        """SELECT count(*) AS waiting, total(not_before_at <= ?) AS due, total(purpose = 'new') AS new,
            total(purpose = 'recheck') AS recheck, count(DISTINCT host) AS hosts FROM frontier""",
        iso(now),
    )
    assert row is not None
    return {name: int(value) for name, value in row.items()}


def learned_paces(conn: sqlite3.Connection, limit: int = 5) -> tuple[Row, ...]:
    """`host` and `learned_gap_s` of hosts that are asked less often since they refused, the slowest first."""
    return all_rows(
        conn,
        "SELECT host, learned_gap_s FROM hosts WHERE learned_gap_s IS NOT NULL ORDER BY learned_gap_s DESC, host LIMIT ?",
        limit,
    )


def last_runs(conn: sqlite3.Connection, limit: int = 5) -> tuple[Row, ...]:
    """The latest runs, newest first; `verdicts` counts the visits so far when a run has not finished.

    A backfill counts them itself, as not every page it has seen leaves a row.
    """
    rows = all_rows(conn, "SELECT * FROM runs ORDER BY id DESC LIMIT ?", limit)
    return tuple(
        row
        if row["finished_at"] or row["mode"] == "backfill"
        else {**row, "verdicts": verdicts_of(conn, row["id"])}
        for row in rows
    )


def heartbeat(conn: sqlite3.Connection) -> Row | None:
    """`pid`, `started_at` and `beat_at` of the last daemon, or None when none ever ran."""
    return one_row(conn, "SELECT pid, started_at, beat_at FROM heartbeat")


def record_events(conn: sqlite3.Connection, since: datetime) -> tuple[Row, ...]:
    """What was done to the record's file and noticed after *since*, oldest first; moves are left out."""
    return all_rows(
        conn,
        "SELECT kind, reason, happened_at FROM record_events WHERE happened_at >= ? AND kind <> 'moved' ORDER BY id",
        iso(since),
    )


def totals(conn: sqlite3.Connection) -> Row:
    """How much there is: articles, versions, relevant, mention, waiting for review, copies, visits."""
    counts = {
        "articles": "SELECT count(*) FROM newest",
        "versions": "SELECT count(*) FROM articles",
        "relevant": "SELECT count(*) FROM newest WHERE band = 'relevant'",
        "mention": "SELECT count(*) FROM newest WHERE band = 'mention'",
        "to_review": "SELECT count(*) FROM review_queue",
        "copies": "SELECT count(*) FROM newest WHERE original_url IS NOT NULL",
        "visits": "SELECT (SELECT count(*) FROM visits) + (SELECT coalesce(sum(polls), 0) FROM quiet_polls)",
    }
    return {name: int(conn.execute(sql).fetchone()[0]) for name, sql in counts.items()}


def outbox_counts(conn: sqlite3.Connection, since: datetime) -> tuple[Row, ...]:
    """Of the outbox: alert, target's label, state -> rows: those that wait, and those sent or given up since then."""
    return all_rows(
        conn,
        """SELECT alert, label, state, count(*) AS rows, max(problem) AS problem FROM outbox
        WHERE state IN ('waiting', 'sending') OR coalesce(told_at, first_tried_at) >= ?
        GROUP BY alert, label, state ORDER BY alert, label, state""",
        iso(since),
    )
