"""What a feed says besides its links, what is no feed, and feeds that mean harm."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime

import pytest
from feed_kit import URL, atom, item, read, rss, urls

from crawler.discover.feeds import MAX_ENTRIES
from crawler.errors import FeedSyntaxError
from db.watched import Rest


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("Tom &amp; co", "Tom & co"),
        ("Tom &amp;amp; co", "Tom & co"),
        ("&lt;b&gt;Tom&lt;/b&gt; flies", "Tom flies"),
        ("<![CDATA[<i>Tom</i> flies]]>", "Tom flies"),
        ("Tom\n   flies", "Tom flies"),
        ("Is 3 &lt; 4?", "Is 3 < 4?"),
        ("«Вызов» снят", "«Вызов» снят"),
        ("", None),
        ("&lt;img src=x onerror=alert(1)&gt;", None),
    ],
)
def test_a_title_is_text(written, clean):
    assert (
        read(rss(f"<item><title>{written}</title><link>https://e.org/1</link></item>")).candidates[0].title
        == clean
    )


def test_a_title_in_xhtml_is_text():
    entry = '<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Tom <em>flies</em></div></title><link href="/1"/></entry>'

    assert read(atom(entry)).candidates[0].title == "Tom flies"


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("Mon, 23 Nov 2026 12:00:00 +0300", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 12:00:00 MSK", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 04:00:00 EST", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("23 Nov 2026 09:00 GMT", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("2026-11-23T09:00:00Z", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("2026-11-23 09:00:00", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)),
        ("Mon, 23 Nov 26 09:00:00 GMT", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("Monday, November 23, 2026 09:00", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("20261123T090000Z", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("<![CDATA[Mon, 23 Nov 2026 09:00:00 GMT]]>", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("<![CDATA[ 2 hours ago ]]>", None),
        ("yesterday", None),
        ("2 hours ago", None),
        ("12", None),
        ("09:00", None),
        ("Mon, 32 Nov 2026 12:00:00 GMT", None),
        ("0001-01-01T00:00:00Z", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Mon, 23 Nov 2099 12:00:00 GMT", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("", None),
    ],
)
def test_dates_are_instants_in_utc_or_nothing(written, at):
    assert read(rss(item(more=f"<pubDate>{written}</pubDate>"))).candidates[0].published_at == at


@pytest.mark.parametrize("guid", ["12", "20261101", "2026-11-01", "2 hours ago", "<![CDATA[ 2026-11-01 ]]>"])
def test_a_guid_is_no_date(guid):
    assert read(rss(item(more=f"<guid isPermaLink='false'>{guid}</guid>"))).candidates[0].published_at is None


def test_an_update_is_no_publication():
    entry = '<entry><title>a</title><link href="/1"/><updated>2026-11-22T10:00:00Z</updated></entry>'
    (only_updated,) = read(atom(entry)).candidates
    (both,) = read(
        atom(entry.replace("<updated>", "<published>2026-11-20T10:00:00Z</published><updated>"))
    ).candidates

    assert (only_updated.published_at, only_updated.modified_at) == (
        None,
        datetime(2026, 11, 22, 10, tzinfo=UTC),
    )
    assert (both.published_at, both.modified_at) == (
        datetime(2026, 11, 20, 10, tzinfo=UTC),
        datetime(2026, 11, 22, 10, tzinfo=UTC),
    )


CHANGED = datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(atom('<entry><title>a</title><link href="/1"/><updated>2026-11-22T10:00:00Z</updated></entry>'), id="Atom"),
        pytest.param(atom('<entry><title>a</title><link href="/1"/><modified>2026-11-22T12:00:00+02:00</modified></entry>'), id="Atom 0.3"),
        pytest.param(rss(item(more="<atom:updated xmlns:atom='http://www.w3.org/2005/Atom'>2026-11-22T10:00:00Z</atom:updated>")), id="Atom in RSS"),
        pytest.param(rss(item(more="<dcterms:modified xmlns:dcterms='http://purl.org/dc/terms/'>2026-11-22T10:00:00Z</dcterms:modified>")), id="Dublin Core in RSS"),
        pytest.param(rss(item(more="<dcterms:modified>2026-11-22T10:00:00Z</dcterms:modified>")), id="Dublin Core, undeclared"),
        pytest.param('{"items": [{"url": "https://e.org/1", "date_modified": "2026-11-22T10:00:00Z"}]}', id="JSON Feed"),
    ],
)  # fmt: skip
def test_every_format_can_say_that_an_entry_has_changed(body):
    (found,) = read(body).candidates

    assert (found.modified_at, found.published_at) == (CHANGED, None)


def test_an_update_does_not_stand_in_for_a_date_of_publication_that_is_none():
    entry = '<entry><title>a</title><link href="/1"/><published>soon</published><updated>2026-11-22T10:00:00Z</updated></entry>'

    assert read(atom(entry)).candidates[0].published_at is None


def test_a_repeated_page_is_one_candidate():
    assert urls(read(rss(item(1), item(2), item(1)))) == ["https://e.org/1", "https://e.org/2"]


def test_an_empty_feed_is_a_feed():
    assert read(rss()).candidates == ()
    assert read(atom()).candidates == ()
    assert read('{"version": "https://jsonfeed.org/version/1", "items": []}').candidates == ()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param("", "empty body", id="empty"),
        pytest.param("  \n ", "empty body", id="blank"),
        pytest.param(
            "<!DOCTYPE html><html><body>Moved</body></html>", "it advertises no feed", id="web page"
        ),
        pytest.param(
            '<html><head><link rel="alternate" type="application/rss+xml" href="/rss.xml"></head><body><p>Hi',
            "it advertises https://e.org/rss.xml",
            id="web page that names its feed",
        ),
        pytest.param("just words", "is not a feed", id="text"),
        pytest.param("<opml><body/></opml>", "is not a feed", id="other XML"),
        pytest.param("{broken", "broken", id="broken JSON"),
        pytest.param('{"error": "not found"}', "no list of items", id="other JSON"),
        pytest.param("[1, 2]", "no list of items", id="JSON list"),
        pytest.param("[" * 100_000, "broken", id="deep JSON"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is not a feed", id="picture"),
        pytest.param(b"\x1f\x8b\x08\x00garbage", "empty body", id="broken gzip"),
    ],
)
def test_what_is_no_feed_is_refused_with_a_sentence(body, sentence):
    with pytest.raises(FeedSyntaxError, match=sentence) as refusal:
        read(body)

    assert refusal.value.url == URL
    assert "\n" not in str(refusal.value)


JSON_CASES = [
    ({"url": "/film"}, ["https://e.org/film"]),
    ({"id": "https://e.org/film"}, ["https://e.org/film"]),
    ({"id": "7", "external_url": "https://other.example/a"}, ["https://other.example/a"]),
    ({"id": 7, "url": "https://e.org/film", "title": 5, "date_published": 20261123}, ["https://e.org/film"]),
    ({"title": "no link"}, []),
    ("not an object", []),
    (None, []),
]


@pytest.mark.parametrize(("entry", "found"), JSON_CASES)
def test_json_feed_items_may_be_anything(entry, found):
    assert urls(read(json.dumps({"items": [entry]}))) == found


def test_a_line_end_that_a_json_feed_forgot_to_escape_loses_nothing():
    body = '{"items": [{"url": "/one", "title": "Film\n\tone"}, {"url": "/two"}]}'

    assert urls(read(body)) == ["https://e.org/one", "https://e.org/two"]
    assert read(body).candidates[0].title == "Film one"


@pytest.mark.parametrize(
    ("head", "rest"),
    [
        ("<ttl>15</ttl>", Rest(ttl_s=900)),
        ("<ttl> 60 </ttl>", Rest(ttl_s=3600)),
        ("<ttl>0</ttl>", Rest()),
        ("<ttl>soon</ttl>", Rest()),
        ("<ttl>-5</ttl>", Rest()),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", Rest(ttl_s=1800)),
        ("<sy:updatePeriod> daily </sy:updatePeriod>", Rest(ttl_s=86400)),
        ("<sy:updatePeriod>fortnightly</sy:updatePeriod>", Rest()),
        ("<ttl>15</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", Rest(ttl_s=3600)),
        ("<skipHours><hour>16</hour><hour>15</hour></skipHours>", Rest(skip_hours=(15, 16))),
        ("<skipHours><hour>24</hour><hour>0</hour><hour>noon</hour></skipHours>", Rest(skip_hours=(0,))),
        (f"<skipHours>{''.join(f'<hour>{n}</hour>' for n in range(24))}</skipHours>", Rest()),
        ("<skipDays><day>Sunday</day><day> saturday </day></skipDays>", Rest(skip_days=(5, 6))),
        ("<skipDays><day>Caturday</day></skipDays>", Rest()),
        ("", Rest()),
    ],
)  # fmt: skip
def test_a_feed_says_how_long_to_leave_it_alone(head, rest):
    body = rss(item(), head=head).replace(
        "<rss ", '<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
    )

    assert read(body).rest == rest


def test_a_feed_names_its_hub():
    hub = '<link rel="hub" href="https://hub.example/"/>'

    assert read(atom(head=hub)).hub_url == "https://hub.example/"
    assert (
        read(json.dumps({"items": [], "hubs": [{"type": "WebSub", "url": "https://hub.example/"}]})).hub_url
        == "https://hub.example/"
    )


def test_atom_says_its_language():
    entry = '<entry><title>a</title><link href="/1"/></entry>'

    assert read(atom(entry, attributes='xml:lang="ru-RU"')).candidates[0].language == "ru"


BOMB = (
    '<!DOCTYPE rss [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(20))
    + "]>"
)
LEAK = '<!DOCTYPE rss [<!ENTITY b SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>'


@pytest.mark.parametrize(
    "doctype",
    [
        BOMB,
        LEAK,
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss.dtd">',
        "<!DOCTYPE rss [<!ENTITY b 'never closed'",
    ],
)
def test_entities_of_a_document_are_never_expanded(doctype):
    body = rss("<item><title>Film &b;</title><link>https://e.org/1</link></item>").replace(
        "<rss", doctype + "<rss", 1
    )
    try:
        titles = [candidate.title for candidate in read(body).candidates]
    except FeedSyntaxError:  # as good: a document type that never ends leaves no feed
        titles = ["Film"]

    assert titles == ["Film"]


def test_a_long_feed_that_only_the_forgiving_parser_reads_gives_both_of_its_ends():
    long = (
        rss(*(item(n) for n in range(1_200)))
        .replace("<channel>", "")
        .replace("</channel>", "")
        .replace("item>", "ITEM>")
    )
    found = urls(read(long))

    assert len(found) >= 1_000
    assert {"https://e.org/0", "https://e.org/1199"} <= set(found)


def test_a_never_ending_feed_gives_its_newest_entries():
    day = "<pubDate>{:02} Nov 2026 00:00:00 GMT</pubDate>"
    old, new = (
        (item(n, day.format(1)) for n in range(40_000)),
        (item(90_000 + n, day.format(22)) for n in range(3_000)),
    )
    found = urls(read(rss(*old, *new)))

    assert len(found) == MAX_ENTRIES
    assert {f"https://e.org/{90_000 + n}" for n in range(3_000)} <= set(found)


@pytest.mark.parametrize(
    "deep",
    [
        "<!---->" * 50_000 + "&",
        rss(item(more="&" + "<![CDATA[" * 50_000)),
        rss("<item><title>" + "&amp;" * 200_000 + "</title></item>"),
        rss("<item" * 100_000),
        "<rss><channel>" + "<aaaa" * 100_000,
        "<a>" * 200_000,
        rss("<item>" * 100_000),
        rss(item(more="<x>" * 50_000)),
        rss(item(more="<![CDATA[" * 50_000)),
    ],
)
def test_a_bottomless_feed_ends(deep):
    with contextlib.suppress(FeedSyntaxError):
        assert len(read(deep).candidates) <= MAX_ENTRIES
