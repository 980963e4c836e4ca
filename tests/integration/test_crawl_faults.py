"""One crawl of a paper where everything goes wrong: every page ends with a verdict and a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import kit
import press
import pytest
from memory import watched
from newsroom import Newsroom

from crawler.config import Config
from crawler.daemon.once import run_once

#: path -> host it lies on, last verdict, and words of the reason. Host 0 is the paper's own.
FAULTS = {
    "/article/good": (0, "new", ""),
    "/packed/gzip-without-charset": (0, "new", ""),
    "/redirect/3/moved": (0, "new", ""),
    "/flaky/1/second-try": (0, "new", ""),
    "/status/404": (0, "gone", "404 (Not Found)"),
    "/status/410": (0, "gone", "410 (Gone)"),
    "/status/403": (0, "failed", "403 (Forbidden)"),
    "/status/500": (0, "deferred", "500 (Internal Server Error)"),
    "/status/999": (0, "deferred", "not a registered status"),
    "/drop": (0, "deferred", "connection was dropped"),
    "/half": (0, "deferred", "before the whole answer had come"),
    "/huge/1000001": (0, "too_large", "more than 1,000,000 bytes"),
    "/bomb/gzip": (0, "too_large", "more than 1,000,000 bytes once it is unpacked"),
    "/bomb/br": (0, "too_large", "more than 1,000,000 bytes once it is unpacked"),
    "/headers": (0, "too_large", "more than 262,144 bytes of headers"),
    "/onion": (0, "too_large", "packed in itself 41 times"),
    "/not-gzip": (0, "deferred", "packed answer is damaged"),
    "/garbage": (0, "deferred", "not understood"),
    "/binary": (0, "not_article", ""),
    "/empty": (0, "not_article", ""),
    "/redirect-loop": (0, "failed", "redirects too often, or in a circle"),
    "/to?http://169.254.169.254/latest/meta-data": (
        0,
        "blocked",
        "169.254.169.254 is a private or reserved address",
    ),
    "/to?http://[::ffff:10.0.0.1]/": (0, "blocked", "private or reserved"),
    "/to?http://0x0a.1/": (0, "blocked", "private or reserved"),
    "/to?file:///etc/passwd": (0, "failed", "redirects to nothing that may be followed"),
    "/to?http://user:secret@example.org/": (0, "blocked", "a user name in it"),
    "/endless": (1, "too_large", "more than 1,000,000 bytes"),
    "/slow/9/late": (2, "deferred", "no whole answer within 2 s"),
    "/drip": (3, "deferred", "no whole answer within 2 s"),
    "/status/503": (4, "deferred", "503 (Service Unavailable)"),
    "/status/429/retry-after/3600": (5, "deferred", "429"),
    "/status/503/until/3600": (6, "deferred", "503"),
    "/article/robots-away": (7, "deferred", "robots.txt answered 503, so the host is closed"),
    "/article/robots-dropped": (8, "deferred", "robots.txt could not be had"),
    "/private/page": (9, "robots_denied", "robots.txt does not allow it"),
}
#: pages that must not be asked for at all
NEVER = ("/latest/meta-data", "/private/page", "/private/target", "/refreshed", "/article/robots-away")


@dataclass(frozen=True)
class Crawled:
    config: Config
    newsroom: Newsroom
    urls: dict[str, str]
    counts: dict[str, int]
    #: of the crawl and its readers together, the newsroom's share included
    peak_mb: float


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder: Path = tmp_path_factory.mktemp("faults")
    with Newsroom(hosts=10) as newsroom:
        newsroom.robots = {
            newsroom.host(7): 503,
            newsroom.host(8): "drop",
            newsroom.host(9): "User-agent: *\nDisallow: /private\n",
        }
        urls = {path: newsroom.origin(number) + path for path, (number, _, _) in FAULTS.items()}
        urls["robots on a hop"] = f"{newsroom.origin()}/to?{newsroom.origin(9)}/private/target"
        urls["meta refresh"] = f"{newsroom.origin()}/meta-refresh?{newsroom.origin()}/refreshed"
        urls["private"] = "http://192.168.7.7/router"
        urls["number"] = "http://2130706433:1/"
        feed = newsroom.print_("/feed", press.feed(list(urls.values())))
        config = kit.configured(folder, [kit.source(feed)], timeout="2s", allow_private=["127.0.0.0/28"])
        with watched() as peak:
            report = run_once(config)
        counts = {outcome.value: count for outcome, count in report.counts}
        yield Crawled(config, newsroom, urls, counts, peak.mb)


@pytest.mark.parametrize("path", FAULTS)
def test_a_fault_ends_with_its_verdict_and_reason(crawled, path):
    _, verdict, words = FAULTS[path]

    found, reason = kit.verdict_of(crawled.config, crawled.urls[path])

    assert found == verdict, reason
    assert words.lower() in reason.lower()
    assert reason.endswith(".")


def test_robots_txt_holds_on_every_hop_of_a_redirect(crawled):
    assert kit.verdict_of(crawled.config, crawled.urls["robots on a hop"])[0] == "robots_denied"


@pytest.mark.parametrize("name", ["private"])
def test_a_private_address_is_blocked(crawled, name):
    assert kit.verdict_of(crawled.config, crawled.urls[name]) == (
        "blocked",
        "192.168.7.7 is a private or reserved address.",
    )


@pytest.mark.parametrize("path", NEVER)
def test_what_is_forbidden_is_not_asked_for(crawled, path):
    assert not crawled.newsroom.asked(path)


def test_no_url_falls_silently(crawled):
    seen = {row["url"] for row in kit.query(crawled.config, "SELECT url FROM visits")}
    waiting = {row["url"] for row in kit.query(crawled.config, "SELECT url FROM frontier")}

    from crawler.dedupe.urls import canonical_url

    assert {canonical_url(url) for url in crawled.urls.values()} <= seen
    assert all(kit.verdict_of(crawled.config, url)[0] in ("deferred", "new", "copy") for url in waiting)


def test_seen_is_the_sum_of_verdicts(crawled):
    rows = kit.query(crawled.config, "SELECT verdict, count(*) AS n FROM visits GROUP BY verdict")

    assert {row["verdict"]: row["n"] for row in rows} == crawled.counts


def test_a_page_that_failed_once_was_asked_again(crawled):
    visits = kit.query(
        crawled.config,
        "SELECT verdict FROM visits WHERE url = ? ORDER BY id",
        crawled.urls["/flaky/1/second-try"],
    )

    assert [row["verdict"] for row in visits] == ["deferred", "new"]


def test_retry_after_is_kept_for_the_next_start(crawled):
    rested = {
        row["host"]
        for row in kit.query(crawled.config, "SELECT host FROM hosts WHERE not_before_at IS NOT NULL")
    }

    assert {crawled.newsroom.host(5), crawled.newsroom.host(6)} <= rested


def test_bombs_stay_small_in_memory(crawled):
    assert 0 < crawled.peak_mb < 600


def test_the_record_is_sound(crawled):
    kit.assert_sound(crawled.config)
