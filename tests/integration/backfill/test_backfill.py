"""Backfill: pages of WARC files meet the record; nothing is fetched, and nothing newer gives way."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import kit
import press
from backfilling import call, counted
from click.testing import CliRunner
from daemons import Started, until
from films import film, gardening, gardens, url_of
from warcs import DAY, answer, packed, page, record

from crawler.cli import main
from crawler.config import Config
from db.model import Outcome
from db.store import Store

SPACEREEL = Path(sys.executable).parent / "spacereel"


def versions(config: Config, slug: str) -> list[tuple[int, str]]:
    sql = "SELECT revision, fetched_at FROM articles WHERE url = ? ORDER BY revision"
    return [(row["revision"], row["fetched_at"]) for row in kit.query(config, sql, url_of(slug))]


def test_a_page_becomes_an_article_of_the_day_on_which_it_was_fetched(config, write, fill):
    records = [
        record("https://paper.example/", b"a: b", kind="warcinfo", content_type="application/warc-fields"),
        record(url_of("one"), b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        page(url_of("one") + "?utm_source=mail", film("one")),
        record(url_of("gone"), answer(b"<p>Gone.", "404 Not Found")),
        *gardens(3),
    ]

    (tally,) = fill(write(records))

    (article,) = kit.query(config, "SELECT * FROM current_articles")
    assert (article["url"], article["source"], article["band"]) == (url_of("one"), "warc", "relevant")
    assert (article["fetched_at"], article["published_at"]) == (
        "2021-10-05T12:00:00Z",
        "2021-10-05T08:00:00Z",
    )
    (row,) = kit.query(config, "SELECT * FROM visits")
    assert (row["purpose"], row["verdict"], row["started_at"]) == ("backfill", "new", "2021-10-05T12:00:00Z")
    assert "From news.warc.gz, record at" in row["reason"] and row["page_sha256"] == article["page_sha256"]
    with closing(Store.open(config.store.path, config.store.archive)) as store:
        assert store.page(article["page_sha256"]).body == film("one")
        assert store.candidate_of(url_of("one")).source == "warc"
    told = CliRunner().invoke(main, ["why", "--config", str(config.path), url_of("one")]).output
    assert "From news.warc.gz, record at" in told and "Robots" not in told
    assert tally.records == 7 and tally.skipped == {"warcinfo": 1, "request": 1, "status 404": 1}
    assert counted(config) == {"new": 1, "off_topic": 3} == {each.value: n for each, n in tally.pages.items()}
    assert kit.count(config, "frontier") == 0


def test_a_second_call_adds_nothing_and_other_rules_read_again(config, write, fill):
    path = write([page(url_of("one"), film("one")), *gardens(2)])
    fill(path)
    tables = ("articles", "visits", "runs", "judgements", "aliases", "pages")
    before = {table: kit.count(config, table) for table in tables}

    (again,) = fill(path)
    moved = path.rename(path.with_name("elsewhere.warc.gz"))
    (elsewhere,) = fill(moved)

    assert again.was_done and elsewhere.was_done
    assert {table: kit.count(config, table) for table in tables} == before

    beat = config.path.with_name("beat.toml")
    beat.write_text(beat.read_text().replace("relevant = ", "relevant = 1", 1))
    (otherwise,) = fill(moved)

    assert not otherwise.was_done
    assert kit.count(config, "articles") == before["articles"]


def test_versions_stand_in_the_order_in_which_they_were_fetched(config, write, fill):
    late = write([page(url_of("one"), film("one", 2), at=DAY + timedelta(days=9))], "late.warc.gz")
    early = write([page(url_of("one"), film("one"), at=DAY)], "early.warc.gz")

    fill(late, early)

    assert versions(config, "one") == [(1, "2021-10-05T12:00:00Z"), (2, "2021-10-14T12:00:00Z")]


def test_older_content_never_takes_the_place_of_newer(config, write, fill):
    fill(write([page(url_of("one"), film("one", 2), at=DAY + timedelta(days=9))], "late.warc.gz"))
    text = kit.query(config, "SELECT text FROM current_articles")

    fill(
        write(
            [page(url_of("one"), film("one"), at=DAY), page(url_of("one"), film("one", 2), at=DAY)],
            "early.warc.gz",
        )
    )

    assert versions(config, "one") == [(1, "2021-10-14T12:00:00Z")]
    assert kit.query(config, "SELECT text FROM current_articles") == text
    rows = kit.query(config, "SELECT verdict, reason FROM visits ORDER BY id")
    assert [row["verdict"] for row in rows] == ["new", "unchanged", "unchanged"]
    assert rows[1]["reason"].startswith(
        "The page of 2021-10-05T12:00:00Z is older than, and different from, what the record has of 2021-10-14T12:00:00Z."
    )
    assert "is the same as what the record has" in rows[2]["reason"]


def test_a_page_of_a_known_article_is_read_whatever_its_words_say(config, write, fill):
    fill(write([page(url_of("one"), film("one"))]))

    fill(
        write(
            [
                page(
                    url_of("one"),
                    gardening("one").replace(b"gardening-one", b"one"),
                    at=DAY + timedelta(days=1),
                )
            ],
            "later.warc.gz",
        )
    )

    assert kit.query(config, "SELECT verdict FROM visits ORDER BY id") == [
        {"verdict": "new"},
        {"verdict": "changed"},
    ]
    assert kit.query(config, "SELECT band FROM current_articles") == [{"band": "off"}]


def test_a_young_article_is_followed_by_the_daemon_and_an_old_one_is_not(config, write, fill, now):
    yesterday = datetime.now(UTC) - timedelta(days=1)

    fill(write([page(url_of("old"), film("old")), page(url_of("young"), film("young"), at=yesterday)]))

    assert kit.query(config, "SELECT url, purpose FROM frontier") == [
        {"url": url_of("young"), "purpose": "recheck"}
    ]


def test_a_file_that_has_grown_goes_on_from_its_old_end(config, tmp_path, fill):
    records = [*gardens(80), page(url_of("one"), film("one")), page(url_of("two"), film("two"))]
    whole = packed(records)
    head = whole[: len(packed(records[:-1])) + 50]
    assert len(head) > 1 << 16, "a file is known again by its first 64 kB"
    path = tmp_path / "growing.warc.gz"
    path.write_bytes(head)
    fill(path)
    path.write_bytes(whole)

    (tally,) = fill(path)

    assert tally.records == 1 and tally.pages == {Outcome.NEW: 1}
    assert kit.query(config, "SELECT url FROM articles ORDER BY id") == [
        {"url": url_of("one")},
        {"url": url_of("two")},
    ]


def test_it_works_beside_the_daemon(config, write, newsroom):
    urls = [newsroom.origin(0) + f"/article/{number}" for number in range(6)]
    kit.configured(config.path.parent, [kit.source(newsroom.print_("/feed", press.feed(urls)))], band="all")
    daemon = Started(config)
    try:
        daemon.wait_for("daemon.started")
        result = call(
            config, write([page(url_of(f"film-{number}"), film(f"film-{number}")) for number in range(6)])
        )
        until(
            lambda: kit.count(config, "articles") == 12,
            60,
            lambda: (
                str(kit.query(config, "select id,url,revision from articles"))
                + daemon.log
                + repr(config.store.path)
            ),
        )
        code, _ = daemon.end()
    finally:
        daemon.process.kill()
        daemon.process.wait(10)

    assert (code, result.exit_code) == (0, 0), result.output
    assert kit.count(config, "visits WHERE verdict = 'new' AND purpose = 'backfill'") == 6
    kit.assert_sound(config)


def test_neither_scrapy_nor_a_network_library_is_loaded():
    code = "import sys, crawler.commands.backfill; print({'scrapy', 'twisted', 'aiohttp', 'httpx'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "set()"
