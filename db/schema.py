"""From any file to today's schema, or a sentence why not."""

from __future__ import annotations

import json
import logging
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from db import guards, wordindex
from db.connection import in_words, transaction
from db.errors import Corrupt, SchemaTooNew
from db.instants import iso
from db.version import SCHEMA_VERSION, schema_version

log = logging.getLogger(__name__)


def bring_up_to_date(conn: sqlite3.Connection, path: Path, now: datetime) -> tuple[str, ...]:
    """Apply the migrations that are missing, then verify the guards and make them anew where needed.

    An up-to-date record is only read, so opening one never waits for a writer.
    The index of words is brought up to date in steps: whoever else writes waits for one of them at most.

    Returns:
        Names of triggers and views that were missing, or different in a record
        that was up to date; what their absence may have spoilt is derived again.

    Raises:
        SchemaTooNew: a newer Spacereel wrote the file; both versions are named.
        Corrupt: a database of somebody else, or a damaged one.
    """
    with in_words(path):
        version = schema_version(conn)
        _refuse_strangers(conn, path, version)
        is_guarded = version == SCHEMA_VERSION and not guards.differing(conn)
        dropped = guards.dropped(conn) if version < SCHEMA_VERSION else ()
    if version < SCHEMA_VERSION:
        _migrate(conn, path)
    renewed = () if is_guarded else _guard(conn, path, now, dropped)
    _index_words(conn, path)
    return renewed


def _guard(conn: sqlite3.Connection, path: Path, now: datetime, dropped: tuple[str, ...]) -> tuple[str, ...]:
    """Make guards anew, and what their absence may have spoilt; returns their names."""
    with transaction(conn, path):
        names = (*dropped, *guards.install(conn))
        if any(name in guards.TRIGGERS for name in names):
            guards.rebuild(conn)
            conn.execute(
                "INSERT INTO repairs (repaired_at, guards) VALUES (?, ?)", (iso(now), json.dumps(names))
            )
            log.warning("record.guards_renewed path=%s guards=%s", path, ",".join(names))
    return names


def _index_words(conn: sqlite3.Connection, path: Path) -> None:
    """Index what is not indexed yet: all of an older record, and rows that somebody else inserted."""
    with in_words(path):
        is_behind = wordindex.is_behind(conn)
    done = 0
    while is_behind:
        with transaction(conn, path):
            count = wordindex.catch_up(conn)
        done += count
        is_behind = count == wordindex.WORDS_BATCH
        if is_behind and done % 20_000 == 0:
            log.info("record.words_indexed path=%s versions=%d", path, done)


def _refuse_strangers(conn: sqlite3.Connection, path: Path, version: int) -> None:
    if version > SCHEMA_VERSION:
        raise SchemaTooNew(
            f"{path} has schema version {version}, and this Spacereel knows versions up to {SCHEMA_VERSION};"
            " install a newer Spacereel or use another file",
            str(path),
        )
    tables = {row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and "_sqlite_migrations" not in tables:
        raise Corrupt(
            f"{path} is an SQLite database, but not a record of Spacereel; use another file", str(path)
        )


def _migrate(conn: sqlite3.Connection, path: Path) -> None:
    with _without_numpy():  # sqlite_utils takes a while to import: only when there is something to do
        from sqlite_utils import Database

    from db.migrations import migrations

    with transaction(conn, path):
        migrations.apply(Database(conn, recursive_triggers=False, execute_plugins=False))


@contextmanager
def _without_numpy() -> Iterator[None]:
    """Let sqlite_utils be imported without numpy, of which it would only know the types of columns: 0.1 s and 12 MB."""
    if "numpy" in sys.modules:
        yield
        return
    sys.modules["numpy"] = None  # type: ignore[assignment]  # "there is no such module", as the import system has it
    try:
        yield
    finally:
        del sys.modules["numpy"]
