"""Sitemaps as publishers serve them."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from crawler.discover.packing import MAX_UNPACKED_BYTES, unpacked
from crawler.discover.sitemaps import MAX_CHILDREN, MAX_PAGES, Sitemap, parse_sitemap, sitemaps_of
from crawler.discover.url_shapes import period_end
from crawler.errors import SitemapSyntaxError

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
URL = "https://e.org/sitemap.xml"
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:video="http://www.google.com/schemas/sitemap-video/1.1" '
    'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)


def read(body: str | bytes, content_type: str | None = None) -> Sitemap:
    return parse_sitemap(body.encode() if isinstance(body, str) else body, URL, "wire", NOW, content_type)


def urlset(*pages: str, namespaces: str = NAMESPACES) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {namespaces}>{"".join(pages)}</urlset>'


def page(name: str, more: str = "") -> str:
    return f"<url><loc>https://e.org/{name}</loc>{more}</url>"


def urls(sitemap: Sitemap) -> list[str]:
    return [candidate.url.removeprefix("https://e.org/") for candidate in sitemap.candidates]


NEWS = (
    "<news:news><news:publication><news:name>Wire</news:name><news:language>ru-RU</news:language></news:publication>"
    "<news:publication_date>2026-11-23T12:00:00+03:00</news:publication_date><news:title>Съёмки &amp; полёт</news:title></news:news>"
)


def test_a_news_sitemap_gives_title_date_and_language():
    sitemap = read(urlset(page("a", NEWS + "<lastmod>2026-11-23T10:00:00Z</lastmod>")))

    (candidate,) = sitemap.candidates
    assert (candidate.url, candidate.title, candidate.language) == ("https://e.org/a", "Съёмки & полёт", "ru")
    assert candidate.published_at == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert candidate.modified_at == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert (candidate.source, candidate.found_on, candidate.found_at) == ("wire", URL, NOW)
    assert (sitemap.format, sitemap.total) == ("news", 1)


def test_newest_pages_come_first_and_undated_ones_last():
    sitemap = read(
        urlset(
            page("undated"),
            page("old", "<lastmod>2026-11-01</lastmod>"),
            page("new", "<lastmod>2026-11-22</lastmod>"),
        )
    )

    assert urls(sitemap) == ["new", "old", "undated"]
    assert sitemap.format == "urlset"


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-11-23T12:00:00+03:00", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("2026-11-23T12:00:00.123Z", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("2026-11-23T12:00Z", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)),
        ("2026-11", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-13-45", None),
        ("2099-01-01", None),
        ("today", None),
        ("", None),
    ],
)
def test_dates_of_a_sitemap(written, at):
    assert read(urlset(page("a", f"<lastmod>{written}</lastmod>"))).candidates[0].modified_at == at


def test_images_videos_and_translations_are_no_pages():
    extras = (
        "<image:image><image:loc>https://e.org/a.jpg</image:loc><image:title>no title</image:title></image:image>"
        "<video:video><video:content_loc>https://e.org/a.mp4</video:content_loc><video:publication_date>2020-01-01</video:publication_date></video:video>"
        '<xhtml:link rel="alternate" hreflang="de" href="https://e.org/de/a"/>'
    )
    sitemap = read(urlset(page("a", extras)))

    assert urls(sitemap) == ["a"]
    assert (sitemap.candidates[0].title, sitemap.candidates[0].published_at) == (None, None)


@pytest.mark.parametrize(
    "namespaces",
    [
        "",
        'xmlns="http://www.google.com/schemas/sitemap/0.84"',
        'xmlns="wrong" xmlns:news="also-wrong"',
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"',
    ],
)
def test_namespaces_may_be_missing_or_wrong(namespaces):
    sitemap = read(urlset(page("a", NEWS), namespaces=namespaces))

    assert sitemap.candidates[0].published_at == datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_a_prefixed_sitemap_is_read():
    body = '<sm:urlset xmlns:sm="http://www.sitemaps.org/schemas/sitemap/0.9"><sm:url><sm:loc>https://e.org/a</sm:loc></sm:url></sm:urlset>'

    assert urls(read(body)) == ["a"]


def test_an_index_names_its_sitemaps_newest_first():
    sitemap = read(
        "<sitemapindex><sitemap><loc>https://e.org/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap>"
        "<sitemap><loc>/undated.xml</loc></sitemap>"
        "<sitemap><loc>https://e.org/new.xml.gz</loc><lastmod>2026-11-23</lastmod></sitemap></sitemapindex>"
    )

    assert [child.url for child in sitemap.children] == [
        "https://e.org/new.xml.gz",
        "https://e.org/old.xml",
        "https://e.org/undated.xml",
    ]
    assert (sitemap.format, sitemap.candidates, sitemap.total) == ("index", (), 3)


@pytest.mark.parametrize(
    ("address", "end"),
    [
        ("/sitemap-2026-11.xml", datetime(2026, 12, 1, tzinfo=UTC)),
        ("/sitemaps/2026/11/23.xml", datetime(2026, 11, 24, tzinfo=UTC)),
        ("/sitemap_20261123.xml.gz", datetime(2026, 11, 24, tzinfo=UTC)),
        ("/sitemap-202612.xml", datetime(2027, 1, 1, tzinfo=UTC)),
        ("/articles-2025.xml", datetime(2026, 1, 1, tzinfo=UTC)),
        ("/sitemap.xml?yyyy=2026&mm=11&dd=23", datetime(2026, 11, 24, tzinfo=UTC)),
        ("/sitemap.xml?year=2026&amp;month=11", datetime(2026, 12, 1, tzinfo=UTC)),
        ("/sitemap-2026-13.xml", datetime(2027, 1, 1, tzinfo=UTC)),
        ("/sitemap-2026-02-31.xml", None),
        ("/sitemap-12026.xml", None),
        ("/post-sitemap7.xml", None),
    ],
)
def test_a_sitemap_s_address_may_name_its_time(address, end):
    assert period_end(f"https://e.org{address}") == end


def test_of_an_index_without_dates_the_newest_sitemaps_come_first_all_the_same():
    named = ["/old-2024.xml", "/map-1.xml", "/map-2.xml", "/map-3.xml", "/new-2026-11.xml"]
    body = "".join(f"<sitemap><loc>https://e.org{each}</loc></sitemap>" for each in named)

    found = read(f"<sitemapindex>{body}</sitemapindex>").children

    order = ["/new-2026-11.xml", "/old-2024.xml", "/map-3.xml", "/map-1.xml", "/map-2.xml"]
    assert [each.url.removeprefix("https://e.org") for each in found] == order


def test_packed_bytes_are_unpacked_whatever_they_are_called():
    body = gzip.compress(urlset(page("a")).encode())

    assert urls(read(body)) == urls(read(body, "text/xml")) == ["a"]
    assert urls(read(gzip.compress(body))) == ["a"], "packed twice"


def test_a_packed_sitemap_may_have_several_members():
    whole = urlset(page("a"), page("b")).encode()

    assert urls(read(gzip.compress(whole[:200]) + gzip.compress(whole[200:]))) == ["a", "b"]


def test_a_packed_sitemap_that_breaks_off_gives_what_it_has():
    pages = (page(f"{n}-{n * 7919 % 10_007}-{n * 104_729 % 1_000_003}") for n in range(4_000))
    body = gzip.compress(urlset(*pages).encode())

    assert 100 < len(read(body[: len(body) // 2]).candidates) < 4_000


def test_a_decompression_bomb_is_cut():
    bomb = gzip.compress(b"0" * (MAX_UNPACKED_BYTES + 10_000_000), compresslevel=1)

    assert len(unpacked(bomb)) == MAX_UNPACKED_BYTES


def test_a_plain_list_is_a_sitemap():
    sitemap = read("\ufeffhttps://e.org/a\r\nHTTPS://e.org/b\n\nhttps://e.org/a\n")

    assert urls(sitemap) == ["a", "b"]
    assert sitemap.format == "text"


def test_a_feed_in_the_place_of_a_sitemap_counts():
    sitemap = read("<rss><channel><item><title>t</title><link>https://e.org/a</link></item></channel></rss>")

    assert urls(sitemap) == ["a"]
    assert sitemap.format == "feed"


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(urlset(page("a"), page("b")).replace("</urlset>", ""), id="never closed"),
        pytest.param(urlset(page("a"), page("b"), "<url><loc>https://e.org/cut"), id="cut in an address"),
        pytest.param(urlset(page("a").replace("e.org/a", "e.org/a?x=1&y=2"), page("b")), id="bare ampersand"),
        pytest.param("\n\n" + urlset(page("a"), page("b")), id="blank lines first"),
        pytest.param("PHP Notice: x\n" + urlset(page("a"), page("b")), id="a notice first"),
        pytest.param(urlset(page("a", "<lastmod>2026</url>"), page("b")), id="tag never closed"),
        pytest.param(
            urlset(
                page("a"), "<url><loc>mailto:x</loc></url>", "<url><loc></loc></url>", "<url/>", page("b")
            ),
            id="entries without a page",
        ),
        pytest.param(
            urlset(page("a"), page("b")).replace("loc>", "LOC>").replace("url>", "URL>"), id="capital letters"
        ),
    ],
)
def test_a_broken_sitemap_is_read_as_far_as_it_goes(broken):
    found = urls(read(broken))

    assert found[0].startswith("a")
    assert "b" in found


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "empty body"),
        ("<!DOCTYPE html><title>Not found</title>", "web page"),
        ("words\nhttps://e.org/a\nwords\nwords", "not a sitemap"),
        ("<opml/>", "not a sitemap"),
        ('{"urls": []}', "not a sitemap"),
        (b"\x00\x01\x02\xff", "not a sitemap"),
    ],
)
def test_what_is_no_sitemap_is_refused_with_a_sentence(body, sentence):
    with pytest.raises(SitemapSyntaxError, match=sentence) as refusal:
        read(body)

    assert refusal.value.url == URL


def test_entities_of_a_sitemap_are_never_expanded():
    doctype = '<!DOCTYPE urlset [<!ENTITY leak SYSTEM "file:///etc/passwd"><!ENTITY lol "lol">]>'
    body = urlset(page("a&leak;&lol;")).replace("<urlset", doctype + "<urlset", 1)

    assert urls(read(body)) == ["a"]


def test_a_never_ending_sitemap_gives_its_newest_pages():
    old = "".join(page(f"old{n}", "<lastmod>2010-01-01</lastmod>") for n in range(20_000))
    new = "".join(page(f"new{n}", "<lastmod>2026-11-22</lastmod>") for n in range(300))
    sitemap = read(urlset(old, new))

    assert (len(sitemap.candidates), sitemap.total) == (MAX_PAGES, 20_300)
    assert urls(sitemap)[:300] == [f"new{n}" for n in range(300)]


def test_a_never_ending_sitemap_without_dates_gives_both_of_its_ends():
    found = urls(read(urlset(*(page(str(n)) for n in range(12_000)))))

    assert (len(found), found[0], found[-1]) == (MAX_PAGES, "0", "11999")


def test_a_never_ending_index_is_bounded():
    body = "".join(f"<sitemap><loc>https://e.org/{n}.xml</loc></sitemap>" for n in range(3_000))

    assert len(read(f"<sitemapindex>{body}</sitemapindex>").children) == MAX_CHILDREN


def test_robots_txt_names_sitemaps():
    robots = (
        "\ufeffUser-agent: *\nDisallow: /x\nSITEMAP: https://e.org/news.xml # new\n  sitemap:/rel.xml\r\n"
        "#Sitemap: https://e.org/no.xml\nSitemap: https://e.org/news.xml\nSitemap: ftp://e.org/x\nSitemap:\nAllow: /\n"
    )

    assert sitemaps_of(robots, "https://e.org/robots.txt") == (
        "https://e.org/news.xml",
        "https://e.org/rel.xml",
    )
    assert sitemaps_of("") == ()


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("<image:image><image:caption>I <3 x</image:caption></image:image>", id="heart in a caption"),
        pytest.param("</foo>", id="end tag without a beginning"),
        pytest.param("<news:news>", id="news never closed"),
        pytest.param("<image:image loc=x>", id="attribute without quotes"),
    ],
)  # fmt: skip
def test_every_entry_around_an_error_is_read(fault):
    pages = [page(f"n?a={n}&amp;b=2") for n in range(10)]
    sitemap = read(urlset(page("a", fault), *pages))

    assert urls(sitemap) == ["a", *(f"n?a={n}&b=2" for n in range(10))]
    assert "not understood" in sitemap.damage


def test_half_an_address_at_the_end_is_none():
    sitemap = read(urlset(page("a"), "<url><loc>https://e.org/the-first-half")[: -len("</urlset>")])

    assert urls(sitemap) == ["a"]
    assert "breaks off" in sitemap.damage


def test_sitemaps_named_by_the_wrong_element_are_sitemaps():
    in_urlset = read("<urlset><url><loc>https://e.org/map-1.xml</loc></url></urlset>")
    in_index = read("<sitemapindex><url><loc>https://e.org/sitemap?page=2</loc></url></sitemapindex>")

    assert [child.url for child in in_urlset.children] == ["https://e.org/map-1.xml"]
    assert [child.url for child in in_index.children] == ["https://e.org/sitemap?page=2"]


def test_a_sitemap_of_today_may_change_until_tomorrow():
    (child,) = read(
        "<sitemapindex><sitemap><loc>https://e.org/a.xml</loc><lastmod>2026-11-23</lastmod></sitemap></sitemapindex>"
    ).children

    assert child.modified_at == datetime(2026, 11, 24, tzinfo=UTC)


def test_a_day_of_publication_stays_a_day():
    news = "<news:news><news:publication_date>2026-11-23</news:publication_date></news:news>"
    (found,) = read(urlset(page("a", news))).candidates

    assert (found.published_at, found.published_precision) == (datetime(2026, 11, 23, tzinfo=UTC), "day")


def test_an_address_whose_record_was_never_opened_is_read():
    body = urlset(page("a"), "url><loc>https://e.org/b</loc></url>", page("c"))

    assert urls(read(body)) == ["a", "b", "c"]
