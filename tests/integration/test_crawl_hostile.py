"""A crawl of attackers: each attack ends as a row with a reason, reaches nothing it should not, and costs little."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import hostile
import kit
import press
import pytest
from memory import watched
from newsroom import Newsroom

from crawler.config import Config
from crawler.daemon.once import run_once
from crawler.dedupe.urls import canonical_url

#: page -> last verdict, and words of the reason; every other page of `hostile.PAGES` holds a readable article
REFUSED = {
    "one-word": ("not_article", "more than any article"),
    "wide-nuls": ("failed", "no readable text"),
    "xml-page": ("failed", "no readable text"),
    "laughing-page": ("failed", "no readable text"),
    "zip": ("not_article", "ZIP archive"),
    "gz-page": ("not_article", "gzip data"),
}
BOMBS = ("/bomb/gzip", "/bomb/br", "/bomb/zstd")
#: what an attack would fetch if it worked
TARGETS = ("/xxe", "/xxe-dtd", "/stolen", "/x")


@dataclass(frozen=True)
class Crawled:
    config: Config
    newsroom: Newsroom
    pages: dict[str, str]
    #: of the crawl and its readers together, the newsroom's share included
    peak_mb: float


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    with Newsroom(hosts=9) as newsroom, pytest.MonkeyPatch.context() as patch:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
            patch.setenv(name, newsroom.origin(7))
        names = [*hostile.PAGES, "calendar-1"]
        pages = {name: f"{newsroom.origin(place % 5)}/hostile/{name}" for place, name in enumerate(names)}
        pages |= {path: newsroom.origin(place) + path for place, path in enumerate(BOMBS)}
        pages["victim"] = newsroom.origin(5) + "/article/victim"
        pages["poison"] = f"{newsroom.origin(6)}/poison?{pages['victim']}"
        pages["chain"] = newsroom.origin() + "/redirect/20/stolen"
        newsroom.robots = {newsroom.host(8): "http://169.254.169.254/robots.txt"}
        pages["robots"] = newsroom.origin(8) + "/article/robots"
        sources = [kit.source(newsroom.print_("/feed", press.feed(list(pages.values()))), id="paper")]
        sources += [
            kit.source(f"{newsroom.origin(place % 5)}/hostile/{name}", kind, id=name)
            for kind, names in (("feed", hostile.FEEDS), ("sitemap", hostile.SITEMAPS))
            for place, name in enumerate(names)
            if name != "million"  # many more pages than a test has time for: bench/bench_hostile.py
        ]
        sources += [
            kit.source(newsroom.origin(place) + path, kind, id=f"{kind}{path.replace('/', '-')}")
            for place, path in enumerate(BOMBS)
            for kind in ("feed", "sitemap", "section")
        ]
        sources += [
            kit.source(newsroom.origin() + f"/to?http://10.9.8.7/{kind}", kind, id=f"{kind}-to-private")
            for kind in ("feed", "sitemap", "section", "site")
        ]
        config = kit.configured(
            folder, sources, timeout="20s", max_bytes="10MB", allow_private=["127.0.0.0/28"]
        )
        with watched() as peak:
            run_once(config)
        yield Crawled(config, newsroom, pages, peak.mb)


def test_every_attack_ends_as_a_row_with_a_reason(crawled):
    rows = {name: kit.verdict_of(crawled.config, url) for name, url in crawled.pages.items()}

    assert all(reason.strip() for _, reason in rows.values())
    for name, (verdict, words) in REFUSED.items():
        assert rows[name][0] == verdict, (name, rows[name])
        assert words in rows[name][1], (name, rows[name])
    for path in BOMBS:
        assert rows[path][0] == "too_large"


def test_what_can_be_read_is_read(crawled):
    readable = [name for name in hostile.PAGES if name not in REFUSED]

    verdicts = {name: kit.verdict_of(crawled.config, crawled.pages[name])[0] for name in readable}

    assert set(verdicts.values()) == {"new"}, verdicts


def test_every_hostile_source_was_polled_and_says_how_it_went(crawled):
    rows = kit.query(crawled.config, "SELECT id, checked_at, outcome, reason FROM sources")

    assert all(row["checked_at"] and row["outcome"] and row["reason"] for row in rows)
    bombs = {row["outcome"] for row in rows if "-bomb-" in row["id"]}
    assert bombs == {"too_large"}


def test_nothing_an_attack_points_at_was_asked_for(crawled):
    asked = {each.path for each in crawled.newsroom.log}

    assert not asked & set(TARGETS)
    assert not [path for path in asked if "passwd" in path or path.endswith("/0/stolen")]
    assert not crawled.newsroom.asked("/", number=7), "the proxy of the environment was used"


def test_every_spelling_of_a_private_address_is_a_blocked_row(crawled):
    for url in hostile.PRIVATE:
        verdict, reason = kit.verdict_of(crawled.config, canonical_url(url))

        assert verdict == "blocked", (url, verdict, reason)
        assert "private or reserved" in reason or "belongs to another protocol" in reason
        assert "secret" not in reason


@pytest.mark.parametrize("kind", ["feed", "sitemap", "section", "site"])
def test_a_source_that_sends_us_to_a_private_address_is_blocked(crawled, kind):
    (row,) = kit.query(
        crawled.config, "SELECT outcome, reason FROM sources WHERE id = ?", f"{kind}-to-private"
    )

    assert row == {"outcome": "blocked", "reason": "10.9.8.7 is a private or reserved address."}


def test_a_robots_txt_that_leads_to_a_private_address_closes_its_page(crawled):
    assert kit.verdict_of(crawled.config, crawled.pages["robots"]) == (
        "blocked",
        "169.254.169.254 is a private or reserved address.",
    )
    assert not crawled.newsroom.asked("/article/robots", number=8)


def test_enclosures_and_hubs_are_no_pages(crawled):
    rows = kit.query(crawled.config, "SELECT url FROM visits UNION SELECT url FROM frontier")

    assert not [row for row in rows if row["url"].endswith(("enclosure.mp3", "/hub"))]


def test_only_web_addresses_came_into_the_queue_and_the_ledger(crawled):
    urls = kit.query(crawled.config, "SELECT url FROM visits UNION SELECT url FROM frontier")

    assert {row["url"].partition("://")[0] for row in urls} == {"http"}


def test_a_site_cannot_enter_the_history_of_another_ones_article(crawled):
    (victim,) = kit.query(
        crawled.config, "SELECT url, text FROM articles WHERE canonical_url = ?", crawled.pages["victim"]
    )

    assert victim["url"] == crawled.pages["victim"]
    assert press.text_of("poison").split("\n")[0] not in victim["text"]
    claimed = kit.query(
        crawled.config, "SELECT canonical_url FROM articles WHERE url = ?", crawled.pages["poison"]
    )
    assert [row["canonical_url"] for row in claimed] == [crawled.pages["poison"]]


def test_nobody_is_told_cookies_credentials_or_where_we_come_from(crawled):
    told = {name for each in crawled.newsroom.log for name in each.headers}

    assert not told & {"cookie", "authorization", "proxy-authorization", "referer"}


def test_dates_in_the_future_are_not_believed(crawled):
    rows = kit.query(
        crawled.config, "SELECT published_at FROM articles WHERE url = ?", crawled.pages["future"]
    )

    assert [row["published_at"] for row in rows if (row["published_at"] or "") > "2030"] == []


def test_an_infinite_calendar_is_not_followed(crawled):
    assert len({each.path for each in crawled.newsroom.asked("/hostile/calendar-")}) == 1


def test_no_attack_is_tried_more_often_than_an_honest_page(crawled):
    tried = kit.query(
        crawled.config, "SELECT url, source, count(*) AS times FROM visits GROUP BY url, source, purpose"
    )

    assert tried
    assert [row for row in tried if row["times"] > 1] == []


def test_memory_is_bounded(crawled):
    assert 0 < crawled.peak_mb < 600


def test_the_record_is_sound_and_has_no_control_characters(crawled):
    kit.assert_sound(crawled.config)
    for row in kit.query(crawled.config, "SELECT title, text, authors FROM articles"):
        said = "".join(str(value) for value in row.values())
        assert not {char for char in said if ord(char) < 32 and char not in "\n\t"}
