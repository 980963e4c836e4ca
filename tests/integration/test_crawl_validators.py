"""A validator is for the address that gave it, and for nobody a redirect leads to."""

from __future__ import annotations

import kit
import press
import pytest


@pytest.fixture
def config(newsroom, tmp_path):
    feed = newsroom.print_("/feed", press.feed([newsroom.origin() + "/article/a"]))
    return kit.configured(tmp_path, [kit.source(feed)])


def verdicts(config, url):
    rows = kit.query(config, "SELECT verdict FROM visits WHERE url = ? ORDER BY id", url)
    return [row["verdict"] for row in rows]


def test_validators_are_not_sent_on_and_another_host_s_304_is_not_believed(newsroom, once, config):
    once(config)
    elsewhere = newsroom.origin(1) + "/status/304"
    newsroom.trouble = lambda asked: f"/to?{elsewhere}" if asked.path == "/feed" else ""

    once(config, all_sources=True)

    assert newsroom.asked("/feed")[-1].is_conditional
    assert [each.is_conditional for each in newsroom.asked("/status/304", number=1)] == [False]
    assert verdicts(config, newsroom.origin() + "/feed")[-1] not in ("not_modified", "unchanged")
    assert "was not asked whether" in kit.verdict_of(config, newsroom.origin() + "/feed")[1]


def test_validators_of_where_a_redirect_leads_are_not_shown_to_who_sent_us(newsroom, once, tmp_path):
    target = newsroom.print_("/feed", press.feed([newsroom.origin(1) + "/article/a"]), number=1)
    config = kit.configured(tmp_path, [kit.source(f"{newsroom.origin()}/to?{target}")])

    once(config)
    once(config, all_sources=True)

    assert len(newsroom.asked("/to")) == 2
    assert not any(each.is_conditional for each in newsroom.asked("/to") + newsroom.asked("/feed"))


def test_a_304_that_was_asked_for_is_believed(newsroom, once, config):
    once(config)
    once(config, all_sources=True)

    assert verdicts(config, newsroom.origin() + "/feed")[-1] == "not_modified"


def test_polls_without_news_are_counted_and_a_new_entry_or_an_error_has_its_row(newsroom, once, config):
    feed = newsroom.origin() + "/feed"
    for _ in range(4):
        once(config, all_sources=True)
    newsroom.trouble = lambda asked: "/status/500" if asked.path == "/feed" else ""
    for _ in range(2):
        once(config, all_sources=True)
    newsroom.trouble = lambda asked: ""
    newsroom.print_("/feed", press.feed([newsroom.origin() + "/article/a", newsroom.origin() + "/article/b"]))

    once(config, all_sources=True)

    assert verdicts(config, feed) == ["unchanged", "not_modified", "failed", "failed", "unchanged"]
    assert kit.query(config, "SELECT source, verdict, polls FROM quiet_polls") == [
        {"source": "paper", "verdict": "not_modified", "polls": 2}
    ]
    assert kit.query(config, "SELECT polls FROM source_health") == [{"polls": 7}]
    assert kit.query(config, "SELECT verdicts ->> 'not_modified' AS polls FROM runs WHERE id = 4") == [
        {"polls": 1}
    ]


def test_a_304_of_a_page_that_brings_a_new_etag_is_asked_with_it_the_next_time(newsroom, once, config):
    address = newsroom.print_(
        "/article/a", press.article("a", newsroom.origin() + "/article/a"), "text/html", etag='"first"'
    )
    once(config)
    newsroom.trouble = lambda asked: "/status/304/etag/second" if asked.path == "/article/a" else ""

    for _ in range(2):
        once(config, recheck=True)

    sent = [each.headers.get("if-none-match") for each in newsroom.asked("/article/a")]
    assert sent == [None, '"first"', '"second"']
    assert verdicts(config, address)[-2:] == ["not_modified", "not_modified"]
