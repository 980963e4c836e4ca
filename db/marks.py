"""What people think of articles: every mark and note is an event that stays.

A mark is about the article, whatever version was read. Each person has one mark that stands, the last; `reviews` has
the newest of those that stand, and takes the article out of `review_queue`. Who takes a mark back leaves the marks of
others as they are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from db.connection import to_write
from db.model import iso
from db.rows import known

Mark = Literal["relevant", "irrelevant", "later"]
MARKS: tuple[Mark, ...] = get_args(Mark)
#: most characters of a note
MOST_NOTE = 2000
#: most articles that are marked at once
MOST_MARKED = 500

_OWN = """SELECT e.mark, e.note FROM review_events e JOIN articles v ON v.id = e.article_id
    WHERE v.canonical_url = (SELECT canonical_url FROM articles WHERE id = ?) AND e.reviewer IS ? {what}
    ORDER BY e.id DESC LIMIT {most}"""


def append_review(
    path: Path, *, article_id: int, mark: Mark | None, note: str | None, reviewer: str, now: datetime
) -> None:
    """Record what *reviewer* thinks of an article, and take it out of the queue.

    A mark that stands already, with the note it has, is not recorded twice.
    Opens the record for the length of one transaction, so that nobody who
    writes beside us waits.

    Args:
        path: the record; it must exist.
        article_id: `articles.id` of the version that was read.
        mark: None takes the mark back; the article is in the queue again unless somebody else marked it.
        note: a sentence for others; blank is none.
        reviewer: who it was.

    Raises:
        ValueError: no such article, an unknown mark, or a note of more than 2,000 characters.
        StoreError: the record is missing, locked, read-only or full.
    """
    note = _note(note)
    _check(mark)
    with to_write(path) as conn:
        _append(conn, article_id, mark, note, reviewer, now)


def append_note(path: Path, *, article_id: int, note: str, reviewer: str, now: datetime) -> None:
    """Record a sentence about an article, and leave its mark as it is; a blank one takes the note back.

    Raises:
        ValueError: no such article, or a note of more than 2,000 characters.
        StoreError: the record is missing, locked, read-only or full.
    """
    text = _note(note)
    with to_write(path) as conn:
        own = _own(conn, article_id, reviewer, "", 1)
        if (own[0]["note"] if own else None) != text:
            _insert(conn, article_id, _mark_of(conn, article_id, reviewer), text, reviewer, now, "note")


def append_marks(
    path: Path, *, article_ids: Iterable[int], mark: Mark | None, reviewer: str, now: datetime
) -> None:
    """Mark many articles alike, all or none; notes stay.

    Raises:
        ValueError: an article that is not there, too many, or an unknown mark.
        StoreError: the record is missing, locked, read-only or full.
    """
    _check(mark)
    with to_write(path) as conn:
        for article_id in _few(article_ids):
            _append(conn, article_id, mark, _note_of(conn, article_id, reviewer), reviewer, now)


def undo_marks(path: Path, *, article_ids: Iterable[int], reviewer: str, now: datetime) -> None:
    """Give articles the mark again that *reviewer* had given them before the last; none if there was none.

    Raises:
        ValueError: an article that is not there, or too many.
        StoreError: the record is missing, locked, read-only or full.
    """
    with to_write(path) as conn:
        for article_id in _few(article_ids):
            marks = _own(conn, article_id, reviewer, "AND e.kind = 'mark'", 2)
            if marks:
                before = marks[1]["mark"] if len(marks) > 1 else None
                _append(conn, article_id, before, _note_of(conn, article_id, reviewer), reviewer, now)


def _append(
    conn: sqlite3.Connection,
    article_id: int,
    mark: Mark | None,
    note: str | None,
    reviewer: str,
    now: datetime,
) -> None:
    stands = _mark_of(conn, article_id, reviewer)
    if stands != mark or note is not None:
        own = _own(conn, article_id, reviewer, "", 1)
        if not (own and own[0]["mark"] == mark == stands and own[0]["note"] == note):
            _insert(conn, article_id, mark, note, reviewer, now, "mark")
    elif conn.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,)).fetchone() is None:
        raise ValueError(f"there is no article {article_id}")


def _insert(
    conn: sqlite3.Connection,
    article_id: int,
    mark: str | None,
    note: str | None,
    reviewer: str,
    now: datetime,
    kind: str,
) -> None:
    if conn.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,)).fetchone() is None:
        raise ValueError(f"there is no article {article_id}")
    conn.execute(
        "INSERT INTO review_events (article_id, mark, note, reviewer, reviewed_at, kind) VALUES (?, ?, ?, ?, ?, ?)",
        (article_id, mark, note, reviewer, iso(now), kind),
    )


def _own(conn: sqlite3.Connection, article_id: int, reviewer: str, what: str, most: int) -> list[sqlite3.Row]:
    """A person's last events about an article, the newest first."""
    return conn.execute(_OWN.format(what=what, most=most), (article_id, reviewer)).fetchall()


def _mark_of(conn: sqlite3.Connection, article_id: int, reviewer: str) -> Mark | None:
    """The mark of a person that stands."""
    marks = _own(conn, article_id, reviewer, "AND e.kind = 'mark'", 1)
    return marks[0]["mark"] if marks else None


def _note_of(conn: sqlite3.Connection, article_id: int, reviewer: str) -> str | None:
    """The note of a person that stands."""
    own = _own(conn, article_id, reviewer, "", 1)
    return own[0]["note"] if own else None


def _check(mark: str | None) -> None:
    if mark is not None and mark not in MARKS:
        raise ValueError(f'"{mark}" is not a mark; marks are {", ".join(MARKS)}')


def _note(note: str | None) -> str | None:
    text = known((note or "").strip())
    if text and len(text) > MOST_NOTE:
        raise ValueError(f"the note has {len(text)} characters, {MOST_NOTE} is the most")
    return text


def _few(article_ids: Iterable[int]) -> tuple[int, ...]:
    wanted = tuple(dict.fromkeys(article_ids))
    if len(wanted) > MOST_MARKED:
        raise ValueError(f"{len(wanted)} articles are named, and {MOST_MARKED} are marked at once at most")
    return wanted
