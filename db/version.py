"""Which schema this program works with, and which one a file has."""

from __future__ import annotations

import sqlite3

#: number of the newest migration in `db.migrations`; `PRAGMA user_version` of an up-to-date file
SCHEMA_VERSION = 21


def schema_version(conn: sqlite3.Connection) -> int:
    """Number of the newest migration that the file has seen; 0 for an empty file."""
    return int(conn.execute("PRAGMA user_version").fetchone()[0])
