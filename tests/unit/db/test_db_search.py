"""Reading the record: what `status` and `why` tell."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from db import overview, search
from db.model import Evidence, FetchRecord, Judgement, Outcome, Removed, Source

EVIDENCE = (Evidence(term="орбита", concept="orbit", field="title", count=1, weight=0.5),)
JUDGED = (Judgement(topic_id="b", score=0.9, threshold=0.5, band="relevant", evidence=EVIDENCE, ruleset="r"),)
URL = "https://news.example/film-in-orbit"


@pytest.fixture
def conn(store):
    with closing(search.open_read_only(store.path)) as opened:
        yield opened


def test_an_article_is_found_under_every_address_it_was_met_under(append, make_article, make_page, conn):
    asked, amp = "https://news.example/short", "https://amp.news.example/film"
    append(make_article(), page=make_page(asked, final_url=amp), judgements=JUDGED)

    found = [search.article_of(conn, url) for url in (URL, asked, amp)]

    assert [row["id"] for row in found] == [1, 1, 1]
    assert (found[0]["band"], found[0]["score"], found[0]["beat"]) == ("relevant", 0.9, "b")
    assert search.addresses_of(conn, asked) == (asked, URL, amp)
    assert search.article_of(conn, "https://news.example/other") is None


def test_json_columns_come_decoded(append, make_article, conn):
    append(make_article(removed=(Removed(rule="r", text="t", position=0),), origins=(("title", "h1"),)))

    row = search.article_of(conn, URL)

    assert row["removed"] == [{"rule": "r", "text": "t", "position": 0}]
    assert (row["authors"], row["origins"]) == (["Anna Petrova"], {"title": "h1"})


def test_a_history_tells_what_changed(append, make_article, conn):
    append(make_article())
    append(make_article(text="Shorter."))

    assert [
        (row["revision"], row["changed"], row["words_added"]) for row in search.history_of(conn, URL)
    ] == [
        (1, None, None),
        (2, "text", -9),
    ]


def test_all_visits_that_concern_a_page_are_told_the_newest_first(
    store, append, make_article, make_page, conn, now
):
    old = "https://news.example/old-address"
    store.append_visit(
        FetchRecord(
            url=URL, source="wire", purpose="new", started_at=now, outcome=Outcome.FAILED, reason="time-out"
        ),
        None,
    )
    append(make_article(), page=make_page(old, final_url=URL), at=now + timedelta(hours=1), judgements=JUDGED)

    told = search.visits_of(conn, URL)

    assert [(row["url"], row["verdict"]) for row in told] == [(old, "new"), (URL, "failed")]
    assert told[0]["evidence"][0]["term"] == "орбита"
    assert search.visits_of(conn, "https://news.example/never") == ()


def test_copies_and_originals_name_each_other(append, make_article, conn):
    append(make_article())
    append(make_article("https://b.example/1", title="b"), kind="near_copy", original=1, similarity=0.7)

    assert search.original_of(conn, "https://b.example/1")["url"] == URL
    assert search.original_of(conn, "https://b.example/1")["similarity"] == 0.7
    assert [row["title"] for row in search.copies_of(conn, URL)] == ["b"]
    assert search.original_of(conn, URL) is None


def test_the_newest_judgement_of_each_beat_is_told(append, make_article, conn):
    append(make_article(), judgements=JUDGED)
    append(make_article(), judgements=(replace(JUDGED[0], ruleset="r2", score=0.2, band="off"),))
    append(make_article(), judgements=(replace(JUDGED[0], topic_id="c"),))

    told = search.judgements_of(conn, 1)

    assert [(row["beat"], row["score"], row["ruleset"]) for row in told] == [
        ("c", 0.9, "r"),
        ("b", 0.2, "r2"),
    ]
    assert told[0]["evidence"] == [
        {
            "term": "орбита",
            "concept": "orbit",
            "field": "title",
            "count": 1,
            "weight": 0.5,
            "position": None,
        }
    ]


def test_a_status_is_told_in_numbers(store, append, make_article, make_candidate, conn, now):
    store.schedule_sources(
        [Source(id="wire", title="Wire", kind="feed", url="https://a/rss", beat="b", every_s=9)], now
    )
    run = store.start_run("daemon", now)
    append(make_article(), judgements=JUDGED, run_id=run)
    append(make_article("https://b.example/1"), kind="copy", original=1, judgements=JUDGED)
    store.enqueue([make_candidate("https://c.example/1")], now)
    store.schedule_recheck(URL, now + timedelta(hours=1))
    store.beat_heart(now, 41)

    assert overview.totals(conn) == {
        "articles": 2,
        "versions": 2,
        "relevant": 2,
        "mention": 0,
        "to_review": 1,
        "copies": 1,
        "visits": 2,
    }
    assert overview.queue_sizes(conn, now) == {"waiting": 2, "due": 1, "new": 1, "recheck": 1, "hosts": 2}
    assert [(row["id"], row["state"]) for row in overview.health(conn)] == [("wire", "waiting")]
    assert overview.heartbeat(conn) == {
        "pid": 41,
        "started_at": "2026-11-23T12:00:00Z",
        "beat_at": "2026-11-23T12:00:00Z",
    }
    assert [(row["mode"], row["finished_at"], row["verdicts"]) for row in overview.last_runs(conn)] == [
        ("daemon", None, {"new": 1})
    ]


def test_an_empty_record_has_a_status_too(conn, now):
    assert set(overview.totals(conn).values()) == {0}
    assert (overview.heartbeat(conn), overview.last_runs(conn), overview.health(conn)) == (None, (), ())
