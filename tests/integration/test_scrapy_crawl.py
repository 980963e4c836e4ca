"""Scrapy's own commands at the one spider: `scrapy list`, and `scrapy crawl watch` under the lock of a daemon."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import kit
import press
import pytest

from db.lock import DaemonLock, holder_of

ROOT = Path(__file__).parents[2]


def scrapy(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.fixture
def config(newsroom, tmp_path):
    """A beat with one feed of two pages."""
    urls = [newsroom.origin() + f"/article/{number}" for number in range(2)]
    return kit.configured(tmp_path, [kit.source(newsroom.print_("/feed", press.feed(urls)))])


def test_the_spider_is_listed():
    assert scrapy("list").stdout == "watch\n"


def test_a_crawl_that_scrapy_starts_is_recorded_like_any_other(config):
    done = scrapy("crawl", "watch", "-a", "once=1", "-a", f"config={config.path}")

    assert done.returncode == 0, done.stderr
    assert "crawl.finished" in done.stderr
    assert kit.count(config, "articles") == 2
    assert kit.query(config, "SELECT mode FROM runs WHERE finished_at IS NOT NULL") == [{"mode": "once"}]
    assert holder_of(config.store.path) is None


def test_a_record_that_is_watched_is_left_alone(config):
    with DaemonLock(config.store.path):
        done = scrapy("crawl", "watch", "-a", "once=1", "-a", f"config={config.path}")

    assert done.returncode == 1
    assert "crawl.refused because=" in done.stderr
    assert "is already watched by process" in done.stderr
    assert "Traceback" not in done.stderr
    assert not config.store.path.exists()
