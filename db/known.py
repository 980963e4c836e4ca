"""What the record knows of one address, whichever of its spellings it was met under; the one answer to "why". Read-only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.overview import as_dict
from db.rows import Row, clean, host_part
from db.views import ARTICLE_COLUMNS

#: visits, articles and addresses that are handed out
MOST_VISITS, MOST_ARTICLES, MOST_ADDRESSES = 50, 20, 200

_GIVEN = "(SELECT value FROM json_each(:urls))"
_ADDRESSES = f"""WITH canonical (url) AS (
    SELECT canonical_url FROM aliases WHERE url IN {_GIVEN}
    UNION SELECT canonical_url FROM newest WHERE url IN {_GIVEN}
    UNION SELECT a.canonical_url FROM visits v JOIN articles a ON a.id = v.article_id WHERE v.url IN {_GIVEN})
SELECT url FROM canonical UNION SELECT url FROM aliases WHERE canonical_url IN (SELECT url FROM canonical)
LIMIT :most"""  # noqa: S608 - values are bound
_VISITS = f"""SELECT * FROM visits WHERE id IN (
    SELECT id FROM visits WHERE url IN {_GIVEN}
    UNION SELECT id FROM visits WHERE final_url IS NOT NULL AND final_url <> url AND final_url IN {_GIVEN})
ORDER BY id DESC LIMIT :most"""  # noqa: S608 - values are bound
_ARTICLES = f"""SELECT {", ".join(f"a.{name}" for name in ARTICLE_COLUMNS)},
    n.score, n.band, n.beat, n.story_id, n.mark, n.removed_at
FROM newest n JOIN articles a ON a.id = n.article_id WHERE n.canonical_url IN {_GIVEN} LIMIT :most"""  # noqa: S608 - column names are ours
_WAITING = f"SELECT * FROM frontier WHERE url IN {_GIVEN} ORDER BY not_before_at LIMIT 1"  # noqa: S608 - values are bound
_NAMED = f"SELECT found_on FROM pages WHERE url IN {_GIVEN} AND found_on IS NOT NULL LIMIT 1"  # noqa: S608 - values are bound
_SOURCE = f"""SELECT id, title, kind, url, beat, succeeded_at, reason FROM sources
WHERE url IN {_GIVEN} LIMIT 1"""  # noqa: S608 - values are bound
_NAMING = "SELECT id, title, kind, url, beat, succeeded_at, reason FROM sources WHERE id = :id"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAddress:
    """One address as the record knows it; rows are dicts by column name, with lists decoded."""

    #: those under which it was met, in the order in which they were asked for, then the others
    addresses: tuple[str, ...]
    #: visits to any of them, and visits that led there, the newest first
    visits: tuple[Row, ...]
    #: newest versions, that of the first address first
    articles: tuple[Row, ...]
    #: its place in the frontier, without the text that a feed carries; None when it does not wait
    waiting: Row | None
    #: what its host asked of us
    host: Row | None
    #: the source that it is, or else the one that pointed at it
    source: Row | None
    is_source: bool
    #: the feed, child sitemap, section page or answer that named it first; None when nobody noted it
    found_on: str | None

    @property
    def is_known(self) -> bool:
        """Whether there is anything about it."""
        return bool(self.visits or self.articles or self.waiting or self.is_source)


def look_up(conn: sqlite3.Connection, spellings: Sequence[str]) -> KnownAddress:
    """Everything the record knows of an address.

    Args:
        spellings: the ways it may be written, the surest first; at least one.
    """
    asked = tuple(dict.fromkeys(map(clean, spellings)))
    related = sorted(row["url"] for row in _rows(conn, _ADDRESSES, asked, MOST_ADDRESSES))
    every = tuple(dict.fromkeys((*asked, *related)))
    visits = _rows(conn, _VISITS, every, MOST_VISITS)
    articles = _rows(conn, _ARTICLES, every, MOST_ARTICLES)
    waiting = next((_without_text(row) for row in _rows(conn, _WAITING, every)), None)
    own = next(iter(_rows(conn, _SOURCE, every)), None)
    met = {*related, *(row["url"] for row in (*visits, waiting, own) if row)}
    met |= {row["final_url"] for row in visits} | {row["canonical_url"] for row in articles}
    named = next((row["source"] for row in (*reversed(visits), waiting) if row and row["source"]), None)
    naming = conn.execute(_NAMING, {"id": named}).fetchone()
    if waiting and waiting["purpose"] == "new":
        found_on = waiting["found_on"]
    else:
        found_on = next((row["found_on"] for row in _rows(conn, _NAMED, every)), None)
    host = conn.execute("SELECT * FROM hosts WHERE host = ?", (host_part(asked[0]),)).fetchone()
    return KnownAddress(
        addresses=tuple(address for address in every if address in met),
        visits=visits,
        articles=tuple(sorted(articles, key=lambda row: every.index(row["canonical_url"]))),
        waiting=waiting,
        host=dict(host) if host else None,
        source=own or (dict(naming) if naming else None),
        is_source=own is not None,
        found_on=found_on,
    )


def _rows(conn: sqlite3.Connection, sql: str, urls: Sequence[str], most: int = 0) -> tuple[Row, ...]:
    values: dict[str, Any] = {"urls": json.dumps(urls)} | ({"most": most} if most else {})
    return tuple(as_dict(row) for row in conn.execute(sql, values))


def _without_text(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "content"}
