"""Who may review: people with their roles and passwords, in a file beside the record that only its owner reads.

It is no part of the record: whoever is handed the record, or opens it in Datasette, gets no password, session or
token with it. `articles.db` has `articles.people.db` beside it.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from db.connection import connect, in_words, transaction
from db.errors import StoreError
from db.model import iso
from db.passwords import password_digest

Role = Literal["reader", "reviewer", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
#: who opened the address that `spacereel review` printed; nobody else may be called so
OWNER = "root"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?")

_TABLES = (
    """CREATE TABLE IF NOT EXISTS people (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('reader', 'reviewer', 'admin')),
    password TEXT,
    is_disabled INTEGER NOT NULL DEFAULT 0,
    added_at TEXT NOT NULL,
    seen_at TEXT
)""",
    """CREATE TABLE IF NOT EXISTS sessions (
    key_sha256 TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    browser TEXT
)""",
    """CREATE TABLE IF NOT EXISTS tokens (
    id INTEGER PRIMARY KEY,
    key_sha256 TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('feeds', 'read')),
    label TEXT NOT NULL,
    made_at TEXT NOT NULL,
    used_at TEXT
)""",
    """CREATE TABLE IF NOT EXISTS claims (
    canonical_url TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    until TEXT NOT NULL
)""",
    """CREATE TABLE IF NOT EXISTS skips (
    person TEXT NOT NULL,
    canonical_url TEXT NOT NULL,
    skipped_at TEXT NOT NULL,
    PRIMARY KEY (person, canonical_url)
)""",
    """CREATE TABLE IF NOT EXISTS seen (
    person TEXT NOT NULL,
    search_id INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (person, search_id)
)""",
    "CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, secret TEXT NOT NULL)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may sign in."""

    name: str
    role: Role
    is_disabled: bool = False
    #: False until the first password is set
    has_password: bool = False
    added_at: str = ""
    #: last request; None when there was none
    seen_at: str | None = None


def people_file(record: Path) -> Path:
    """Where the people of a record are kept.

    >>> people_file(Path("db/articles.db")).name
    'articles.people.db'
    """
    return record.with_suffix(".people.db")


@contextmanager
def people_of(record: Path) -> Iterator[sqlite3.Connection]:
    """One transaction on the people of *record*; the file is begun when it is not there, for its owner alone.

    Raises:
        StoreError: it cannot be read or written.
    """
    if not record.is_file():
        raise StoreError(
            f"{record} does not exist yet; `spacereel once` or `spacereel run` begins it", str(record)
        )
    path = people_file(record)
    with closing(connect(path)) as conn, transaction(conn, path):
        for sql in _TABLES:
            conn.execute(sql)
        yield conn


def add(conn: sqlite3.Connection, name: str, role: Role, now: datetime) -> None:
    """A new person, who can sign in once a password is set.

    Raises:
        StoreError: the name is taken, is no name, or is ours.
    """
    check_name(name)
    try:
        conn.execute("INSERT INTO people (name, role, added_at) VALUES (?, ?, ?)", (name, role, iso(now)))
    except sqlite3.IntegrityError:
        raise StoreError(f"{name} is there already; `spacereel user list` shows everybody") from None


def check_name(name: str) -> None:
    """Refuse what cannot be a name.

    Raises:
        StoreError: it has other signs, or is ours.
    """
    if not _NAME.fullmatch(name) or name == OWNER:
        raise StoreError(
            f'"{name}" cannot be a name; write 1 to 40 of a-z, 0-9, ".", "-" and "_", and not "{OWNER}"'
        )


def everybody(conn: sqlite3.Connection) -> tuple[Person, ...]:
    """All people, by name."""
    return tuple(map(_person, conn.execute("SELECT * FROM people ORDER BY name")))


def find(conn: sqlite3.Connection, name: str) -> Person | None:
    """The person of this name; whoever opened the printed address is an admin without being listed."""
    if name == OWNER:
        return Person(name=OWNER, role="admin")
    row = conn.execute("SELECT * FROM people WHERE name = ?", (name,)).fetchone()
    return _person(row) if row else None


def password_of(conn: sqlite3.Connection, name: str) -> str | None:
    """What is kept of the password; None when nobody who may sign in has this name, or has none yet."""
    row = conn.execute("SELECT password FROM people WHERE name = ? AND NOT is_disabled", (name,)).fetchone()
    return row[0] if row else None


def set_password(conn: sqlite3.Connection, name: str, password: str, but_session: str | None = None) -> None:
    """Give a person a new password and end all their sessions, but the one with the digest *but_session*.

    Raises:
        StoreError: nobody has this name, or the password will not do.
    """
    try:
        stored = password_digest(password)
    except ValueError as problem:
        raise StoreError(str(problem)) from None
    _changed(conn, name, "password = ?", stored)
    conn.execute("DELETE FROM sessions WHERE person = ? AND key_sha256 IS NOT ?", (name, but_session))


def set_role(conn: sqlite3.Connection, name: str, role: Role) -> None:
    """What a person may do from the next request on.

    Raises:
        StoreError: nobody has this name.
    """
    _changed(conn, name, "role = ?", role)


def set_disabled(conn: sqlite3.Connection, name: str, is_disabled: bool) -> None:
    """Shut somebody out, with all sessions and tokens, or let them in again; what they marked stays.

    Raises:
        StoreError: nobody has this name.
    """
    _changed(conn, name, "is_disabled = ?", int(is_disabled))
    if is_disabled:
        for table in ("sessions", "tokens", "claims"):
            conn.execute(f"DELETE FROM {table} WHERE person = ?", (name,))  # noqa: S608 - our own names


def _changed(conn: sqlite3.Connection, name: str, what: str, value: object) -> None:
    done = conn.execute(f"UPDATE people SET {what} WHERE name = ?", (value, name))  # noqa: S608 - our own columns
    if not done.rowcount:
        raise StoreError(f"nobody is called {name}; `spacereel user list` shows everybody")


def _person(row: sqlite3.Row) -> Person:
    return Person(
        name=row["name"],
        role=row["role"],
        is_disabled=bool(row["is_disabled"]),
        has_password=row["password"] is not None,
        added_at=row["added_at"],
        seen_at=row["seen_at"],
    )


def secret_of(record: Path) -> str:
    """What signs the forms of a record's review: the same after every start, and known to its owner alone."""
    with people_of(record) as conn:
        conn.execute("INSERT OR IGNORE INTO secrets VALUES ('forms', ?)", (secrets.token_hex(32),))
        return str(conn.execute("SELECT secret FROM secrets WHERE name = 'forms'").fetchone()[0])


@contextmanager
def people_to_read(record: Path) -> Iterator[sqlite3.Connection | None]:
    """The people of *record* to be read; None when there has been nobody yet."""
    path = people_file(record)
    if not path.is_file():
        yield None
        return
    with closing(connect(path)) as conn, in_words(path):
        yield conn
