"""Answers that readers of HTTP take apart differently: each ends as a row, and none is taken for another one's."""

from __future__ import annotations

import kit
import press
import pytest
import wire


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    with kit.Newsroom(hosts=len(wire.ANSWERS), net="127.0.9") as newsroom:
        urls = {}
        for number, name in enumerate(wire.ANSWERS):
            urls[name] = f"{newsroom.origin(number)}/wire/{name}"
            urls[f"after {name}"] = f"{newsroom.origin(number)}/article/after-{name}"
        feed = newsroom.print_("/feed", press.feed(list(urls.values())))
        config = kit.configured(tmp_path_factory.mktemp("wire"), [kit.source(feed)], timeout="5s")
        from scheduler import run_once

        run_once(config)
        yield config, urls


@pytest.mark.parametrize("name", wire.ANSWERS)
def test_every_answer_ends_as_a_row_with_a_reason(crawled, name):
    config, urls = crawled

    verdict, reason = kit.verdict_of(config, urls[name])

    assert verdict in ("failed", "deferred", "not_article", "too_large", "gone")
    assert reason


@pytest.mark.parametrize("name", wire.ANSWERS)
def test_no_answer_is_taken_for_that_to_the_next_question(crawled, name):
    config, urls = crawled

    assert kit.verdict_of(config, urls[f"after {name}"])[0] == "new"
    assert not kit.count(config, "articles WHERE text LIKE '%second%' AND text NOT LIKE '%crew%'")


def test_a_part_that_nobody_asked_for_is_no_article(crawled):
    config, urls = crawled

    verdict, reason = kit.verdict_of(config, urls["part-unasked"])

    assert verdict in ("deferred", "failed")
    assert "a part of the page (206)" in reason


def test_the_record_is_sound(crawled):
    kit.assert_sound(crawled[0])


@pytest.mark.parametrize("status", [99, 1000, 10**20 - 1])
def test_a_status_that_is_none_is_no_answer_of_a_source_or_a_robots_txt(newsroom, once, tmp_path, status):
    newsroom.robots[newsroom.host(2)] = status
    page = f"{newsroom.origin(2)}/article/behind"
    odd = f"{newsroom.origin()}/status/{status}"
    sources = [kit.source(newsroom.print_("/feed", press.feed([page]), 1), id="good")]
    sources += [kit.source(f"{odd}/{kind}", kind, id=kind) for kind in ("feed", "sitemap", "section")]
    config = kit.configured(tmp_path, sources)

    once(config)

    rows = kit.query(
        config, "SELECT purpose, source, verdict, reason FROM visits WHERE reason LIKE '%not HTTP%'"
    )
    assert "robots" in {row["purpose"] for row in rows}
    assert {row["source"] for row in rows} >= {"feed", "sitemap", "section"}
    assert {row["verdict"] for row in rows} == {"failed", "deferred"}  # the page behind the robots.txt
    assert not kit.count(config, "visits WHERE reason LIKE '%Spacereel failed%'")
    kit.assert_sound(config)
