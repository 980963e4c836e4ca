"""Questions that a person asks the record in SQL: one statement, read-only, rows as they come."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from db.errors import StoreError

#: what a statement may do; `VACUUM INTO` and `ATTACH` would write files also from a record opened read-only
_ALLOWED = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
#: what full-text search asks for by itself: it declares its table in memory, and looks whether the record changed
_OF_SEARCH = frozenset({(sqlite3.SQLITE_UPDATE, "sqlite_master"), (sqlite3.SQLITE_PRAGMA, "data_version")})


def _allows(action: int, name: str | None, *_: str | None) -> int:
    is_allowed = action in _ALLOWED or (action, name) in _OF_SEARCH
    return sqlite3.SQLITE_OK if is_allowed else sqlite3.SQLITE_DENY


def answer(
    conn: sqlite3.Connection, path: Path, sql: str, values: Sequence[Any] = ()
) -> tuple[tuple[str, ...], Iterator[tuple[Any, ...]]]:
    """The names of the columns, and the rows, which are read while they are asked for.

    From then on *conn* does nothing but read. Text that is not valid UTF-8
    comes with replacement characters.

    Raises:
        StoreError: the statement is wrong, more than one, or reads nothing.
    """
    conn.row_factory = None
    conn.text_factory = lambda raw: raw.decode("utf-8", "replace")
    conn.set_authorizer(_allows)
    try:
        cursor = conn.execute(sql, values)
    except (sqlite3.Error, sqlite3.Warning, ValueError) as problem:
        raise StoreError(_wrong(problem), str(path)) from problem
    if cursor.description is None:
        raise StoreError("the query asks for nothing; a SELECT does", str(path))
    return tuple(column[0] for column in cursor.description), cursor


def _wrong(problem: Exception) -> str:
    """Why SQLite does not run a statement, for the one who wrote it."""
    code = getattr(problem, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_AUTH:
        return "the query may only read, and only from the record: one SELECT"
    if "one statement" in str(problem):
        return "the query is more than one statement; write one SELECT"
    return f"SQLite cannot run the query: {problem}"
