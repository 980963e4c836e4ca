"""From the first tick to a clean end."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import kit
import press
import pytest
from daemons import GUARD_S, children, until

from crawler.config import Config
from db.store import Store


def paper(newsroom, count: int = 6) -> str:
    urls = [newsroom.origin(number % 3) + f"/article/{number}" for number in range(count)]
    return newsroom.print_("/feed", press.feed(urls))


def articles(config) -> int:
    return kit.count(config, "articles")


def test_the_first_tick_comes_at_once_and_sigterm_ends_it_cleanly(newsroom, start, tmp_path):
    config = kit.configured(tmp_path, [kit.source(paper(newsroom))])
    daemon = start(config)

    daemon.wait_for("article.appended article=6")
    code, _ = daemon.end()

    assert code == 0, daemon.log
    assert " ERROR " not in daemon.log
    assert daemon.log.rstrip().splitlines()[-1].endswith("daemon.stopped")
    assert len(newsroom.asked("/feed")) == 1
    (run,) = kit.query(config, "SELECT mode, finished_at, verdicts FROM runs")
    assert run["mode"] == "daemon"
    assert run["finished_at"] is not None
    assert kit.query(config, "SELECT pid FROM heartbeat") == [{"pid": daemon.process.pid}]
    kit.assert_sound(config)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_in_the_middle_of_a_crawl_ends_it_with_everything_fetched_stored(
    newsroom, start, tmp_path, number
):
    urls = [newsroom.origin() + f"/article/{count}" for count in range(60)]
    slow = [newsroom.origin(1) + f"/slow/60/{count}" for count in range(3)]
    feed = newsroom.print_("/feed", press.feed([*urls, *slow]))
    config = kit.configured(tmp_path, [kit.source(feed)], per_host_delay="50ms", timeout="60s")
    daemon = start(config, deadline_s=55)  # the answers that take 60 s do not come before that

    daemon.wait_for("article.appended article=5")
    code, _ = daemon.end(number)

    assert code == 0, daemon.log
    fetched = {each.path for each in newsroom.asked("/article")}
    stored = {row["url"] for row in kit.query(config, "SELECT url FROM articles")}
    waiting = {row["url"] for row in kit.query(config, "SELECT url FROM frontier WHERE purpose = 'new'")}
    assert {newsroom.origin() + path for path in fetched} <= stored
    assert stored | waiting == {*urls, *slow}
    assert waiting >= set(slow), "it waited for them"
    kit.assert_sound(config)


def test_a_second_signal_ends_it_at_once(newsroom, start, tmp_path):
    feed = newsroom.print_("/feed", press.feed([newsroom.origin() + "/slow/60/a"]))
    daemon = start(kit.configured(tmp_path, [kit.source(feed)], timeout="60s"))
    newsroom.wait_for("/slow")

    daemon.send(signal.SIGTERM)
    daemon.wait_for("daemon.stopping")
    code, _ = daemon.end(signal.SIGTERM)

    assert code == 128 + signal.SIGTERM
    assert 'daemon.ended because="a second SIGTERM"' in daemon.log
    assert "daemon.stopped" not in daemon.log


def test_a_second_daemon_on_the_same_record_is_refused_with_a_sentence(newsroom, start, tmp_path):
    config = kit.configured(tmp_path, [kit.source(paper(newsroom))])
    first = start(config)
    first.wait_for("daemon.started")

    for options in ((), ("--once",)):
        second = start(config, *options)
        assert second.process.wait(GUARD_S) == 1
        assert f"is already watched by process {first.process.pid}" in second.log
        assert "Traceback" not in second.log
    assert first.end()[0] == 0


def test_a_daemon_that_was_killed_starts_again_where_it_was(newsroom, start, tmp_path):
    config = kit.configured(tmp_path, [kit.source(paper(newsroom, 40))], per_host_delay="20ms")
    first = start(config)
    first.wait_for("article.appended article=5")

    first.end(signal.SIGKILL)
    second = start(config)
    until(lambda: articles(config) == 40, tell=lambda: second.log)

    assert second.end()[0] == 0
    assert kit.query(config, "SELECT count(DISTINCT url) AS n FROM articles") == [{"n": 40}]
    kit.assert_sound(config)


def test_readers_do_not_outlive_a_killed_daemon(newsroom, start, tmp_path):
    config = kit.configured(tmp_path, [kit.source(paper(newsroom))])
    daemon = start(config)
    daemon.wait_for("article.appended article=6")
    below = descendants(daemon.process.pid)

    daemon.end(signal.SIGKILL)

    assert below
    until(lambda: not any(is_alive(pid) for pid in below))


def descendants(pid: int) -> list[int]:
    return [each for child in children(pid) for each in (child, *descendants(child))]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_once_is_a_run_that_ends(newsroom, start, tmp_path):
    config = kit.configured(tmp_path, [kit.source(paper(newsroom))])
    once = start(config, "--once")

    assert once.process.wait(GUARD_S) == 0, once.log
    assert "crawl.finished run=1 sources=1 candidates=6 new=6" in once.log
    assert articles(config) == 6


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("[fetch]\nconcurency = 3\n", 'did you mean "concurrency"', id="unknown key"),
        pytest.param("[fetch\n", "is not valid TOML", id="broken TOML"),
        pytest.param('[beats]\npaths = ["nowhere.toml"]\n', "nowhere.toml does not exist", id="missing beat"),
        pytest.param(
            '[store]\npath = "/proc/nowhere/articles.db"\n', "cannot be", id="no folder for the record"
        ),
    ],
)
def test_what_cannot_start_says_so_in_one_sentence(start, tmp_path, text, words):
    path = tmp_path / "spacereel.toml"
    path.write_text(text, encoding="utf-8")
    daemon = start(replace(Config(), path=path))

    assert daemon.process.wait(GUARD_S) == 1
    assert words in daemon.log
    assert "Traceback" not in daemon.log
    assert len(daemon.log.strip().splitlines()) == 1


def test_a_file_that_is_no_record_is_told(start, newsroom, tmp_path):
    config = kit.configured(tmp_path, [kit.source(paper(newsroom))])
    config.store.path.write_bytes(b"this is not a database, whatever its name says" * 100)

    daemon = start(config)

    assert daemon.process.wait(GUARD_S) == 1
    assert "is not an SQLite database" in daemon.log
    assert "Traceback" not in daemon.log


def test_what_old_reports_were_found_by_is_forgotten_with_the_first_tick(newsroom, start, tmp_path):
    config = kit.configured(tmp_path, [kit.source(paper(newsroom))])
    Store.open(config.store.path).close()
    profiles = [(f"https://old.example/{n}", n, "2020-01-01T00:00:00Z", '{"n:old": 1.0}') for n in range(1, 10_301)]  # fmt: skip
    with closing(sqlite3.connect(config.store.path)) as conn, conn:
        conn.executemany(
            "INSERT INTO story_profiles (canonical_url, article_id, reported_at, terms) VALUES (?, ?, ?, ?)",
            profiles,
        )

    daemon = start(config)
    daemon.wait_for("stories.forgotten reports=300")
    code, _ = daemon.end()

    assert code == 0, daemon.log
    assert kit.query(config, "SELECT min(article_id) AS oldest FROM story_profiles") == [{"oldest": 301}]
