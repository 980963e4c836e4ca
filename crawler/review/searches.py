"""What people see of the searches they keep: how much of each is unread, and what it has found. Read-only.

A count stands on every page, so none may walk the record: the newest finds of each query are remembered, and a page
asks only for what has been recorded since.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.errors import QuerySyntaxError
from crawler.memory import ByteCache
from crawler.query.scope import scoped_condition
from crawler.review.lists import COLUMNS, PAGE, Listed
from db.searches import SavedSearch

#: finds of one search that are counted; more are "99+"
MOST_COUNTED = 100
#: seconds that one page may spend on searches that were never counted, or long ago; the others wait for the next page
_FRESH_S = 0.025
#: a count is made from the beginning so often, as marks and judgements change what fits
_FRESH = timedelta(minutes=10)
#: versions that are looked at one by one; when there are more, the whole query is asked
_FAR = 2000
#: bytes of queries and their finds that are remembered, and of one number
_REMEMBERED_BYTES, _NUMBER_BYTES = 4_000_000, 36


@dataclass(frozen=True, slots=True)
class _Finds:
    """The newest versions that a query finds."""

    #: of the record, when it was asked last
    state: tuple[int, ...]
    asked_at: datetime
    #: articles.id, the newest first
    ids: tuple[int, ...]


class UnreadCounts:
    """How much of each search is unread."""

    def __init__(self) -> None:
        self._finds = ByteCache[str, _Finds](_REMEMBERED_BYTES)

    def of(
        self,
        conn: sqlite3.Connection,
        searches: Sequence[SavedSearch],
        seen: Mapping[int, int],
        now: datetime,
    ) -> Mapping[int, int | None]:
        """searches.id -> articles found or changed since, `MOST_COUNTED` at most; None is not counted yet.

        Args:
            seen: searches.id -> the highest articles.id that was seen; since it was saved where there is none.
        """
        state = _state(conn)
        until = time.monotonic() + _FRESH_S
        counts: dict[int, int | None] = {}
        for search in searches:
            finds = _brought_up(conn, search.query, self._finds.get(search.query), state, now, until)
            counts[search.id] = None
            if finds is not None:
                size = 4 * len(search.query) + _NUMBER_BYTES * len(finds.ids) + 400
                self._finds.put(search.query, finds, size)
                since = seen.get(search.id, search.since_id)
                counts[search.id] = sum(each > since for each in finds.ids)
        return counts


def _state(conn: sqlite3.Connection) -> tuple[int, ...]:
    """What a find depends on: another article, mark or judgement, another number."""
    row = conn.execute(
        """SELECT (SELECT max(id) FROM articles), (SELECT max(id) FROM review_events),
        (SELECT max(id) FROM judgements)"""
    ).fetchone()
    return tuple(each or 0 for each in row)


def _brought_up(
    conn: sqlite3.Connection,
    query: str,
    finds: _Finds | None,
    state: tuple[int, ...],
    now: datetime,
    until: float,
) -> _Finds | None:
    """The finds as they are now; None when they have to be asked for from the beginning, and there is no time."""
    is_old = finds is None or now - finds.asked_at > _FRESH or state[0] - finds.state[0] > _FAR
    if is_old and time.monotonic() < until:
        return _Finds(state, now, _asked(conn, query, now))
    if finds is None or finds.state == state:
        return finds
    return _Finds(state, finds.asked_at, _caught_up(conn, query, finds, now))


def _asked(conn: sqlite3.Connection, query: str, now: datetime) -> tuple[int, ...]:
    try:
        asked = scoped_condition(query, now=now)
    except QuerySyntaxError:  # its page says so
        return ()
    rows = conn.execute(
        f"SELECT n.article_id FROM newest n WHERE {asked.sql} ORDER BY n.article_id DESC LIMIT {MOST_COUNTED}",  # noqa: S608 - values are bound
        asked.values,
    )
    return tuple(row[0] for row in rows)


def _caught_up(conn: sqlite3.Connection, query: str, finds: _Finds, now: datetime) -> tuple[int, ...]:
    """What is found among the versions that came since, and of the former finds what still is."""
    try:
        asked = scoped_condition(query, now=now, of_one=True)
    except QuerySyntaxError:
        return ()
    select = f"SELECT n.article_id FROM newest n WHERE {{}} AND {asked.sql} ORDER BY n.article_id DESC LIMIT {MOST_COUNTED}"  # noqa: S608 - same
    parts = (
        ("n.article_id > ?", finds.state[0]),
        ("n.article_id IN (SELECT value FROM json_each(?))", json.dumps(finds.ids)),
    )
    found = [
        row[0] for where, value in parts for row in conn.execute(select.format(where), (value, *asked.values))
    ]
    return tuple(found[:MOST_COUNTED])


def found_of(
    conn: sqlite3.Connection, query: str, now: datetime, after: int | None = None, limit: int = PAGE
) -> Listed:
    """What a saved search finds, the last found or changed first.

    Args:
        after: articles.id of the last one on the page before.

    Raises:
        QuerySyntaxError: the query cannot be read.
    """
    asked = scoped_condition(query, now=now)
    ids = [
        row[0]
        for row in conn.execute(
            f"SELECT n.article_id FROM newest n WHERE n.article_id < ? AND {asked.sql} ORDER BY n.article_id DESC LIMIT ?",  # noqa: S608 - same
            (after or 1 << 62, *asked.values, limit + 1),
        )
    ]
    card = f"{COLUMNS} FROM newest n CROSS JOIN articles a ON a.id = n.article_id WHERE n.article_id = ?"
    rows = [conn.execute(card, (each,)).fetchone() for each in ids[:limit]]
    return Listed(rows=rows, after=ids[limit - 1] if len(ids) > limit else None)
