"""Feeds as publishers serve them: formats, character sets, faults and links."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest
from feed_kit import NOW, URL, atom, item, read, rss, urls


def test_an_entry_becomes_a_candidate():
    feed = read(
        rss(
            item(more="<pubDate>Mon, 23 Nov 2026 12:00:00 +0300</pubDate>"),
            head="<title>Wire</title><language>en-GB</language>",
        )
    )

    (candidate,) = feed.candidates
    assert (candidate.url, candidate.title, candidate.language) == ("https://e.org/1", "Film 1", "en")
    assert candidate.published_at == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert (candidate.source, candidate.found_on, candidate.found_at) == ("wire", URL, NOW)
    assert (feed.format, feed.title, feed.language) == ("rss", "Wire", "en")


RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://e.org/"><title>Wire</title><link>https://e.org/</link></channel>
<item rdf:about="https://e.org/1"><title>Film 1</title><link>https://e.org/1</link><dc:date>2026-11-23T09:00:00+00:00</dc:date></item></rdf:RDF>"""
JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Wire",
    "items": [
        {
            "id": "1",
            "url": "https://e.org/1",
            "title": "Film 1",
            "date_published": "2026-11-23T12:00:00+03:00",
        }
    ],
}


@pytest.mark.parametrize(
    ("body", "format"),
    [
        pytest.param(rss(item(more="<pubDate>Mon, 23 Nov 2026 09:00:00 GMT</pubDate>")), "rss", id="RSS 2.0"),
        pytest.param(
            rss(item(more="<pubDate>Mon, 23 Nov 2026 09:00:00 GMT</pubDate>")).replace("2.0", "0.91"),
            "rss",
            id="RSS 0.91",
        ),
        pytest.param(RDF, "rdf", id="RSS 1.0"),
        pytest.param(
            RDF.replace("http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"),
            "rdf",
            id="RSS 0.90",
        ),
        pytest.param(
            atom(
                '<entry><title>Film 1</title><link href="https://e.org/1"/><published>2026-11-23T09:00:00Z</published></entry>'
            ),
            "atom",
            id="Atom 1.0",
        ),
        pytest.param(
            '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Wire</title><entry><title>Film 1</title>'
            '<link rel="alternate" href="https://e.org/1"/><issued>2026-11-23T09:00:00Z</issued></entry></feed>',
            "atom",
            id="Atom 0.3",
        ),
        pytest.param(json.dumps(JSON), "json", id="JSON Feed"),
    ],
)
def test_every_format_says_the_same(body, format):
    feed = read(body)

    (candidate,) = feed.candidates
    assert (feed.format, feed.title) == (format, "Wire")
    assert (candidate.url, candidate.title) == ("https://e.org/1", "Film 1")
    assert candidate.published_at == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "junk", ["\ufeff", "\n\n  ", "<!-- cached -->\n", "\x00", "Warning: include(): failed\n"]
)
def test_junk_before_the_feed_does_not_matter(junk):
    assert urls(read(junk + rss(item()))) == ["https://e.org/1"]


@pytest.mark.parametrize(
    "content_type",
    ["text/html", "application/json", "image/png", "nonsense", "text/xml; charset=no-such-charset"],
)
def test_a_mis_declared_type_does_not_matter(content_type):
    assert urls(read(rss(item()), content_type=content_type)) == ["https://e.org/1"]


RUSSIAN = rss("<item><title>Съёмки фильма на орбите начались</title><link>https://e.org/1</link></item>")


@pytest.mark.parametrize(
    ("declared", "header", "encoding"),
    [
        pytest.param("windows-1251", None, "cp1251", id="declared"),
        pytest.param(None, "text/xml; charset=windows-1251", "cp1251", id="in the header only"),
        pytest.param(None, None, "cp1251", id="undeclared windows-1251"),
        pytest.param("utf-8", "text/xml; charset=utf-8", "cp1251", id="declared as UTF-8"),
        pytest.param("iso-8859-1", "text/xml; charset=ISO-8859-1", "cp1251", id="declared as Latin"),
        pytest.param(
            "windows-1251", "text/xml; charset=windows-1251", "utf-8", id="UTF-8 declared as windows-1251"
        ),
        pytest.param("windows-1251", "text/xml; charset=ISO-8859-1", "cp1251", id="header in the way"),
        pytest.param(None, None, "koi8-r", id="undeclared KOI8-R"),
        pytest.param("utf-16", None, "utf-16", id="UTF-16 with its mark"),
        pytest.param("utf-16", None, "utf-16-le", id="UTF-16 without its mark"),
        pytest.param("x-mac-cyrillic", None, "mac_cyrillic", id="a name that only browsers know"),
    ],
)
def test_the_character_set_is_found_out(declared, header, encoding):
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    body = RUSSIAN.replace('<?xml version="1.0"?>', declaration).encode(encoding)

    assert read(body, content_type=header).candidates[0].title == "Съёмки фильма на орбите начались"


def test_zero_bytes_before_a_feed_make_no_utf_16_of_it():
    assert urls(read(b"\x00\x00" + RUSSIAN.encode())) == ["https://e.org/1"]


def test_one_broken_byte_does_not_change_the_character_set():
    body = RUSSIAN.encode()
    cut = body.replace("начались".encode(), "начались".encode()[:-1])

    assert read(cut).candidates[0].title.startswith("Съёмки фильма на орбите началис")


def test_western_accents_are_no_cyrillic():
    body = rss(
        "<item><title>Déjà vu à bord : l’équipe tourne</title><link>https://e.org/1</link></item>"
    ).encode("cp1252")

    assert read(body).candidates[0].title == "Déjà vu à bord : l’équipe tourne"


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(rss(item(1), item(2)).replace("</channel></rss>", ""), id="cut after an entry"),
        pytest.param(rss(item(1), item(2)).replace("Film 1", "Film & crew"), id="bare ampersand"),
        pytest.param(rss(item(1), item(2)).replace("Film 1", "Film&nbsp;&hellip; 1"), id="HTML entities"),
        pytest.param(rss(item(1), item(2)).replace("Film 1", "Film \x0b\x1f 1"), id="control characters"),
        pytest.param(rss(item(1), item(2)).replace("Film 1", "Film <b>1"), id="tag never closed"),
        pytest.param(rss(item(1), item(2, "<media:content url='x'/>")), id="undeclared namespace"),
        pytest.param(
            rss(item(1), item(2)).replace('<?xml version="1.0"?>', "<?xml version='1.0' encoding=utf-8>"),
            id="broken declaration",
        ),
        pytest.param(rss(item(1), item(2)) + "<script>track()</script>", id="script behind the feed"),
        pytest.param(
            rss(item(1), item(2)).replace("<channel>", "").replace("</channel>", ""), id="no channel"
        ),
        pytest.param(rss(item(1), item(2)).replace("item>", "ITEM>"), id="capital letters"),
    ],
)
def test_a_malformed_feed_still_gives_its_entries(broken):
    assert urls(read(broken)) == ["https://e.org/1", "https://e.org/2"]


def test_an_ampersand_in_an_address_is_part_of_it():
    feed = read(rss("<item><title>a</title><link>https://e.org/?a=1&b=2&amp;c=3</link></item>"))

    assert urls(feed) == ["https://e.org/?a=1&b=2&c=3"]


def test_a_packed_feed_is_unpacked():
    assert urls(read(gzip.compress(rss(item()).encode()))) == ["https://e.org/1"]


@pytest.mark.parametrize(
    ("written", "url", "absolute"),
    [
        ("/film", "https://e.org/news/feed", "https://e.org/film"),
        ("film", "https://e.org/news/feed", "https://e.org/news/film"),
        ("//www.e.org/film", "https://e.org/feed", "https://www.e.org/film"),
        (" \n https://e.org/film \n", "https://e.org/feed", "https://e.org/film"),
        ("https://e.org/fi\nlm", "https://e.org/feed", "https://e.org/film"),
        ("/film", "https://feeds.example/e-org", "https://e.org/film"),
    ],
)
def test_relative_links_start_at_the_feed_or_at_its_site(written, url, absolute):
    assert urls(read(rss(f"<item><title>a</title><link>{written}</link></item>"), url)) == [absolute]


def test_xml_base_is_where_links_start():
    entry = '<entry xml:base="2026/"><title>a</title><link href="film"/></entry>'

    assert urls(read(atom(entry, attributes='xml:base="https://e.org/blog/"'))) == [
        "https://e.org/blog/2026/film"
    ]


def test_xml_base_of_the_whole_feed_holds_however_long_it_is():
    entries = (f'<entry><title>a</title><link href="{n}"/></entry>' for n in range(1_500))

    assert urls(read(atom(*entries, attributes='xml:base="/blog/"')))[0] == "https://e.org/blog/0"


@pytest.mark.parametrize(
    ("links", "chosen"),
    [
        pytest.param(
            '<link rel="self" href="/entry.atom"/><link rel="alternate" href="/film"/>',
            "https://e.org/film",
            id="not self",
        ),
        pytest.param(
            '<link rel="edit" href="/edit/1"/><link href="/film"/>', "https://e.org/film", id="not edit"
        ),
        pytest.param(
            '<link rel="replies" href="/film#comments"/><link rel="alternate" href="/film"/>',
            "https://e.org/film",
            id="not replies",
        ),
        pytest.param(
            '<link rel="enclosure" type="audio/mpeg" href="/a.mp3"/><link rel="alternate" href="/film"/>',
            "https://e.org/film",
            id="not enclosure",
        ),
        pytest.param(
            '<link rel="alternate" type="application/json" href="/film.json"/><link rel="alternate" type="text/html" href="/film"/>',
            "https://e.org/film",
            id="HTML rather than JSON",
        ),
        pytest.param(
            '<link rel="alternate" type="text/html" href="/film"/><link rel="related" href="https://other.example/"/>',
            "https://e.org/film",
            id="not related",
        ),
        pytest.param(
            "<id>https://e.org/film</id>",
            "https://e.org/film",
            id="an id that is an address, when there is no link",
        ),
        pytest.param(
            '<id>https://e.org/film</id><link rel="enclosure" href="/a.mp3"/>',
            "https://e.org/film",
            id="id rather than enclosure",
        ),
    ],
)
def test_of_several_links_the_page_is_taken(links, chosen):
    assert urls(read(atom(f"<entry><title>a</title>{links}</entry>"))) == [chosen]


@pytest.mark.parametrize(
    ("tags", "chosen"),
    [
        pytest.param(
            '<guid isPermaLink="true">https://e.org/film</guid>', "https://e.org/film", id="permalink"
        ),
        pytest.param("<guid>https://e.org/film</guid>", "https://e.org/film", id="permalink by default"),
        pytest.param(
            "<guid>\n <![CDATA[ https://e.org/film ]]></guid>", "https://e.org/film", id="permalink in CDATA"
        ),
        pytest.param(
            '<guid isPermaLink="false">42</guid><link>https://e.org/film</link>',
            "https://e.org/film",
            id="number and link",
        ),
        pytest.param(
            "<guid>https://e.org/?p=1</guid><link>https://e.org/film</link>",
            "https://e.org/film",
            id="link rather than guid",
        ),
        pytest.param(
            "<link>https://feeds.feedburner.com/~r/x/1</link><feedburner:origLink xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'>https://e.org/film</feedburner:origLink>",
            "https://e.org/film",
            id="FeedBurner's original",
        ),
        pytest.param(
            "<link></link><atom:link xmlns:atom='http://www.w3.org/2005/Atom' href='https://e.org/film'/>",
            "https://e.org/film",
            id="Atom link in RSS",
        ),
        pytest.param("<link><![CDATA[ https://e.org/film ]]></link>", "https://e.org/film", id="CDATA"),
    ],
)
def test_rss_names_its_page_in_many_ways(tags, chosen):
    assert urls(read(rss(f"<item><title>a</title>{tags}</item>"))) == [chosen]


@pytest.mark.parametrize(
    "tags",
    [
        '<enclosure url="https://e.org/a.mp3" type="audio/mpeg" length="1"/>',
        '<link>https://e.org/a.mp3</link><enclosure url="https://e.org/a.mp3" type="audio/mpeg" length="1"/>',
        "<link>https://e.org/poster.jpg</link>",
        "<link>mailto:news@e.org</link>",
        "<link>javascript:alert(1)</link>",
        "<guid isPermaLink='false'>42</guid>",
        "<link>https://[broken/</link>",
    ],
)
def test_an_entry_without_a_page_is_skipped_and_counted(tags):
    feed = read(rss(f"<item><title>a</title>{tags}</item>", item()))

    assert urls(feed) == ["https://e.org/1"]
    assert feed.skipped == 1


@pytest.mark.parametrize("reference", ["&#xD800;", "&#0;", "&#x1F;", "&#xFFFF;", "&#1114112;"])
def test_references_to_what_is_no_character_vanish(reference):
    (found,) = read(
        rss(f"<item><title>Fi{reference}lm</title><link>https://e.org/1</link>{reference}</item>")
    ).candidates

    assert found.title == "Film"
