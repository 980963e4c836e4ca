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
