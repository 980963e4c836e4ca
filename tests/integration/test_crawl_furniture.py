"""A version is an edit of the publisher's: never what was learnt of a site, or of reading, between two looks."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

import kit
import press

from db.store import Store

ROUNDS = 10
_PER_ROUND = 5


def _page(newsroom, slug: str, number: int, edition: int = 1) -> str:
    """An article with a credit that is the same on all articles of its round, and on no other."""
    path = f"/plain-{slug}"
    body = press.article(slug, newsroom.origin() + path, edition)
    credit = f"<p>Seen through the lens of studio number {number} in Harbour Street</p>\n</article>"
    return newsroom.print_(path, body.replace(b"</article>", credit.encode()), "text/html", etag="")


def test_furniture_that_changes_each_round_brings_no_version(newsroom, once, tmp_path):
    urls: list[str] = []
    for number in range(ROUNDS):
        urls += [_page(newsroom, f"story-{number}-{each}", number) for each in range(_PER_ROUND)]
        config = kit.configured(tmp_path, [kit.source(newsroom.print_("/feed", press.feed(urls), etag=""))])
        once(config, all_sources=True, recheck=True)

    assert kit.query(config, "SELECT count(*) AS n FROM articles") == [{"n": ROUNDS * _PER_ROUND}]
    assert kit.query(config, "SELECT * FROM article_changes") == []
    credits = "SELECT count(*) AS n FROM articles WHERE text LIKE '%studio number%'"
    assert 0 < kit.query(config, credits)[0]["n"] < ROUNDS * _PER_ROUND
    held = "SELECT count(*) AS n FROM visits WHERE reason LIKE 'What differs is the site''s furniture or how the page is read%'"
    assert kit.query(config, held)[0]["n"] > 0


def test_an_edit_beside_new_furniture_is_told_without_it(newsroom, once, tmp_path):
    urls = [_page(newsroom, f"story-0-{each}", 0) for each in range(_PER_ROUND)]
    config = kit.configured(tmp_path, [kit.source(newsroom.print_("/feed", press.feed(urls), etag=""))])
    once(config)
    with_credit = "SELECT url FROM articles WHERE text LIKE '%studio number%' ORDER BY id"
    first = kit.query(config, with_credit)[0]["url"].rpartition("plain-")[2]

    _page(newsroom, first, 0, edition=2)
    counts = once(config, recheck=True)

    assert counts["changed"] == 1
    assert [row["kinds"] for row in kit.query(config, "SELECT kinds FROM article_changes")] == ["edited"]


def test_a_line_that_became_furniture_is_no_edit_when_the_archive_has_no_page_any_more(
    newsroom, once, tmp_path
):
    urls = [_page(newsroom, f"story-0-{each}", 0) for each in range(_PER_ROUND)]
    config = kit.configured(tmp_path, [kit.source(newsroom.print_("/feed", press.feed(urls), etag=""))])
    once(config)
    for path in tmp_path.glob("archive.db*"):
        path.unlink()

    counts = once(config, recheck=True)

    assert counts["unchanged"] == _PER_ROUND
    assert kit.query(config, "SELECT * FROM article_changes") == []


def test_an_article_behind_the_redirect_of_another_host_has_one_history(newsroom, once, tmp_path):
    url = newsroom.origin() + "/story"
    newsroom.print_(
        "/story", press.article("scoop", "").replace(b'<link rel="canonical" href="">', b""), "text/html"
    )
    short = newsroom.origin(1) + "/to?" + url
    config = kit.configured(tmp_path, [kit.source(newsroom.print_("/feed", press.feed([short, url])))])

    counts = once(config)

    assert "copy" not in counts
    assert kit.query(config, "SELECT url, canonical_url, revision FROM articles") == [
        {"url": url, "canonical_url": url, "revision": 1}
    ]


_PROMO = "<p>Join the harbour circle and hear from our desk every Friday</p>\n</article>"


def _with_promo(newsroom, slug: str, edition: int = 1) -> None:
    path = f"/plain-{slug}"
    body = press.article(slug, newsroom.origin() + path, edition)
    newsroom.print_(path, body.replace(b"</article>", _PROMO.encode()), "text/html", etag="")


def test_a_line_that_comes_to_all_old_articles_is_no_edit_of_any(newsroom, once, tmp_path):
    slugs = [f"old-{each}" for each in range(6)]
    urls = [_page(newsroom, slug, 0) for slug in slugs]
    config = kit.configured(tmp_path, [kit.source(newsroom.print_("/feed", press.feed(urls), etag=""))])
    once(config)

    for slug in slugs:
        _with_promo(newsroom, slug, edition=2 if slug == slugs[0] else 1)
    counts = once(config, recheck=True)

    assert counts == {"changed": 1, "unchanged": 5}
    changes = kit.query(config, "SELECT url, kinds, text_after FROM article_changes")
    assert [(row["url"], row["kinds"]) for row in changes] == [(urls[0], "edited")]
    assert "harbour circle" not in changes[0]["text_after"]


def test_others_of_a_site_are_looked_at_before_a_line_that_came_is_believed(newsroom, once, tmp_path):
    slugs = [f"old-{each}" for each in range(6)]
    urls = [_page(newsroom, slug, 0) for slug in slugs]
    config = kit.configured(tmp_path, [kit.source(newsroom.print_("/feed", press.feed(urls), etag=""))])
    once(config)
    for slug in slugs:
        _with_promo(newsroom, slug)
    with closing(Store.open(config.store.path, config.store.archive)) as store:
        store.schedule_recheck(urls[3], datetime.now(UTC))

    counts = once(config)

    assert counts == {"unchanged": 5}
    assert kit.query(config, "SELECT * FROM article_changes") == []


def test_a_paragraph_that_came_to_one_article_alone_is_its_edit(newsroom, once, tmp_path):
    slugs = [f"old-{each}" for each in range(6)]
    urls = [_page(newsroom, slug, 0) for slug in slugs]
    config = kit.configured(tmp_path, [kit.source(newsroom.print_("/feed", press.feed(urls), etag=""))])
    once(config)
    _with_promo(newsroom, slugs[2])

    counts = once(config, recheck=True)

    assert counts == {"changed": 1, "unchanged": 5}
    assert [row["kinds"] for row in kit.query(config, "SELECT kinds FROM article_changes")] == [
        "added paragraphs"
    ]
