"""The views: what people read."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from db.connection import connect, transaction
from db.model import FetchRecord, Judgement, Outcome, Source
from db.views import ARTICLE_COLUMNS

OTHER = "https://other.example/b"


def judged(band, score):
    return (Judgement(topic_id="b", score=score, threshold=0.5, band=band, ruleset="r"),)


@pytest.fixture
def mark(store):
    """`mark(article_id, mark)` as the review pages do."""

    def put(article_id, mark):
        conn = connect(store.path)
        with transaction(conn, store.path):
            conn.execute(
                "INSERT INTO review_events (article_id, mark, reviewer, reviewed_at) VALUES (?, ?, 'ann', 'x')",
                (article_id, mark),
            )
        conn.close()

    return put


def columns(rows, name):
    return [row[0] for row in rows(f"SELECT name FROM pragma_table_info('{name}')")]


def test_articles_have_the_columns_that_others_rely_on_in_that_order(rows):
    expected = [
        "id",
        "title",
        "source",
        "published_at",
        "language",
        "url",
        "canonical_url",
        "revision",
        "authors",
        "tags",
        "section",
        "site_name",
        "description",
        "image_url",
        "image_credits",
        "is_free",
        "modified_at",
        "published_raw",
        "published_precision",
        "fetched_at",
        "word_count",
        "text",
        "removed",
        "origins",
        "content_sha256",
        "simhash",
        "extractor",
        "page_sha256",
        "run_id",
    ]

    assert columns(rows, "articles") == expected
    assert list(ARTICLE_COLUMNS) == expected
    assert columns(rows, "current_articles") == [*expected, "score", "band", "story_id", "removed_at"]


def test_current_articles_equal_their_newest_versions(append, make_article, rows):
    append(make_article(title="First", description="d", section="s", is_free=False))
    append(make_article(title="Second", description=None, section="s2", is_free=True))

    names = ", ".join(ARTICLE_COLUMNS)

    assert rows(f"SELECT {names} FROM current_articles") == rows(
        f"SELECT {names} FROM articles WHERE revision = 2"
    )


def test_the_queue_holds_what_is_relevant_or_a_mention_and_not_yet_reviewed(append, make_article, mark, rows):
    for number, band in enumerate(("relevant", "mention", "off", "relevant")):
        append(make_article(f"https://news.example/{number}", title=band), judgements=judged(band, 0.5))
    assert rows("SELECT id FROM review_queue ORDER BY id") == [(1,), (2,), (4,)]

    mark(1, "relevant")
    mark(2, "irrelevant")
    mark(2, None)

    assert rows("SELECT id FROM review_queue ORDER BY id") == [(2,), (4,)]
    assert rows("SELECT mark FROM reviews ORDER BY article_id") == [("relevant",), (None,)]
    assert rows("SELECT count(*) FROM review_events") == [(3,)]


def test_a_review_stays_when_the_article_changes(append, make_article, mark, rows):
    append(make_article(), judgements=judged("relevant", 0.9))
    mark(1, "relevant")

    append(make_article(title="Edited"), judgements=judged("relevant", 0.9))

    assert rows("SELECT count(*) FROM review_queue") == [(0,)]


def test_a_copy_stays_folded_when_it_changes(append, make_article, rows):
    append(make_article(), judgements=judged("relevant", 0.9))
    append(make_article(OTHER), kind="copy", original=1, judgements=judged("relevant", 0.9))

    append(make_article(OTHER, title="Edited"), judgements=judged("relevant", 0.9))
    append(make_article(title="The original edited"), judgements=judged("relevant", 0.9))

    assert rows("SELECT title, copies FROM review_queue") == [("The original edited", 1)]


def test_changes_are_told_by_field_with_the_words_added(append, make_article, now, rows):
    append(make_article())
    append(make_article(title="A new title", authors=("Bo",)), at=now + timedelta(hours=1))
    append(make_article(title="A new title", authors=("Bo",), text="Shorter."), at=now + timedelta(hours=2))

    assert rows(
        "SELECT revision, changed, words_added, title_before, changed_at, text_before = text_after"
        " FROM article_changes ORDER BY id"
    ) == [
        (2, "title, authors", 0, "A film is shot in orbit", "2026-11-23T13:00:00Z", 1),
        (3, "text", -9, None, "2026-11-23T14:00:00Z", 0),
    ]


def test_json_ld_uses_the_names_of_schema_org(append, make_article, rows):
    append(make_article(site_name="News", is_free=False))

    (told,) = rows("SELECT jsonld, headline, datePublished, inLanguage, articleBody FROM articles_jsonld")

    assert json.loads(told[0]) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": "https://news.example/film-in-orbit",
        "url": "https://news.example/film-in-orbit",
        "headline": "A film is shot in orbit",
        "description": None,
        "articleBody": "The crew filmed on the station.\nThey land on Sunday.",
        "author": [{"@type": "Person", "name": "Anna Petrova"}],
        "datePublished": "2026-11-23T12:00:00Z",
        "dateModified": None,
        "inLanguage": "en",
        "keywords": ["space", "film"],
        "articleSection": None,
        "image": None,
        "isAccessibleForFree": False,
        "wordCount": 10,
        "version": 1,
        "publisher": {"@type": "Organization", "name": "News"},
    }
    assert told[1:4] == ("A film is shot in orbit", "2026-11-23T12:00:00Z", "en")


SOURCE = Source(id="wire", title="Wire", kind="feed", url="https://news.example/rss", beat="b", every_s=900)


def poll(now, **fields):
    record = FetchRecord(
        url=SOURCE.url,
        source="wire",
        purpose="source",
        started_at=now,
        outcome=Outcome.UNCHANGED,
        reason="same",
    )
    return replace(record, **fields)


def test_a_source_s_health_is_what_the_last_poll_decided(store, now, rows):
    store.schedule_sources([SOURCE], now)
    (state,) = store.source_states()
    store.schedule_source(
        replace(
            state,
            checked_at=now,
            state="failing",
            state_since=now,
            state_reason="It answered 503.",
            reason="Attempt 1.",
            answer_ms=120.7,
        )
    )
    store.append_visit(poll(now), None)
    store.append_visit(poll(now, url="https://news.example/a", purpose="new", outcome=Outcome.NEW), None)

    assert rows("SELECT state, reason, state_since, polls, pages, kept, answer_ms FROM source_health") == [
        ("failing", "It answered 503.", "2026-11-23T12:00:00Z", 1, 1, 1, 120)
    ]


def test_a_source_that_was_never_polled_waits_and_one_no_longer_listed_is_off(store, now, rows):
    store.schedule_sources([SOURCE], now)
    assert rows("SELECT state FROM source_health") == [("waiting",)]

    store.schedule_sources([], now)

    assert rows("SELECT state FROM source_health") == [("off",)]


def test_a_source_that_moved_is_told_with_its_new_address(store, now, rows):
    store.schedule_sources([SOURCE], now)
    moved = replace(store.source_states()[0], checked_at=now, moved_to="https://news.example/feed.xml")
    store.schedule_source(moved)

    assert rows("SELECT moved_to FROM source_health") == [("https://news.example/feed.xml",)]


def test_polls_pages_and_what_was_kept_are_counted_apart_for_thirty_days(store, now, rows):
    store.schedule_sources([SOURCE], now)
    (state,) = store.source_states()
    store.schedule_source(replace(state, checked_at=now))
    seen = [(Outcome.NEW, 3), (Outcome.COPY, 2), (Outcome.OFF_TOPIC, 5), (Outcome.FAILED, 1)]
    for outcome, times in seen:
        for number in range(times):
            page = f"https://news.example/{outcome}/{number}"
            store.append_visit(poll(now, url=page, purpose="new", outcome=outcome), None)
    store.append_visit(poll(now, purpose="recheck", outcome=Outcome.CHANGED), None)
    for days in (0, 29, 31):
        store.append_visit(poll(now - timedelta(days=days)), None)

    assert rows("SELECT polls, pages, kept FROM source_health") == [(2, 11, 5)]
