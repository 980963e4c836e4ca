"""Every kind of source, and what is said when it is not what it should be."""

from __future__ import annotations

import gzip

import kit
import press
import pytest


@pytest.fixture
def urls(newsroom):
    return [newsroom.origin(number % 3) + f"/article/story-{number}-of-the-film-crew" for number in range(6)]


def stored(config) -> set[str]:
    return {row["url"] for row in kit.query(config, "SELECT url FROM articles")}


@pytest.mark.parametrize(
    ("kind", "printed"),
    [
        pytest.param("feed", press.feed, id="feed"),
        pytest.param("sitemap", press.sitemap, id="sitemap"),
        pytest.param("sitemap", lambda urls: gzip.compress(press.sitemap(urls)), id="packed sitemap"),
        pytest.param("section", press.section, id="section page"),
    ],
)
def test_a_source_leads_to_its_articles(newsroom, once, tmp_path, urls, kind, printed):
    if kind == "section":
        urls = [url for url in urls if url.startswith(newsroom.origin())]
    where = newsroom.print_("/source", printed(urls), "text/html" if kind == "section" else "application/xml")
    config = kit.configured(tmp_path, [kit.source(where, kind)])

    once(config)

    assert stored(config) == set(urls)


def test_an_index_leads_to_its_sitemaps(newsroom, once, tmp_path, urls):
    children = [newsroom.print_(f"/map{n}.xml", press.sitemap(urls[n::2])) for n in range(2)]
    missing = newsroom.origin() + "/map-missing.xml"
    index = newsroom.print_("/index.xml", press.sitemap_index([*children, missing]))
    config = kit.configured(tmp_path, [kit.source(index, "sitemap")])

    once(config)

    assert stored(config) == set(urls)
    verdict, reason = kit.verdict_of(config, index)
    assert (verdict, "3 sitemaps, 3 read with 6 new pages, 1 failed" in reason) == ("unchanged", True)
    assert kit.verdict_of(config, missing)[0] == "gone"
    assert kit.query(config, "SELECT etag FROM sources") == [{"etag": None}]


def test_sitemaps_of_an_index_are_asked_for_with_their_validators(newsroom, once, tmp_path, urls):
    children = [newsroom.print_(f"/map{n}.xml", press.sitemap(urls[n::2])) for n in range(2)]
    index = newsroom.print_("/index.xml", press.sitemap_index(children), etag="")
    config = kit.configured(tmp_path, [kit.source(index, "sitemap")])

    once(config)
    before = len(newsroom.log)
    once(config, all_sources=True)

    assert [(each.path, each.is_conditional) for each in newsroom.log[before:]] == [
        ("/index.xml", False),
        ("/map1.xml", True),  # neither has a date: the last one of the list comes first
        ("/map0.xml", True),
    ]
    assert kit.verdict_of(config, children[0])[0] == "not_modified"


def test_an_index_of_indexes_is_followed_and_a_circle_ends(newsroom, once, tmp_path, urls):
    where = newsroom.origin() + "/index.xml"
    child = newsroom.print_("/map-2026-11.xml", press.sitemap(urls))
    year = newsroom.print_("/index-2026.xml", press.sitemap_index([child, where]))
    newsroom.print_("/index.xml", press.sitemap_index([year]))
    config = kit.configured(tmp_path, [kit.source(where, "sitemap")])

    once(config)

    assert stored(config) == set(urls)
    assert "2 sitemaps, 2 read with 6 new pages" in kit.verdict_of(config, where)[1]


def test_a_sitemap_may_be_larger_than_the_largest_page(newsroom, once, tmp_path, urls):
    padding = b"<!--" + b"x" * 1_500_000 + b"-->"
    where = newsroom.print_("/map.xml", press.sitemap(urls) + padding)
    config = kit.configured(tmp_path, [kit.source(where, "sitemap")], max_bytes="1MB")

    once(config)

    assert stored(config) == set(urls)


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
@pytest.mark.parametrize("is_long", [False, True])
def test_of_a_list_that_never_ends_the_beginning_is_read(
    newsroom, once, tmp_path, urls, monkeypatch, kind, is_long
):
    monkeypatch.setattr("crawler.polling.kinds.sitemap.SitemapKind.least_max_bytes", 300_000)
    if is_long:  # it says how long it is
        body = (press.feed if kind == "feed" else press.sitemap)(urls).replace(b"</channel></rss>", b"")
        where = newsroom.print_("/list", body.replace(b"</urlset>", b"") + b"<!--" + b"x" * 900_000, etag="")
    else:
        newsroom.endless = (press.feed if kind == "feed" else press.sitemap)(urls)
        where = newsroom.origin() + "/endless/list"
    config = kit.configured(tmp_path, [kit.source(where, kind)], max_bytes="300KB")

    once(config)

    assert stored(config) == set(urls)
    assert "only its first 0 MB were read" in kit.verdict_of(config, where)[1]


def test_a_news_sitemap_dates_an_article_whose_page_does_not(newsroom, once, tmp_path):
    page = b"<html><head><title>A crew lands</title></head><body><h1>A crew lands</h1>"
    page += b"".join(f"<p>{each}</p>".encode() for each in press.text_of("undated").split("\n"))
    url = newsroom.print_("/film/crew", page, "text/html")
    news = "<news:news><news:title>A crew lands</news:title><news:publication_date>2026-11-20T08:00:00Z</news:publication_date></news:news>"
    where = newsroom.print_(
        "/news.xml",
        f'<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>{url}</loc>{news}</url></urlset>'.encode(),
    )
    config = kit.configured(tmp_path, [kit.source(where, "sitemap", max_age="forever")])

    once(config)

    assert kit.query(config, "SELECT published_at, origins ->> 'published_at' AS origin FROM articles") == [
        {"published_at": "2026-11-20T08:00:00Z", "origin": "feed"}
    ]


def test_a_watched_page_is_read_at_each_poll(newsroom, once, tmp_path):
    config = kit.configured(tmp_path, [kit.source(newsroom.origin() + "/article/programme", "page")])

    first = once(config)
    second = once(config, all_sources=True)
    newsroom.edit("programme")
    third = once(config, all_sources=True)

    assert (first["new"], second["not_modified"], third["changed"]) == (1, 1, 1)
    assert kit.query(config, "SELECT DISTINCT source FROM articles") == [{"source": "paper"}]


@pytest.mark.parametrize(
    ("kind", "path", "words"),
    [
        pytest.param("feed", "/article/not-a-feed", "web page instead of a feed", id="feed that became HTML"),
        pytest.param(
            "sitemap", "/article/not-a-map", "web page instead of a sitemap", id="sitemap that is HTML"
        ),
        pytest.param("feed", "/empty", "empty body", id="empty feed"),
        pytest.param("feed", "/binary", "", id="binary feed"),
        pytest.param("feed", "/status/404", "404 (Not Found)", id="feed that is gone"),
        pytest.param("feed", "/status/500", "500", id="feed that fails"),
        pytest.param("feed", "/bomb/gzip", "once it is unpacked", id="feed that is a bomb"),
        pytest.param("section", "/drop", "connection was dropped", id="section page that drops"),
    ],
)
def test_a_source_that_fails_has_a_row_a_reason_and_another_poll(newsroom, once, tmp_path, kind, path, words):
    config = kit.configured(tmp_path, [kit.source(newsroom.origin() + path, kind)])

    once(config)

    verdict, reason = kit.verdict_of(config, newsroom.origin() + path)
    (state,) = kit.query(
        config, "SELECT outcome, reason, failures, succeeded_at, next_due_at, checked_at FROM sources"
    )
    assert verdict in ("failed", "gone", "too_large")
    assert words in reason
    assert (state["outcome"], state["reason"], state["succeeded_at"]) == (verdict, reason, None)
    assert state["failures"] > 0
    assert state["next_due_at"] > state["checked_at"]


def test_what_two_sources_name_is_fetched_once(newsroom, once, tmp_path, urls):
    feeds = [kit.source(newsroom.print_(f"/feed{n}", press.feed(urls)), id=f"feed-{n}") for n in range(3)]

    once(kit.configured(tmp_path, feeds))

    assert len(newsroom.asked("/article")) == len(urls)
