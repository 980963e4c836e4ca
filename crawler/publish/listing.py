"""Articles for feeds and exports: the last changed first, page by page, from one query."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.query.scope import scoped_condition
from db.rows import Row

#: entries of one page of a feed
_PAGE = 50
#: `before` of a page: an instant and an id
_BEFORE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)-(\d{1,18})")

_COLUMNS = """SELECT n.article_id AS id, n.title, n.canonical_url, n.url, n.site_name, n.source, n.language, n.published_at, n.fetched_at,
    n.found_at, n.score, n.band, n.beat, n.removed_at, n.story_id, a.revision, a.authors, a.tags, a.description, a.text,
    a.published_precision, b.title AS title_before, b.text AS text_before,
    (SELECT evidence FROM judgements j WHERE j.article_id = n.article_id AND j.beat = n.beat ORDER BY j.id DESC LIMIT 1) AS evidence
    FROM newest n JOIN articles a ON a.id = n.article_id
    LEFT JOIN articles b ON b.canonical_url = a.canonical_url AND b.revision = a.revision - 1 WHERE n.article_id = ?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage:
    """One page of articles."""

    rows: Sequence[Row]
    #: `before` of the next page; None on the last
    before: str | None


def changed(
    conn: sqlite3.Connection, query: str, now: datetime, before: str | None = None, limit: int = _PAGE
) -> ListingPage:
    """Articles that are published, the last changed first.

    Args:
        before: of the page before.

    Raises:
        QuerySyntaxError: the query cannot be read.
        ValueError: *before* is of no page.
    """
    asked = scoped_condition(query, now=now)
    sql, values = asked.sql, list(asked.values)
    if before:
        found = _BEFORE.fullmatch(before)
        if found is None:
            raise ValueError(before)
        sql += " AND n.fetched_at <= ? AND (n.fetched_at < ? OR n.article_id < ?)"
        values += [found[1], found[1], int(found[2])]
    chosen = conn.execute(
        f"""SELECT n.article_id, n.fetched_at FROM newest n WHERE {sql}
        ORDER BY n.fetched_at DESC, n.article_id DESC LIMIT ?""",  # noqa: S608 - values are bound
        (*values, limit + 1),
    ).fetchall()
    rows = [row_of(conn, row[0]) for row in chosen[:limit]]
    last = chosen[limit - 1] if len(chosen) > limit else None
    return ListingPage(rows=rows, before=f"{last[1]}-{last[0]}" if last else None)


def row_of(conn: sqlite3.Connection, article_id: int) -> Row:
    """A current article with what stood there before its last version, by column name."""
    cursor = conn.execute(_COLUMNS, (article_id,))
    names = [column[0] for column in cursor.description]
    return dict(zip(names, cursor.fetchone(), strict=True))
