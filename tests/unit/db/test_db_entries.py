"""Entries of feeds by name: edits and moves are noticed, and nothing grows or asks for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

URL, NEW = "https://news.example/2026/crew", "https://news.example/film/crew"


@pytest.fixture
def entry(make_candidate):
    """`entry(url, guid, words)`: a candidate as a feed tells it."""

    def entry(url=URL, guid="post-17", words="first"):
        return make_candidate(url, guid=guid, entry_sha256=words)

    return entry


@pytest.fixture
def article(append, make_article, now):
    """An article in the record, looked at `now`."""
    append(make_article(URL))


def queued(rows):
    return [row[0] for row in rows("SELECT url FROM frontier WHERE purpose = 'recheck'")]


def test_new_words_under_a_known_name_lead_to_a_look(store, rows, article, entry, now):
    store.note_entries([entry()], now)

    later = now + timedelta(hours=2)
    assert store.note_entries([entry()], later) == ()
    assert store.note_entries([entry(words="second")], later) == (URL,)

    assert queued(rows) == [URL]


def test_news_within_the_hour_is_noticed_after_it(store, article, entry, now):
    store.note_entries([entry()], now)

    assert store.note_entries([entry(words="second")], now + timedelta(minutes=30)) == ()
    assert store.note_entries([entry(words="second")], now + timedelta(minutes=90)) == (URL,)


def test_a_feed_that_words_an_entry_anew_at_every_poll_costs_ever_less(store, article, entry, now):
    looks = 0
    for poll in range(24 * 30 * 2):
        at = now + timedelta(minutes=30 * poll)
        if store.note_entries([entry(words=f"{poll}")], at):
            looks += 1
            store._conn.execute("UPDATE pages SET checked_at = ?", (at.strftime("%Y-%m-%dT%H:%M:%SZ"),))
            store._conn.commit()

    assert 8 <= looks <= 10  # in thirty days of a poll every half hour


def test_what_is_no_article_is_not_looked_at_again(store, rows, entry, now):
    store.note_entries([entry()], now)

    assert store.note_entries([entry(words="second")], now + timedelta(days=2)) == ()
    assert queued(rows) == []


def former(rows):
    return rows("SELECT guid, url, former_url FROM feed_entries ORDER BY guid")


def test_a_known_name_with_another_link_is_noted_as_a_move(store, rows, entry, now):
    store.note_entries([entry()], now)

    store.note_entries([entry(NEW)], now)

    assert former(rows) == [("post-17", NEW, URL)]


def test_a_name_used_again_while_the_old_link_is_listed_is_no_move(store, rows, entry, now):
    store.note_entries([entry(guid="1")], now)

    store.note_entries([entry(NEW, guid="1"), entry(guid="2")], now)

    assert former(rows) == [("1", NEW, None), ("2", URL, None)]


def test_names_that_change_at_every_poll_do_not_fill_the_record(store, rows, article, entry, now):
    for poll in range(120):
        at = now + timedelta(hours=poll)
        entries = [entry(f"{URL}/{n}", guid=f"{poll}-{n}") for n in range(30)]
        assert store.note_entries(entries, at) == ()

    ((count,),) = rows("SELECT count(*) FROM feed_entries")
    assert count == 2000
    assert queued(rows) == []


def test_a_name_not_seen_for_ninety_days_is_forgotten(store, rows, entry, now):
    store.note_entries([entry(guid="old"), entry(NEW, guid="kept")], now)

    store.note_entries([entry(NEW, guid="kept")], now + timedelta(days=60))
    store.note_entries([entry("https://news.example/3", guid="new")], now + timedelta(days=91))

    assert [row[0] for row in former(rows)] == ["kept", "new"]


def test_a_page_that_a_sitemap_named_first_gets_the_text_of_its_feed(store, make_candidate, now):
    mapped = make_candidate(URL, source="map", found_on="https://news.example/map.xml")
    store.enqueue([mapped], now)

    store.note_entries([make_candidate(URL, guid="1", entry_sha256="x", content="<p>Text.</p>")], now)

    (entry,) = store.pending(now, 5)
    assert (entry.candidate.content, entry.candidate.source) == ("<p>Text.</p>", "map")


def test_a_page_that_was_looked_at_keeps_no_text_and_remembers_who_named_it(
    store, append, make_article, make_candidate, rows, now
):
    store.enqueue(
        [make_candidate(URL, found_on="https://news.example/map-7.xml", content="<p>Text.</p>")], now
    )

    append(make_article(URL))
    store.schedule_recheck(URL, now)
    append(make_article(URL, text="Another text."), purpose="recheck")

    assert rows("SELECT count(*) FROM frontier") == [(0,)]
    assert rows("SELECT found_on FROM pages WHERE url = ?", URL) == [("https://news.example/map-7.xml",)]


def test_only_so_many_pages_wait_with_their_text(store, make_candidate, rows, now, monkeypatch):
    monkeypatch.setattr("db.queue.MOST_WITH_TEXT", 2)
    pages = [
        make_candidate(f"{URL}/{n}", guid=str(n), entry_sha256="x", content="<p>Text.</p>") for n in range(5)
    ]

    store.enqueue(pages, now)
    store.note_entries(pages, now)

    assert rows("SELECT count(content), count(*) FROM frontier") == [(2, 5)]
