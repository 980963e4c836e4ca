"""Searches that people keep: their own, and those for all. They lie in the record, so that the daemon sees their bells.

How far a person has read one is no part of it and lies beside the record, see `db.people`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from db import outbox
from db.errors import StoreError
from db.model import iso
from db.rows import clean

#: characters of a name, and of a query
MOST_NAME, MOST_QUERY = 60, 2000
#: searches of one person, and for all
MOST_KEPT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A search with a name."""

    id: int
    name: str
    query: str
    #: whose it is; None when it is for all
    person: str | None
    #: the configured alert that it is told like; None while its bell is off
    bell: str | None
    #: highest articles.id when it was saved
    since_id: int
    saved_by: str
    saved_at: str

    @property
    def alert(self) -> str:
        """What its alert is called in the outbox, whatever its name."""
        return f"search {self.id}"


def _searches(conn: sqlite3.Connection, where: str, *values: object) -> tuple[SavedSearch, ...]:
    rows = conn.execute(f"SELECT * FROM searches WHERE {where} ORDER BY name COLLATE NOCASE, id", values)  # noqa: S608 - ours
    return tuple(SavedSearch(**{name: row[name] for name in row.keys()}) for row in rows)  # noqa: SIM118 - a Row iterates over values


def searches_for(conn: sqlite3.Connection, person: str | None) -> tuple[SavedSearch, ...]:
    """Those for all and the person's own, by name."""
    return _searches(conn, "person IS NULL OR person = ?", person)


def search_for(conn: sqlite3.Connection, search_id: int, person: str | None) -> SavedSearch | None:
    """One of them; None when there is none, or it is somebody else's."""
    found = _searches(conn, "id = ? AND (person IS NULL OR person = ?)", search_id, person)
    return found[0] if found else None


def ringing(conn: sqlite3.Connection) -> tuple[SavedSearch, ...]:
    """Those whose bell is on."""
    return _searches(conn, "bell IS NOT NULL")


def save_search(
    conn: sqlite3.Connection, name: str, query: str, person: str | None, by: str, now: datetime
) -> int:
    """Keep a search; returns its id.

    Raises:
        StoreError: the name or query will not do, or there are too many.
    """
    kept = conn.execute("SELECT count(*) FROM searches WHERE person IS ?", (person,)).fetchone()[0]
    if kept >= MOST_KEPT:
        raise StoreError(f"there are {kept} saved searches already, and {MOST_KEPT} is the most")
    row = (_name(name), _query(query), person, by, iso(now))
    done = conn.execute(
        """INSERT INTO searches (name, query, person, since_id, saved_by, saved_at)
        SELECT ?, ?, ?, coalesce(max(id), 0), ?, ? FROM articles""",
        row,
    )
    return int(done.lastrowid or 0)


def change_search(conn: sqlite3.Connection, search_id: int, name: str, query: str) -> None:
    """Give a search another name or query; its feed and its bell stay.

    Raises:
        StoreError: the name or query will not do.
    """
    conn.execute(
        "UPDATE searches SET name = ?, query = ? WHERE id = ?", (_name(name), _query(query), search_id)
    )


def set_bell(conn: sqlite3.Connection, search: SavedSearch, alert: str | None, now: datetime) -> None:
    """Have a search told like *alert* from now on; None ends it, and lets go of what waits."""
    if search.bell is None or alert is None:
        outbox.forget_alert(conn, search.alert, "The bell of the saved search was switched off.")
    conn.execute("UPDATE searches SET bell = ? WHERE id = ?", (alert, search.id))
    if alert is not None:
        outbox.cursor_of(conn, search.alert, now)


def drop_search(conn: sqlite3.Connection, search: SavedSearch) -> None:
    """Forget a search."""
    outbox.forget_alert(conn, search.alert, "The saved search is gone.")
    conn.execute("DELETE FROM searches WHERE id = ?", (search.id,))


def _name(name: str) -> str:
    text = " ".join(clean(name).split())
    if not 0 < len(text) <= MOST_NAME:
        raise StoreError(f"a saved search has a name of 1 to {MOST_NAME} characters")
    return text


def _query(query: str) -> str:
    text = clean(query).strip()
    if len(text) > MOST_QUERY:
        raise StoreError(f"the query has {len(text)} characters, and {MOST_QUERY} is the most")
    return text


# how far people have read; in the file of people


def seen_by(people: sqlite3.Connection, person: str) -> Mapping[int, int]:
    """searches.id -> the highest articles.id that *person* has seen there."""
    try:
        rows = people.execute("SELECT search_id, article_id FROM seen WHERE person = ?", (person,))
    except (
        sqlite3.OperationalError
    ):  # a file from before there were searches; the next writing adds the table
        return {}
    return {row[0]: row[1] for row in rows}


def see_search(people: sqlite3.Connection, person: str, search_id: int, article_id: int) -> None:
    """Remember that *person* has seen what a search found up to a version; never less than before."""
    people.execute(
        """INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT (person, search_id)
        DO UPDATE SET article_id = max(article_id, excluded.article_id)""",
        (person, search_id, article_id),
    )
