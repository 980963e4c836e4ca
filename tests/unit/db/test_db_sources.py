"""Sources follow the catalogue and keep what polling taught; hosts keep what they asked of us."""

from dataclasses import replace
from datetime import timedelta

import pytest

from db.model import Outcome, Source
from db.watched import HostState

FEED = Source(id="wire", title="Wire", kind="feed", url="https://news.example/rss", beat="b", every_s=900)
MAP = Source(
    id="map",
    title="Map",
    kind="sitemap",
    url="https://news.example/sitemap.xml",
    beat="b",
    every_s=3600,
    language="ru",
    max_pages=7,
    follow="/film/",
)


@pytest.fixture
def polled(store, now):
    """The feed after a poll that worked; it is due again in 15 minutes."""
    store.schedule_sources([FEED], now)
    (state,) = store.source_states()
    taught = replace(
        state,
        etag='"v1"',
        last_modified="Mon, 23 Nov 2026 12:00:00 GMT",
        checked_at=now,
        succeeded_at=now,
        next_due_at=now + timedelta(minutes=15),
        failures=0.5,
        outcome=Outcome.UNCHANGED,
        reason="nothing new",
    )
    store.schedule_source(taught)
    return taught


def test_a_new_source_is_due_at_once_as_it_was_written(store, now):
    store.schedule_sources([FEED, MAP], now)

    assert [state.source for state in store.due_sources(now)] == [FEED, MAP]
    assert [state.source for state in store.source_states()] == [MAP, FEED]


def test_what_a_poll_taught_comes_back_and_outlives_the_next_reading_of_the_catalogue(store, polled, now):
    store.schedule_sources([FEED], now)

    assert store.source_states() == (polled,)
    assert store.due_sources(now) == ()
    assert store.due_sources(now + timedelta(minutes=15)) == (polled,)


def test_the_longest_overdue_comes_first(store, polled, now):
    store.schedule_sources([FEED, MAP], now + timedelta(minutes=20))
    later = now + timedelta(hours=1)

    assert [state.source.id for state in store.due_sources(later)] == ["wire", "map"]
    assert [state.source.id for state in store.due_sources(later, limit=1)] == ["wire"]


def test_a_source_no_longer_listed_is_kept_and_not_polled(store, polled, now):
    store.schedule_sources([], now)

    assert store.due_sources(now + timedelta(days=1)) == ()
    (state,) = store.source_states()
    assert (state.source.is_enabled, state.etag) == (False, '"v1"')


def test_a_source_that_comes_back_is_due_at_once(store, polled, now):
    store.schedule_sources([], now)

    store.schedule_sources([FEED], now)

    assert [state.source.id for state in store.due_sources(now)] == ["wire"]


def test_a_source_switched_off_in_the_catalogue_is_not_polled(store, now):
    store.schedule_sources([replace(FEED, is_enabled=False)], now)

    assert store.due_sources(now) == ()


@pytest.mark.parametrize("change", [{"url": "https://news.example/feed"}, {"kind": "section"}])
def test_a_source_at_another_address_begins_anew(store, polled, now, change):
    store.schedule_sources([replace(FEED, **change)], now)

    (state,) = store.due_sources(now)
    assert (state.etag, state.last_modified, state.failures) == (None, None, 0.0)


def test_a_new_title_changes_nothing_else(store, polled, now):
    store.schedule_sources([replace(FEED, title="The Wire")], now)

    assert store.source_states() == (replace(polled, source=replace(FEED, title="The Wire")),)


@pytest.mark.parametrize(
    ("every_s", "due_in_s"),
    [pytest.param(60, 60, id="sooner"), pytest.param(86400, 900, id="slower: after the poll that was due")],
)
def test_another_interval_counts_from_the_last_poll(store, polled, now, every_s, due_in_s):
    store.schedule_sources([replace(FEED, every_s=every_s)], now)

    assert store.source_states()[0].next_due_at == now + timedelta(seconds=due_in_s)


def test_hosts_are_remembered(store, now):
    first = HostState(host="a.example", not_before_at=now, crawl_delay_s=10.0, refusals=2, reason="429")
    store.keep_host(first)
    store.keep_host(HostState(host="b.example:8080"))

    store.keep_host(replace(first, refusals=0, reason=None, not_before_at=None))

    assert store.host_states() == (
        HostState(host="a.example", crawl_delay_s=10.0),
        HostState(host="b.example:8080"),
    )
