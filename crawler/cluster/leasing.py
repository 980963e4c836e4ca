"""How a node comes by its hosts: it says that it lives, renews, gives back and takes, once a second."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any

from crawler.cluster import leases
from crawler.cluster.database import AwayError, Database
from crawler.cluster.form import errand_of
from crawler.cluster.node import NodeCrawl
from crawler.dedupe.urls import site_of
from crawler.errors import ClusterError
from crawler.logs import say
from db.identity import program

log = logging.getLogger(__name__)

#: a node looks for work, and says that it lives, that often
BEAT_S = 0.5
#: a node takes half of the hosts that it has places for in one round, and at least so many: others take some, too
LEAST_A_ROUND = 4
#: a node that has given no sign of life for so long makes room for another one of its name, in seconds
_SILENT_S = 5.0
#: files that were taken are removed that often
_TIDY_S = 300.0

_JOIN = """INSERT INTO nodes AS n (name, program, rules) VALUES (%(name)s, %(program)s, %(rules)s)
ON CONFLICT (name) DO UPDATE SET program = excluded.program, rules = excluded.rules, started_at = now(), seen_at = now(),
    is_draining = false, note = '' WHERE n.seen_at <= now() - %(silent)s * interval '1 s' RETURNING name"""


def places_of(free: int) -> int:
    """How many hosts are taken in one round by a node that has places for so many more.

    >>> places_of(64), places_of(5), places_of(2), places_of(-1)
    (32, 4, 2, 0)
    """
    return max(min(free, max(free // 2, LEAST_A_ROUND)), 0)


class HostLeasing:
    """The part of a node that talks about hosts."""

    def __init__(self, crawl: NodeCrawl, database: Database) -> None:
        self._crawl = crawl
        self._database = database
        self._node = crawl.node
        self._lease_s = crawl.config.cluster.lease_s
        #: somebody wants this node to end
        self.is_draining = False
        self._renewed_at = self._tidied_at = float("-inf")

    @property
    def is_closing(self) -> bool:
        """Whether nothing new is begun, for good or for a while."""
        return self.is_draining or self._crawl.is_paused or self._crawl.frontier.is_closed

    @property
    def is_drained(self) -> bool:
        """Whether this node was told to end, and has handed everything over."""
        return self.is_draining and self._crawl.is_idle and not self._crawl.hosts.leases

    async def join(self) -> None:
        """Say who we are; after a node of the same name that gives no sign of life any more.

        Raises:
            AwayError: there is no database.
            ClusterError: there are no tables in it, or a node of that name is at work.
        """
        values = {"name": self._node, "program": program(), "rules": self._crawl.rules, "silent": _SILENT_S}

        async def join(conn: Any) -> bool:
            return await (await conn.execute(_JOIN, values)).fetchone() is not None

        over_at = time.monotonic() + _SILENT_S + 2 * BEAT_S
        while not await self._database.attempt(join):
            if time.monotonic() > over_at:
                raise ClusterError(
                    f"a node {self._node} is at work already; give this one a name: [cluster] node"
                )
            await asyncio.sleep(BEAT_S)

    async def work(self) -> None:
        """Until cancelled; what the database refuses for good ends it.

        Raises:
            ClusterError: the tables are of another version.
        """
        while True:
            with suppress(AwayError):
                await self._round(time.monotonic())
            self._drop_lost()
            await asyncio.sleep(BEAT_S)

    async def _round(self, at: float) -> None:
        waiting = await self._database.attempt(self._beat)
        await self._renew(at)
        await self._give_back()
        if not self.is_closing and waiting < self._crawl.config.cluster.outbox:
            await self._take()
        if at - self._tidied_at > _TIDY_S:
            self._tidied_at = at
            await self._tidy()

    async def _beat(self, conn: Any) -> int:
        """Say that we live; returns how many answers wait for the writer."""
        began, most = time.time(), self._crawl.config.cluster.outbox
        cursor = await conn.execute(
            """UPDATE nodes SET seen_at = now(), note = %s WHERE name = %s
            RETURNING is_draining, extract(epoch FROM clock_timestamp())::float,
                (SELECT count(*) FROM (SELECT 1 FROM outbox LIMIT %s) o)""",
            (self._crawl.note, self._node, most),
        )
        row = await cursor.fetchone()
        if row is None:
            raise ClusterError(f"{self._node} was taken off the list of nodes")
        self.is_draining = bool(row[0])
        self._crawl.offset_s = row[1] - (began + time.time()) / 2
        return int(row[2])

    async def _renew(self, at: float) -> None:
        held = self._crawl.hosts.leases
        if not held or at - self._renewed_at < self._lease_s * leases.RENEWED_AFTER:
            return
        tick = asyncio.get_running_loop().time()
        kept = [self._crawl.hosts.rest_of(host, tick) for host in held]
        renewed = await self._database.attempt(
            lambda conn: leases.renew_hosts(conn, self._node, self._lease_s, kept)
        )
        self._renewed_at = at
        for lease in renewed:
            self._crawl.hosts.extend(lease)
        self._crawl.frontier.wake()
        lost = set(held) - {lease.host for lease in renewed}
        if lost:
            say(log, logging.WARNING, "node.leases_lost", hosts=len(lost))
            self._let_go(lost)

    async def _give_back(self) -> None:
        """Hosts that nobody wants any more or that rest for long, and all that is not under way when nothing new is begun."""
        hosts, queue = self._crawl.hosts, self._crawl.queue
        tick = asyncio.get_running_loop().time()
        queue.drop(hosts.leases if self.is_closing else hosts.resting_long(tick))
        await self._release(hosts.unwanted(queue.hosts, 0.0 if self.is_closing else leases.IDLE_S))

    async def _release(self, hosts: Sequence[str]) -> None:
        if not hosts:
            return
        tick = asyncio.get_running_loop().time()
        given = [self._crawl.hosts.rest_of(host, tick) for host in hosts]
        self._let_go(hosts)  # before anybody else may have them
        await self._database.attempt(lambda conn: leases.release_hosts(conn, self._node, given))

    async def _take(self) -> None:
        places = places_of(self._crawl.config.fetch.concurrency - len(self._crawl.queue.hosts))
        if places <= 0:
            return

        granted = await self._database.attempt(
            lambda conn: leases.take_hosts(conn, self._node, self._lease_s, places)
        )
        if not granted:
            return
        tick = asyncio.get_running_loop().time()
        for each in granted:
            self._crawl.hosts.grant(each, tick)
        # by itself: errands may be megabytes, and whoever stands still while they come keeps no host from anybody
        hosts = [each.lease.host for each in granted]
        errands = await self._database.attempt(lambda conn: leases.errands_for(conn, hosts))
        for kind, number, form, fields in errands:
            self._add(kind, number, form, fields)
        self._crawl.frontier.queued()
        await self._crawl.copy_sites({site_of(f"http://{host}/") for host in hosts})

    def _add(self, kind: str, number: int, form: int, fields: bytes) -> None:
        try:
            self._crawl.queue.add(errand_of(kind, form, fields), number)
        except ClusterError as problem:  # of another version: it waits for another node
            say(log, logging.ERROR, "node.errand_unread", kind=kind, number=number, because=problem)

    def _let_go(self, hosts: Collection[str]) -> None:
        self._crawl.hosts.revoke(hosts)
        self._crawl.queue.drop(hosts)

    def _drop_lost(self) -> None:
        """Leases that ran out while nobody could be asked: what waits for their hosts waits in the database."""
        at = leases.steady()
        self._let_go([lease.host for lease in self._crawl.hosts.leases.values() if lease.until < at])

    async def _tidy(self) -> None:
        async def named(conn: Any) -> set[str]:
            cursor = await conn.execute("SELECT DISTINCT file FROM outbox WHERE file IS NOT NULL")
            return {row[0] for row in await cursor.fetchall()}

        wanted = await self._database.attempt(named) | self._crawl.outgoing.files
        await asyncio.to_thread(self._crawl.bodies.remove_taken, wanted, time.time())

    async def part(self) -> None:
        """Give everything back and say goodbye, when there is anybody to say it to."""
        hosts = self._crawl.hosts
        self._crawl.queue.drop(hosts.leases)
        with suppress(ClusterError):
            await self._release([host for host in hosts.leases if not hosts.lock(host).locked()])
            await self._database.attempt(
                lambda conn: conn.execute("DELETE FROM nodes WHERE name = %s", (self._node,))
            )
        self._crawl.bodies.close()
