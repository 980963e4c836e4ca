"""Feeds of the review: read by a reader that nobody here wrote, from a server on the loopback."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import xml.etree.ElementTree as ET
from contextlib import closing

import feedparser
import pytest

from crawler.publish.feeds import tag_uri
from crawler.review.serve import review_of
from db.model import Judgement

RELEVANT = (Judgement(topic_id="space-films", score=4.5, threshold=3.0, band="relevant"),)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def put(append, make_article, now):
    def one(name, minutes=0, **fields):
        article = make_article(f"https://news.example/{name}", **{"title": f"Headline {name}", **fields})
        return append(article, judgements=RELEVANT, at=now.replace(minute=minutes))

    return one


@pytest.fixture
def get(store):
    """`get(path, **headers)`: an answer of the review."""
    review = review_of(store.path)

    def ask(path, **headers):
        async def answer():
            await review.invoke_startup()
            return await review.client.get(
                path, headers={key.replace("_", "-"): value for key, value in headers.items()}
            )

        return asyncio.run(answer())

    return ask


def test_a_reader_sees_an_edit_as_an_update_and_not_as_a_new_entry(put, get):
    put("otter", 1, text="They land on Monday.", site_name="The Gazette")
    before = feedparser.parse(get("/-/feed.atom").content)
    put("otter", 30, text="They land on Sunday.", site_name="The Gazette")
    after = feedparser.parse(get("/-/feed.atom").content)

    (old,), (new,) = before.entries, after.entries
    assert not before.bozo and not after.bozo
    assert old.id == new.id == tag_uri("article", "https://news.example/otter")
    assert (old.updated, new.updated) == ("2026-11-23T12:01:00Z", "2026-11-23T12:30:00Z")
    assert after.feed.updated == "2026-11-23T12:30:00Z"
    assert "Version 2: They land on [-Monday-]{+Sunday+}." in new.content[0].value
    assert new.link == "https://news.example/otter"
    assert [author.name for author in new.authors] == ["Anna Petrova"]
    assert [tag.term for tag in new.tags] == ["space", "film"]
    assert new.published == "2026-11-23T12:00:00Z"


def test_the_feed_has_what_rfc_4287_and_the_validator_ask_for(put, get):
    put("1")
    answer = get("/-/feed.atom?q=station")

    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(answer.content)
    assert {child.tag.removeprefix(ATOM) for child in root} >= {
        "id",
        "title",
        "updated",
        "author",
        "link",
        "entry",
    }
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == "http://localhost/-/feed.atom?q=station"
    assert links["alternate"] == "http://localhost/-/articles?q=station"
    for entry in root.iter(f"{ATOM}entry"):
        assert {child.tag.removeprefix(ATOM) for child in entry} >= {
            "id",
            "title",
            "updated",
            "link",
            "author",
            "content",
        }
        assert entry.find(f"{ATOM}content").get("type") == "html"
    ids = [each.text for each in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids)


def test_a_feed_of_a_query_leaves_out_what_was_turned_down_copies_and_other_bands(
    put, get, store, append, make_article
):
    first = put("kept", text="A film in orbit.")
    put("other", text="An otter.")
    turned = put("turned down", text="A film in orbit, again.")
    append(
        make_article("https://b.example/copy", text="A film."),
        kind="copy",
        original=first.article_id,
        judgements=RELEVANT,
    )
    append(make_article("https://c.example/off", text="A film."))
    store._conn.execute(
        "INSERT INTO review_events (article_id, mark, reviewed_at) VALUES (?, 'irrelevant', '2026')",
        (turned.article_id,),
    )

    def titles(query):
        return {item["title"] for item in get(f"/-/feed.json?q={query}").json()["items"]}

    assert titles("film in") == {"Headline kept"}
    assert titles("film in mark:any") == {"Headline kept", "Headline turned down"}


def test_it_is_paged_and_every_entry_comes_once(put, get):
    for number in range(55):
        put(str(number), number % 3)

    seen, path = [], "/-/feed.atom"
    while path:
        read = feedparser.parse(get(path).content)
        seen += [entry.id for entry in read.entries]
        path = next(
            (link.href.removeprefix("http://localhost") for link in read.feed.links if link.rel == "next"),
            None,
        )

    assert len(seen) == len(set(seen)) == 55


def test_a_reader_that_has_it_is_told_so(put, get):
    put("1", 5)
    first = get("/-/feed.atom")

    assert first.headers["last-modified"] == "Mon, 23 Nov 2026 12:05:00 GMT"
    assert get("/-/feed.atom", if_none_match=first.headers["etag"]).status_code == 304
    assert get("/-/feed.atom", if_modified_since=first.headers["last-modified"]).status_code == 304
    assert (
        get(
            "/-/feed.atom", if_none_match='"other"', if_modified_since=first.headers["last-modified"]
        ).status_code
        == 200
    )
    put("2", 6)
    assert get("/-/feed.atom", if_none_match=first.headers["etag"]).status_code == 200


def test_json_feed_has_what_its_version_asks_for(put, get):
    put("1", 5, language="ru")
    answer = get("/-/feed.json?person=Anna%20Petrova")

    assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
    feed = json.loads(answer.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://localhost/-/feed.json?q=author%3A%22Anna+Petrova%22"
    (item,) = feed["items"]
    assert item["id"] == tag_uri("article", "https://news.example/1")
    assert (item["language"], item["authors"], item["date_modified"]) == (
        "ru",
        [{"name": "Anna Petrova"}],
        "2026-11-23T12:05:00Z",
    )


def test_hostile_texts_are_text(put, get):
    put(
        "x",
        title="<script>alert(1)</script>\u202e\x00 & co",
        text="<img src=x onerror=alert(1)>\x0b\ud800 ]]>",
        tags=('"<b>',),
    )
    read = feedparser.parse(get("/-/feed.atom").content)

    assert not read.bozo
    assert "<img" not in read.entries[0].content[0].value
    assert "&lt;img" in get("/-/feed.json").json()["items"][0]["content_html"]


def test_an_empty_record_has_a_feed_without_entries(get):
    read = feedparser.parse(get("/-/feed.atom").content)

    assert (read.bozo, read.entries, read.feed.updated) == (False, [], "1970-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/articles/current_articles.atom", 200),
        ("/articles/visits.atom", 404),
        ("/articles.atom", 404),
        ("/-/feed.atom?q=langg:ru", 400),
        ("/-/feed.atom?before=nonsense", 400),
    ],
)
def test_an_address_answers_a_feed_or_says_that_it_is_none(put, get, path, status):
    put("1")
    answer = get(path)

    assert answer.status_code == status
    assert (answer.headers["content-type"].startswith("application/atom+xml")) == (status == 200)


def test_pages_name_their_feed(put, get, store):
    first = put("1")
    with closing(sqlite3.connect(store.path)) as conn, conn:
        conn.execute(
            "INSERT INTO stories (id, title, first_article_id, created_at, updated_at) VALUES (3, 's', ?, '2026', '2026')",
            (first.article_id,),
        )

    assert 'type="application/atom+xml" title="Spacereel" href="/-/feed.atom"' in get("/").text
    assert 'href="/-/feed.atom?q=%28film%29+lang%3A%22en%22"' in get("/-/articles?q=film&language=en").text
    assert 'href="/-/feed.atom?q=story%3A3"' in get("/-/story/3").text


def test_the_front_page_names_a_target_that_takes_nothing(put, get, store):
    put("1")
    store._conn.execute(
        """INSERT INTO outbox (key, alert, target, label, kind, article_id, caused_at, due_at, state, first_tried_at, problem)
        VALUES ('k', 'desk', 't', 'webhook https://a.example', 'new', 1, '2026', '2026', 'failed', '2026', 'a.example answered 500')"""
    )

    page = re.sub(r"<[^>]+>", "", get("/").text)
    assert "has not reached webhook https://a.example for a day: a.example answered 500." in page
