"""What a tick brings the nodes: polls that are due and pages that wait, out of the record into PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from crawler.cluster.database import Database
from crawler.cluster.form import FORM, errand_fields, kind_of_errand, packed_form
from crawler.frontier.errands import Errand, Poll, Visit
from crawler.ingest.session import CrawlSession
from crawler.polling.answers import RecordAnswers
from crawler.polling.kinds import kind_of, polls_of
from db.store import Store
from db.watched import HostState

#: due sources and waiting pages that one look takes over, and looks of one tick
_A_LOOK, _LOOKS = 1000, 5
#: pages of one host that wait in PostgreSQL; the others wait in the record
MOST_OF_HOST = 40

#: an errand that waits already, or whose answer does, is left alone
_OFFER = """WITH given AS (
    SELECT * FROM unnest(%(kinds)s::text[], %(keys)s::text[], %(hosts)s::text[], %(ranks)s::real[], %(fields)s::bytea[])
        AS g (kind, key, host, rank, fields)),
fresh AS (
    INSERT INTO errands (kind, key, host, rank, form, fields) SELECT kind, key, host, rank, %(form)s, fields FROM given g
    WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.kind = g.kind AND o.key = g.key)
    ON CONFLICT DO NOTHING RETURNING host)
INSERT INTO hosts AS h (host, next_at) SELECT DISTINCT host, now() FROM fresh ORDER BY host
ON CONFLICT (host) DO UPDATE SET next_at = CASE WHEN h.node IS NULL
    THEN least(coalesce(h.next_at, 'infinity'), greatest(now(), h.not_before)) ELSE h.next_at END"""
#: what a node answered while the statement above ran: it saw neither the errand that had gone nor the answer that had come
_ANSWERED = "DELETE FROM errands e USING outbox o WHERE o.kind = e.kind AND o.key = e.key"
#: hosts as the record knows them, for those that nobody has asked since the tables were made
_KNOWN = """INSERT INTO hosts (host, state, not_before)
SELECT host, state, now() + rest_s * interval '1 s'
FROM unnest(%(hosts)s::text[], %(states)s::bytea[], %(rests)s::float[]) AS g (host, state, rest_s) ORDER BY host
ON CONFLICT DO NOTHING"""
_FULL = "SELECT host FROM errands WHERE kind = 'visit' GROUP BY host HAVING count(*) >= %s"
#: an errand that was put in while its host was given back
_SWEEP = """UPDATE hosts h SET next_at = greatest(now(), h.not_before)
WHERE h.next_at IS NULL AND h.node IS NULL AND h.host IN (SELECT host FROM errands)"""


class Supply:
    """Keeps the nodes in errands. The record stays the queue: what is lost in PostgreSQL is offered again.

    Args:
        exchange: held while answers are appended, so that none is offered again between its append and its end.
    """

    def __init__(self, session: CrawlSession, database: Database, exchange: asyncio.Lock) -> None:
        self._session = session
        self._database = database
        self._exchange = exchange
        self._answers = RecordAnswers(session)
        #: sources whose poll is offered, or under way
        self._offered: set[str] = set()
        self._states: dict[str, HostState] | None = None
        self._aside: set[asyncio.Task[None]] = set()
        self._connections = 0

    def over(self, source: str) -> None:
        """Its poll has its row: it may be offered again when it is due."""
        self._offered.discard(source)

    async def offer_due(self, now: datetime) -> None:
        """What is due.

        Raises:
            AwayError: there is no database; the next tick offers it.
        """
        if self._connections != self._database.connections:  # it may be another one, with nothing in it
            self._connections = self._database.connections
            self._offered.clear()
        async with self._exchange:
            for _ in range(_LOOKS):
                if await self._offer_polls(now) < _A_LOOK:
                    break
            for _ in range(_LOOKS):
                if await self._offer_visits(now) < _A_LOOK:
                    break
            await self._database.attempt(lambda conn: conn.execute(_SWEEP))

    async def _offer_polls(self, now: datetime) -> int:
        due = await self._session.store.run(Store.due_sources, now, limit=_A_LOOK, offered=self._offered)
        asked: list[Errand] = []
        for poll in polls_of(due, now):
            self._offered.add(poll.source)
            if not kind_of(poll.state.source).is_on_web:
                self._aside.add(task := asyncio.ensure_future(self._poll_aside(poll)))
                task.add_done_callback(self._aside.discard)
            elif await self._answers.is_polled(poll):
                self.over(poll.source)
            else:
                asked.append(poll)
        try:
            await self.offer(asked, self._database.attempt)
        except Exception:
            self._offered.difference_update(each.source for each in asked)
            raise
        return len(due)

    async def _poll_aside(self, poll: Poll) -> None:
        """What takes no request, and may take a while."""
        await self._answers.is_polled(poll)
        self.over(poll.source)

    async def _offer_visits(self, now: datetime) -> int:
        async def full(conn: Any) -> list[str]:
            cursor = await conn.execute(_FULL, (MOST_OF_HOST,))
            return [row[0] for row in await cursor.fetchall()]

        away: Collection[str] = await self._database.attempt(full)
        entries = await self._session.store.run(Store.pending, now, _A_LOOK, away)
        await self.offer([Visit(entry=entry) for entry in entries], self._database.attempt)
        return len(entries)

    async def offer(self, errands: Sequence[Errand], run: Any) -> None:
        """Put errands where nodes find them.

        Args:
            run: `Database.run` or `Database.attempt`.
        """
        if not errands:
            return
        values = {
            "kinds": [kind_of_errand(each) for each in errands],
            "keys": [each.key[1] for each in errands],
            "hosts": [each.host for each in errands],
            "ranks": [_rank(each) for each in errands],
            "fields": [errand_fields(each) for each in errands],
            "form": FORM,
        }
        known = await self._known({each.host for each in errands})

        async def write(conn: Any) -> None:
            if known["hosts"]:
                await conn.execute(_KNOWN, known)
            await conn.execute(_OFFER, values)
            await conn.execute(_ANSWERED)

        await run(write)

    async def _known(self, hosts: set[str]) -> dict[str, list[Any]]:
        """Hosts with what the record knows of them, each once."""
        if self._states is None:
            states = await self._session.store.run(Store.host_states)
            self._states = {each.host: each for each in states}
        found = [self._states.pop(host) for host in sorted(hosts & self._states.keys())]
        now = datetime.now(UTC)
        rests = [(each.not_before_at - now).total_seconds() if each.not_before_at else 0.0 for each in found]
        return {
            "hosts": [each.host for each in found],
            "states": [packed_form(each) for each in found],
            "rests": [max(each, 0.0) for each in rests],
        }


def _rank(errand: Errand) -> float:
    """Lists first, then new pages, then those that are looked at again."""
    if isinstance(errand, Poll):
        return 0.0
    return 1.0 if errand.purpose == "new" else 2.0
