"""Who is to be notified of what: rows that wait, are sent, and say what became of them.

An alert reads the record's append-only tables from where it stopped (its
cursor); what it finds and how far it is are written in one transaction. So an
event of the record that was committed is sent once, whenever the process ends.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from db.instants import iso
from db.rows import Row, clean, insert

#: rows that are shown where people look back
_MOST_SHOWN = 50
#: events that one look goes through
BATCH = 500

_CURSOR = "SELECT article_id, event_id, story_event_id, since_at FROM alert_cursors WHERE alert = ?"
_BEGIN = """INSERT OR IGNORE INTO alert_cursors (alert, article_id, event_id, story_event_id, since_at) SELECT ?,
    coalesce((SELECT max(id) FROM articles), 0), coalesce((SELECT max(id) FROM article_events), 0),
    coalesce((SELECT max(id) FROM story_events), 0), ?"""
_ARTICLES = """SELECT a.id, a.id AS article_id, a.canonical_url, a.fetched_at AS caused_at, a.published_at, a.source, r.mode, s.added_at
    FROM articles a LEFT JOIN runs r ON r.id = a.run_id LEFT JOIN sources s ON s.id = a.source
    WHERE a.id > ? ORDER BY a.id LIMIT ?"""
_EVENTS = """SELECT e.id, e.article_id, e.canonical_url, e.kind, e.happened_at AS caused_at, r.mode
    FROM article_events e JOIN articles a ON a.id = e.article_id LEFT JOIN runs r ON r.id = a.run_id
    WHERE e.id > ? ORDER BY e.id LIMIT ?"""
_STORIES = """SELECT e.id, e.story_id, a.id AS article_id, a.canonical_url, e.happened_at AS caused_at, r.mode, m.published_at, o.added_at
    FROM story_events e JOIN stories s ON s.id = e.story_id JOIN articles a ON a.id = s.first_article_id
    JOIN articles m ON m.id = e.article_id LEFT JOIN runs r ON r.id = m.run_id LEFT JOIN sources o ON o.id = m.source WHERE e.id > ? AND e.kind = 'opened' ORDER BY e.id LIMIT ?"""
_SOURCES = """SELECT id AS source, state, state_since AS caused_at FROM sources
    WHERE is_enabled AND state IN ('dead', 'blocked') AND state_since >= ? ORDER BY state_since LIMIT ?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far an alert has read: ids of articles, article_events and story_events, and an instant."""

    article_id: int
    event_id: int
    story_event_id: int
    since_at: str


def cursor_of(conn: sqlite3.Connection, alert: str, now: datetime) -> Cursor:
    """Where *alert* goes on; one that was never seen begins behind everything that is recorded."""
    conn.execute(_BEGIN, (alert, iso(now)))
    row = conn.execute(_CURSOR, (alert,)).fetchone()
    return Cursor(article_id=row[0], event_id=row[1], story_event_id=row[2], since_at=row[3])


def move_cursor(conn: sqlite3.Connection, alert: str, cursor: Cursor) -> None:
    """Remember how far *alert* has read."""
    conn.execute(
        "UPDATE alert_cursors SET article_id = ?, event_id = ?, story_event_id = ?, since_at = ? WHERE alert = ?",
        (cursor.article_id, cursor.event_id, cursor.story_event_id, cursor.since_at, alert),
    )


def articles_after(conn: sqlite3.Connection, after: int) -> list[Row]:
    """The next versions; `revision` 1 is a first one."""
    return _rows(conn, _ARTICLES.replace("a.source,", "a.source, a.revision,"), after, BATCH)


def events_after(conn: sqlite3.Connection, after: int) -> list[Row]:
    """What became of articles next."""
    return _rows(conn, _EVENTS, after, BATCH)


def stories_after(conn: sqlite3.Connection, after: int) -> list[Row]:
    """The stories that were opened next, once for each report that opened them, with their first report."""
    return _rows(conn, _STORIES, after, BATCH)


def sources_after(conn: sqlite3.Connection, after: str) -> list[Row]:
    """Sources that died or were blocked since then."""
    return _rows(conn, _SOURCES, after, BATCH)


def put(conn: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Rows that are to be sent; one with a key that is known stays as it is."""
    for row in rows:
        if conn.execute("SELECT 1 FROM outbox WHERE key = ?", (row["key"],)).fetchone() is None:
            insert(conn, "outbox", row)


def requeue_sending(conn: sqlite3.Connection) -> None:
    """What was being sent when the last sender ended waits again, as the same message."""
    conn.execute("UPDATE outbox SET state = 'waiting' WHERE state = 'sending'")


def drop_all_but(conn: sqlite3.Connection, targets: Sequence[tuple[str, str]]) -> None:
    """Let go of rows that wait for an alert or a target that is not configured any more."""
    rows = conn.execute("SELECT DISTINCT alert, target FROM outbox WHERE state = 'waiting'").fetchall()
    for alert, target in {tuple(row) for row in rows} - set(targets):
        conn.execute(
            """UPDATE outbox SET state = 'dropped', problem = 'The configuration has no such alert and target any more.'
            WHERE state = 'waiting' AND alert = ? AND target = ?""",
            (alert, target),
        )


def forget_alert(conn: sqlite3.Connection, alert: str, because: str) -> None:
    """Let go of what waits for *alert*, and of how far it has read; when it comes back, it begins anew."""
    conn.execute(
        "UPDATE outbox SET state = 'dropped', problem = ? WHERE state = 'waiting' AND alert = ?",
        (because, alert),
    )
    conn.execute("DELETE FROM alert_cursors WHERE alert = ?", (alert,))


def next_message(conn: sqlite3.Connection, alert: str, target: str, now: datetime) -> str | None:
    """A message that was tried already and is due again; None when there is none."""
    row = conn.execute(
        """SELECT message FROM outbox WHERE state = 'waiting' AND message IS NOT NULL AND due_at <= ? AND alert = ? AND target = ?
        ORDER BY due_at, id LIMIT 1""",
        (iso(now), alert, target),
    ).fetchone()
    return str(row[0]) if row else None


def fresh(conn: sqlite3.Connection, alert: str, target: str, now: datetime) -> tuple[int, str | None]:
    """How many rows are due that belong to no message yet, and the key of the first."""
    row = conn.execute(
        """SELECT count(*), (SELECT key FROM outbox WHERE state = 'waiting' AND message IS NULL AND due_at <= :now
            AND alert = :alert AND target = :target ORDER BY id LIMIT 1)
        FROM outbox WHERE state = 'waiting' AND message IS NULL AND due_at <= :now AND alert = :alert AND target = :target""",
        {"now": iso(now), "alert": alert, "target": target},
    ).fetchone()
    return int(row[0]), row[1]


def bind(conn: sqlite3.Connection, alert: str, target: str, key: str, now: datetime, *, at_most: int) -> None:
    """Make one message, named *key*, of the rows that are due, the first so many."""
    conn.execute(
        """UPDATE outbox SET message = :key WHERE id IN (SELECT id FROM outbox WHERE state = 'waiting' AND message IS NULL
            AND due_at <= :now AND alert = :alert AND target = :target ORDER BY id LIMIT :most)""",
        {"key": key, "now": iso(now), "alert": alert, "target": target, "most": at_most},
    )


def begin_sending(
    conn: sqlite3.Connection, message: str, now: datetime, at_most: int
) -> tuple[list[Row], int]:
    """Mark a message as being sent; returns its first rows, at most so many, and how many there are."""
    conn.execute(
        """UPDATE outbox SET state = 'sending', attempts = attempts + 1, first_tried_at = coalesce(first_tried_at, ?)
        WHERE message = ? AND state = 'waiting'""",
        (iso(now), message),
    )
    rows = _rows(conn, "SELECT * FROM outbox WHERE message = ? ORDER BY id LIMIT ?", message, at_most)
    count = conn.execute("SELECT count(*) FROM outbox WHERE message = ?", (message,)).fetchone()[0]
    return rows, int(count)


def settle(
    conn: sqlite3.Connection,
    message: str,
    state: Literal["sent", "waiting", "failed"],
    now: datetime,
    *,
    due_at: datetime | None = None,
    problem: str | None = None,
) -> None:
    """Say what became of a message."""
    conn.execute(
        """UPDATE outbox SET state = ?, told_at = ?, due_at = coalesce(?, due_at), problem = ?
        WHERE message = ? AND state = 'sending'""",
        (
            state,
            iso(now) if state == "sent" else None,
            due_at and iso(due_at),
            problem and clean(problem),
            message,
        ),
    )


def sent_since(conn: sqlite3.Connection, alert: str, target: str, since: datetime) -> int:
    """Messages that reached a target since then."""
    sql = "SELECT count(DISTINCT message) FROM outbox WHERE alert = ? AND target = ? AND told_at > ?"
    return int(conn.execute(sql, (alert, target, iso(since))).fetchone()[0])


def has_failed_before(conn: sqlite3.Connection, alert: str, target: str) -> bool:
    """Whether the last message that was given up or sent to a target was given up."""
    row = conn.execute(
        """SELECT state FROM outbox WHERE alert = ? AND target = ? AND state IN ('sent', 'failed')
        ORDER BY coalesce(told_at, first_tried_at) DESC, id DESC LIMIT 1""",
        (alert, target),
    ).fetchone()
    return row is not None and row[0] == "failed"


def unreached(conn: sqlite3.Connection) -> list[Row]:
    """Targets that took nothing since a message to them was given up."""
    return _rows(
        conn,
        """SELECT alert, label, max(problem) AS problem FROM outbox o WHERE state = 'failed' AND NOT EXISTS (
            SELECT 1 FROM outbox WHERE alert = o.alert AND target = o.target AND told_at > o.first_tried_at)
        GROUP BY alert, label ORDER BY alert, label""",
    )


def notifications_of(conn: sqlite3.Connection, canonical_url: str) -> list[Row]:
    """What was sent about an article, the newest first."""
    return _rows(
        conn,
        """SELECT o.alert, o.label, o.kind, o.state, o.told_at, o.due_at, o.problem FROM outbox o
        WHERE o.article_id IN (SELECT id FROM articles WHERE canonical_url = ?) ORDER BY o.id DESC LIMIT ?""",
        canonical_url,
        _MOST_SHOWN,
    )


def lately(conn: sqlite3.Connection, limit: int, alert: str | None = None) -> list[Row]:
    """The newest rows, with the headline of their article."""
    return _rows(
        conn,
        """SELECT o.*, a.title, a.url FROM outbox o LEFT JOIN articles a ON a.id = o.article_id
        WHERE ?1 IS NULL OR o.alert = ?1 ORDER BY o.id DESC LIMIT ?2""",
        alert,
        limit,
    )


def _rows(conn: sqlite3.Connection, sql: str, *values: Any) -> list[Row]:
    cursor = conn.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
