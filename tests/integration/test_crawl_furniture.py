"""A version is an edit of the publisher's: never what was learnt of a site, or of reading, between two looks."""

from __future__ import annotations

import kit
import press

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
    held = "SELECT count(*) AS n FROM visits WHERE reason LIKE 'What differs is how the page is read today%'"
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
