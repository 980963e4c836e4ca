"""What people think of articles: every mark is an event that stays; the newest one stands.

A mark is about the article, whatever version was read: a trigger copies it to
`reviews` under the article's canonical URL and takes it out of `review_queue`.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from db.connection import connect, in_words, transaction
from db.errors import StoreError
from db.model import iso
from db.rows import known

Mark = Literal["relevant", "irrelevant", "later"]
MARKS: tuple[Mark, ...] = get_args(Mark)
#: most characters of a note
MOST_NOTE = 2000


def append_review(
    path: Path, *, article_id: int, mark: Mark | None, note: str | None, reviewer: str, now: datetime
) -> int:
    """Record what *reviewer* thinks of an article, and take it out of the queue.

    Opens the record for the length of one transaction, so that nobody who
    writes beside us waits.

    Args:
        path: the record; it must exist.
        article_id: `articles.id` of the version that was read.
        mark: None takes the mark back; the article is in the queue again.
        note: a sentence for others; blank is none.
        reviewer: who it was.

    Returns:
        `review_events.id`.

    Raises:
        ValueError: no such article, an unknown mark, or a note of more than 2,000 characters.
        StoreError: the record is missing, locked, read-only or full.
    """
    note = known((note or "").strip())
    if mark is not None and mark not in MARKS:
        raise ValueError(f'"{mark}" is not a mark; marks are {", ".join(MARKS)}')
    if note and len(note) > MOST_NOTE:
        raise ValueError(f"the note has {len(note)} characters, {MOST_NOTE} is the most")
    if not path.is_file():
        raise StoreError(f"{path} does not exist", str(path))
    conn = connect(path)
    try:
        with transaction(conn, path):
            if conn.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,)).fetchone() is None:
                raise ValueError(f"there is no article {article_id}")
            row = conn.execute(
                "INSERT INTO review_events (article_id, mark, note, reviewer, reviewed_at) VALUES (?, ?, ?, ?, ?)",
                (article_id, mark, note, reviewer, iso(now)),
            )
            return int(row.lastrowid or 0)
    finally:
        with in_words(path):
            conn.close()
