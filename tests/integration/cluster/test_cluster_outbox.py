"""An answer stands in the outbox once, whatever is lost on the way there."""

from __future__ import annotations

import asyncio

import psycopg

from crawler.cluster.database import Database
from crawler.cluster.outgoing import Outgoing, Parcel


def offered(dsn: str) -> int:
    with psycopg.connect(dsn) as conn:
        return conn.execute(
            "INSERT INTO spacereel.errands (kind, key, host, rank, form, fields) VALUES ('visit', 'u', 'a', 1, 1, '') RETURNING number"
        ).fetchone()[0]


def sent(dsn: str, *parcels: Parcel) -> None:
    async def run() -> None:
        database = Database(dsn)
        outgoing = Outgoing(database, "one")
        await asyncio.gather(*(outgoing.send(each) for each in parcels))
        assert outgoing.is_empty
        await database.close()

    asyncio.run(run())


def rows(dsn: str) -> list[tuple[str, str]]:
    with psycopg.connect(dsn) as conn:
        return conn.execute("SELECT kind, key FROM spacereel.outbox ORDER BY id").fetchall()


def test_an_answer_that_is_sent_again_stands_there_once(dsn):
    parcel = Parcel(kind="visit", key="u", number=offered(dsn), rules="r", fields=b"x")

    sent(dsn, parcel, parcel)
    sent(dsn, parcel)

    assert rows(dsn) == [("visit", "u")]


def test_what_was_offered_anew_meanwhile_is_not_answered_by_an_old_page(dsn):
    old = Parcel(kind="visit", key="u", number=offered(dsn), rules="r", fields=b"old")
    with psycopg.connect(dsn) as conn:
        conn.execute("DELETE FROM spacereel.errands")
    new = Parcel(kind="visit", key="u", number=offered(dsn), rules="r", fields=b"new")

    sent(dsn, old)
    assert rows(dsn) == []

    sent(dsn, new)
    assert rows(dsn) == [("visit", "u")]


def test_a_row_that_ends_no_errand_needs_none(dsn):
    sent(dsn, Parcel(kind="note", key="http://a/robots.txt", number=None, rules="r", fields=b"x"))

    assert rows(dsn) == [("note", "http://a/robots.txt")]
