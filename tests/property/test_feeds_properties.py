"""Any bytes may come from a source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.discover.autodiscovery import surfaces
from crawler.discover.decoding import clean_title, decoded
from crawler.discover.feeds import MAX_ENTRIES, parse_feed
from crawler.discover.links import MAX_LINKS, article_links, next_page
from crawler.discover.packing import unpacked
from crawler.discover.sitemaps import MAX_PAGES, parse_sitemap, sitemaps_of
from crawler.errors import DiscoverError, FeedSyntaxError, SitemapSyntaxError

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL = "https://e.org/news/"

_PIECES = """<rss version="2.0"> <channel> </channel> </rss> <item> </item> <feed xmlns="http://www.w3.org/2005/Atom"> <entry> </entry> <rdf:RDF>
<link> </link> <link href="/a"/> <link rel="alternate" href="../b"/> https://e.org/1 //x /film-crew-in-orbit javascript:x <title> </title> <title>
<title type="xhtml"> <![CDATA[ ]]> &amp; &nbsp; &b; & &#0; &#xFFFF; <pubDate> </pubDate> <guid> </guid> <enclosure url="a.mp3"/> xml:base="http://[
<updated>2026-11-22T10:00:00Z</updated> <pubDate>Mon,23Nov2026</pubDate> <dc:date>1</dc:date> <urlset> <sitemapindex> <url> </url> <sitemap> </sitemap>
<loc> </loc> <lastmod>2026-11 </lastmod> <news:news> <news:title> </news:news> <html> <body> <a href="/x-y-z-2026"> </a> <nav> <base href="//["> <h2> \
<!DOCTYPE <!ENTITY [ ]> <!-- --> <?xml version="1.0" encoding="utf-16"?> \x00 \x1f\x8b \ufeff \ud800 фильм 宇宙 { } [ ] " : "items" <ttl> </ttl> 9999999999""".split()  # noqa: SIM905 - markup reads better unquoted
_soup = st.lists(st.sampled_from(_PIECES), max_size=40).map(
    lambda pieces: " ".join(pieces).encode("utf-8", "surrogatepass")
)
_bodies = st.one_of(
    st.binary(max_size=200),
    _soup,
    st.text(max_size=80).map(lambda text: text.encode("utf-16", "surrogatepass")),
)
_types = st.sampled_from(
    [
        None,
        "text/xml",
        "text/html; charset=windows-1251",
        "text/xml; charset=utf-7",
        "x; charset=idna",
        "x; charset=zip",
    ]
)


@given(_bodies, _types)
@settings(deadline=None)
@example(b"<rss><channel><item><link>http://[</link></item>", None)
@example(b'<feed xml:base="http://["><entry><link href="a"/></entry></feed>', None)
@example(
    b"<rss><channel><item><pubDate>Mon, 23 Nov 2026 99:99:99 +9999</pubDate><link>/a</link></item>", None
)
def test_a_feed_is_read_or_refused(body, content_type):
    try:
        feed = parse_feed(body, URL, "wire", NOW, content_type)
    except FeedSyntaxError as refusal:
        assert str(refusal)
    else:
        assert len(feed.candidates) <= MAX_ENTRIES
        assert_sound(feed.candidates)


@given(_bodies, _types)
@settings(deadline=None)
def test_a_sitemap_is_read_or_refused(body, content_type):
    try:
        sitemap = parse_sitemap(body, URL, "wire", NOW, content_type)
    except SitemapSyntaxError as refusal:
        assert str(refusal)
    else:
        assert len(sitemap.candidates) <= MAX_PAGES
        assert_sound(sitemap.candidates)


@given(_bodies, _types)
@settings(deadline=None)
def test_a_section_page_is_read_or_refused(body, content_type):
    try:
        links = article_links(body, URL, "wire", NOW, None, content_type)
    except DiscoverError as refusal:
        assert str(refusal)
    else:
        assert len(links) <= MAX_LINKS
        assert_sound(links)


@pytest.mark.parametrize("read", [next_page, surfaces])
@given(body=_bodies)
@settings(deadline=None)
def test_what_else_is_asked_of_a_page_is_answered_or_refused(read: Callable[..., Any], body):
    try:
        read(body, URL)
    except DiscoverError as refusal:
        assert str(refusal)


@given(_bodies, _types)
@settings(deadline=None)
def test_every_body_has_a_text(body, content_type):
    text = decoded(unpacked(body), content_type)

    assert clean_title(text) is None or "\n" not in clean_title(text)
    assert all(each.startswith("http") for each in sitemaps_of(text, URL))


def assert_sound(candidates):
    """Absolute addresses, each once, dates in UTC that can be true."""
    urls = [candidate.url for candidate in candidates]

    assert len(urls) == len(set(urls))
    for candidate in candidates:
        assert candidate.url.lower().startswith(("http://", "https://"))
        assert candidate.title is None or candidate.title.strip()
        for at in (candidate.published_at, candidate.modified_at):
            assert at is None or (at.tzinfo == UTC and 1990 <= at.year <= 2026)
