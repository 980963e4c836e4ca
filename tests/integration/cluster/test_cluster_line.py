"""A process whose line to PostgreSQL fails waits for it, and what it had committed without knowing stands there once."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest
from bad_line import BadLine
from town import through

from crawler.cluster import database
from crawler.cluster.database import AwayError, Database
from crawler.cluster.outgoing import Outgoing, Parcel


async def one(conn: Any) -> int:
    cursor = await conn.execute("SELECT 1")
    return int((await cursor.fetchone())[0])


@pytest.fixture
def line(postgres):
    with BadLine(postgres.port, slow_s=0.05) as made:
        yield made


@pytest.mark.parametrize("fault", ["cut", "silent", "deaf"])
def test_a_line_that_fails_is_noticed_and_connected_again(dsn, line, monkeypatch, fault):
    monkeypatch.setattr(database, "ANSWER_S", 0.3)

    async def work() -> None:
        far = Database(through(line, dsn))
        assert await far.attempt(one) == 1
        line.become(fault)
        with pytest.raises(AwayError):
            await far.attempt(one)
        assert far.is_away
        waiting = asyncio.ensure_future(far.run(one))
        line.become("good")
        monkeypatch.setattr(database, "ANSWER_S", 60.0)
        assert await waiting == 1
        assert not far.is_away
        assert far.connections == 2
        await far.close()

    asyncio.run(work())


def test_a_slow_line_is_no_fault(dsn, line):
    async def work() -> int:
        far = Database(through(line, dsn))
        try:
            return await far.attempt(one)
        finally:
            await far.close()

    line.become("slow")
    assert asyncio.run(work()) == 1


def test_an_answer_whose_commit_nobody_heard_of_is_handed_over_once(dsn, line, monkeypatch):
    with psycopg.connect(dsn) as conn:
        number = conn.execute(
            "INSERT INTO spacereel.errands (kind, key, host, rank, form, fields) VALUES ('visit', 'u', 'a', 1, 1, '') RETURNING number"
        ).fetchone()[0]
    rows = "SELECT kind, key FROM spacereel.outbox"

    async def work() -> None:
        far = Database(through(line, dsn))
        outgoing = Outgoing(far, "one")
        assert await far.attempt(one) == 1
        line.become("false")
        sending = asyncio.ensure_future(
            outgoing.send(Parcel(kind="visit", key="u", number=number, rules="r", fields=b"x"))
        )
        async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as near:
            while not await (await near.execute(rows)).fetchall():
                await asyncio.sleep(0.01)
        assert not sending.done()
        monkeypatch.setattr(database, "ANSWER_S", 60.0)
        line.become("good")  # what was under way on it is lost: the answer is sent again
        await sending
        assert outgoing.is_empty
        await far.close()

    asyncio.run(work())

    with psycopg.connect(dsn) as conn:
        assert conn.execute(rows).fetchall() == [("visit", "u")]


def test_who_stands_still_within_a_transaction_keeps_no_row_from_others(dsn, monkeypatch):
    monkeypatch.setattr(database, "_SESSION", database._SESSION.replace("'10s'", "'200ms'"))
    with psycopg.connect(dsn) as conn:
        conn.execute("INSERT INTO spacereel.hosts (host, next_at) VALUES ('a', now())")

    async def work() -> None:
        still, other = Database(dsn), Database(dsn)
        stands, goes_on = asyncio.Event(), asyncio.Event()

        async def stand_still(conn: Any) -> None:
            await conn.execute("UPDATE hosts SET gap_s = 1")
            stands.set()
            await goes_on.wait()
            await conn.execute("UPDATE hosts SET gap_s = 2")

        standing = asyncio.ensure_future(still.attempt(stand_still))
        await stands.wait()
        await other.attempt(lambda conn: conn.execute("UPDATE hosts SET gap_s = 3"))
        goes_on.set()
        with pytest.raises(AwayError):
            await standing
        assert await still.attempt(one) == 1
        await still.close()
        await other.close()

    asyncio.run(work())

    with psycopg.connect(dsn) as conn:
        assert conn.execute("SELECT gap_s FROM spacereel.hosts").fetchall() == [(3.0,)]
