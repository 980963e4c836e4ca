"""Records as somebody else may have made them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def loosened(path: Path, table: str) -> closing[sqlite3.Connection]:
    """The record at *path*, open, with a table that takes anything and without what guards it."""
    conn = sqlite3.connect(path, isolation_level=None)
    for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        conn.execute(f'DROP TRIGGER "{name}"')
    conn.execute("PRAGMA writable_schema = ON")
    conn.execute(
        "UPDATE sqlite_master SET sql = replace(replace(sql, ') STRICT', ')'), 'NOT NULL', '') WHERE name = ?",
        (table,),
    )
    conn.execute("PRAGMA writable_schema = RESET")
    conn.execute("PRAGMA ignore_check_constraints = ON")
    return closing(conn)
