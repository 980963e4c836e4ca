"""The frontier: nothing is lost, hosts take turns, what is new comes before rechecks."""

from datetime import timedelta

import pytest

from db import queue
from db.model import FetchRecord, Outcome


def urls(entries):
    return [entry.candidate.url for entry in entries]


def visited(store, url, now, **fields):
    record = FetchRecord(
        url=url, source="wire", purpose="new", started_at=now, outcome=Outcome.GONE, reason="404", **fields
    )
    store.append_visit(record, None)


def test_a_candidate_comes_back_as_it_was_put_in(store, make_candidate, now):
    candidate = make_candidate(title="Вызов", published_at=now, modified_at=now, language="ru")

    assert store.enqueue([candidate], now) == 1

    (entry,) = store.pending(now)
    assert entry.candidate == candidate
    assert (entry.purpose, entry.not_before_at, entry.attempts) == ("new", now, 0)


def test_only_what_was_never_seen_is_queued(store, make_candidate, append, make_article, make_page, now):
    store.enqueue([make_candidate("https://a.example/queued")], now)
    visited(store, "https://a.example/gone", now)
    landed, asked = "https://a.example/landed", "https://a.example/asked"
    append(make_article(landed), page=make_page(asked, final_url=landed))

    seen = ["https://a.example/queued", "https://a.example/gone", landed, asked]

    assert store.enqueue([make_candidate(url) for url in seen], now) == 0
    assert store.enqueue([make_candidate("https://a.example/new")] * 3, now) == 1
    assert store.queue_size() == 2


def test_hosts_take_turns(store, make_candidate, now):
    for host, count in (("a", 5), ("b", 1), ("c", 2)):
        store.enqueue([make_candidate(f"https://{host}.example/{n}") for n in range(count)], now)

    hosts = [url.split("/")[2][0] for url in urls(store.pending(now))]

    assert hosts == ["a", "b", "c", "a", "c", "a", "a", "a"]


def test_the_next_call_begins_behind_the_last_host(store, make_candidate, now):
    store.enqueue([make_candidate(f"https://{host}.example/") for host in "abcde"], now)

    turns = [urls(store.pending(now, limit=2)) for _ in range(3)]

    assert [[url[8] for url in turn] for turn in turns] == [["a", "b"], ["c", "d"], ["e", "a"]]


def test_hosts_under_way_are_left_out(store, make_candidate, now):
    store.enqueue([make_candidate(f"https://{host}/x") for host in ("a.example", "b.example:8080")], now)

    assert urls(store.pending(now, exclude_hosts={"a.example"})) == ["https://b.example:8080/x"]
    assert urls(store.pending(now, exclude_hosts={"b.example:8080", "a.example"})) == []


def test_of_each_host_one_page_comes_that_is_not_under_way(store, make_candidate, append, make_article, now):
    for host, count in (("a", 5), ("b", 1), ("c", 2)):
        store.enqueue([make_candidate(f"https://{host}.example/{n}") for n in range(count)], now)
    append(make_article("https://d.example/stored"))
    store.schedule_rechecks_all(now)

    first = urls(store.pending(now, under_way=()))
    second = urls(store.pending(now, under_way=first))
    last = urls(store.pending(now, limit=1, under_way=[*first, *second]))

    assert [url[8] for url in first] == ["a", "b", "c", "d"]
    assert [url[8] for url in second] == ["a", "c"]
    assert [url[8] for url in last] == ["a"]
    assert len({*first, *second, *last}) == 7


def test_new_pages_come_before_rechecks(store, make_candidate, append, make_article, now):
    append(make_article("https://a.example/stored"))
    store.schedule_recheck("https://a.example/stored", now - timedelta(days=1))
    store.enqueue([make_candidate("https://z.example/new")], now)

    entries = store.pending(now)

    assert [(entry.purpose, entry.candidate.url) for entry in entries] == [
        ("new", "https://z.example/new"),
        ("recheck", "https://a.example/stored"),
    ]
    assert entries[1].candidate.source == "wire"


def test_the_latest_found_of_a_host_comes_first(store, make_candidate, now):
    hour = timedelta(hours=1)
    store.enqueue([make_candidate("https://a.example/old", found_at=now - hour)], now - hour)
    store.enqueue(
        [
            make_candidate("https://a.example/undated"),
            make_candidate("https://a.example/yesterday", published_at=now - 24 * hour),
            make_candidate("https://a.example/today", published_at=now),
        ],
        now,
    )

    assert [url.rsplit("/", 1)[1] for url in urls(store.pending(now))] == [
        "today",
        "yesterday",
        "undated",
        "old",
    ]


def test_what_is_postponed_waits_and_counts_its_attempts(store, make_candidate, now):
    store.enqueue([make_candidate()], now)
    later = now + timedelta(minutes=5)

    store.postpone(make_candidate().url, later, 2)

    assert store.pending(now) == ()
    assert store.next_pending_at() == later
    assert [entry.attempts for entry in store.pending(later)] == [2]


def test_nothing_waits_in_an_empty_queue(store, now):
    assert (store.next_pending_at(), store.pending(now), store.queue_size()) == (None, (), 0)
    assert store.enqueue([], now) == 0


def test_the_earlier_of_two_rechecks_stands_and_a_new_page_stays_new(store, make_candidate, now):
    hour = timedelta(hours=1)
    for at in (now + 2 * hour, now + hour, now + 3 * hour):
        store.schedule_recheck("https://a.example/1", at)
    assert store.next_pending_at() == now + hour

    store.enqueue([make_candidate("https://a.example/2")], now)
    store.schedule_recheck("https://a.example/2", now + hour)

    assert [(entry.purpose, entry.candidate.url) for entry in store.pending(now)] == [
        ("new", "https://a.example/2")
    ]


def test_every_stored_article_can_be_put_up_for_a_recheck(store, append, make_article, make_candidate, now):
    for number in range(3):
        append(make_article(f"https://a.example/{number}"))
    append(make_article("https://a.example/0", title="Edited"))
    store.schedule_recheck("https://a.example/1", now + timedelta(days=30))

    assert store.schedule_rechecks_all(now) == 3

    entries = store.pending(now)
    assert sorted(urls(entries)) == [f"https://a.example/{number}" for number in range(3)]
    assert {entry.purpose for entry in entries} == {"recheck"}


def test_a_visit_to_a_page_that_never_was_queued_is_no_error(store, now):
    visited(store, "https://a.example/typed-by-hand", now)

    assert store.queue_size() == 0


@pytest.mark.parametrize(
    "url", ["https://a.example/\ud83d", "https://a.example/\0", "https://[::1", "no url at all"]
)
def test_an_odd_address_goes_in_and_out(store, make_candidate, now, url):
    assert store.enqueue([make_candidate(url)], now) == 1
    (entry,) = store.pending(now)

    visited(store, entry.candidate.url, now)

    assert store.queue_size() == 0


def test_the_queue_survives_the_process(store, make_candidate, now):
    store.enqueue([make_candidate()], now)
    store.close()

    again = type(store).open(store.path)

    assert urls(again.pending(now)) == [make_candidate().url]
    again.close()


def named(make_candidate, source, count, host="a.example", **fields):
    return [make_candidate(f"https://{host}/{source}/{n}", source=source, **fields) for n in range(count)]


def drawn(store, now, count):
    """The sources of so many pages, drawn and visited one after the other as a crawl of one host does."""
    sources = []
    for _ in range(count):
        (entry, *_) = store.pending(now, limit=1)
        sources.append(entry.candidate.source)
        visited(store, entry.candidate.url, now)
    return sources


def test_a_sitemap_of_50000_pages_does_not_stand_before_a_feed_of_the_same_host(store, make_candidate, now):
    store.enqueue(named(make_candidate, "sitemap", 50_000, hint=1.0), now)
    store.enqueue(named(make_candidate, "feed", 2), now)
    store.enqueue(named(make_candidate, "query", 1), now)

    assert drawn(store, now, 6) == ["feed", "query", "sitemap", "feed", "sitemap", "sitemap"]


def test_within_a_source_what_looks_like_the_beat_comes_first(store, make_candidate, now):
    for hint in (0.0, 2.0, 1.0):
        store.enqueue([make_candidate(f"https://a.example/{hint:g}", hint=hint)], now)
    store.enqueue(named(make_candidate, "other", 1), now)

    (*_, first, second, third) = [url.rsplit("/", 1)[1] for url in urls(store.pending(now))][1:]

    assert (first, second, third) == ("2", "1", "0")


def test_many_pages_of_one_host_come_from_its_sources_by_turns(store, make_candidate, now):
    for source, count in (("a", 5), ("b", 1), ("c", 2)):
        store.enqueue(named(make_candidate, source, count), now)

    sources = [entry.candidate.source for entry in store.pending(now)]

    assert sources == ["a", "b", "c", "a", "c", "a", "a", "a"]


def test_what_waits_for_later_does_not_take_the_turn_of_its_source(store, make_candidate, now):
    store.enqueue(named(make_candidate, "a", 1) + named(make_candidate, "b", 3), now)
    store.postpone("https://a.example/a/0", now + timedelta(hours=1), 1)

    assert drawn(store, now, 3) == ["b", "b", "b"]


def test_the_next_page_of_a_long_queue_is_one_seek_and_no_sort(store, rows, make_candidate, now):
    store.enqueue(named(make_candidate, "sitemap", 50_000), now)
    looked_at = ("a.example", "sitemap", "2030", 1)

    plans = [
        rows(f"EXPLAIN QUERY PLAN {queue._NEW}", *looked_at),
        rows(f"EXPLAIN QUERY PLAN {queue._SOURCES}", "a.example"),
        rows("EXPLAIN QUERY PLAN SELECT count(*) FROM frontier WHERE source = ?", "sitemap"),
    ]

    steps = {step[3] for plan in plans for step in plan}
    assert not [step for step in steps if "TEMP B-TREE" in step or step.startswith("SCAN f")], steps
    assert {
        "SEARCH f USING INDEX frontier_new (host=? AND source=?)",
        "SEARCH frontier USING INDEX frontier_new (host=? AND source>?)",
        "SEARCH frontier USING COVERING INDEX frontier_source (source=?)",
    } <= steps


def test_one_source_cannot_fill_the_queue_for_the_others(store, make_candidate, now, monkeypatch):
    monkeypatch.setattr(queue, "MOST_WAITING", 300)
    monkeypatch.setattr(queue, "MOST_OF_SOURCE", 200)

    taken = [store.enqueue(named(make_candidate, source, 500), now) for source in "abc"]

    assert taken == [200, 100, 100]
    assert store.enqueue(named(make_candidate, "a", 600), now) == 0
    assert store.enqueue(named(make_candidate, "d", 30), now) == 30


def test_pages_that_this_crawl_has_looked_at_are_not_asked_for_again(store, append, make_article, now):
    """Those of the crawl before are, also where it ended in the second in which this one began."""
    one, other = "https://a.example/1", "https://a.example/2"
    before, this = store.start_run("once", now), store.start_run("once", now)
    for url, run in ((one, before), (other, this)):
        append(make_article(url))
        record = FetchRecord(
            url=url, source="wire", purpose="recheck", started_at=now, outcome=Outcome.UNCHANGED, reason=""
        )
        store.append_visit(record, run)
        store.schedule_recheck(url, now + timedelta(hours=1))

    assert store.bring_forward("a.example", "https://a.example/3", now, (this, now), 4) == 1
    assert urls(store.pending(now)) == [one]
