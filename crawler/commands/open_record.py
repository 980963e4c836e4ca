"""Opening the record for a command that only reads it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from db.connection import in_words, open_read_only
from db.errors import Corrupt, SchemaTooNew, StoreError
from db.version import SCHEMA_VERSION, schema_version


@contextmanager
def open_record(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection to a record of today's schema; what SQLite reports inside comes out in words.

    Raises:
        StoreError: there is no such file, it is no record, or one of another schema; says what to do.
    """
    if not path.is_file():
        raise StoreError(
            f"{path} does not exist; `spacereel once` or `spacereel run` begins a record", str(path)
        )
    with closing(open_read_only(path)) as conn, in_words(path):
        _check(path, schema_version(conn), conn)
        yield conn


def _check(path: Path, version: int, conn: sqlite3.Connection) -> None:
    if not conn.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone():
        raise Corrupt(f"{path} is not a record of Spacereel; use another file", str(path))
    if version > SCHEMA_VERSION:
        raise SchemaTooNew(
            f"{path} has schema version {version}, and this Spacereel knows versions up to {SCHEMA_VERSION};"
            " install a newer Spacereel or use another file",
            str(path),
        )
    if version < SCHEMA_VERSION:
        raise StoreError(
            f"{path} has the older schema version {version}; `spacereel once` brings it up to {SCHEMA_VERSION}",
            str(path),
        )
