"""The index of words that queries ask: kept beside the articles, in order of their ids.

Two FTS5 tables without content of their own, see `db.terms` for what is in
them. Articles are append-only and their ids rise, so the highest id that was
indexed says how far the index is: what is above it comes with the next
append, or when the record is opened.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any
from urllib.parse import urlsplit

from db.terms import terms_of

#: versions that one transaction indexes when the record is opened
WORDS_BATCH = 500

_NEXT = """SELECT id, title, description, text, authors, tags, site_name, url FROM articles
    WHERE id > ? ORDER BY id LIMIT ?"""


def indexed_to(conn: sqlite3.Connection) -> int:
    """The highest articles.id that is indexed; 0 when none is."""
    row = conn.execute("SELECT rowid FROM articles_words ORDER BY rowid DESC LIMIT 1").fetchone()
    return int(row[0]) if row else 0


def is_behind(conn: sqlite3.Connection) -> bool:
    """Whether there are versions that the index does not have yet."""
    highest = conn.execute("SELECT max(id) FROM articles").fetchone()[0]
    return highest is not None and highest > indexed_to(conn)


def catch_up(conn: sqlite3.Connection, limit: int = WORDS_BATCH) -> int:
    """Index the next versions, at most *limit*, inside the caller's transaction; returns how many."""
    rows = conn.execute(_NEXT, (indexed_to(conn), limit)).fetchall()
    for number, title, description, text, authors, tags, site, url in rows:
        terms = terms_of(
            (title or "", description or "", text or ""),
            _list(authors),
            _list(tags),
            (site or "", _host(url)),
        )
        conn.execute("INSERT INTO articles_words (rowid, words) VALUES (?, ?)", (number, terms.words))
        if terms.runs:
            conn.execute("INSERT INTO articles_runs (rowid, runs) VALUES (?, ?)", (number, terms.runs))
    return len(rows)


def clear(conn: sqlite3.Connection) -> None:
    """Empty the index, so that `catch_up` makes it anew."""
    for table in ("articles_words", "articles_runs"):
        conn.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")  # noqa: S608 - table names are ours


def differs(conn: sqlite3.Connection) -> bool:
    """Whether some version is not in the index, or the index has one too many."""
    articles, words = (
        conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - table names are ours
        for table in ("articles", "articles_words_docsize")
    )
    return bool(articles != words)


def _list(array: str | None) -> tuple[str, ...]:
    try:
        found: Any = json.loads(array or "[]")
    except ValueError:
        return ()
    return tuple(str(each) for each in found if each is not None) if isinstance(found, list) else ()


def _host(url: str | None) -> str:
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""
