"""How a cluster is doing, and how a node is asked to end; for commands, which wait for the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.cluster.database import in_one_go

#: a node, or a writer, that has been silent for longer may be dead, in seconds
SILENT_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRow:
    """One node, as PostgreSQL knows it."""

    name: str
    program: str
    rules: str
    started_at: datetime
    silent_s: float
    is_draining: bool
    #: hosts that are leased to it, and of these leases that have run out
    hosts: int
    lapsed: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterOverview:
    """What `cluster status` shows."""

    form: int
    nodes: tuple[NodeRow, ...]
    #: name, rules, and seconds for which it still holds its place; None when there has been no writer
    writer: tuple[str, str, float] | None
    #: polls, pages and further addresses that wait or are under way
    polls: int
    visits: int
    asks: int
    #: hosts with errands that may be claimed now
    due_hosts: int
    #: answers that wait for the writer, the age of the oldest in seconds, and bytes of all
    outbox: int
    lag_s: float
    outbox_bytes: int


def cluster_overview(dsn: str) -> ClusterOverview:
    """Everything at once.

    Raises:
        ClusterError: there is no PostgreSQL, or no tables in it.
    """
    return in_one_go(dsn, _overview)


def drain_nodes(dsn: str, names: Sequence[str] | None) -> list[str]:
    """Ask nodes to end when they have handed over what they have; all of them for None. Returns which were asked.

    Raises:
        ClusterError: there is no PostgreSQL, or no tables in it.
    """

    def drain(cursor: Any) -> list[str]:
        cursor.execute(
            "UPDATE nodes SET is_draining = true WHERE %s OR name = ANY(%s) RETURNING name",
            (names is None, list(names or ())),
        )
        return sorted(row[0] for row in cursor.fetchall())

    return in_one_go(dsn, drain)


def _overview(cursor: Any) -> ClusterOverview:
    cursor.execute(
        """SELECT n.name, n.program, n.rules, n.started_at, extract(epoch FROM now() - n.seen_at)::float, n.is_draining,
            count(h.host), count(h.host) FILTER (WHERE h.until <= now()), n.note
        FROM nodes n LEFT JOIN hosts h ON h.node = n.name GROUP BY n.name ORDER BY n.name"""
    )
    names = ("name", "program", "rules", "started_at", "silent_s", "is_draining", "hosts", "lapsed", "note")
    nodes = tuple(NodeRow(**dict(zip(names, row, strict=True))) for row in cursor.fetchall())
    form = _one(cursor, "SELECT max(form) FROM form")[0]
    cursor.execute("SELECT name, rules, extract(epoch FROM until - now())::float FROM writer")
    writer = cursor.fetchone()
    cursor.execute("SELECT kind, count(*) FROM errands GROUP BY kind")
    waiting = dict(cursor.fetchall())
    outbox, lag_s, size = _one(
        cursor,
        """SELECT count(*), coalesce(extract(epoch FROM now() - min(at)), 0)::float,
            coalesce(sum(length(fields) + coalesce(length(body), 0)), 0)::bigint FROM outbox""",
    )
    return ClusterOverview(
        form=form,
        nodes=nodes,
        writer=writer,
        polls=waiting.get("poll", 0),
        visits=waiting.get("visit", 0),
        asks=waiting.get("ask", 0),
        due_hosts=_one(cursor, "SELECT count(*) FROM hosts WHERE next_at <= now()")[0],
        outbox=outbox,
        lag_s=max(lag_s, 0.0),
        outbox_bytes=size,
    )


def _one(cursor: Any, sql: str) -> tuple[Any, ...]:
    cursor.execute(sql)
    row: tuple[Any, ...] = cursor.fetchone()
    return row
