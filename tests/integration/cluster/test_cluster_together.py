"""Answers that wait together are appended together, and what comes of them is what one after the other would have made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import kit
import press
import psycopg
from handed_over import answered, put, written
from machines import clustered

NOW = datetime(2026, 11, 30, tzinfo=UTC)
URLS = [f"http://wire.example/plain-story-{number}" for number in range(6)]


def printed(config, number: int, edition: int = 1, **changed):
    url, at = URLS[number], NOW + timedelta(minutes=10 * number)
    return answered(config, url, at, press.article(f"story-{number}", url, edition), **changed)


def of_paper(dsn, tmp_path):
    return clustered(tmp_path, [kit.source("http://wire.example/rss")], dsn)


def waiting(dsn) -> int:
    with psycopg.connect(dsn) as conn:
        return conn.execute("SELECT count(*) FROM spacereel.outbox").fetchone()[0]


def test_an_answer_that_cannot_be_appended_costs_itself_only(dsn, tmp_path):
    config = of_paper(dsn, tmp_path)
    answers = [printed(config, number) for number in range(6)]
    capture = answers[2].capture
    before_time = replace(capture.article, published_at=datetime(1, 1, 2, tzinfo=UTC))
    answers[2] = replace(answers[2], capture=replace(capture, article=before_time))
    put(config, answers)

    written(config)

    articles = [row["url"] for row in kit.query(config, "SELECT url FROM articles ORDER BY id")]
    assert articles == URLS[:2] + URLS[3:]
    assert kit.verdict_of(config, URLS[2]) == ("failed", "Spacereel failed on it: OverflowError.")
    assert kit.count(config, "visits") == 6
    assert waiting(dsn) == 0


def test_an_answer_that_cannot_be_read_costs_itself_only(dsn, tmp_path):
    config = of_paper(dsn, tmp_path)
    put(config, [printed(config, number, elapsed_ms=10**30 if number == 2 else 5) for number in range(6)])

    written(config)

    articles = [row["url"] for row in kit.query(config, "SELECT url FROM articles ORDER BY id")]
    assert articles == URLS[:2] + URLS[3:]
    assert waiting(dsn) == 0


def test_an_answer_that_waits_twice_is_appended_once(dsn, tmp_path):
    config = of_paper(dsn, tmp_path)
    answers = [printed(config, number) for number in range(3)]
    put(config, [*answers, *answers])

    written(config)

    assert kit.count(config, "articles") == kit.count(config, "visits") == 3
    assert waiting(dsn) == 0


def test_an_edit_that_waits_behind_its_article_becomes_its_second_version(dsn, tmp_path):
    config = of_paper(dsn, tmp_path)
    edited = answered(
        config, URLS[0], NOW + timedelta(hours=1), press.article("story-0", URLS[0], 2), "recheck"
    )
    put(config, [printed(config, 0), printed(config, 1), edited, printed(config, 2)])

    written(config)

    versions = kit.query(config, "SELECT url, revision FROM articles ORDER BY url, id")
    assert [(row["url"], row["revision"]) for row in versions] == [
        (URLS[0], 1),
        (URLS[0], 2),
        (URLS[1], 1),
        (URLS[2], 1),
    ]
    assert waiting(dsn) == 0


def test_answers_of_other_rules_are_read_again_in_their_place(dsn, tmp_path):
    config = of_paper(dsn, tmp_path)
    put(config, [printed(config, 0), printed(config, 1)])
    put(config, [printed(config, 2)], "older")
    put(config, [printed(config, 3)])

    written(config)

    assert [row["url"] for row in kit.query(config, "SELECT url FROM articles ORDER BY id")] == URLS[:4]


PROMO = b"<p>Join the harbour circle and hear from our desk every Friday</p>\n</article>"


def looked_at_again(config, number: int):
    url = URLS[number]
    body = press.article(f"story-{number}", url).replace(b"</article>", PROMO)
    return answered(config, url, NOW + timedelta(hours=2, minutes=number), body, "recheck")


def test_others_of_a_site_are_waited_for_before_a_line_that_came_is_believed(dsn, tmp_path):
    config = of_paper(dsn, tmp_path)
    put(config, [printed(config, number) for number in range(6)])
    written(config)

    put(config, [looked_at_again(config, number) for number in range(6)])
    written(config)

    assert kit.query(config, "SELECT url FROM article_changes") == []
    assert kit.count(config, "visits WHERE purpose = 'recheck' AND verdict = 'unchanged'") == 6
    assert waiting(dsn) == 0


def test_a_paragraph_that_came_to_one_article_alone_is_its_edit(dsn, tmp_path, monkeypatch):
    monkeypatch.setattr("crawler.ingest.asking.LONGEST_WITNESSED_S", 0.3)
    config = of_paper(dsn, tmp_path)
    put(config, [printed(config, number) for number in range(3)])
    written(config)
    same = [
        answered(config, URLS[number], NOW + timedelta(hours=3), press.article(f"story-{number}", URLS[number]), "recheck")
        for number in (1, 2)
    ]  # fmt: skip

    put(config, [looked_at_again(config, 0), *same])
    written(config)

    assert [row["url"] for row in kit.query(config, "SELECT url FROM article_changes")] == [URLS[0]]
    assert waiting(dsn) == 0
