"""What a host asks of us is heeded, over restarts too."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import kit
import press
import pytest


def listed(newsroom, *paths: str, number: int = 0) -> str:
    return newsroom.print_("/feed", press.feed([newsroom.origin(number) + path for path in paths]))


def test_requests_to_one_host_keep_the_delay(newsroom, once, tmp_path):
    feed = listed(newsroom, "/article/a", "/article/b", "/redirect/2/c")

    once(kit.configured(tmp_path, [kit.source(feed)], per_host_delay="200ms"))

    gaps = newsroom.gaps()
    assert len(gaps) == 6
    assert min(gaps) >= 0.2


def test_a_longer_crawl_delay_holds(newsroom, once, tmp_path):
    newsroom.robots[newsroom.host(1)] = "User-agent: *\nCrawl-delay: 0.5\n"
    feed = listed(newsroom, "/article/a", "/article/b", number=1)
    config = kit.configured(tmp_path, [kit.source(feed)])

    once(config)

    assert min(newsroom.gaps(1)) >= 0.5
    assert kit.query(config, "SELECT crawl_delay_s FROM hosts WHERE host = ?", newsroom.host(1)) == [
        {"crawl_delay_s": 0.5}
    ]


def test_one_host_has_one_request_at_a_time(newsroom, once, tmp_path):
    newsroom.delay_s = 0.01
    urls = [f"{newsroom.origin(number % 3)}/article/{number}" for number in range(30)]
    feeds = [kit.source(newsroom.print_(f"/feed{n}", press.feed(urls)), id=f"feed-{n}") for n in range(4)]

    once(kit.configured(tmp_path, feeds))

    assert set(newsroom.most_open.values()) == {1}


@pytest.mark.parametrize("path", ["/status/429/retry-after/3600", "/status/503/until/3600"])
def test_a_host_that_asked_for_rest_is_not_asked_after_a_restart(newsroom, once, tmp_path, path):
    feed = listed(newsroom, path, "/article/later", number=1)
    config = kit.configured(tmp_path, [kit.source(feed)])

    first = once(config)
    asked = len(newsroom.asked("/", number=1))
    second = once(config, all_sources=True)

    assert first["deferred"] >= 2
    assert len(newsroom.asked("/", number=1)) == asked
    assert "new" not in second
    verdict, reason = kit.verdict_of(config, newsroom.origin(1) + "/article/later")
    assert verdict == "deferred"
    assert "answered" in reason
    assert kit.query(config, "SELECT count(*) AS n FROM frontier") == [{"n": 2}]


def test_pages_of_a_host_that_rests_have_one_row_however_often_they_are_left(newsroom, once, tmp_path):
    """Every run wrote one for each page in the queue: 5,000 pages of a dead host and a run every five minutes are a million a day."""
    pages = (f"/status/429/retry-after/3600?{number}" for number in range(20))
    feed = listed(newsroom, *pages, number=1)
    config = kit.configured(tmp_path, [kit.source(feed)])
    assert once(config)["deferred"] == 20
    with closing(sqlite3.connect(config.store.path)) as record, record:
        for table in ("frontier", "hosts"):
            record.execute(f"UPDATE {table} SET not_before_at = '2026-01-01T00:00:00Z'")

    assert once(config) == {"deferred": 1}  # of the page that was asked for
    assert kit.count(config, "frontier WHERE not_before_at > '2026-02'") == 20


def test_a_source_that_asks_for_rest_gets_it(newsroom, once, tmp_path):
    config = kit.configured(tmp_path, [kit.source(newsroom.origin() + "/status/429/retry-after/7200")])

    once(config)
    once(config, all_sources=True)

    assert len(newsroom.asked("/status")) == 1
    (state,) = kit.query(config, "SELECT next_due_at, checked_at, failures FROM sources")
    assert state["next_due_at"] > state["checked_at"]


def test_robots_txt_is_asked_once_per_run_and_has_its_row(newsroom, once, tmp_path):
    newsroom.robots[newsroom.host()] = "User-agent: *\nDisallow: /private\n"
    config = kit.configured(
        tmp_path, [kit.source(listed(newsroom, "/article/a", "/article/b", "/private/c"))]
    )

    once(config)

    assert len(newsroom.asked("/robots.txt")) == 1
    assert not newsroom.asked("/private")
    assert kit.verdict_of(config, newsroom.origin() + "/robots.txt")[0] == "unchanged"
    assert kit.verdict_of(config, newsroom.origin() + "/private/c")[0] == "robots_denied"


def test_robots_txt_is_remembered_for_a_day_over_restarts(newsroom, once, tmp_path):
    newsroom.robots[newsroom.host()] = "User-agent: *\nDisallow: /private\n"
    feed = listed(newsroom, "/article/a")
    config = kit.configured(tmp_path, [kit.source(feed)])

    once(config)
    newsroom.print_("/feed", press.feed([newsroom.origin() + path for path in ("/article/b", "/private/c")]))
    once(config, all_sources=True)

    assert len(newsroom.asked("/robots.txt")) == 1
    assert not newsroom.asked("/private")
    assert kit.verdict_of(config, newsroom.origin() + "/private/c")[0] == "robots_denied"


def test_after_a_day_robots_txt_is_asked_for_again_with_its_validator(newsroom, once, tmp_path, monkeypatch):
    newsroom.robots[newsroom.host()] = "User-agent: *\nDisallow: /private\n"
    config = kit.configured(tmp_path, [kit.source(listed(newsroom, "/article/a", "/private/c"))])

    once(config)
    monkeypatch.setattr("crawler.middlewares.robots.FRESH_S", 0.0)
    newsroom.print_("/feed", press.feed([newsroom.origin() + path for path in ("/article/b", "/private/d")]))
    second = once(config, all_sources=True)

    assert newsroom.asked("/robots.txt")[-1].is_conditional
    assert "not_modified" in second
    assert not newsroom.asked("/private")


def test_a_redirect_to_a_host_that_rests_waits_and_asks_nobody_meanwhile(newsroom, once, tmp_path):
    resting = newsroom.origin(1)
    url = f"{newsroom.origin()}/to?{resting}/article/moved"
    feeds = [
        kit.source(
            newsroom.print_("/feed1", press.feed([resting + "/status/429/retry-after/3600"])), id="first"
        ),
        kit.source(newsroom.print_("/feed2", press.feed([url])), id="second"),
    ]

    once(kit.configured(tmp_path, feeds[:1]))
    config = kit.configured(tmp_path, feeds)
    once(config)

    verdict, reason = kit.verdict_of(config, url)
    assert verdict == "deferred"
    assert "answered 429" in reason
    assert len(newsroom.asked("/to")) == 1
    assert not newsroom.asked("/article/moved")


def test_every_request_names_us_and_nothing_else(newsroom, once, tmp_path):
    config = kit.configured(tmp_path, [kit.source(listed(newsroom, "/article/a", "/redirect/1/b"))])

    once(config)

    for asked in newsroom.log:
        assert asked.headers["user-agent"].startswith("Spacereel/")
        assert "test@example.org" in asked.headers["user-agent"]
        assert not {"cookie", "referer", "authorization"} & set(asked.headers)


def test_a_proxy_of_the_environment_is_not_used(newsroom, once, tmp_path, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, newsroom.origin(2))

    once(kit.configured(tmp_path, [kit.source(listed(newsroom, "/article/a"))]))

    assert len(newsroom.asked("/article")) == 1
    assert not [each for each in newsroom.log if each.host == newsroom.host(2)]


def test_a_name_that_leads_to_a_private_address_is_blocked(newsroom, once, tmp_path):
    url = f"http://localhost:{newsroom.port}/article/inside"
    feed = newsroom.print_("/feed", press.feed([url]))
    config = kit.configured(tmp_path, [kit.source(feed)], allow_private=["127.0.0.2/32"])

    once(config)

    verdict, reason = kit.verdict_of(config, url)
    assert verdict == "blocked"
    assert "ocalhost leads to" in reason


def test_a_slow_host_gets_as_long_as_it_takes_between_two_requests(newsroom, once, tmp_path, monkeypatch):
    monkeypatch.setattr("crawler.frontier.hosts.SLOW_S", 0.05)
    newsroom.delay_s = 0.3
    config = kit.configured(tmp_path, [kit.source(listed(newsroom, "/article/a", "/article/b"))])

    once(config)

    assert len(newsroom.asked("/article")) == 2
    assert min(newsroom.gaps()) >= 0.59  # 0.3 s to answer, and as much after it
    (row,) = kit.query(config, "SELECT reason FROM hosts")
    assert "is slow to answer" in row["reason"]
