"""Who is asking: sessions of browsers and tokens of programs. Only the digest of a key is kept.

A session ends a week after its last request, thirty days after it began, or when somebody ends it. A token lives
until it is taken away, and reaches no further than its scope.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from db.errors import StoreError
from db.model import from_iso, iso
from db.people import Person, find

#: feeds: the feeds of searches; read: those, and everything that answers in JSON
Scope = Literal["feeds", "read"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
IDLE = timedelta(days=7)
LONGEST = timedelta(days=30)
#: a sign of life is written down so often at most
_NOTED = timedelta(minutes=5)
MOST_LABEL = 60
#: so that a key that lies about is recognised for what it is
_PREFIX = "spacereel_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who a request is from."""

    person: Person
    #: of a token; None for somebody who signed in
    scope: Scope | None = None


def digest(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def begin(conn: sqlite3.Connection, person: str, now: datetime, browser: str | None = None) -> str:
    """A new session; returns its key, which is kept nowhere else. Sessions that are over are forgotten."""
    conn.execute("DELETE FROM sessions WHERE ends_at < ? OR seen_at < ?", (iso(now), iso(now - IDLE)))
    key = secrets.token_urlsafe(32)
    conn.execute(
        "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)",
        (digest(key), person, iso(now), iso(now), iso(now + LONGEST), (browser or "")[:200] or None),
    )
    conn.execute("UPDATE people SET seen_at = ? WHERE name = ?", (iso(now), person))
    return key


def who(conn: sqlite3.Connection, key: str, now: datetime) -> Asking | None:
    """Whose session this is; None when it is over, or nobody's."""
    row = conn.execute("SELECT * FROM sessions WHERE key_sha256 = ?", (digest(key),)).fetchone()
    if row is None or iso(now) > row["ends_at"] or iso(now - IDLE) > row["seen_at"]:
        return None
    person = find(conn, row["person"])
    if person is None or person.is_disabled:
        return None
    if now - from_iso(row["seen_at"]) > _NOTED:
        conn.execute("UPDATE sessions SET seen_at = ? WHERE key_sha256 = ?", (iso(now), row["key_sha256"]))
        conn.execute("UPDATE people SET seen_at = ? WHERE name = ?", (iso(now), person.name))
    return Asking(person=person)


def end_session(conn: sqlite3.Connection, key: str) -> None:
    """End the session of *key*."""
    conn.execute("DELETE FROM sessions WHERE key_sha256 = ?", (digest(key),))


def end_others(conn: sqlite3.Connection, person: str, key: str) -> int:
    """End every session of *person* but that of *key*; how many there were."""
    done = conn.execute("DELETE FROM sessions WHERE person = ? AND key_sha256 <> ?", (person, digest(key)))
    return done.rowcount


def sessions_of(conn: sqlite3.Connection, person: str) -> tuple[sqlite3.Row, ...]:
    """begun_at, seen_at, ends_at and browser of a person's sessions, the latest first."""
    return tuple(
        conn.execute(
            "SELECT begun_at, seen_at, ends_at, browser FROM sessions WHERE person = ? ORDER BY seen_at DESC",
            (person,),
        )
    )


def make_token(conn: sqlite3.Connection, person: str, scope: Scope, label: str, now: datetime) -> str:
    """A new token of *person*; returns it, which is shown once and kept nowhere else.

    Raises:
        StoreError: nobody has this name, or the scope or label will not do.
    """
    if find(conn, person) is None:
        raise StoreError(f"nobody is called {person}; `spacereel user list` shows everybody")
    label = " ".join(label.split())
    if scope not in SCOPES or not 0 < len(label) <= MOST_LABEL:
        raise StoreError(
            f"a token has a scope ({' or '.join(SCOPES)}) and a label of 1 to {MOST_LABEL} characters"
        )
    key = _PREFIX + secrets.token_urlsafe(32)
    conn.execute(
        "INSERT INTO tokens (key_sha256, person, scope, label, made_at) VALUES (?, ?, ?, ?, ?)",
        (digest(key), person, scope, label, iso(now)),
    )
    return key


def whose_token(conn: sqlite3.Connection, key: str, now: datetime) -> Asking | None:
    """Whose token this is, and for what; None when it is nobody's."""
    row = conn.execute("SELECT * FROM tokens WHERE key_sha256 = ?", (digest(key),)).fetchone()
    person = find(conn, row["person"]) if row else None
    if person is None or person.is_disabled:
        return None
    if row["used_at"] is None or now - from_iso(row["used_at"]) > _NOTED:
        conn.execute("UPDATE tokens SET used_at = ? WHERE id = ?", (iso(now), row["id"]))
    return Asking(person=person, scope=row["scope"])


def tokens_of(conn: sqlite3.Connection, person: str) -> tuple[sqlite3.Row, ...]:
    """id, scope, label, made_at and used_at of a person's tokens; never the tokens."""
    return tuple(
        conn.execute(
            "SELECT id, scope, label, made_at, used_at FROM tokens WHERE person = ? ORDER BY id", (person,)
        )
    )


def drop_token(conn: sqlite3.Connection, person: str, token_id: int) -> bool:
    """Take a token of *person* away; False when there is no such token of theirs."""
    done = conn.execute("DELETE FROM tokens WHERE id = ? AND person = ?", (token_id, person))
    return bool(done.rowcount)
