"""What articles of the record say, one after the other: for trying rules on them and for learning words. Nothing here writes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredText:
    """The newest version of one article, as far as rules look at it."""

    canonical_url: str
    url: str
    title: str
    text: str
    description: str
    tags: tuple[str, ...]
    section: str | None
    language: str | None
    source: str
    story_id: int | None
    #: relevant, irrelevant or None
    mark: str | None


def stored_texts(
    conn: sqlite3.Connection, where: str = "1", values: Sequence[Any] = (), limit: int = -1
) -> Iterator[StoredText]:
    """Articles in the order of their addresses, read as they are asked for.

    Args:
        where: a condition on `newest n`.
        limit: articles at most; -1 for all.
    """
    rows = conn.execute(
        f"""SELECT n.canonical_url, n.url, n.title, a.text, a.description, a.tags, n.section, n.language, n.source,
            n.story_id, n.mark
        FROM newest n JOIN articles a ON a.id = n.article_id WHERE {where} ORDER BY n.canonical_url LIMIT ?""",  # noqa: S608 - values are bound
        (*values, limit),
    )
    for row in rows:
        yield StoredText(
            canonical_url=row[0],
            url=row[1],
            title=row[2],
            text=row[3],
            description=row[4] or "",
            tags=tuple(json.loads(row[5] or "[]")),
            section=row[6],
            language=row[7],
            source=row[8],
            story_id=row[9],
            mark=row[10],
        )
