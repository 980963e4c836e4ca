from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.frontier.timetable import (
    RECHECKS_S,
    RETRIES_S,
    cached_s,
    next_recheck_at,
    next_state,
    poll_after_s,
    retry_at,
)
from db.model import Outcome, Source
from db.watched import Rest, SourceState

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SOURCE = Source(
    id="wire", title="Wire", kind="feed", url="https://news.example/rss", beat="films", every_s=1800.0
)
STATE = SourceState(source=SOURCE, etag='"old"', last_modified="Sun, 22 Nov 2026 00:00:00 GMT", failures=1.0)


def due_in_s(state: SourceState) -> float:
    assert state.next_due_at is not None
    return (state.next_due_at - NOW).total_seconds()


def test_a_success_keeps_validators_forgets_failures_and_comes_back_at_the_interval():
    after = next_state(STATE, Outcome.UNCHANGED, "12 entries.", NOW, etag='"new"')

    assert (after.etag, after.last_modified, after.failures) == ('"new"', None, 0.0)
    assert after.succeeded_at == after.checked_at == NOW
    assert 1620 <= due_in_s(after) <= 1980


def test_not_modified_keeps_the_validators_it_was_asked_with():
    after = next_state(STATE, Outcome.NOT_MODIFIED, "304.", NOW)

    assert (after.etag, after.last_modified) == (STATE.etag, STATE.last_modified)
    assert after.succeeded_at == NOW


@pytest.mark.parametrize("weight", [0.25, 0.5, 1.0])
def test_failures_are_weighed_and_slow_the_source_down(weight):
    once = next_state(STATE, Outcome.FAILED, "503.", NOW, weight=weight)

    assert once.failures == 1.0 + weight
    assert once.succeeded_at is None
    assert once.etag == STATE.etag
    assert due_in_s(once) > 1980


def test_a_source_that_always_fails_is_still_asked_about_once_a_day():
    state = STATE
    for _ in range(100):
        state = next_state(state, Outcome.FAILED, "503.", NOW, weight=1.0)

    assert due_in_s(state) <= 86400 * 1.1


def test_a_host_that_asked_for_rest_is_not_polled_before():
    until = NOW + timedelta(days=2)

    assert next_state(STATE, Outcome.FAILED, "429.", NOW, not_before_at=until).next_due_at == until


def resting(**told) -> SourceState:
    return replace(STATE, rest=Rest(**told))


@pytest.mark.parametrize("outcome", [Outcome.UNCHANGED, Outcome.NOT_MODIFIED])
def test_a_feed_that_asks_to_be_left_alone_is_heeded_for_up_to_a_day(outcome):
    assert due_in_s(next_state(resting(ttl_s=7200.0), outcome, "", NOW)) == 7200
    assert due_in_s(next_state(resting(ttl_s=1e9), outcome, "", NOW)) == 86400


def test_a_poll_is_put_behind_the_hours_and_days_to_skip():
    at_noon = next_state(resting(skip_hours=(12, 13)), Outcome.UNCHANGED, "", NOW)
    on_monday = next_state(resting(skip_days=(0,)), Outcome.FAILED, "", NOW, weight=0.25)
    never = next_state(resting(skip_hours=tuple(range(24))), Outcome.UNCHANGED, "", NOW)

    assert at_noon.next_due_at == NOW.replace(hour=14)
    assert on_monday.next_due_at == datetime(2026, 11, 24, tzinfo=UTC)
    assert due_in_s(never) <= 86400 + 1980


def test_after_a_gap_a_feed_is_polled_sooner_whatever_it_asks_for():
    gapped = replace(resting(ttl_s=7200.0), gap_at=NOW)

    assert due_in_s(next_state(gapped, Outcome.UNCHANGED, "", NOW, cached_s=7200.0)) <= 990


def test_a_failing_feed_is_asked_again_before_its_ttl_is_over():
    state = replace(resting(ttl_s=80_000.0), failures=0.0)

    assert due_in_s(next_state(state, Outcome.FAILED, "", NOW, weight=0.25)) < 7200


@pytest.mark.parametrize(
    ("cache_control", "age", "seconds"),
    [
        ("max-age=3600", None, 3600),
        ("public, MAX-AGE=3600, s-maxage=60", "0", 3600),
        ("max-age=3600", "3000", 600),
        ("max-age=3600", "9000", 0),
        ("max-age=3600", "soon", 3600),
        ('max-age="600"', None, 600),
        ("max-age=31536000", None, 7200),
        ("no-cache, max-age=600", None, 0),
        ("no-store", None, 0),
        ("max-age=-1", None, 0),
        ("max-age", None, 0),
        ("", None, 0),
    ],
)
def test_cache_control_is_heeded_for_up_to_four_times_every(cache_control, age, seconds):
    assert cached_s(cache_control, age, 1800.0) == seconds


def test_what_the_server_calls_fresh_is_not_asked_for():
    assert due_in_s(next_state(STATE, Outcome.NOT_MODIFIED, "", NOW, cached_s=5000.0)) == 5000


@given(every_s=st.floats(1, 1e7), failures=st.floats(0, 1e6), seed=st.text())
def test_the_interval_is_bounded_and_always_the_same_for_the_same_seed(every_s, failures, seed):
    after = poll_after_s(every_s, failures, seed)

    assert after == poll_after_s(every_s, failures, seed)
    assert 0.9 * every_s <= after * 1.0001
    assert after <= 1.1001 * max(86400.0, every_s)


def test_polls_are_spread():
    assert len({poll_after_s(1800, 0, number) for number in range(100)}) == 100


def test_a_failed_page_is_tried_again_with_growing_pauses_and_then_given_up():
    pauses = [retry_at(attempts, NOW) for attempts in range(1, len(RETRIES_S) + 2)]

    assert [at and (at - NOW).total_seconds() for at in pauses] == [*RETRIES_S, None]


def test_a_retry_waits_for_its_host():
    until = NOW + timedelta(hours=3)

    assert retry_at(1, NOW, until) == until


@pytest.mark.parametrize(
    ("age_s", "next_s"),
    [
        pytest.param(0, 3600, id="just stored"),
        pytest.param(3600, 6 * 3600, id="after the first look"),
        pytest.param(2 * 86400, 3 * 86400, id="two days old"),
        pytest.param(30 * 86400, None, id="after the last look"),
    ],
)
def test_rechecks_become_rarer_and_end(age_s, next_s):
    stored_at = NOW - timedelta(seconds=age_s)

    at = next_recheck_at(stored_at, NOW)

    assert (at and (at - stored_at).total_seconds()) == next_s
    assert len(RECHECKS_S) == 6
