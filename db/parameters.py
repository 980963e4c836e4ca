"""What hosts have shown of the parameters of their addresses, and pages that are asked for as they were written."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime

from db.model import Candidate, iso
from db.queue import keep_key
from db.rows import clean
from db.watched import Habit

#: digests that are kept of one parameter, parameters of one host, and of all
_MOST_PAGES, _MOST_OF_HOST, _MOST = 3, 50, 100_000
#: visited addresses of one path that are looked at
_MOST_TWINS = 50


def habits(conn: sqlite3.Connection, hosts: Collection[str]) -> dict[str, dict[str, Habit]]:
    """Host -> parameter -> what it has shown; hosts that have shown nothing are left out."""
    found: dict[str, dict[str, Habit]] = {}
    for host in hosts:
        rows = conn.execute("SELECT name, pages, is_needed FROM parameters WHERE host = ?", (host,))
        known = {row[0]: Habit(pages=tuple(json.loads(row[1])), is_needed=bool(row[2])) for row in rows}
        if known:
            found[host] = known
    return found


def note_parameters(
    conn: sqlite3.Connection, host: str, names: Sequence[str], page: str, is_needed: bool, now: datetime
) -> None:
    """Write down what a page has shown; what was seen to make a difference once is kept as such."""
    for name in names:
        row = conn.execute(
            "SELECT pages FROM parameters WHERE host = ? AND name = ?", (host, name)
        ).fetchone()
        if row is None and not _has_room(conn, host):
            return
        pages = json.loads(row[0]) if row else []
        if not is_needed and page not in pages and len(pages) < _MOST_PAGES:
            pages.append(page)
        conn.execute(
            """INSERT INTO parameters (host, name, pages, is_needed, learned_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (host, name) DO UPDATE SET pages = excluded.pages,
                is_needed = max(is_needed, excluded.is_needed), learned_at = excluded.learned_at""",
            (host, name, json.dumps(pages), int(is_needed), iso(now)),
        )


def _has_room(conn: sqlite3.Connection, host: str) -> bool:
    of_host, of_all = conn.execute(
        "SELECT (SELECT count(*) FROM parameters WHERE host = ?), (SELECT count(*) FROM parameters)", (host,)
    ).fetchone()
    return int(of_host) < _MOST_OF_HOST and int(of_all) < _MOST


def visited_like(conn: sqlite3.Connection, url: str) -> tuple[str, ...]:
    """Addresses of the same path that were asked for, whatever their parameters; a bounded number."""
    start = clean(url).partition("?")[0]
    rows = conn.execute(
        "SELECT url FROM pages WHERE url = ? OR (url >= ? AND url < ?) LIMIT ?",
        (start, f"{start}?", f"{start}@", _MOST_TWINS),
    )
    return tuple(row[0] for row in rows)


def title_at(conn: sqlite3.Connection, url: str) -> str | None:
    """The title of the article that is known at an address; None when none is."""
    row = conn.execute(
        "SELECT n.title FROM aliases a JOIN newest n ON n.canonical_url = a.canonical_url WHERE a.url = ?",
        (clean(url),),
    ).fetchone()
    return row[0] if row else None


def ask_as_written(conn: sqlite3.Connection, candidate: Candidate, written: str, now: datetime) -> None:
    """Put the address that a source wrote into the queue in place of ours, which is not asked for again."""
    url, other = clean(candidate.url), clean(written)
    conn.execute(
        "INSERT INTO pages (url, checked_at) VALUES (?, ?) ON CONFLICT (url) DO NOTHING", (url, iso(now))
    )
    keep_key(
        conn,
        Candidate(
            url=written, source=candidate.source, found_on=candidate.found_on, found_at=now, key=candidate.key
        ),
    )
    conn.execute(
        "UPDATE OR REPLACE frontier SET url = ?, written = NULL, not_before_at = ? WHERE url = ?",
        (other, iso(now), url),
    )


def keep_alias(conn: sqlite3.Connection, url: str, page: str) -> None:
    """Make an address that is not there lead to the article that was read at *page*."""
    conn.execute(
        """INSERT INTO aliases (url, canonical_url) SELECT ?, canonical_url FROM aliases WHERE url = ?
        ON CONFLICT (url) DO NOTHING""",
        (clean(url), clean(page)),
    )
