"""The durable frontier: which pages wait, and which of them come next."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice, zip_longest

from db.model import Candidate, iso
from db.packed import packed
from db.rows import clean, frontier_entry_of, frontier_values, host_part, insert, instant
from db.turns import Turns
from db.watched import FrontierEntry

_ENTRY = "SELECT f.*, p.etag, p.last_modified FROM frontier f LEFT JOIN pages p ON p.url = f.url"

_NEW = f"{_ENTRY} WHERE f.purpose = 'new' AND f.host = ? AND f.source = ? AND f.not_before_at <= ? ORDER BY f.hint DESC, f.found_at DESC, f.published_at DESC LIMIT ?"
_RECHECK = f"{_ENTRY} WHERE f.purpose = 'recheck' AND f.host = ? AND f.not_before_at <= ? ORDER BY f.not_before_at LIMIT ?"
#: every source that has new pages waiting on a host: one index seek per source, however many pages it has
_SOURCES = """WITH RECURSIVE named(source) AS (
    SELECT min(source) FROM frontier WHERE purpose = 'new' AND host = :host
    UNION ALL
    SELECT (SELECT min(source) FROM frontier WHERE purpose = 'new' AND host = :host AND source > named.source)
    FROM named WHERE source IS NOT NULL
) SELECT source FROM named WHERE source IS NOT NULL"""
#: most pages that wait, and most of one source; what comes on top is left out, and named again by its source
MOST_WAITING, MOST_OF_SOURCE = 200_000, 50_000
#: a source may have that many waiting however full the queue is
LEAST_OF_SOURCE = 100
#: from so many on they wait without the text that their feed carries, which bounds the file
MOST_WITH_TEXT = 20_000
#: a page looked at so recently is not looked at again because a source says that it has changed
FRESH = timedelta(hours=1)


def enqueue(conn: sqlite3.Connection, candidates: Sequence[Candidate], now: datetime) -> int:
    """Put those that were never visited, queued or met under another address into the frontier.

    Returns:
        How many were new and found room.
    """
    rooms: dict[str, int] = {}
    total, added = -1, 0
    for candidate in candidates:
        if not is_unseen(conn, candidate):
            continue
        if total < 0:  # counted only when there is something to add, which most polls have not
            total = queue_size(conn)
        if candidate.source not in rooms:
            rooms[candidate.source] = room(total + added, _waiting_of(conn, candidate.source))
        taken = candidate if total + added < MOST_WITH_TEXT else replace(candidate, content=None)
        if rooms[candidate.source] > 0 and insert(conn, "frontier", frontier_values(taken, "new", iso(now))):
            keep_key(conn, candidate)
            rooms[candidate.source] -= 1
            added += 1
    return added


def give_texts(conn: sqlite3.Connection, candidates: Sequence[Candidate]) -> None:
    """Give the text that a feed carries to pages that wait without one, as far as there is room for texts."""
    bare = [each for each in candidates if each.content and _waits_without_text(conn, each)]
    for candidate in bare if bare and queue_size(conn) < MOST_WITH_TEXT else ():
        conn.execute(
            "UPDATE frontier SET content = ? WHERE url = ?", (packed(candidate.content), clean(candidate.url))
        )


def _waits_without_text(conn: sqlite3.Connection, candidate: Candidate) -> bool:
    sql = "SELECT 1 FROM frontier WHERE url = ? AND purpose = 'new' AND content IS NULL"
    return conn.execute(sql, (clean(candidate.url),)).fetchone() is not None


def room(total: int, own: int) -> int:
    """How many more pages a source may queue, when *total* wait and *own* of them are its own.

    No source fills the queue for the others, and none finds it closed.

    >>> room(0, 0), room(199_990, 10), room(200_000, 10), room(60_000, 50_000)
    (50000, 90, 90, 0)
    """
    return max(min(MOST_WAITING - total, MOST_OF_SOURCE - own), LEAST_OF_SOURCE - own, 0)


def _waiting_of(conn: sqlite3.Connection, source: str) -> int:
    sql = "SELECT count(*) FROM frontier WHERE source = ?"
    return int(conn.execute(sql, (clean(source),)).fetchone()[0])


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


def schedule_recheck(conn: sqlite3.Connection, url: str, at: datetime, content: str | None = None) -> None:
    """Queue a known page again, not before *at*; the earlier of two times stands.

    Args:
        content: what a feed tells of it, for a page that shows next to nothing.
    """
    row = conn.execute(
        """SELECT n.source, n.title, n.published_at, a.published_precision, n.language FROM newest n
        JOIN articles a ON a.id = n.article_id WHERE n.url = ? OR n.canonical_url = ? LIMIT 1""",
        (url, url),
    ).fetchone()
    candidate = Candidate(
        url=url,
        source=row["source"] if row else "",
        found_on=url,
        found_at=at,
        title=row["title"] if row else None,
        published_at=instant(row["published_at"]) if row else None,
        published_precision=row["published_precision"] if row else None,
        language=row["language"] if row else None,
        content=content,
        written=_written(conn, url),
    )
    values = frontier_values(candidate, "recheck", iso(at))
    conn.execute(
        "UPDATE frontier SET not_before_at = min(not_before_at, ?), content = coalesce(?, content) WHERE url = ?",
        (values["not_before_at"], values["content"], values["url"]),
    )
    if not conn.execute("SELECT 1 FROM frontier WHERE url = ?", (values["url"],)).fetchone():
        insert(conn, "frontier", values)


def _written(conn: sqlite3.Connection, url: str) -> str | None:
    """The address under which a page was asked for, when that has its parameters in another order."""
    start, mark, query = url.partition("?")
    if "&" not in query:
        return None
    rows = conn.execute(
        "SELECT url FROM aliases WHERE canonical_url = (SELECT canonical_url FROM aliases WHERE url = ?) AND url != ?",
        (url, url),
    )
    pieces = sorted(query.split("&"))
    same = (row[0] for row in rows if row[0].startswith(start + mark))
    return next((each for each in same if sorted(each[len(start) + 1 :].split("&")) == pieces), None)


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
        page = stored_page(conn, candidate, min(candidate.modified_at, now - FRESH))
        if page is not None:
            schedule_recheck(conn, page, now, candidate.content)
            changed += 1
    return changed


def stored_page(conn: sqlite3.Connection, candidate: Candidate, before: datetime | None) -> str | None:
    """The page of the stored article that *candidate* names, when it was last looked at *before* then; else None."""
    row = conn.execute(
        """SELECT p.url FROM pages p JOIN aliases a ON a.url = p.url
        JOIN newest n ON n.canonical_url = a.canonical_url
        WHERE p.url = coalesce((SELECT url FROM url_keys WHERE key = ?), ?) AND p.checked_at < ?""",
        (candidate.key, clean(candidate.url), iso(before) if before else "9999"),
    ).fetchone()
    return str(row[0]) if row else None


def schedule_rechecks_all(conn: sqlite3.Connection, now: datetime) -> int:
    """Make every stored article due for a recheck; returns how many pages that are."""
    rows = conn.execute("SELECT url FROM newest").fetchall()
    for row in rows:
        schedule_recheck(conn, row["url"], now)
    return len(rows)


def pending(
    conn: sqlite3.Connection,
    now: datetime,
    limit: int,
    exclude_hosts: Collection[str],
    turns: Turns,
    under_way: Collection[str] | None = None,
) -> tuple[FrontierEntry, ...]:
    """Entries that may be fetched: one of each host in turn, then a second of each; new before rechecks.

    New pages of one host are taken from its sources in turn, so that a sitemap
    with 50,000 of them does not stand before a feed with one.

    Args:
        under_way: addresses that are passed over; then there is no second of any host.
    """
    earliest = next_pending_at(conn)
    if earliest is None or earliest > now:
        return ()

    def new(host: str, depth: int) -> list[sqlite3.Row]:
        return _new_of(conn, host, turns.served.get(host, ""), iso(now), depth)

    def rechecks(host: str, depth: int) -> list[sqlite3.Row]:
        return conn.execute(_RECHECK, (host, iso(now), depth)).fetchall()

    rounds = _in_rounds if under_way is None else partial(_first_round, under_way)
    chosen: list[FrontierEntry] = []
    for purpose, look in (("new", new), ("recheck", rechecks)):
        hosts = (host for host in _turn(conn, purpose, turns.host) if host not in exclude_hosts)
        chosen += rounds(look, hosts, limit - len(chosen))
        if len(chosen) >= limit:
            break
    return tuple(chosen)


def _new_of(conn: sqlite3.Connection, host: str, after: str, now: str, depth: int) -> list[sqlite3.Row]:
    """Up to *depth* new pages of a host, one of each source in turn; the turn begins behind *after*."""
    names = [row[0] for row in conn.execute(_SOURCES, {"host": host})]
    turn = [name for name in names if name > after] + [name for name in names if name <= after]
    queues: list[list[sqlite3.Row]] = []
    for name in turn:
        rows = conn.execute(_NEW, (host, name, now, depth)).fetchall()
        if rows:
            queues.append(rows)
        if len(queues) >= depth:
            break
    return _one_of_each(queues)[:depth]


def _one_of_each(queues: Iterable[list[sqlite3.Row]]) -> list[sqlite3.Row]:
    """The first of every queue, then the second of every queue, and so on."""
    return [row for rows in zip_longest(*queues) for row in rows if row is not None]


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
    look: Callable[[str, int], list[sqlite3.Row]], hosts: Iterator[str], limit: int
) -> list[FrontierEntry]:
    """Up to *limit* entries, as evenly from *hosts* as their queues allow.

    One entry per host fills most calls; only when all hosts together have too
    few is each asked for more.

    Args:
        look: up to so many entries of a host.
    """
    queues: dict[str, list[sqlite3.Row]] = {}
    for host in hosts:
        rows = look(host, 1)
        if rows:
            queues[host] = rows
        if len(queues) >= limit:
            break
    depth = 1
    while 0 < sum(map(len, queues.values())) < limit and any(len(rows) == depth for rows in queues.values()):
        depth *= 4
        queues = {host: look(host, depth) for host in queues}
    return [frontier_entry_of(row) for row in _one_of_each(queues.values())[:limit]]


def _first_round(
    under_way: Collection[str],
    look: Callable[[str, int], list[sqlite3.Row]],
    hosts: Iterator[str],
    limit: int,
) -> list[FrontierEntry]:
    """The first entry of each host that is not *under_way*, *limit* at most; those that are still stand before it."""
    passed = Counter(map(host_part, under_way))
    firsts = (
        next((row for row in look(host, 1 + passed[host]) if row["url"] not in under_way), None)
        for host in hosts
    )
    return [frontier_entry_of(row) for row in islice(filter(None, firsts), limit)]


def next_pending_at(conn: sqlite3.Connection) -> datetime | None:
    """When the first entry may be fetched, or None when nothing waits."""
    return instant(conn.execute("SELECT min(not_before_at) FROM frontier").fetchone()[0])


def postpone(conn: sqlite3.Connection, url: str, until: datetime, attempts: int) -> None:
    """Keep an entry waiting, and count its attempts."""
    conn.execute(
        "UPDATE frontier SET not_before_at = ?, attempts = ? WHERE url = ?",
        (iso(until), attempts, clean(url)),
    )


def queue_size(conn: sqlite3.Connection) -> int:
    """How many entries wait, due or not."""
    return int(conn.execute("SELECT count(*) FROM frontier").fetchone()[0])
