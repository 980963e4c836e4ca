"""What a backfill needs of the record: how far each WARC file was read, and counts of pages without a row of their own."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from db.model import Outcome, iso


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcPlace:
    """Where a record of a WARC file begins."""

    #: of the gzip member, or of the record in a plain file
    offset: int = 0
    #: number of the record in its gzip member, from 0; almost all have one
    index: int = 0


#: what is remembered of a file, each a row of `replays` under the file's key
_PARTS = ("offset", "index", "size")


def place(conn: sqlite3.Connection, key: str) -> tuple[WarcPlace, int]:
    """Where reading a file goes on, and the size at which it was read to its end, 0 when it was not.

    Args:
        key: what makes two readings of a file the same one.
    """
    offset, index, size = (
        row[0]
        if (row := conn.execute("SELECT position FROM replays WHERE rules = ?", (name,)).fetchone())
        else 0
        for name in _names(key)
    )
    return WarcPlace(offset=offset, index=index), size


def keep_place(conn: sqlite3.Connection, key: str, at: WarcPlace, size_bytes: int) -> None:
    """Remember how far a file was read; *size_bytes* is 0 until it was read to its end."""
    conn.executemany(
        "INSERT INTO replays (rules, position) VALUES (?, ?) ON CONFLICT (rules) DO UPDATE SET position = excluded.position",
        list(zip(_names(key), (at.offset, at.index, size_bytes), strict=True)),
    )


def _names(key: str) -> list[str]:
    return [f"{key} {part}" for part in _PARTS]


def count_verdicts(conn: sqlite3.Connection, run_id: int, counts: Mapping[Outcome, int]) -> None:
    """Add verdicts to those of a run, of pages with and without a row."""
    (text,) = conn.execute("SELECT verdicts FROM runs WHERE id = ?", (run_id,)).fetchone()
    before = json.loads(text)
    added = {outcome.value: before.get(outcome.value, 0) + counts.get(outcome, 0) for outcome in Outcome}
    verdicts = json.dumps({name: count for name, count in added.items() if count})
    conn.execute("UPDATE runs SET verdicts = ? WHERE id = ?", (verdicts, run_id))


def close_run(conn: sqlite3.Connection, run_id: int, now: datetime) -> None:
    """Close a run whose verdicts were counted all along."""
    conn.execute("UPDATE runs SET finished_at = ? WHERE id = ?", (iso(now), run_id))
