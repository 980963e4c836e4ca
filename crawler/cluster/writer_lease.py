"""The writer's lease: there is one, it is held like a host, and only who holds it takes answers off."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import Any

from crawler.cluster.copies import packed_lines
from crawler.cluster.database import Database
from crawler.cluster.leases import RENEWED_AFTER, steady
from crawler.cluster.rules import reading_rules
from crawler.errors import ClusterError
from crawler.ingest.session import CrawlSession
from crawler.memory import ByteCache
from db.model import iso
from db.store import Store

#: a writer that gives no sign of life for so long may be replaced by one on another machine, in seconds
_PLACE_S = 120.0
#: what was sent of sites is remembered in so much memory
_SITES_BYTES = 8_000_000

#: started again on its machine it goes on at once: the lock of the record sees to it that the one before has ended
_TAKE = """INSERT INTO writer AS w (record, name, rules, fence, until)
VALUES (%(record)s, %(name)s, %(rules)s, 1, now() + %(place)s * interval '1 s')
ON CONFLICT (place) DO UPDATE SET name = excluded.name, rules = excluded.rules, fence = w.fence + 1, until = excluded.until
WHERE w.record = excluded.record AND (w.until <= now() OR w.name = excluded.name) RETURNING fence"""
_KEEP = """UPDATE writer SET until = now() + %(place)s * interval '1 s', rules = %(rules)s WHERE fence = %(fence)s
RETURNING extract(epoch FROM clock_timestamp())::float"""
_END = "DELETE FROM outbox WHERE id = ANY(%s) AND EXISTS (SELECT 1 FROM writer WHERE fence = %s)"
_COPY = """INSERT INTO sites (site, lines, readings) SELECT * FROM unnest(%s::text[], %s::bytea[], %s::integer[])
ON CONFLICT (site) DO UPDATE SET lines = excluded.lines, readings = excluded.readings"""
#: addresses that were wanted for polls which are not under way any more
_ORPHANS = """DELETE FROM {table} a WHERE kind = 'ask'
AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.kind = 'poll' AND p.key = split_part(a.key, E'\\n', 1))"""


class WriterLease:
    """Held from `take` on, for as long as `keep` is called."""

    def __init__(self, session: CrawlSession, database: Database) -> None:
        self._session = session
        self._database = database
        self._fence = 0
        self._until = self._kept_at = float("-inf")
        #: PostgreSQL's clock minus ours, in seconds
        self.offset_s = 0.0
        self._sent = ByteCache[str, tuple[bytes, int]](_SITES_BYTES)

    async def take(self) -> None:
        """Become the writer.

        Raises:
            AwayError, ClusterError: there is no database, another writer lives, or it writes another record.
        """
        session = self._session
        record = await session.store.run(Store.record_id)
        values = {
            "record": record,
            "name": session.config.cluster.name,
            "rules": reading_rules(session.config, session.topics),
            "place": _PLACE_S,
        }

        async def take(conn: Any) -> int:
            row = await (await conn.execute(_TAKE, values)).fetchone()
            if row is None:
                raise ClusterError(await _why_taken(conn, record))
            for table in ("errands", "outbox"):
                await conn.execute(_ORPHANS.format(table=table))
            return int(row[0])

        self._until = steady() + _PLACE_S
        self._fence = await self._database.attempt(take)
        await self.keep()

    async def keep(self) -> None:
        """Hold the place for another while, when it is time.

        Raises:
            AwayError: there is no database.
            ClusterError: somebody else has it.
        """
        at = steady()
        if at - self._kept_at < _PLACE_S * RENEWED_AFTER and at < self._until:
            return
        rules = reading_rules(self._session.config, self._session.topics)
        values = {"place": _PLACE_S, "rules": rules, "fence": self._fence}

        async def keep(conn: Any) -> float:
            row = await (await conn.execute(_KEEP, values)).fetchone()
            if row is None:
                raise ClusterError("another writer has taken over")
            return float(row[0])

        began = time.time()
        self.offset_s = await self._database.attempt(keep) - (began + time.time()) / 2
        self._kept_at, self._until = at, at + _PLACE_S

    async def end(self, done: Sequence[int], sites: Collection[str]) -> None:
        """The record has these answers: take them off, and tell the nodes what is known of the sites now."""
        copies = await self._session.store.run(_copies, sites)
        news = {site: copy for site, copy in copies.items() if self._sent.get(site) != copy}

        async def write(conn: Any) -> None:
            await conn.execute(_END, (list(done), self._fence))
            if news:
                lines, readings = zip(*news.values(), strict=True)
                await conn.execute(_COPY, (list(news), list(lines), list(readings)))

        await self._database.attempt(write)
        for site, copy in news.items():
            self._sent.put(site, copy, 200 + len(copy[0]))

    async def end_poll(self, conn: Any, number: int, source: str) -> None:
        """A poll has its row: take it off, with what it asked for."""
        await conn.execute(_END, ([number], self._fence))
        for table in ("errands", "outbox"):
            await conn.execute(
                f"DELETE FROM {table} WHERE kind = 'ask' AND split_part(key, E'\\n', 1) = %s",  # noqa: S608 - two names
                (source,),
            )


def _copies(store: Store, sites: Collection[str]) -> dict[str, tuple[bytes, int]]:
    return {site: (packed_lines(store.site_memory(site)), len(store.readings(site))) for site in sites}


async def _why_taken(conn: Any, record: str) -> str:
    row = await (await conn.execute("SELECT record, name, until FROM writer")).fetchone()
    if row is None:
        return "the place of the writer could not be taken"
    if row[0] != record:
        return f"this cluster works for another record, which {row[1]} writes; each record has a database of its own"
    return f"{row[1]} writes the record of this cluster; it may be replaced when it has been silent until {iso(row[2])}"
