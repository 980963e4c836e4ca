"""Runs, and what is written as a whole or not at all."""

from datetime import timedelta

import pytest

from db.errors import StoreError
from db.model import FetchRecord, Fingerprint, Outcome
from db.store import Store
from db.watched import FrontierEntry

NOTHING = Fingerprint(content_sha256="", simhash=0, bands=(), site="")


def visit(url, now, outcome=Outcome.GONE, purpose="new"):
    return FetchRecord(url=url, source="wire", purpose=purpose, started_at=now, outcome=outcome, reason="404")


def test_a_run_counts_how_its_visits_ended(store, append, make_article, now, rows):
    run = store.start_run("daemon", now)
    append(make_article(), run_id=run)
    store.append_visit(visit("https://a.example/1", now), run)
    store.append_visit(visit("https://a.example/2", now), run)
    store.append_visit(visit("https://a.example/3", now), None)

    report = store.finish_run(run, now + timedelta(minutes=1))

    assert report.counts == ((Outcome.NEW, 1), (Outcome.GONE, 2))
    assert (report.mode, report.finished_at) == ("daemon", now + timedelta(minutes=1))
    assert rows("SELECT finished_at, verdicts FROM runs") == [
        ("2026-11-23T12:01:00Z", '{"new": 1, "gone": 2}')
    ]


def test_the_heart_keeps_its_start_until_another_daemon_comes(store, now, rows):
    store.beat_heart(now, 41)
    store.beat_heart(now + timedelta(seconds=5), 41)
    assert rows("SELECT pid, started_at, beat_at FROM heartbeat") == [
        (41, "2026-11-23T12:00:00Z", "2026-11-23T12:00:05Z")
    ]

    store.beat_heart(now + timedelta(seconds=9), 42)

    assert rows("SELECT pid, started_at FROM heartbeat") == [(42, "2026-11-23T12:00:09Z")]


def test_an_error_in_the_middle_of_an_append_leaves_nothing(
    store, append, make_article, make_candidate, now, rows
):
    store.enqueue([make_candidate()], now)

    with pytest.raises(Exception, match="FOREIGN KEY"):
        append(make_article(), run_id=999)

    assert rows(
        "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM visits), (SELECT count(*) FROM newest)"
    ) == [(0, 0, 0)]
    assert [type(entry) for entry in store.pending(now)] == [FrontierEntry]


def test_writes_that_are_one_are_kept_or_left_together(
    store, append, make_article, make_candidate, now, rows
):
    article = make_article()
    store.enqueue([make_candidate(article.url)], now)

    with pytest.raises(RuntimeError), store.as_one():
        append(article)
        store.schedule_recheck(article.url, now)
        assert store.article_of(article.url)["title"] == article.title
        raise RuntimeError

    assert rows("SELECT count(*) FROM articles") == rows("SELECT count(*) FROM visits") == [(0,)]
    assert rows("SELECT purpose FROM frontier") == [("new",)]

    with store.as_one():
        append(article)
        store.schedule_recheck(article.url, now)
        assert rows("SELECT count(*) FROM articles") == [(0,)]

    assert rows("SELECT count(*) FROM articles") == [(1,)]
    assert rows("SELECT purpose FROM frontier") == [("recheck",)]


def test_what_the_disk_refuses_in_the_middle_of_several_writes_leaves_nothing(
    store, append, make_article, now, rows
):
    article = make_article()
    store._conn.execute("CREATE TEMP TRIGGER full BEFORE INSERT ON main.frontier BEGIN SELECT RAISE(ABORT, 'full'); END")  # fmt: skip

    with pytest.raises(StoreError), store.as_one():
        append(article)
        store.schedule_recheck(article.url, now)

    assert rows("SELECT count(*) FROM articles") == rows("SELECT count(*) FROM visits") == [(0,)]


def test_a_store_can_be_closed_twice_and_opened_again(store, append, make_article):
    append(make_article())
    store.close()
    store.close()

    again = Store.open(store.path)

    assert [known.title for known in again.neighbours(make_article(), NOTHING)] == ["A film is shot in orbit"]
    assert again.renewed == ()
    again.close()
