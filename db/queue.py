"""The durable frontier: which pages wait, and which of them come next."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime

from db.model import Candidate, FrontierEntry, iso
from db.rows import clean, frontier_entry_of, frontier_values, host_of, insert, when

_ENTRY = "SELECT f.*, p.etag, p.last_modified FROM frontier f LEFT JOIN pages p ON p.url = f.url"

_NEW = f"{_ENTRY} WHERE f.purpose = 'new' AND f.host = ? AND f.not_before_at <= ? ORDER BY f.found_at DESC, f.published_at DESC LIMIT ?"
_RECHECK = f"{_ENTRY} WHERE f.purpose = 'recheck' AND f.host = ? AND f.not_before_at <= ? ORDER BY f.not_before_at LIMIT ?"
_QUERIES = (("new", _NEW), ("recheck", _RECHECK))


def enqueue(conn: sqlite3.Connection, candidates: Sequence[Candidate], now: datetime) -> int:
    """Put those that were never visited, queued or met under another address into the frontier.

    Returns:
        How many were new.
    """
    return sum(
        insert(conn, "frontier", frontier_values(candidate, "new", iso(now)))
        for candidate in candidates
        if is_unseen(conn, clean(candidate.url))
    )


def is_unseen(conn: sqlite3.Connection, url: str) -> bool:
    """Whether *url* was never visited as a page, is not queued, and is no alias of a known article."""
    row = conn.execute(
        """SELECT EXISTS (SELECT 1 FROM pages WHERE url = :url)
            OR EXISTS (SELECT 1 FROM frontier WHERE url = :url)
            OR EXISTS (SELECT 1 FROM aliases WHERE url = :url)""",
        {"url": url},
    ).fetchone()
    return not row[0]


def schedule_recheck(conn: sqlite3.Connection, url: str, at: datetime) -> None:
    """Queue a known page again, not before *at*; the earlier of two times stands."""
    row = conn.execute(
        "SELECT source FROM newest WHERE url = ? OR canonical_url = ? LIMIT 1", (url, url)
    ).fetchone()
    candidate = Candidate(url=url, source=row["source"] if row else "", found_on=url, found_at=at)
    values = frontier_values(candidate, "recheck", iso(at))
    conn.execute(
        "UPDATE frontier SET not_before_at = min(not_before_at, ?) WHERE url = ?",
        (values["not_before_at"], values["url"]),
    )
    if not conn.execute("SELECT 1 FROM frontier WHERE url = ?", (values["url"],)).fetchone():
        insert(conn, "frontier", values)


def schedule_rechecks_all(conn: sqlite3.Connection, now: datetime) -> int:
    """Make every stored article due for a recheck; returns how many pages that are."""
    rows = conn.execute("SELECT url FROM newest").fetchall()
    for row in rows:
        schedule_recheck(conn, row["url"], now)
    return len(rows)


def hosts_with(conn: sqlite3.Connection, purpose: str, after: str) -> tuple[str, ...]:
    """Every host that has entries for *purpose*, in turn, beginning behind the host *after*.

    A loose scan: one index seek per host, however many entries it has.
    """
    assert purpose in ("new", "recheck")
    step = f"(SELECT min(host) FROM frontier WHERE purpose = '{purpose}' AND host > host_now)"  # noqa: S608 - two words
    rows = conn.execute(
        f"""WITH RECURSIVE turn(host_now) AS (
            SELECT min(host) FROM frontier WHERE purpose = '{purpose}'
            UNION ALL SELECT {step} FROM turn WHERE host_now IS NOT NULL)
        SELECT host_now FROM turn WHERE host_now IS NOT NULL""",  # noqa: S608 - two words
    ).fetchall()
    hosts = [row[0] for row in rows]
    return tuple([host for host in hosts if host > after] + [host for host in hosts if host <= after])


def pending(
    conn: sqlite3.Connection, now: datetime, limit: int, exclude_hosts: Collection[str], after: str
) -> tuple[FrontierEntry, ...]:
    """Entries that may be fetched: one of each host in turn, then a second of each; new before rechecks."""
    chosen: list[FrontierEntry] = []
    excluded = frozenset(exclude_hosts)
    for purpose, query in _QUERIES:
        hosts = [host for host in hosts_with(conn, purpose, after) if host not in excluded]
        chosen += _in_turn(conn, query, hosts, iso(now), limit - len(chosen))
        if len(chosen) >= limit:
            break
    return tuple(chosen)


def _in_turn(
    conn: sqlite3.Connection, query: str, hosts: Sequence[str], now: str, limit: int
) -> list[FrontierEntry]:
    """Up to *limit* entries, as evenly from *hosts* as their queues allow, in rounds."""
    rounds: list[list[sqlite3.Row]] = []
    depth = 1
    while hosts and limit > 0:
        rounds = []
        found = 0
        for host in hosts:
            rows = conn.execute(query, (host, now, depth)).fetchall()
            rounds.append(rows)
            found += len(rows)
            if depth == 1 and found >= limit:
                break
        if found >= limit or all(len(rows) < depth for rows in rounds):
            break
        depth *= 4
    turns = [row for turn in range(depth) for rows in rounds for row in rows[turn : turn + 1]]
    return [frontier_entry_of(row) for row in turns[:limit]]


def next_pending_at(conn: sqlite3.Connection) -> datetime | None:
    """When the first entry may be fetched, or None when nothing waits."""
    return when(conn.execute("SELECT min(not_before_at) FROM frontier").fetchone()[0])


def postpone(conn: sqlite3.Connection, url: str, until: datetime, attempts: int) -> None:
    """Keep an entry waiting, and count its attempts."""
    conn.execute(
        "UPDATE frontier SET not_before_at = ?, attempts = ? WHERE url = ?",
        (iso(until), attempts, clean(url)),
    )


def queue_size(conn: sqlite3.Connection) -> int:
    """How many entries wait, due or not."""
    return int(conn.execute("SELECT count(*) FROM frontier").fetchone()[0])


def last_host(entries: Sequence[FrontierEntry]) -> str:
    """The host whose turn came last in the first round of *entries*."""
    hosts = list(dict.fromkeys(host_of(entry.candidate.url) for entry in entries))
    return hosts[-1]
