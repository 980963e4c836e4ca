"""What spider, middlewares and pipelines of a node share: the same crawl as ever, without a record at hand."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import zstandard

from crawler.catalogue import Beat
from crawler.cluster import leases
from crawler.cluster.bodies import BodyFiles
from crawler.cluster.copies import SiteCopy, keep_robots, robots_copy, site_copies
from crawler.cluster.database import AwayError, Database
from crawler.cluster.form import Delivery, packed_form, shifted, unpacked_form
from crawler.cluster.outgoing import Outgoing, Parcel
from crawler.cluster.pace import LeasedHosts
from crawler.cluster.queue import LeasedQueue
from crawler.cluster.rules import reading_rules
from crawler.config import Config
from crawler.errors import ClusterError
from crawler.frontier.errands import Errand
from crawler.frontier.hosts import Remembered
from crawler.ingest.crawl import Crawl
from crawler.ingest.pool import ReadingPool
from crawler.logs import say
from crawler.memory import ByteCache
from db.model import FetchRecord, Page
from db.watched import HostState

log = logging.getLogger(__name__)

#: what is known of sites takes so much memory at most, and is asked for again after that
_SITES_BYTES, _SITE_S = 8_000_000, 300.0
#: bytes of a robots.txt when unpacked, at most
_ROBOTS_BYTES = 64_000_000


class NodeCrawl(Crawl):
    """One machine of a cluster, as the spider sees it; `leasing` keeps it in hosts.

    Args:
        tick: time of the loop.
    """

    def __init__(
        self, config: Config, beats: Sequence[Beat], pool: ReadingPool, database: Database, tick: float
    ) -> None:
        self.node = config.cluster.name
        self._database = database
        self._lease_s = config.cluster.lease_s
        self._paused_until = 0.0
        self.hosts = LeasedHosts(
            config.fetch.per_host_delay_s, config.fetch.timeout_s, self._take_one, datetime.now(UTC), tick
        )
        self.queue = LeasedQueue(self.hosts.may_begin, lambda: self.is_paused)
        super().__init__(config, beats, pool, is_once=False, hosts=self.hosts, queue=self.queue)
        self.rules = reading_rules(config, self.topics)
        self.bodies = BodyFiles(config.cluster.bodies, self.node)
        self.outgoing = Outgoing(database, self.node)
        #: PostgreSQL's clock minus ours, in seconds
        self.offset_s = 0.0
        self._sites = ByteCache[str, SiteCopy](_SITES_BYTES)
        self._packer = zstandard.ZstdCompressor(level=3)
        self._trouble = ""

    # what the spider asks of a crawl

    @property
    def is_paused(self) -> bool:
        """Whether what comes could not be handed over."""
        return time.monotonic() < self._paused_until

    @property
    def note(self) -> str:
        """What is wrong here, for whoever looks; empty while all is well."""
        return self._trouble if self.is_paused else ""

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way and everything was handed over."""
        return not self.frontier.under_way and self.outgoing.is_empty

    def now(self) -> datetime:
        """By our own clock; what leaves us is told by PostgreSQL's."""
        return datetime.now(UTC)

    def pause(self, because: str, for_s: float) -> None:
        """Begin nothing for a while, and let others have the hosts."""
        if not self.is_paused:
            say(log, logging.ERROR, "node.paused", because=because, for_s=for_s)
        self._trouble = because
        self._paused_until = time.monotonic() + for_s

    def packed_body(self, body: bytes) -> bytes:
        """The bytes of an answer that is no page."""
        return self._packer.compress(body)

    async def keep_host(self, state: HostState) -> None:
        """What a host asked of us goes where the next node finds it, before anything else is asked of it."""
        tick = asyncio.get_running_loop().time()
        lease = self.hosts.leases.get(state.host)
        if lease is None:
            return
        rest, fields = self.hosts.rest_of(state.host, tick), packed_form(state)

        async def write(conn: Any) -> None:
            await conn.execute(
                """UPDATE hosts SET state = %s, gap_s = %s, not_before = greatest(not_before, now() + %s * interval '1 s')
                WHERE host = %s AND node = %s AND fence = %s""",
                (fields, rest.gap_s, rest.rest_s, state.host, self.node, lease.fence),
            )

        await self._database.run(write)
        await self.outgoing.send(
            Parcel(kind="host", key=state.host, number=None, rules=self.rules, fields=fields)
        )

    async def append_visit(self, record: FetchRecord, page: Page | None = None) -> None:
        """A robots.txt: its row for the writer, and a copy for the other nodes."""
        sha256, body = (page.sha256, self.packed_body(page.body)) if page else (None, None)
        bare = replace(page, body=b"") if page else None
        delivery = shifted(Delivery(record=record, page=bare, sha256=sha256), self.offset_s)
        await self.outgoing.send(
            Parcel(
                kind="note",
                key=record.url,
                number=None,
                rules=self.rules,
                fields=packed_form(delivery),
                body=body,
            )
        )
        if record.purpose == "robots":
            await self._database.run(lambda conn: keep_robots(conn, record, bare, body))

    async def remember(self, url: str) -> Remembered | None:
        """The last good answer of a robots.txt, whoever asked for it; its age is PostgreSQL's."""
        found = await self._database.run(lambda conn: robots_copy(conn, url))
        if found is None:
            return None
        age_s, form, fields, body = found
        try:
            page = unpacked_form(fields, Page, form) if fields else None
            text = (
                zstandard.ZstdDecompressor().decompress(body, max_output_size=_ROBOTS_BYTES) if body else b""
            )
        except (ClusterError, zstandard.ZstdError):
            return None
        visited_at = datetime.now(UTC) - timedelta(seconds=age_s)
        return Remembered(visited_at=visited_at, page=replace(page, body=text) if page else None)

    async def leave(self, errand: Errand, until: datetime) -> None:
        """A node goes on until it is stopped: nothing is left for later."""

    async def site(self, site: str) -> SiteCopy:
        """What the writer knows of a site, as of a few minutes ago at most."""
        known = self._sites.get(site)
        if known is None or time.monotonic() - known.at > _SITE_S:
            known = (await self._copied([site], self._database.run))[site]
        return known

    async def copy_sites(self, sites: Collection[str]) -> None:
        """Know them before their pages come.

        Raises:
            AwayError: there is no database to ask.
        """
        await self._copied(sorted(sites), self._database.attempt)

    async def _copied(self, sites: Sequence[str], ask: Callable[..., Any]) -> dict[str, SiteCopy]:
        at = time.monotonic()
        found = await ask(lambda conn: site_copies(conn, sites, at))
        known = {site: found.get(site, SiteCopy(at=at)) for site in sites}
        for site, copy in known.items():
            self._sites.put(site, copy, 200 + 80 * len(copy.lines))
        return known

    async def _take_one(self, host: str) -> leases.Granted | None:
        if self.is_paused:
            return None
        try:
            return await self._database.attempt(
                lambda conn: leases.take_host(conn, self.node, self._lease_s, host)
            )
        except AwayError:
            return None
