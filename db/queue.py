"""The durable frontier: which pages wait, and which of them come next."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import zip_longest

from db.model import Candidate, FrontierEntry, iso
from db.rows import clean, frontier_entry_of, frontier_values, host_of, insert, when

_ENTRY = "SELECT f.*, p.etag, p.last_modified FROM frontier f LEFT JOIN pages p ON p.url = f.url"

_NEW = f"{_ENTRY} WHERE f.purpose = 'new' AND f.host = ? AND f.not_before_at <= ? ORDER BY f.hint DESC, f.found_at DESC, f.published_at DESC LIMIT ?"
_RECHECK = f"{_ENTRY} WHERE f.purpose = 'recheck' AND f.host = ? AND f.not_before_at <= ? ORDER BY f.not_before_at LIMIT ?"
_QUERIES = {"new": _NEW, "recheck": _RECHECK}
#: most pages that wait; what comes on top is left out, and named again by its source
MOST_WAITING = 200_000
#: a page looked at so recently is not looked at again because a source says that it has changed
_FRESH = timedelta(hours=1)


def enqueue(conn: sqlite3.Connection, candidates: Sequence[Candidate], now: datetime) -> int:
    """Put those that were never visited, queued or met under another address into the frontier.

    Returns:
        How many were new and found room.
    """
    room, added = MOST_WAITING - queue_size(conn), 0
    for candidate in candidates:
        if added >= room:
            break
        if is_unseen(conn, candidate):
            added += insert(conn, "frontier", frontier_values(candidate, "new", iso(now)))
            keep_key(conn, candidate)
    return added


def unseen(conn: sqlite3.Connection, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Those that `enqueue` would take, each address of a page once."""
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        name = candidate.key or clean(candidate.url)
        if name not in found and is_unseen(conn, candidate):
            found[name] = candidate
    return tuple(found.values())


def is_unseen(conn: sqlite3.Connection, candidate: Candidate) -> bool:
    """Whether its page was never visited, is not queued, and is no alias of a known article.

    Another address of the same page (`Candidate.key`) counts, unless the visit
    to that one failed: then this one may be the one that works.
    """
    url = clean(candidate.url)
    row = conn.execute(
        """SELECT EXISTS (SELECT 1 FROM pages WHERE url = :url)
            OR EXISTS (SELECT 1 FROM frontier WHERE url = :url)
            OR EXISTS (SELECT 1 FROM aliases WHERE url = :url)""",
        {"url": url},
    ).fetchone()
    return not row[0] and not _is_known_otherwise(conn, url, candidate.key)


def _is_known_otherwise(conn: sqlite3.Connection, url: str, key: str | None) -> bool:
    other = conn.execute("SELECT url FROM url_keys WHERE key = ?", (key,)).fetchone() if key else None
    if other is None or other[0] == url:
        return False
    last = conn.execute(
        "SELECT verdict FROM visits WHERE url = ? ORDER BY id DESC LIMIT 1", (other[0],)
    ).fetchone()
    return last is None or last[0] not in ("gone", "failed", "robots_denied", "blocked")


def keep_key(conn: sqlite3.Connection, candidate: Candidate) -> None:
    """Remember under which address a page is fetched, for its other addresses."""
    if candidate.key:
        conn.execute(
            "INSERT INTO url_keys (key, url) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET url = excluded.url",
            (clean(candidate.key), clean(candidate.url)),
        )


def schedule_recheck(conn: sqlite3.Connection, url: str, at: datetime) -> None:
    """Queue a known page again, not before *at*; the earlier of two times stands."""
    row = conn.execute(
        "SELECT source, title, published_at, language FROM newest WHERE url = ? OR canonical_url = ? LIMIT 1",
        (url, url),
    ).fetchone()
    candidate = Candidate(
        url=url,
        source=row["source"] if row else "",
        found_on=url,
        found_at=at,
        title=row["title"] if row else None,
        published_at=when(row["published_at"]) if row else None,
        language=row["language"] if row else None,
    )
    values = frontier_values(candidate, "recheck", iso(at))
    conn.execute(
        "UPDATE frontier SET not_before_at = min(not_before_at, ?) WHERE url = ?",
        (values["not_before_at"], values["url"]),
    )
    if not conn.execute("SELECT 1 FROM frontier WHERE url = ?", (values["url"],)).fetchone():
        insert(conn, "frontier", values)


def recheck_changed(conn: sqlite3.Connection, candidates: Sequence[Candidate], now: datetime) -> int:
    """Look at once at stored articles of which a source says that they changed since the last look.

    A look within the last hour counts as one, because some publishers date
    everything with the time of the request.

    Returns:
        How many were queued for that.
    """
    changed = 0
    for candidate in candidates:
        if candidate.modified_at is None:
            continue
        until = iso(min(candidate.modified_at, now - _FRESH))
        row = conn.execute(
            """SELECT p.url FROM pages p JOIN aliases a ON a.url = p.url
            JOIN newest n ON n.canonical_url = a.canonical_url
            WHERE p.url = coalesce((SELECT url FROM url_keys WHERE key = ?), ?) AND p.checked_at < ?""",
            (candidate.key, clean(candidate.url), until),
        ).fetchone()
        if row is not None:
            schedule_recheck(conn, row[0], now)
            changed += 1
    return changed


def schedule_rechecks_all(conn: sqlite3.Connection, now: datetime) -> int:
    """Make every stored article due for a recheck; returns how many pages that are."""
    rows = conn.execute("SELECT url FROM newest").fetchall()
    for row in rows:
        schedule_recheck(conn, row["url"], now)
    return len(rows)


def pending(
    conn: sqlite3.Connection, now: datetime, limit: int, exclude_hosts: Collection[str], after: str
) -> tuple[FrontierEntry, ...]:
    """Entries that may be fetched: one of each host in turn, then a second of each; new before rechecks.

    Args:
        after: the turn begins with the host behind this one.
    """
    earliest = next_pending_at(conn)
    if earliest is None or earliest > now:
        return ()
    chosen: list[FrontierEntry] = []
    for purpose, query in _QUERIES.items():
        hosts = (host for host in _turn(conn, purpose, after) if host not in exclude_hosts)
        chosen += _in_rounds(conn, query, hosts, iso(now), limit - len(chosen))
        if len(chosen) >= limit:
            break
    return tuple(chosen)


def _turn(conn: sqlite3.Connection, purpose: str, after: str) -> Iterator[str]:
    """Every host that has entries for *purpose*, once around, beginning behind *after*.

    One index seek per host, however many entries it has.
    """
    following = f"SELECT min(host) FROM frontier WHERE purpose = '{purpose}' AND host > ?"  # noqa: S608 - two words
    for start, end in ((after, None), ("", after)):
        host = conn.execute(following, (start,)).fetchone()[0]
        while host is not None and (end is None or host <= end):
            yield host
            host = conn.execute(following, (host,)).fetchone()[0]


def _in_rounds(
    conn: sqlite3.Connection, query: str, hosts: Iterator[str], now: str, limit: int
) -> list[FrontierEntry]:
    """Up to *limit* entries, as evenly from *hosts* as their queues allow.

    One entry per host fills most calls; only when all hosts together have too
    few is each asked for more.
    """
    queues: dict[str, list[sqlite3.Row]] = {}
    for host in hosts:
        rows = conn.execute(query, (host, now, 1)).fetchall()
        if rows:
            queues[host] = rows
        if len(queues) >= limit:
            break
    depth = 1
    while 0 < sum(map(len, queues.values())) < limit and any(len(rows) == depth for rows in queues.values()):
        depth *= 4
        queues = {host: conn.execute(query, (host, now, depth)).fetchall() for host in queues}
    rounds = zip_longest(*queues.values())
    rows = [row for entries in rounds for row in entries if row is not None]
    return [frontier_entry_of(row) for row in rows[:limit]]


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
