"""Whose host it is. What may be done with a lease is decided here, purely; the statements below it only carry that out.

Only PostgreSQL's clock counts: a lease is granted by it, and a node measures
what is left of one from before it asked, by a clock of its own that nobody sets.
Each grant has a number, the fence, that rises: what comes of a lease that
somebody else has taken over since is refused.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: a lease is renewed when that share of it is over
RENEWED_AFTER = 1 / 6
#: errands that one grant of a host brings; after them others have their turn
ERRANDS_A_LEASE = 20
#: a host without errands is given back after that, in seconds: the next redirect may lead there again
IDLE_S = 1.0
#: a host that rests for longer is given back, in seconds: its place is for one that may be asked
REST_S = 30.0


def steady() -> float:
    """Seconds of a clock that nobody sets and that goes on while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLease:
    """A host that this node may ask."""

    host: str
    fence: int
    #: on the clock of `steady`
    until: float

    def may_begin(self, at: float, timeout_s: float) -> bool:
        """Whether a request may be begun: even one that connects at the last moment and answers at the last ends within the lease.

        >>> lease = HostLease(host="a", fence=1, until=100.0)
        >>> lease.may_begin(39.0, 30.0), lease.may_begin(41.0, 30.0)
        (True, False)
        """
        return self.until - at > 2 * timeout_s

    def may_send(self, at: float, timeout_s: float) -> bool:
        """Whether the first byte of a request may go out: it ends within the lease.

        >>> HostLease(host="a", fence=1, until=100.0).may_send(69.0, 30.0)
        True
        """
        return self.until - at > timeout_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What a taken host brought: the lease and what travels with it."""

    lease: HostLease
    #: what the host asked of us, packed; None when nothing is known
    state: bytes | None
    #: seconds until it may be asked
    rest_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRest:
    """A host as it is given back, or as it is while it is kept."""

    host: str
    fence: int
    #: seconds until it may be asked, and between two requests
    rest_s: float
    gap_s: float


def least_lease_s(timeout_s: float) -> float:
    """The shortest lease under which requests can be begun at all, with room for a renewal that comes late.

    >>> least_lease_s(30.0)
    90.0
    """
    return 3 * timeout_s


_TAKE = """WITH free AS (
    SELECT host FROM hosts WHERE next_at <= now() ORDER BY next_at LIMIT %(most)s FOR UPDATE SKIP LOCKED)
UPDATE hosts h SET node = %(node)s, fence = h.fence + 1, until = now() + %(lease)s * interval '1 s',
    next_at = now() + (%(lease)s + h.gap_s) * interval '1 s'
FROM free WHERE h.host = free.host
RETURNING h.host, h.fence, h.state, greatest(extract(epoch FROM h.not_before - now()), 0)::float"""

#: a host by its name; one that nobody knows yet is made. Of a lease that ran out the gap has to pass as well.
_TAKE_ONE = """INSERT INTO hosts AS h (host, node, fence, until, next_at)
VALUES (%(host)s, %(node)s, 1, now() + %(lease)s * interval '1 s', now() + %(lease)s * interval '1 s')
ON CONFLICT (host) DO UPDATE SET node = %(node)s, fence = h.fence + 1, until = now() + %(lease)s * interval '1 s',
    next_at = now() + (%(lease)s + h.gap_s) * interval '1 s'
WHERE h.node IS NULL OR h.until + h.gap_s * interval '1 s' <= now()
RETURNING h.host, h.fence, h.state, greatest(extract(epoch FROM h.not_before - now()), 0)::float"""

#: no list is renewed in one order by one node and in another by another one: each renews its own
_RENEW = """UPDATE hosts h SET until = now() + %(lease)s * interval '1 s', gap_s = given.gap_s,
    next_at = now() + (%(lease)s + given.gap_s) * interval '1 s'
FROM unnest(%(hosts)s::text[], %(fences)s::bigint[], %(gaps)s::float[]) AS given (host, fence, gap_s)
WHERE h.host = given.host AND h.node = %(node)s AND h.fence = given.fence
RETURNING h.host, h.fence"""

_RELEASE = """UPDATE hosts h SET node = NULL, until = NULL, gap_s = given.gap_s,
    not_before = greatest(h.not_before, now() + given.rest_s * interval '1 s'),
    next_at = CASE WHEN EXISTS (SELECT 1 FROM errands e WHERE e.host = h.host)
        THEN greatest(h.not_before, now() + given.rest_s * interval '1 s') END
FROM unnest(%(hosts)s::text[], %(fences)s::bigint[], %(rests)s::float[], %(gaps)s::float[])
    AS given (host, fence, rest_s, gap_s)
WHERE h.host = given.host AND h.node = %(node)s AND h.fence = given.fence"""

_ERRANDS = """SELECT e.kind, e.number, e.form, e.fields FROM unnest(%(hosts)s::text[]) AS given (host)
CROSS JOIN LATERAL (SELECT * FROM errands WHERE host = given.host ORDER BY rank, number LIMIT %(most)s) e"""


async def take_hosts(conn: Any, node: str, lease_s: float, most: int) -> list[Granted]:
    """Take up to *most* hosts that have something to be asked for and may be asked, those that wait longest first."""
    asked_at = steady()
    values = {"node": node, "lease": lease_s, "most": most}
    return [_granted(row, asked_at + lease_s) for row in await _rows(conn, _TAKE, values)]


async def take_host(conn: Any, node: str, lease_s: float, host: str) -> Granted | None:
    """Take one host by its name; None when somebody else has it."""
    asked_at = steady()
    rows = await _rows(conn, _TAKE_ONE, {"node": node, "lease": lease_s, "host": host})
    return _granted(rows[0], asked_at + lease_s) if rows else None


async def renew_hosts(conn: Any, node: str, lease_s: float, kept: Sequence[HostRest]) -> list[HostLease]:
    """Keep hosts for another while; those that somebody else has taken over are not among the result."""
    asked_at = steady()
    rows = await _rows(conn, _RENEW, {"node": node, "lease": lease_s, **_columns(kept)})
    return [HostLease(host=host, fence=fence, until=asked_at + lease_s) for host, fence in rows]


async def release_hosts(conn: Any, node: str, given: Sequence[HostRest]) -> None:
    """Give hosts back with the rest that they need; one that somebody else has taken over stays with him."""
    await conn.execute(_RELEASE, {"node": node, **_columns(given)})


async def errands_for(conn: Any, hosts: Sequence[str]) -> list[tuple[str, int, int, bytes]]:
    """Of each host what comes first: kind, number, form and fields."""
    return await _rows(conn, _ERRANDS, {"hosts": list(hosts), "most": ERRANDS_A_LEASE})


def _granted(row: tuple[Any, ...], until: float) -> Granted:
    host, fence, state, rest_s = row
    return Granted(
        lease=HostLease(host=host, fence=fence, until=until),
        state=bytes(state) if state is not None else None,
        rest_s=float(rest_s),
    )


def _columns(rests: Sequence[HostRest]) -> dict[str, Any]:
    return {
        "hosts": [each.host for each in rests],
        "fences": [each.fence for each in rests],
        "rests": [each.rest_s for each in rests],
        "gaps": [each.gap_s for each in rests],
    }


async def _rows(conn: Any, sql: str, values: dict[str, Any]) -> list[Any]:
    cursor = await conn.execute(sql, values)
    found: list[Any] = await cursor.fetchall()
    return found
