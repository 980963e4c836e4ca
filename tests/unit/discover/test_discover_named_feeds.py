"""Where a page says that its site can be looked in: feeds, sitemaps, searches."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.discover.autodiscovery import surfaces
from crawler.discover.links import article_links
from crawler.discover.pages import advertised_feeds, named_feeds, sent_on


def test_a_page_tells_where_its_site_can_be_looked_in():
    body = b"""<html><head><link rel="alternate" type="application/rss+xml" href="/film/rss"><link rel="alternate" hreflang="de" href="/de/">
    <link rel="Alternate" type="application/atom+xml" href="https://feeds.e.org/all.atom"></head><body><nav><a href="/film">Film</a><a href="/science/space">Space</a>
    <a href="/film/2026/nov/23/crew-lands">Crew lands after twelve days</a><a href="/login">Sign in</a></nav><a href="/rss.xml">RSS</a><a href="/feedback-form">Feedback</a></body>"""
    found = surfaces(body, "https://www.e.org/")

    assert found.feeds == (
        "https://www.e.org/film/rss",
        "https://feeds.e.org/all.atom",
        "https://www.e.org/rss.xml",
    )
    assert found.sections == (
        ("https://www.e.org/film", "Film"),
        ("https://www.e.org/science/space", "Space"),
        ("https://www.e.org/feedback-form", "Feedback"),
    )
    assert "https://www.e.org/news-sitemap.xml" in found.sitemaps


@pytest.mark.parametrize("char", ["\x15", "\x1b", "\x00", "\uffff", "&#x15;", "&#0;", "&#xD800;"])
def test_a_link_with_a_control_character_costs_no_other(char):
    told = [f"https://e.org/2026/story-number-{number}-of-the-day" for number in range(9)]
    items = "".join(f'<li><a href="{url}">Story number {url[-12:]} is told here</a></li>' for url in told)
    body = f'<html><body><a href="https://e.org/{char}">x</a><main><ul>{items}</ul></main></body></html>'

    links = article_links(body.encode(), "https://e.org/film/", "s", datetime(2026, 11, 23, tzinfo=UTC))

    assert {each.url for each in links} == set(told)


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="feed" href="/up/dates">',
        '<link rel="alternate" type="application/rss" href="/up/dates">',
        '<a type="application/rss+xml" href="/up/dates">News</a>',
        '<link rel="alternate" type="application/rss+xml" href="feed:https://e.org/up/dates">',
        '<link rel="home alternate\t" type="text/xml" href="/up/dates">',
    ],
)
def test_a_feed_is_named_in_many_ways(link):
    page = (
        f'<html><head>{link}<link rel="alternate" type="text/html" href="/de/"></head><body>Hi</body></html>'
    )

    assert advertised_feeds(page, "https://e.org/") == ("https://e.org/up/dates",)


def test_what_may_be_a_feed_stands_behind_what_is_one():
    page = """<html><head><link rel="alternate" type="application/json" href="/wp-json/7">
    <link rel="alternate" type="application/rss+xml" href="/rss"></head><body>Hi</body></html>"""

    assert advertised_feeds(page, "https://e.org/") == ("https://e.org/rss", "https://e.org/wp-json/7")


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/out?x=7">RSS</a>',
        '<a href="/out?x=7">Atom feed</a>',
        '<a href="/out?x=7" title="RSS"><svg></svg></a>',
        '<a href="/out?x=7"><img src="i.png" alt="Web feed"></a>',
        '<a href="/out?x=7">RSS-лента</a>',
        '<a href="/out?x=7">Flux RSS</a>',
        '<a href="/out?x=7">Canal de noticias</a>',
        '<a href="/out?x=7">RSS訂閱</a>',
        '<a href="/out?x=7">フィード</a>',
        '<a href="/out?x=7">RSS 피드</a>',
        '<a href="/out?x=7">خلاصات</a>',
    ],
)
def test_a_feed_is_found_by_what_its_link_is_called(link):
    page = f'<html><body><p>News</p>{link}<a href="/feedback">Feedback</a></body></html>'

    assert surfaces(page.encode(), "https://e.org/").feeds == ("https://e.org/out?x=7",)


def test_a_picture_called_rss_by_its_class_is_a_feed():
    page = '<p><a href="/out/7"><i class="fa fa-rss"></i></a> <a class="presse" href="/press">P</a></p>'

    assert named_feeds(page, "https://e.org/") == ("https://e.org/out/7",)


@pytest.mark.parametrize(
    ("page", "target"),
    [
        ('<meta http-equiv="refresh" content="0;url=/en/">', "https://e.org/en/"),
        ('<meta content="3; URL=\'https://e.org/x\'" http-equiv="Refresh">', "https://e.org/x"),
        pytest.param('<meta http-equiv="refresh" content="300">', None, id="it is loaded again"),
        pytest.param('<meta http-equiv="refresh" content="300; url=/">', None, id="minutes later"),
        pytest.param('<meta http-equiv="refresh" content="0; url=/">', None, id="to itself"),
        pytest.param(
            '<noscript><meta http-equiv="refresh" content="0;url=/nojs"></noscript>',
            None,
            id="without scripts",
        ),
    ],
)
def test_a_page_may_send_its_readers_on(page, target):
    assert sent_on(f"<html><head>{page}</head><body></body></html>", "https://e.org/") == target
