"""A clock that was ahead: nothing waits for it to come true."""

from dataclasses import replace
from datetime import timedelta

from db.model import Candidate, Outcome, Source

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
