"""Polls that brought nothing are counted per source and day; whoever counts polls counts them."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

import pytest

from db.connection import connect, transaction
from db.keeping import forget_visits
from db.model import FetchRecord, Outcome, Source, iso
from db.overview import health, last_runs, totals
from db.polls import MOST_DAYS, quiet_days


@pytest.fixture
def conn(store):
    with closing(connect(store.path)) as opened:
        yield opened


@pytest.fixture
def poll(now):
    """`poll(minutes)`: the record of a poll so long after *now* that found nothing new."""

    def made(
        minutes: float = 0.0, outcome: Outcome = Outcome.NOT_MODIFIED, source: str = "wire"
    ) -> FetchRecord:
        at = now + timedelta(minutes=minutes)
        return FetchRecord(
            url="https://a.example/rss", source=source, purpose="source", started_at=at, outcome=outcome,
            reason="Not modified since the last poll (304).", elapsed_ms=7, received_bytes=11,
        )  # fmt: skip

    return made


def test_polls_of_a_day_are_one_row(store, conn, poll, now):
    for minutes in (5, 0, 10):
        store.count_poll(poll(minutes), None)
    store.count_poll(poll(1440), None)

    later, first = quiet_days(conn, "wire")

    assert first == {
        "source": "wire", "day": iso(now)[:10], "verdict": "not_modified", "polls": 3, "first_at": iso(now),
        "last_at": iso(now + timedelta(minutes=10)), "elapsed_ms": 21, "received_bytes": 33,
    }  # fmt: skip
    assert (later["day"] > first["day"], later["polls"]) == (True, 1)
    assert conn.execute("SELECT count(*) FROM visits").fetchone()[0] == 0


def test_health_totals_and_runs_count_polls_that_have_no_row(store, conn, poll, now):
    listed = Source(id="wire", title="Wire", kind="feed", url="https://a.example/rss", beat="b", every_s=900)
    store.schedule_sources([listed], now)
    conn.execute("UPDATE sources SET checked_at = ?", (iso(now + timedelta(days=3)),))
    run = store.start_run("daemon", now)
    store.append_visit(poll(), run)
    for minutes in range(1, 4):
        store.count_poll(poll(minutes), run)
    store.count_poll(poll(9, Outcome.UNCHANGED), run)
    store.count_poll(poll(-60 * 24 * 40), None)

    assert health(conn)[0]["polls"] == 5
    assert totals(conn)["visits"] == 6
    assert last_runs(conn)[0]["verdicts"] == {"not_modified": 4, "unchanged": 1}
    assert store.finish_run(run, now).counts == ((Outcome.UNCHANGED, 1), (Outcome.NOT_MODIFIED, 4))
    assert last_runs(conn)[0]["verdicts"] == {"not_modified": 4, "unchanged": 1}


def test_the_last_poll_that_was_counted_is_known_again(store, poll, now):
    store.count_poll(poll(5), None)

    url = poll().url
    assert store.has_visit(url, now + timedelta(minutes=5), "wire")
    assert not store.has_visit(url, now, "wire")
    assert not store.has_visit(url, now + timedelta(minutes=5), "other")
    assert not store.has_visit(url, now + timedelta(minutes=5))
    assert store.last_asked_at() == now + timedelta(minutes=5)


def test_a_clock_that_was_ahead_is_seen_by_polls_that_were_counted(store, conn, poll, now):
    conn.execute(
        "INSERT INTO hosts (host, not_before_at) VALUES ('a.example', ?)", (iso(now + timedelta(days=3)),)
    )
    store.count_poll(poll(60 * 24 * 2), None)

    assert store.take_clock_back(now) == 1


def test_counts_are_let_go_as_the_rows_of_polls_are(store, conn, poll, now):
    for day in range(20):
        store.count_poll(poll(-day * 1440), None)

    gone = 0
    while True:
        with transaction(conn, store.path):
            if not (step := forget_visits(conn, now, {"polls": 10 * 86400.0, "visits": None}, 4)):
                break
        gone += step

    assert gone == 9
    assert conn.execute("SELECT count(*), min(day) FROM quiet_polls").fetchone()[:] == (
        11,
        iso(now - timedelta(days=10))[:10],
    )
    assert len(quiet_days(conn, "wire")) == MOST_DAYS
    with transaction(conn, store.path):
        assert forget_visits(conn, now, {"polls": None, "visits": 1.0}) == 0
