"""A feed names its entries: an edit it tells of is fetched at once, and an article that moves keeps its history."""

from __future__ import annotations

import html
from contextlib import closing

import kit
import press

from db.store import Store


def feed(*entries: tuple[str, str, str]) -> bytes:
    """RSS of (guid, url, description)."""
    items = "".join(
        f'<item><title>{url.rpartition("/")[2]}</title><link>{url}</link><guid isPermaLink="false">{guid}</guid>'
        f"<description>{html.escape(words)}</description></item>"
        for guid, url, words in entries
    )
    return f'<rss version="2.0"><channel><title>Paper</title>{items}</channel></rss>'.encode()


def long_ago(config) -> None:
    """The record forgets how recently it looked."""
    with closing(Store.open(config.store.path, config.store.archive)) as store:
        store._conn.execute("UPDATE pages SET checked_at = '2026-01-02T00:00:00Z'")
        store._conn.commit()


def histories(config) -> list[tuple[str, int]]:
    rows = kit.query(config, "SELECT canonical_url, revision FROM newest ORDER BY canonical_url")
    return [(row["canonical_url"], row["revision"]) for row in rows]


def test_new_words_in_a_feed_lead_to_a_look_at_once(newsroom, once, tmp_path):
    url = newsroom.origin() + "/article/film-crew"
    where = newsroom.print_("/feed", feed(("post-1", url, "The crew has landed.")))
    config = kit.configured(tmp_path, [kit.source(where)])
    once(config)
    long_ago(config)
    newsroom.edit("film-crew")
    newsroom.print_("/feed", feed(("post-1", url, "Corrected: the crew lands on Friday.")))

    counts = once(config, all_sources=True)

    assert counts["changed"] == 1
    assert "1 changed, looked at again" in kit.verdict_of(config, where)[1]


def page(newsroom, path: str, slug: str, edition: int = 1) -> str:
    return newsroom.print_(
        path, press.article(slug, newsroom.origin() + path, edition), "text/html; charset=utf-8"
    )


def test_an_article_that_moves_and_is_edited_keeps_its_history(newsroom, once, tmp_path):
    old = page(newsroom, "/2026/crew", "film-crew")
    where = newsroom.print_("/feed", feed(("post-1", old, "The crew.")))
    config = kit.configured(tmp_path, [kit.source(where)])
    once(config)
    new = page(newsroom, "/film/crew", "film-crew", edition=2)
    newsroom.print_("/feed", feed(("post-1", new, "The crew.")))

    once(config, all_sources=True)

    assert histories(config) == [(old, 2)]
    assert kit.query(config, "SELECT canonical_url FROM aliases WHERE url = ?", new) == [
        {"canonical_url": old}
    ]
    assert kit.count(config, "article_events WHERE kind = 'moved'") == 1


def test_a_name_that_is_given_to_whatever_is_newest_merges_nothing(newsroom, once, tmp_path):
    first, second, third = (page(newsroom, f"/{n}/briefing", f"story-{n}") for n in range(3))
    where = newsroom.print_("/feed", feed(("1", first, "Today.")))
    config = kit.configured(tmp_path, [kit.source(where)])
    once(config)
    for url in (second, third):
        newsroom.print_("/feed", feed(("1", url, "Today.")))
        once(config, all_sources=True)

    assert histories(config) == sorted([(first, 1), (second, 1), (third, 1)])


def test_names_that_change_at_every_poll_fetch_nothing_again(newsroom, once, tmp_path):
    url = newsroom.origin() + "/article/film-crew"
    config = kit.configured(tmp_path, [kit.source(newsroom.origin() + "/feed")])
    for poll in range(4):
        newsroom.print_("/feed", feed((f"guid-{poll}", url, "The crew.")))
        once(config, all_sources=True)
        long_ago(config)

    assert len(newsroom.asked("/article")) == 1
