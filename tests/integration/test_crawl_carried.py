"""A feed that carries whole articles rescues those whose pages give none; and who named a page is not forgotten."""

from __future__ import annotations

import html
import io
from contextlib import redirect_stdout
from datetime import UTC, datetime

import kit
import press

from crawler.commands.why import print_why

WALL = b"<html><head><title>Before you continue</title></head><body><h1>Before you continue</h1><p>We value your privacy.</p></body></html>"
SLUG = "story-1-of-the-film-crew"


def full_feed(*urls: str) -> bytes:
    """RSS whose entries carry the whole text."""
    items = "".join(
        f"<item><title>{press.title_of(slug)}</title><link>{url}</link><content:encoded>"
        + html.escape("".join(f"<p>{each}</p>" for each in press.text_of(slug).split("\n")))
        + "</content:encoded></item>"
        for url in urls
        for slug in [url.rpartition("/")[2]]
    )
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Paper</title>{items}</channel></rss>"
    ).encode()


def why(config, url: str) -> str:
    said = io.StringIO()
    with redirect_stdout(said):
        print_why(config, url, is_json=False, now=datetime.now(UTC))
    return said.getvalue()


def article(config) -> dict[str, object]:
    sql = """SELECT c.title, c.text, c.revision, a.origins ->> 'text' AS origin, c.url
        FROM current_articles c JOIN articles a ON a.id = c.id"""
    (row,) = kit.query(config, sql)
    return row


def test_a_page_behind_a_wall_is_read_in_its_feed_and_on_the_page_once_that_is_open(newsroom, once, tmp_path):
    url = newsroom.print_(f"/film/{SLUG}", WALL, "text/html", etag="")
    where = newsroom.print_("/feed", full_feed(url))
    config = kit.configured(tmp_path, [kit.source(where)])

    first = once(config)
    carried = article(config)
    said = why(config, url)
    newsroom.print_(f"/film/{SLUG}", press.article(SLUG, url, edition=2), "text/html; charset=utf-8", etag="")
    second = once(config, recheck=True)

    assert (first["new"], second["changed"]) == (1, 1)
    assert carried == {
        "title": press.title_of(SLUG), "text": press.text_of(SLUG), "revision": 1, "origin": "feed", "url": url
    }  # fmt: skip
    assert "The text is the feed's own, because the page gives none: a consent wall" in said
    assert article(config)["origin"] == "markup"
    kinds = {row["kind"] for row in kit.query(config, "SELECT kind FROM article_events")}
    assert kinds == {"text from the page", "authors", "dates"}


def test_the_feed_s_text_is_dropped_once_it_was_used(newsroom, once, tmp_path):
    url = newsroom.print_(f"/film/{SLUG}", WALL, "text/html")
    config = kit.configured(tmp_path, [kit.source(newsroom.print_("/feed", full_feed(url)))])

    once(config)

    assert kit.count(config, "frontier WHERE content IS NOT NULL") == 0


def test_a_refused_page_stays_refused_whatever_its_feed_carries(newsroom, once, tmp_path):
    urls = [newsroom.origin() + "/status/403/" + SLUG, newsroom.origin() + "/private/" + SLUG]
    newsroom.robots[newsroom.host()] = "User-agent: *\nDisallow: /private/\n"
    config = kit.configured(tmp_path, [kit.source(newsroom.print_("/feed", full_feed(*urls)))])

    once(config)

    assert kit.count(config, "articles") == 0
    assert [kit.verdict_of(config, url)[0] for url in urls] == ["failed", "robots_denied"]


def test_why_names_the_child_sitemap_and_the_further_page_that_named_a_page(newsroom, once, tmp_path):
    stories = [newsroom.origin() + f"/article/story-{n}-of-the-film-crew" for n in range(14)]
    mapped, listed, later = stories[0], stories[1], stories[13]
    child = newsroom.print_("/map-2026.xml", press.sitemap([mapped]))
    index = newsroom.print_("/index.xml", press.sitemap_index([child]))
    feed = newsroom.print_("/feed", press.feed([listed]))
    following = b'<a rel="next" href="/news?page=2">Next</a></main>'
    first = press.section(stories[2:8]).replace(b"</main>", following)
    section = newsroom.print_("/news", first, "text/html")
    further = newsroom.print_("/news?page=2", press.section(stories[8:]), "text/html")
    config = kit.configured(
        tmp_path,
        [
            kit.source(index, "sitemap", id="map"),
            kit.source(feed),
            kit.source(section, "section", id="news"),
        ],
    )

    once(config)
    once(config, recheck=True)

    assert f"sitemap {index}\nNamed on: {child}" in why(config, mapped)
    assert f"section {section}\nNamed on: {further}" in why(config, later)
    assert f"feed {feed}\n" in why(config, listed)
    assert "Named on" not in why(config, listed)
