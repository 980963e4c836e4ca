"""One page has one place in the queue; what a source says of a known article is heard."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from db import queue
from db.model import FetchRecord, Outcome, Source

ONE, OTHER, KEY = "https://news.example/a", "https://www.news.example/a/", "news.example/a"


def visited(now, url: str, outcome: Outcome) -> FetchRecord:
    return FetchRecord(url=url, source="wire", purpose="new", started_at=now, outcome=outcome, reason="so")


def test_two_addresses_of_a_page_are_queued_once(store, now, make_candidate):
    pair = [make_candidate(ONE, key=KEY), make_candidate(OTHER, key=KEY)]

    assert store.unseen(pair) == (pair[0],)
    assert store.enqueue(pair, now) == 1
    assert store.unseen(pair) == ()


def test_another_address_is_taken_when_the_first_one_failed(store, now, make_candidate):
    store.enqueue([make_candidate(ONE, key=KEY)], now)
    store.append_visit(visited(now, ONE, Outcome.GONE), None)

    assert store.enqueue([make_candidate(OTHER, key=KEY)], now) == 1


def test_another_address_of_what_is_off_topic_is_not(store, now, make_candidate):
    store.enqueue([make_candidate(ONE, key=KEY)], now)
    store.append_visit(visited(now, ONE, Outcome.OFF_TOPIC), None)

    assert store.enqueue([make_candidate(OTHER, key=KEY)], now) == 0


def test_what_looks_relevant_comes_first(store, now, make_candidate):
    urls = [f"https://news.example/{number}" for number in range(3)]
    store.enqueue(
        [make_candidate(url, hint=hint) for url, hint in zip(urls, (0.0, 4.5, 1.0), strict=True)], now
    )

    assert [entry.candidate.hint for entry in store.pending(now)] == [4.5, 1.0, 0.0]


def test_a_full_queue_leaves_the_rest_for_later(store, now, make_candidate, monkeypatch):
    monkeypatch.setattr(queue, "MOST_WAITING", 2)
    monkeypatch.setattr(queue, "LEAST_OF_SOURCE", 0)
    candidates = [make_candidate(f"https://news.example/{number}") for number in range(5)]

    assert store.enqueue(candidates, now) == 2
    assert len(store.unseen(candidates)) == 3


def test_an_article_that_changed_is_looked_at_at_once_and_not_again_within_the_hour(
    store, now, append, make_article, make_candidate
):
    append(make_article())
    changed = make_candidate(modified_at=now + timedelta(hours=2))

    assert store.recheck_changed([changed], now + timedelta(minutes=30)) == 0
    assert (
        store.recheck_changed(
            [replace(changed, modified_at=now - timedelta(days=1))], now + timedelta(hours=3)
        )
        == 0
    )
    assert store.recheck_changed([changed], now + timedelta(hours=3)) == 1
    (entry,) = store.pending(now + timedelta(hours=3))
    assert (entry.purpose, entry.candidate.title) == ("recheck", "A film is shot in orbit")


def test_sitemaps_are_hastened_and_what_is_off_stays_off(store, now):
    told = {"title": "M", "kind": "sitemap", "url": "https://news.example/m", "beat": "b", "every_s": 900}
    store.schedule_sources([Source(id="map", **told), Source(id="off", is_enabled=False, **told)], now)
    for state in store.source_states():
        store.schedule_source(replace(state, next_due_at=now + timedelta(hours=1)))

    assert store.hasten(["map", "off", "unknown"], now) == 1
    assert [state.source.id for state in store.due_sources(now)] == ["map"]


def test_the_last_readings_of_a_site_come_back(store):
    store.keep_readings("news.example", [(400, "ab"), (12, "cd")])

    assert store.readings("news.example") == ((400, "ab"), (12, "cd"))
    assert store.readings("other.example") == ()
