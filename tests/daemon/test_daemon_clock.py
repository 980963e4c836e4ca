"""The clock is set while the daemon runs: it says so, and goes on at once."""

from __future__ import annotations

import shutil

import kit
import press
import pytest
from daemons import Started, until
from wrong_clock import WrongClock

pytestmark = pytest.mark.skipif(
    not (shutil.which("cc") or shutil.which("gcc")), reason="needs a C compiler to set the clock of a process"
)


def test_a_clock_set_back_by_a_day_stops_nothing(newsroom, tmp_path):
    clock = WrongClock(tmp_path)
    clock.set_ahead(86400)
    paper = newsroom.print_("/feed", press.feed([newsroom.origin() + "/article/first"]))
    config = kit.configured(tmp_path, [kit.source(paper, every="1s")])
    daemon = Started(config, environment=clock.environment)
    try:
        daemon.wait_for("article.appended article=1")
        clock.set_ahead(0)
        daemon.wait_for("clock.set by_s=-8")
        newsroom.print_("/feed", press.feed([newsroom.origin() + f"/article/{each}" for each in "ab"]))

        until(lambda: kit.count(config, "articles") == 3, tell=lambda: daemon.log)

        assert daemon.end()[0] == 0
        kit.assert_sound(config)
    finally:
        daemon.process.kill()
        daemon.process.wait(10)
