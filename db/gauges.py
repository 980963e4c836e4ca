"""How full the record is, in a few counted numbers that cost milliseconds; for whoever watches from outside."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from db.connection import in_words, open_read_only
from db.model import from_iso, iso

_HEALTH = """SELECT CASE WHEN is_enabled = 0 THEN 'off' WHEN checked_at IS NULL THEN 'waiting' ELSE state END, count(*)
    FROM sources GROUP BY 1"""
_OLDEST = "SELECT min(next_due_at) FROM sources WHERE is_enabled = 1"
_QUEUE = "SELECT iif(not_before_at <= ?, 'due', 'later'), count(*) FROM frontier GROUP BY 1"
_BANDS = "SELECT coalesce(band, 'none'), count(*) FROM newest GROUP BY 1"
_OUTBOX = "SELECT state, count(*) FROM outbox GROUP BY 1"
#: what a database takes on the disk
_FILES = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauges:
    """What stands in a record at one moment; counts by state."""

    sources: Mapping[str, int]
    #: how long the source that is due for longest has been waiting, in seconds; 0 when none is due
    overdue_s: float
    #: pages that wait: due, later
    queue: Mapping[str, int]
    articles: Mapping[str, int]
    outbox: Mapping[str, int]
    record_bytes: int
    archive_bytes: int


def gauges_of(path: Path, archive: Path, now: datetime) -> Gauges:
    """The numbers of a record that may be in use.

    Raises:
        StoreError: it cannot be read.
    """
    with closing(open_read_only(path)) as conn, in_words(path):
        oldest = conn.execute(_OLDEST).fetchone()[0]
        return Gauges(
            sources=_counted(conn, _HEALTH),
            overdue_s=max((now - from_iso(oldest)).total_seconds(), 0.0) if oldest else 0.0,
            queue=_counted(conn, _QUEUE, iso(now)),
            articles=_counted(conn, _BANDS),
            outbox=_counted(conn, _OUTBOX),
            record_bytes=bytes_of(path),
            archive_bytes=bytes_of(archive),
        )


def bytes_of(path: Path) -> int:
    """What a database takes on the disk, its log included; 0 when it is not there."""
    beside = (path.with_name(path.name + end) for end in _FILES)
    return sum(each.stat().st_size for each in beside if each.exists())


def _counted(conn: sqlite3.Connection, sql: str, *values: str) -> dict[str, int]:
    return {row[0]: row[1] for row in conn.execute(sql, values)}
