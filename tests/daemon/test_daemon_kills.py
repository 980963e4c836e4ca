"""kill -9 at any moment of a crawl: no article is lost, none is there twice, the record is whole."""

from __future__ import annotations

import random
import signal
import subprocess
import sys

import kit
import press
import pytest
from daemons import GUARD_S, ROOT, until
from newsroom import Newsroom

PAGES = 100
ROUNDS = 5
#: a crawl that is killed where it first calls a function of the record
KILLED = """
import importlib, os, signal, sys
module, name = sys.argv.pop(1).rsplit(".", 1)
setattr(importlib.import_module(module), name, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
import scheduler
scheduler.main()
"""


def test_kills_lose_and_double_nothing(start, tmp_path):
    chance = random.Random(20261123)
    with Newsroom(hosts=8) as newsroom:
        urls = [newsroom.origin(number % 8) + f"/article/{number}" for number in range(PAGES)]
        config = kit.configured(tmp_path, [kit.source(newsroom.print_("/feed", press.feed(urls)))])

        for _ in range(ROUNDS):
            before = kit.count(config, "articles")
            victim = start(config, "--once")
            goal = before + chance.randint(0, PAGES // (ROUNDS + 2))
            until(
                lambda goal=goal, victim=victim: is_over(victim) or kit.count(config, "articles") >= goal, 60
            )
            victim.end(signal.SIGKILL)
            if kit.count(config, "articles"):
                kit.assert_sound(config)

        last = start(config, "--once")
        assert last.process.wait(90) == 0, last.log

    stored = [row["url"] for row in kit.query(config, "SELECT url FROM articles")]
    lost = {url: kit.verdict_of(config, url) for url in set(urls) - set(stored)}
    assert lost == {}
    assert len(stored) == len(set(stored))
    assert kit.query(config, "SELECT count(*) AS n FROM frontier WHERE purpose = 'new'") == [{"n": 0}]
    kit.assert_sound(config)


def is_over(victim) -> bool:
    return victim.process.poll() is not None


@pytest.mark.parametrize(
    "instant",
    [
        pytest.param("db.stories.file_report", id="between an article and its story"),
        pytest.param("db.queue.schedule_recheck", id="between an article and its recheck"),
    ],
)
def test_a_kill_between_the_writes_of_one_page_keeps_none_of_them(newsroom, start, tmp_path, instant):
    url = newsroom.origin() + "/article/a"
    config = kit.configured(tmp_path, [kit.source(newsroom.print_("/feed", press.feed([url])))])

    victim = subprocess.run(
        [sys.executable, "-c", KILLED, instant, "--once", "--config", str(config.path)], cwd=ROOT, check=False
    )

    assert victim.returncode == -signal.SIGKILL
    assert kit.count(config, "articles") == kit.count(config, "visits WHERE purpose = 'new'") == 0
    assert kit.query(config, "SELECT url, purpose FROM frontier") == [{"url": url, "purpose": "new"}]
    kit.assert_sound(config)

    assert start(config, "--once").process.wait(GUARD_S) == 0

    assert kit.query(config, "SELECT verdict FROM visits WHERE url = ?", url) == [{"verdict": "new"}]
    assert kit.query(config, "SELECT url, purpose FROM frontier") == [{"url": url, "purpose": "recheck"}]
    assert kit.count(config, "articles") == 1
