"""What people see of the searches they keep: how much of each is unread, and what it has found. Read-only.

A count stands on every page, so none may walk the record: only what was recorded since somebody looked is asked for,
again only when something was recorded, and a page that has spent its share leaves the rest to the next one.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.errors import QuerySyntaxError
from crawler.memory import ByteCache
from crawler.query.scope import scoped_condition
from crawler.review.lists import LIST_COLUMNS, PAGE, Listed
from db.searches import SavedSearch

#: articles of one search that are counted; more are "99+"
MOST_COUNTED = 100
#: seconds of processor time that one page spends on counts; one is made in any case
_SHARE_S = 0.025
#: bytes of counts that are remembered
_REMEMBERED_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class _Count:
    """How much somebody had not seen, and when that was so."""

    #: of the record, and the minute, as queries may say `24h`
    state: tuple[int, ...]
    counted_at: datetime
    unread: int


class UnreadCounts:
    """How much of each search is unread."""

    def __init__(self) -> None:
        self._counts = ByteCache[tuple[str, int], _Count](_REMEMBERED_BYTES)

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
        keys = {each.id: (each.query, seen.get(each.id, each.since_id)) for each in searches}
        known = {number: self._counts.get(key) for number, key in keys.items()}
        state = _state(conn, now)
        stale = [number for number, count in known.items() if count is None or count.state != state]
        # what was counted longest ago has its turn first, what was never counted before it
        stale.sort(key=lambda number: count.counted_at.timestamp() if (count := known[number]) else 0.0)
        until = time.thread_time() + _SHARE_S
        for number in stale:
            query, since = keys[number]
            count = _Count(state, now, _unread(conn, query, since, now))
            self._counts.put(keys[number], count, 4 * len(query) + 500)
            known[number] = count
            if time.thread_time() >= until:
                break
        return {number: count.unread if count else None for number, count in known.items()}


def _state(conn: sqlite3.Connection, now: datetime) -> tuple[int, ...]:
    """What a count depends on: another article, mark or judgement, another number."""
    row = conn.execute(
        """SELECT (SELECT max(id) FROM articles), (SELECT max(id) FROM review_events),
        (SELECT max(id) FROM judgements)"""
    ).fetchone()
    return (*(each or 0 for each in row), int(now.timestamp()) // 60)


def _unread(conn: sqlite3.Connection, query: str, since: int, now: datetime) -> int:
    try:
        asked = scoped_condition(query, now=now, after=since)
    except QuerySyntaxError:  # its page says so
        return 0
    # CROSS keeps SQLite from walking another index of the whole table
    found = conn.execute(
        f"""SELECT count(*) FROM (SELECT 1 FROM newest r CROSS JOIN newest n ON n.article_id = r.article_id
        WHERE r.article_id > ? AND {asked.sql} LIMIT {MOST_COUNTED})""",  # noqa: S608 - values are bound
        (since, *asked.values),
    )
    return int(found.fetchone()[0])


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
    card = f"{LIST_COLUMNS} FROM newest n CROSS JOIN articles a ON a.id = n.article_id WHERE n.article_id = ?"
    rows = [conn.execute(card, (each,)).fetchone() for each in ids[:limit]]
    return Listed(rows=rows, after=ids[limit - 1] if len(ids) > limit else None)
