"""A clock that was ahead: nothing waits for it to come true."""

from dataclasses import replace
from datetime import timedelta

from db.model import Candidate, FetchRecord, Outcome, Source
from db.watched import HostState

AHEAD = timedelta(hours=20)


def source(id="s"):
    return Source(id=id, title="S", kind="feed", url=f"https://{id}.example/feed", beat="b", every_s=1800)


def test_a_source_polled_in_the_future_is_due_now(store, now):
    store.schedule_sources([source()], now)
    (state,) = store.source_states()
    later = now + AHEAD
    store.schedule_source(
        replace(state, checked_at=later, next_due_at=later + timedelta(minutes=30), outcome=Outcome.UNCHANGED)
    )

    assert store.take_clock_back(now) == 1
    assert [each.source.id for each in store.due_sources(now)] == ["s"]


def test_a_page_found_in_the_future_may_be_fetched_now(store, now):
    found = Candidate(url="https://a.example/1", source="s", found_on="f", found_at=now + AHEAD)
    store.enqueue([found], now + AHEAD)

    assert store.pending(now) == ()
    assert store.take_clock_back(now) == 1
    assert [entry.candidate.url for entry in store.pending(now)] == ["https://a.example/1"]


def test_what_waits_for_its_time_keeps_waiting(store, now):
    store.schedule_sources([source()], now)
    (state,) = store.source_states()
    store.schedule_source(replace(state, checked_at=now, next_due_at=now + AHEAD, outcome=Outcome.UNCHANGED))
    store.enqueue([Candidate(url="https://a.example/1", source="s", found_on="f", found_at=now)], now)
    store.postpone("https://a.example/1", now + timedelta(hours=1), 2)

    assert store.take_clock_back(now) == 0
    assert store.due_sources(now) == ()
    assert store.pending(now) == ()


def visited(store, at):
    record = FetchRecord(
        url="https://a.example/", source="s", purpose="new", started_at=at, outcome=Outcome.FAILED, reason="r"
    )
    store.append_visit(record, None)


def test_a_host_that_asked_for_a_second_in_the_future_does_not_rest_for_a_day(store, now):
    """A daemon of the chaos bench, started with its clock an hour behind, let every host rest for that hour."""
    later = now + AHEAD
    visited(store, later)
    for host, rest in (("short.example", timedelta(seconds=-1)), ("long.example", timedelta(hours=2))):
        store.keep_host(HostState(host=host, not_before_at=later + rest, refusals=1, reason="503"))

    assert store.take_clock_back(now) == 2
    rests = {each.host: each.not_before_at - now for each in store.host_states()}
    assert rests == {"short.example": timedelta(0), "long.example": timedelta(hours=2)}


def test_a_host_that_rests_keeps_resting_while_the_clock_is_right(store, now):
    visited(store, now)
    store.keep_host(HostState(host="a.example", not_before_at=now + AHEAD, refusals=1, reason="503"))

    assert store.take_clock_back(now) == 0
    assert store.host_states()[0].not_before_at == now + AHEAD
