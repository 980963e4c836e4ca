"""Site memory: which lines are furniture, because many articles of a site carry them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from db.model import from_iso, iso

#: distinct articles a line must have been seen on to be furniture; with two it hurts
LEAST_ARTICLES = 3
#: a line not seen for so long is forgotten
KEEP_DAYS = 90
#: most lines remembered for one site; the ones seen longest ago and least often go first
MOST_LINES = 20_000


def site_memory(conn: sqlite3.Connection, site: str) -> frozenset[int]:
    """Hashes of the lines that are furniture on *site*."""
    newest = conn.execute("SELECT last_seen_at FROM sites WHERE site = ?", (site,)).fetchone()
    if newest is None:
        return frozenset()
    rows = conn.execute(
        f"SELECT line_hash FROM site_lines WHERE site = ? AND last_seen_at >= ? AND articles >= {LEAST_ARTICLES}",  # noqa: S608 - as the index has it
        (site, _horizon(newest[0])),
    )
    return frozenset(row[0] for row in rows)


def learn(conn: sqlite3.Connection, site: str, lines: Collection[int], seen_at: datetime) -> None:
    """Count each distinct line once more for *site*; the caller vouches for a distinct article."""
    distinct = frozenset(lines)
    if distinct:
        _count_lines(conn, site, distinct, iso(seen_at), articles=1)


def learn_lines(conn: sqlite3.Connection, site: str, lines: Collection[int], seen_at: datetime) -> None:
    """Count lines that came to an article of *site* that was counted when it was first met."""
    distinct = frozenset(lines)
    if distinct:
        _count_lines(conn, site, distinct, iso(seen_at), articles=0)


def line_counts(conn: sqlite3.Connection, site: str, lines: Collection[int]) -> dict[int, int]:
    """Line hash -> on how many articles of *site* it was counted; lines on none are left out."""
    rows = conn.execute(
        """SELECT l.line_hash, l.articles FROM json_each(?) j
        CROSS JOIN site_lines l ON l.site = ? AND l.line_hash = j.value""",
        (json.dumps([*lines]), site),
    )
    return {row[0]: row[1] for row in rows}


def _count_lines(
    conn: sqlite3.Connection, site: str, distinct: Collection[int], seen: str, *, articles: int
) -> None:
    """Count each line once more, and so many articles."""
    horizon = _horizon(seen)
    before = _count(conn, site, distinct)
    conn.executemany(
        """INSERT INTO site_lines (site, line_hash, articles, first_seen_at, last_seen_at)
        VALUES (:site, :line, 1, :seen, :seen)
        ON CONFLICT (site, line_hash) DO UPDATE SET
            articles = iif(last_seen_at < :horizon, 1, articles + 1),
            first_seen_at = iif(last_seen_at < :horizon, excluded.first_seen_at, first_seen_at),
            last_seen_at = max(last_seen_at, excluded.last_seen_at)""",
        [{"site": site, "line": line, "seen": seen, "horizon": horizon} for line in distinct],
    )
    lines_now = conn.execute(
        """INSERT INTO sites (site, articles, lines, last_seen_at) VALUES (:site, :articles, :added, :seen)
        ON CONFLICT (site) DO UPDATE SET articles = articles + excluded.articles, lines = lines + excluded.lines,
            last_seen_at = max(last_seen_at, excluded.last_seen_at)
        RETURNING lines""",
        {"site": site, "articles": articles, "added": len(distinct) - before, "seen": seen},
    ).fetchone()[0]
    if lines_now > MOST_LINES:
        _forget(conn, site)


def _count(conn: sqlite3.Connection, site: str, lines: Collection[int]) -> int:
    """How many of *lines* are in the table already."""
    # CROSS JOIN: one look per line, and not one per line that the site has
    query = (
        "SELECT count(*) FROM json_each(?) j CROSS JOIN site_lines l ON l.site = ? AND l.line_hash = j.value"
    )
    return int(conn.execute(query, (json.dumps([*lines]), site)).fetchone()[0])


def _horizon(seen: str) -> str:
    return iso(from_iso(seen) - timedelta(days=KEEP_DAYS))


def _forget(conn: sqlite3.Connection, site: str) -> None:
    """Cut the memory of *site* to three quarters of the bound: furniture stays before single lines."""
    newest = conn.execute("SELECT last_seen_at FROM sites WHERE site = ?", (site,)).fetchone()[0]
    conn.execute("DELETE FROM site_lines WHERE site = ? AND last_seen_at < ?", (site, _horizon(newest)))
    conn.execute(
        f"""DELETE FROM site_lines WHERE site = :site AND line_hash IN (
            SELECT line_hash FROM site_lines WHERE site = :site
            ORDER BY articles >= {LEAST_ARTICLES} DESC, last_seen_at DESC LIMIT -1 OFFSET :keep)""",  # noqa: S608 - a number of ours
        {"site": site, "keep": MOST_LINES * 3 // 4},
    )
    conn.execute(
        "UPDATE sites SET lines = (SELECT count(*) FROM site_lines WHERE site = :site) WHERE site = :site",
        {"site": site},
    )


def readings(conn: sqlite3.Connection, site: str) -> tuple[tuple[int, str], ...]:
    """Words and text digest of the last pages of a site, oldest first."""
    row = conn.execute("SELECT readings FROM site_readings WHERE site = ?", (site,)).fetchone()
    return tuple((words, digest) for words, digest in json.loads(row[0])) if row else ()


def keep_readings(conn: sqlite3.Connection, site: str, last: Sequence[tuple[int, str]]) -> None:
    """Replace what is remembered of a site's last pages."""
    conn.execute(
        """INSERT INTO site_readings (site, readings) VALUES (?, ?)
        ON CONFLICT (site) DO UPDATE SET readings = excluded.readings""",
        (site, json.dumps(last)),
    )
