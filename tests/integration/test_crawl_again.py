"""The second look: validators, edits, removals, copies, and what is off topic."""

from __future__ import annotations

import kit
import press


def paper(newsroom, count: int = 6) -> str:
    urls = [newsroom.origin(number % 3) + f"/article/{number}" for number in range(count)]
    return newsroom.print_("/feed", press.feed(urls))


def test_the_second_once_sends_every_validator_and_adds_nothing(newsroom, once, tmp_path):
    config = kit.configured(tmp_path, [kit.source(paper(newsroom))])

    once(config)
    before = len(newsroom.log)
    second = once(config, all_sources=True, recheck=True)

    again = [each for each in newsroom.log[before:] if each.path != "/robots.txt"]
    assert len(again) == 7
    assert all(each.is_conditional for each in again)
    assert second["not_modified"] == 7
    assert kit.query(config, "SELECT count(*) AS n FROM articles") == [{"n": 6}]


def test_without_validators_unchanged_articles_are_recognised(newsroom, once, tmp_path):
    urls = [newsroom.origin() + f"/plain/{number}" for number in range(3)]
    config = kit.configured(tmp_path, [kit.source(newsroom.print_("/feed", press.feed(urls), etag=""))])

    once(config)
    second = once(config, all_sources=True, recheck=True)

    assert not any(each.is_conditional for each in newsroom.log)
    assert second["unchanged"] == 3 + 1
    assert kit.query(config, "SELECT count(*) AS n FROM articles") == [{"n": 3}]


def test_an_edit_becomes_a_revision(newsroom, once, tmp_path):
    config = kit.configured(tmp_path, [kit.source(paper(newsroom))])

    once(config)
    newsroom.edit("3")
    second = once(config, recheck=True)

    assert (second["changed"], second["not_modified"]) == (1, 5)
    rows = kit.query(
        config, "SELECT revision, text FROM articles WHERE url LIKE '%/article/3' ORDER BY revision"
    )
    assert [row["revision"] for row in rows] == [1, 2]
    assert rows[0]["text"] != rows[1]["text"]


def test_stored_articles_are_looked_at_again_in_an_hour(newsroom, once, tmp_path):
    config = kit.configured(tmp_path, [kit.source(paper(newsroom))])

    once(config)

    (row,) = kit.query(
        config,
        """SELECT count(*) AS n, min(julianday(f.not_before_at) - julianday(a.fetched_at)) * 24 AS soonest_h
        FROM frontier f JOIN articles a ON a.url = f.url WHERE f.purpose = 'recheck'""",
    )
    assert row["n"] == 6
    assert 0.99 < row["soonest_h"] < 1.01


def test_a_page_that_went_away_is_looked_at_again_before_it_counts_as_removed(newsroom, once, tmp_path):
    url = newsroom.print_("/story", press.article("story", newsroom.origin() + "/story"), "text/html")
    config = kit.configured(tmp_path, [kit.source(newsroom.print_("/feed", press.feed([url])))])

    once(config)
    del newsroom._printed[newsroom.host(), "/story"]
    once(config, recheck=True)

    assert kit.verdict_of(config, url)[0] == "gone"
    assert kit.query(config, "SELECT purpose FROM frontier WHERE url = ?", url) == [{"purpose": "recheck"}]


def test_a_copy_says_whose_it_is(newsroom, once, tmp_path):
    original = newsroom.origin() + "/original"
    newsroom.print_("/original", press.article("scoop", original), "text/html")
    copied = newsroom.origin(1) + "/copied"
    newsroom.print_("/copied", press.article("scoop", copied), "text/html", number=1)
    first = kit.source(newsroom.print_("/feed1", press.feed([original])), id="first")
    second = kit.source(newsroom.print_("/feed2", press.feed([copied])), id="second")

    once(kit.configured(tmp_path, [first]))
    config = kit.configured(tmp_path, [first, second])
    counts = once(config)

    assert counts["copy"] == 1
    (row,) = kit.query(config, "SELECT o.url FROM copies c JOIN articles o ON o.id = c.copy_of")
    assert row["url"] == original


def test_off_topic_pages_are_told_and_not_kept(newsroom, once, tmp_path):
    urls = [newsroom.origin(number) + f"/article/gardening-{number}" for number in range(2)]
    config = kit.configured(
        tmp_path, [kit.source(newsroom.print_("/feed", press.feed(urls)))], band="relevant"
    )

    counts = once(config)

    assert counts["off_topic"] == 2
    assert kit.query(config, "SELECT count(*) AS n FROM articles") == [{"n": 0}]
    assert "cannot make it a mention for test" in kit.verdict_of(config, urls[0])[1]


def test_progress_is_told(newsroom, tmp_path):
    from crawler.daemon.once import run_once

    told: list[tuple[int, int, dict[str, int]]] = []
    config = kit.configured(tmp_path, [kit.source(paper(newsroom))])

    run_once(config, progress=lambda done, queued, counts: told.append((done, queued, dict(counts))))

    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert told[-1][0] == 6
    assert told[-1][2] == {"new": 6}
