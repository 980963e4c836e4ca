"""Sources and hosts: what the catalogue says, and what polling has taught us."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from db.model import Source, from_iso, iso
from db.rows import (
    at,
    host_state_of,
    known,
    placeholders,
    source_state_of,
    source_state_values,
    source_values,
)
from db.watched import HostState, SourceState

#: what was learned of an address that is polled no more
_FORGOTTEN = {
    "etag": None,
    "last_modified": None,
    "failures": 0.0,
    "state": "waiting",
    "state_since": None,
    "state_reason": None,
    "moved_to": None,
    "entries": None,
    "newest_entry_at": None,
    "answer_ms": None,
    "last_entries": "[]",
    "surfaces": "[]",
    "surfaces_at": None,
    "rest": "{}",
    "suspect": None,
}


def schedule_sources(conn: sqlite3.Connection, sources: Sequence[Source], now: datetime) -> None:
    """Bring the table into line with the catalogue.

    A new source, one that comes back and one whose URL changed are due at once;
    one no longer listed is kept, disabled.
    """
    found = {row["id"]: row for row in conn.execute("SELECT * FROM sources")}
    listed = {source.id for source in sources}
    for gone in found.keys() - listed:
        conn.execute("UPDATE sources SET is_enabled = 0 WHERE id = ? AND is_enabled = 1", (gone,))
    for source in sources:
        before = found.get(source.id)
        if before is None:
            _add(conn, source, now)
        elif any(before[column] != value for column, value in source_values(source).items()):
            _change(conn, source, before, now)


def _add(conn: sqlite3.Connection, source: Source, now: datetime) -> None:
    values = {**source_values(source), "added_at": iso(now), "next_due_at": iso(now)}
    columns, placeholders = ", ".join(values), ", ".join(f":{name}" for name in values)
    conn.execute(f"INSERT INTO sources ({columns}) VALUES ({placeholders})", values)  # noqa: S608 - names are ours


def _change(conn: sqlite3.Connection, source: Source, before: sqlite3.Row, now: datetime) -> None:
    values = source_values(source)
    if before["url"] != values["url"] or before["kind"] != values["kind"]:
        values |= _FORGOTTEN | {"next_due_at": iso(now)}
    elif before["queries"] != values["queries"] or before["engine"] != values["engine"]:
        values |= {"etag": None, "last_modified": None, "next_due_at": iso(now)}
    elif not before["is_enabled"]:
        values["next_due_at"] = iso(now)
    elif before["every_s"] != source.every_s and before["checked_at"]:
        due = from_iso(before["checked_at"]) + timedelta(seconds=source.every_s)
        values["next_due_at"] = min(before["next_due_at"], iso(max(due, now)))
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    conn.execute(f"UPDATE sources SET {assignments} WHERE id = :id", values)  # noqa: S608 - names are ours


def source_states(conn: sqlite3.Connection) -> tuple[SourceState, ...]:
    """Every source that was ever listed, by id."""
    return tuple(source_state_of(row) for row in conn.execute("SELECT * FROM sources ORDER BY id"))


def source_state(conn: sqlite3.Connection, source: str) -> SourceState | None:
    """One source, by its id; None when it was never listed."""
    row = conn.execute("SELECT * FROM sources WHERE id = ?", (source,)).fetchone()
    return source_state_of(row) if row else None


def due_sources(
    conn: sqlite3.Connection, now: datetime, limit: int, offered: Collection[str] = ()
) -> tuple[SourceState, ...]:
    """Enabled sources whose time has come, the longest overdue first, without those that were *offered* already."""
    rows = conn.execute(
        """SELECT * FROM sources WHERE is_enabled = 1 AND next_due_at <= ?
            AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY next_due_at LIMIT ?""",
        (iso(now), json.dumps([*offered]), limit),
    )
    return tuple(source_state_of(row) for row in rows)


def schedule_source(conn: sqlite3.Connection, state: SourceState) -> None:
    """Write what a poll taught; what the catalogue says of the source is not touched."""
    values = source_state_values(state)
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    conn.execute(
        f"UPDATE sources SET {assignments} WHERE id = :id",  # noqa: S608 - names are ours
        {**values, "id": state.source.id},
    )


def suspect(conn: sqlite3.Connection, source: str, site: str, reason: str | None) -> bool:
    """Say why what a source's pages of *site* give is suspect, or that it is not any more.

    A search names pages of many sites: what one site does is not taken back by
    the pages of another.

    Args:
        reason: names the site, between two spaces.

    Returns:
        Whether that is news.
    """
    row = conn.execute("SELECT suspect FROM sources WHERE id = ?", (source,)).fetchone()
    before = row["suspect"] if row else None
    is_about_site = before is not None and f" {site} " in before
    is_news = not is_about_site if reason else is_about_site
    if is_news and (before is None or is_about_site):
        conn.execute("UPDATE sources SET suspect = ? WHERE id = ?", (known(reason), source))
    return is_news


def hasten(conn: sqlite3.Connection, ids: Sequence[str], now: datetime) -> int:
    """Make enabled sources due now; returns how many were not."""
    return sum(
        conn.execute(
            "UPDATE sources SET next_due_at = :now WHERE id = :id AND is_enabled = 1 AND next_due_at > :now",
            {"id": each, "now": iso(now)},
        ).rowcount
        for each in ids
    )


#: hosts whose states a crawl begins with
MOST_HOSTS = 40_000


def host_states(conn: sqlite3.Connection) -> tuple[HostState, ...]:
    """What the hosts asked of us, by name; of more than a crawl remembers, those that rest for longest and came last."""
    kept = "SELECT * FROM hosts ORDER BY not_before_at IS NULL, not_before_at DESC, rowid DESC LIMIT ?"
    rows = conn.execute(f"SELECT * FROM ({kept}) ORDER BY host", (MOST_HOSTS,))  # noqa: S608 - our own words
    return tuple(host_state_of(row) for row in rows)


def keep_host(conn: sqlite3.Connection, state: HostState) -> None:
    """Remember what a host asked of us."""
    values = {
        "host": state.host,
        "not_before_at": at(state.not_before_at),
        "crawl_delay_s": state.crawl_delay_s,
        "refusals": state.refusals,
        "reason": known(state.reason),
        "learned_gap_s": state.learned_gap_s,
        "refused_gap_s": state.refused_gap_s,
    }
    names = ", ".join(values)
    news = ", ".join(f"{name} = excluded.{name}" for name in values if name != "host")
    conn.execute(
        f"INSERT INTO hosts ({names}) VALUES ({placeholders(list(values))}) ON CONFLICT (host) DO UPDATE SET {news}",  # noqa: S608 - our own names
        list(values.values()),
    )
