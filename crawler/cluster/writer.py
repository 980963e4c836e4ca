"""The one writer: takes answers out of the outbox, oldest first, and appends them as a single process would."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawler.cluster.aside import Aside
from crawler.cluster.bodies import body_at
from crawler.cluster.database import AwayError, Database
from crawler.cluster.form import Delivery, ask_key, problem_from, shifted, unpacked_form
from crawler.cluster.further_addresses import FurtherAddresses
from crawler.cluster.outbox import OutboxRow, oldest_answers
from crawler.cluster.pace import ReportedPace
from crawler.cluster.polled import append_poll
from crawler.cluster.rules import OwnRules
from crawler.cluster.supply import Supply
from crawler.cluster.together import fetched_page, take_together
from crawler.cluster.writer_lease import WriterLease
from crawler.dedupe.urls import site_of
from crawler.errors import ClusterError, StoreError, Unreachable
from crawler.frontier.errands import Visit
from crawler.ingest.lessons import learn_site
from crawler.ingest.session import CrawlSession
from crawler.ingest.visits import append_page, read
from crawler.ingest.witnesses import MOST_WITNESSED
from crawler.logs import say
from crawler.polling.answers import RecordAnswers
from crawler.polling.kinds import kind_of
from crawler.polling.results import weigh_reading
from db.store import Store
from db.watched import HostState

log = logging.getLogger(__name__)

#: polls that wait for further addresses side by side
_MOST_POLLS = 64
#: a batch ends after that, so that the tick has its turn
_A_BATCH_S = 0.5
#: an outbox with fewer answers than a crowd is looked into that often: a batch costs as much as an answer
_IDLE_S, _A_CROWD = 0.25, 8
#: a page whose answer could not be read is offered again after that
_UNREAD_REST = timedelta(hours=1)


class Writer:
    """Appends until it is cancelled.

    Args:
        session: of the record.
        pace: pace of the session, which knows what nodes say of hosts.
    """

    def __init__(self, session: CrawlSession, database: Database, pace: ReportedPace) -> None:
        self._session = session
        self._database = database
        self._pace = pace
        self._answers = RecordAnswers(session)
        self._exchange = asyncio.Lock()
        self.supply = Supply(session, database, self._exchange)
        self._asking = FurtherAddresses(self.supply, database)
        self._place = WriterLease(session, database)
        self._polls = Aside(_MOST_POLLS)
        #: pages of the record: one with a line that came waits for looks at others of its site
        self._rechecks = Aside(MOST_WITNESSED)
        #: rows of addresses that polls under way wait for -> their key
        self._asks: dict[int, str] = {}
        self._rules = OwnRules()

    @property
    def looks(self) -> int:
        """How many looks at pages of the record wait for others, or are on their way into it."""
        return len(self._rechecks.rows)

    async def start(self) -> None:
        """Become the writer of the cluster.

        Raises:
            AwayError, ClusterError: there is no database, another writer lives, or it writes another record.
        """
        await self._place.take()

    async def work(self) -> None:
        """Append what comes.

        Raises:
            ClusterError: another writer took over, or the tables are of another version.
            StoreError: the record cannot be written.
        """
        try:
            while True:
                found = 0
                with suppress(AwayError):
                    await self._place.keep()
                    found = await self._batch()
                await asyncio.sleep(0 if found >= _A_CROWD else _IDLE_S)
        finally:
            await self._polls.close()
            await self._rechecks.close()

    async def _batch(self) -> int:
        """Append some answers, and take them off once the record has them; returns how many waited."""
        for each in (self._polls, self._rechecks):
            each.settle()  # or what went wrong with the record
        async with self._exchange:
            held, has_room = [*self._polls.rows, *self._rechecks.rows, *self._asks], self._polls.has_room
            rows = await self._database.attempt(lambda conn: oldest_answers(conn, held, with_polls=has_room))
            done: list[int] = []
            sites: set[str] = set()
            over_at = time.monotonic() + _A_BATCH_S
            left = rows
            while left:
                rules, offset_s = self._rules.of(self._session), self._place.offset_s
                together, alone = await take_together(self._session, left, rules, offset_s, sites)
                done += [row.id for row in left[:together]]
                for row in left[together : together + alone]:
                    if await self._take(row, sites):
                        done.append(row.id)
                left = left[together + alone :] if time.monotonic() < over_at else []
            if done:
                await self._place.end(done, sites)
        return len(rows)

    async def _take(self, row: OutboxRow, sites: set[str]) -> bool:
        """One answer; returns whether it may be taken off. Who writes the table may write anything: it costs that answer."""
        try:
            delivery = body = None
            if row.kind == "host":
                await self._session.store.run(Store.keep_host, unpacked_form(row.fields, HostState, row.form))
                return True
            delivery = shifted(unpacked_form(row.fields, Delivery, row.form), -self._place.offset_s)
            body = row.unpacked_body()
            return await self._taken(row, delivery, body, sites)
        except ClusterError as problem:
            say(log, logging.ERROR, "cluster.answer_unread", kind=row.kind, key=row.key, because=problem)
            await _leave(row, self._session, self._asking, self.supply)
        except StoreError:
            raise
        except Exception as fault:
            log.exception("cluster.answer_failed kind=%s key=%r", row.kind, row.key)
            entry = delivery.entry if delivery and row.kind == "visit" else None
            if entry is not None and entry.candidate.url == row.key:
                await self._session.fail(Visit(entry=entry), fault)
            else:
                await _leave(row, self._session, self._asking, self.supply)
        return True

    async def _taken(self, row: OutboxRow, delivery: Delivery, body: bytes, sites: set[str]) -> bool:
        if row.kind == "ask":
            self._asks[row.id] = row.key
            self._asking.came(row.key, delivery, body)
            return False
        if row.kind == "poll":
            self._polls.begin(row.id, self._poll(row, delivery, body))
            return False
        record = delivery.record
        if await self._session.store.run(Store.has_visit, record.url, record.started_at):
            say(log, logging.INFO, "cluster.redelivered", url=record.url)
        elif row.kind == "note":
            page = replace(delivery.page, body=body) if delivery.page else None
            await self._session.append_visit(record, page)
        elif delivery.entry is not None:
            visit = Visit(entry=delivery.entry)
            if visit.purpose == "recheck" and delivery.capture is not None and self._rechecks.has_room:
                self._rechecks.begin(row.id, self._recheck(row, visit, delivery))
                return False
            sites.add(site_of(record.final_url or record.url))
            await self._visit(visit, delivery, row.rules)
        return True

    # a page

    async def _recheck(self, row: OutboxRow, visit: Visit, delivery: Delivery) -> None:
        """A look at a page of the record to its row, by itself."""
        record = delivery.record
        try:
            await self._visit(visit, delivery, row.rules, may_wait=True)
        except (StoreError, ClusterError):
            raise
        except Exception as fault:  # as in `_take`
            log.exception("cluster.answer_failed kind=%s key=%r", row.kind, row.key)
            await self._session.fail(visit, fault)
        async with self._exchange:  # what was found due before the append is not offered after the end
            await self._place.end([row.id], {site_of(record.final_url or record.url)})

    async def _visit(self, visit: Visit, delivery: Delivery, rules: str, *, may_wait: bool = False) -> None:
        record = delivery.record
        if delivery.fault is not None:
            await self._session.fail(visit, delivery.fault)
        elif delivery.problem is not None:
            with self._pace.reported(visit.host, delivery.wait_s):
                await self._answers.missed(visit, problem_from(delivery.problem), record)
        elif delivery.capture is not None:
            await self._page(visit, delivery, rules, may_wait)
        elif delivery.page is not None:
            await self._answers.not_modified(visit, delivery.page, record)

    async def _page(self, visit: Visit, delivery: Delivery, rules: str, may_wait: bool) -> None:
        session, place, page, capture = self._session, delivery.place, delivery.page, delivery.capture
        assert page is not None and capture is not None
        body = None
        if place is not None and delivery.sha256 is not None:
            folder = session.config.cluster.bodies
            body = await asyncio.to_thread(body_at, folder, place, delivery.sha256)
        if body is None:
            lost = Unreachable("its bytes were lost on the way from the machine that fetched it", visit.url)
            await self._answers.missed(visit, lost, delivery.record)
            return
        fetched = fetched_page(visit, delivery, page, capture, body)
        await session.store.run(Store.keep_page, fetched.page, is_wanted=not delivery.is_gated)
        is_ours = rules == self._rules.of(session)
        if not is_ours or await learn_site(session, capture):
            fetched = await read(session, fetched)
        await append_page(session, await weigh_reading(session, fetched), may_wait=may_wait)

    # a poll

    async def _poll(self, row: OutboxRow, delivery: Delivery, body: bytes) -> None:
        """A source's answer, with what has to be asked for beside it, to its row."""
        try:
            await append_poll(self._session, self._answers, self._pace, self._asking, row.key, delivery, body)
        except (StoreError, ClusterError):
            raise
        except Exception as fault:  # as in `_take`
            log.exception("cluster.answer_failed kind=%s key=%r", row.kind, row.key)
            if state := await self._session.store.run(Store.source_state, row.key):
                await self._session.fail(kind_of(state.source).poll(state, datetime.now(UTC)), fault)
        await self._database.run(lambda conn: self._place.end_poll(conn, row.id, row.key))
        self._asking.forget(row.key)
        start = ask_key(row.key, "")
        self._asks = {number: key for number, key in self._asks.items() if not key.startswith(start)}
        self.supply.over(row.key)

    async def offer_due(self, now: datetime) -> None:
        """What a tick brings."""
        with suppress(AwayError):
            await self.supply.offer_due(now)


async def _leave(row: OutboxRow, session: CrawlSession, asking: FurtherAddresses, supply: Supply) -> None:
    """An answer was of no use: its errand is still in the record, and is offered again, though not at once."""
    now = datetime.now(UTC)
    if row.kind == "visit":
        await session.store.run(Store.postpone, row.key, now + _UNREAD_REST, 0)
    elif row.kind == "ask":
        asking.lost(row.key)
    elif row.kind == "poll":
        if state := await session.store.run(Store.source_state, row.key):
            await session.fail(kind_of(state.source).poll(state, now), "ClusterError")
        supply.over(row.key)
