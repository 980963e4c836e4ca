"""Marks: events that stay, the newest of which stands."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from db.errors import StoreError
from db.marks import append_review
from db.store import Store

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.fixture
def record(tmp_path):
    """A record with one article, judged relevant."""
    path = tmp_path / "articles.db"
    Store.open(path, now=NOW).close()
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute(
            """INSERT INTO articles (title, source, url, canonical_url, revision, fetched_at, word_count, text,
                content_sha256, extractor)
            VALUES ('Lift-off', 's', 'https://a.example/1', 'https://a.example/1', 1, '2026-11-20T00:00:00Z', 1, 'x', 'd', 'e')"""
        )
        conn.execute(
            """INSERT INTO judgements (article_id, beat, score, threshold, band, ruleset, judged_at)
            VALUES (1, 'space-films', 5, 4, 'relevant', 'r', '2026-11-20T00:00:00Z')"""
        )
    return path


def rows(path, sql):
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(sql).fetchall()


def mark(path, mark, note=None, at=NOW, article_id=1):
    return append_review(path, article_id=article_id, mark=mark, note=note, reviewer="root", now=at)


def test_a_mark_stands_in_reviews_and_leaves_the_queue(record):
    mark(record, "relevant", "  the real thing ")

    assert rows(record, "SELECT mark, note, reviewer, reviewed_at FROM reviews") == [
        ("relevant", "the real thing", "root", "2026-11-23T15:00:00Z")
    ]
    assert rows(record, "SELECT id FROM review_queue") == []


def test_a_second_mark_replaces_the_first_and_both_events_stay(record):
    mark(record, "later")
    mark(record, "irrelevant", at=NOW + timedelta(hours=1))

    assert rows(record, "SELECT mark FROM reviews") == [("irrelevant",)]
    assert rows(record, "SELECT mark FROM review_events ORDER BY id") == [("later",), ("irrelevant",)]


def test_a_mark_taken_back_puts_the_article_into_the_queue_again(record):
    mark(record, "irrelevant")
    mark(record, None)

    assert rows(record, "SELECT id FROM review_queue") == [(1,)]
    assert rows(record, "SELECT mark FROM review_events ORDER BY id") == [("irrelevant",), (None,)]


def test_events_can_be_neither_changed_nor_deleted(record):
    mark(record, "relevant")

    for statement in ("UPDATE review_events SET mark = 'irrelevant'", "DELETE FROM review_events"):
        with (
            closing(sqlite3.connect(record)) as conn,
            pytest.raises(sqlite3.IntegrityError, match="append-only"),
        ):
            conn.execute(statement)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        pytest.param({"mark": "brilliant"}, '"brilliant" is not a mark', id="unknown mark"),
        pytest.param({"article_id": 99}, "there is no article 99", id="unknown article"),
        pytest.param({"note": "x" * 2001}, "2000 is the most", id="endless note"),
    ],
)
def test_nonsense_is_refused_with_a_sentence_and_leaves_nothing(record, changed, sentence):
    with pytest.raises(ValueError, match=sentence):
        mark(record, **{"mark": "relevant", **changed})

    assert rows(record, "SELECT count(*) FROM review_events") == [(0,)]


def test_a_note_keeps_no_half_characters(record):
    mark(record, "relevant", "broken \ud83d here")

    assert rows(record, "SELECT note FROM reviews") == [("broken \ufffd here",)]


def test_marking_never_creates_a_record(tmp_path):
    with pytest.raises(StoreError, match="does not exist"):
        mark(tmp_path / "none.db", "relevant")

    assert list(tmp_path.iterdir()) == []
