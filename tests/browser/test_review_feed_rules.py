"""Feeds keep to the rules of the W3C's validator and of JSON Feed 1.1, whatever stands in the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from feed_rules import broken_in_atom, broken_in_html, broken_in_json

from crawler.publish.feeds import PublishedFeed, as_atom, as_json_feed
from db.connection import to_write
from db.model import Judgement
from db.searches import save_search

RELEVANT = (Judgement(topic_id="space-films", score=4.5, threshold=3.0, band="relevant"),)
#: what articles of the world are like
ODD = {
    "plain": {},
    "no date, author or tag": {"published_at": None, "published_precision": None, "authors": (), "tags": (), "language": None},
    "no title": {"title": " "},
    "an outlet of blanks": {"authors": (), "site_name": "\u200b\u202e"},
    "markup and control characters": {
        "title": "<script>alert(1)</script>\u202e\x00 & co", "text": "<img src=x onerror=alert(1)>\x0b\ud800 ]]>\n</p><p>",
        "tags": ('"<b>', " ", ""), "authors": ("<b>", " \x07 "), "description": "<a href=/x>a</a>", "site_name": "A & B <i>",
    },
    "an address with blanks, signs and letters of other scripts": {"url": "https://news.example/a b|c/ж?q=\"<>^`{}#ü%zz"},
    "an address of no web page": {"url": "ftp://news.example/file"},
    "no address at all": {"url": "javascript:alert(1)"},
    "an odd language": {"language": "zh-hant"},
    "a long one": {"text": "word " * 40_000},
    "a year before all": {"published_at": datetime(1, 1, 1, tzinfo=UTC)},
    "Arabic": {"title": "فيلم في المدار", "text": "صُوّر الفيلم\u200f في المحطة.", "language": "ar"},
}  # fmt: skip


@pytest.fixture
def room(store, append, make_article, now, room_on):
    for number, (name, fields) in enumerate(ODD.items()):
        article = replace(make_article(f"https://news.example/{number}", title=f"Headline, {name}"), **fields)
        append(article, judgements=RELEVANT, at=now.replace(minute=number))
    append(
        make_article("https://news.example/0", title="Headline, mended & <b>", text="They land on Monday."),
        judgements=RELEVANT,
        at=now.replace(minute=50),
    )
    with to_write(store.path) as conn:
        conn.execute("UPDATE newest SET removed_at = '2026-11-23T13:00:00Z' WHERE article_id = 2")
        save_search(conn, "Otters <&> \u202e", "mark:any", None, "anna", now)
    return room_on(store.path)


@pytest.mark.parametrize(
    "asked", ["", "?q=mark%3Aany+copies%3Aany", "?search=1", "?person=%3Cb%3E", "?q=%22no+such+thing%22"]
)
def test_atom_and_json_keep_to_every_rule(room, asked):
    atom, told = room.get(f"/-/feed.atom{asked}"), room.get(f"/-/feed.json{asked}").json()

    place = f"http://localhost/-/feed.{{}}{asked.replace('?person=%3Cb%3E', '?q=author%3A%22%3Cb%3E%22')}"
    assert broken_in_atom(atom.content, place.format("atom")) == []
    assert broken_in_json(told, place.format("json")) == []


def test_every_article_is_in_them(room):
    assert len(room.get("/-/feed.json").json()["items"]) == len(ODD)
    assert room.get("/-/feed.atom").text.count("<entry>") == len(ODD)


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("<p>a", "NotHtml"),
        ("<script>x</script>", "SecurityRisk"),
        ("<p onclick='x'>a</p>", "SecurityRiskAttr"),
        ("<a href='/x'>a</a>", "ContainsRelRef"),
    ],
)
def test_the_rules_find_what_is_broken(html, problem):
    assert [line.partition(":")[0] for line in broken_in_html(html)][:1] == [problem]


def test_a_feed_that_breaks_rules_is_found_out():
    row = {
        "id": 1, "title": "t", "canonical_url": "https://a.example/", "url": "https://a.example/", "site_name": "A", "source": "s",
        "language": "not a language", "published_at": "yesterday", "fetched_at": "2026-11-23T12:00:00Z", "found_at": None, "score": 1.0,
        "removed_at": None, "revision": 1, "authors": "[]", "tags": "[]", "description": None, "text": "x", "title_before": None,
        "text_before": None, "evidence": "[]",
    }  # fmt: skip
    feed = PublishedFeed(
        about="x", id="no tag", here="https://b.example/", first="https://b.example/", older=None,
        home="relative", review="https://b.example/{}", rows=[row, row],
    )  # fmt: skip

    assert broken_in_atom(as_atom(feed).encode())
    import json

    assert {line.partition(":")[0] for line in broken_in_json(json.loads(as_json_feed(feed)))} >= {
        "home_page_url", "twice", "date_published", "language",
    }  # fmt: skip
