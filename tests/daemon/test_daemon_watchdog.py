"""The watchdog: a crawl that hangs is started again, and the log says so."""

from __future__ import annotations

import os
import shutil
import signal

import kit
import press
import pytest
from daemons import Started, readers, until
from wrong_clock import WrongClock

pytestmark = pytest.mark.skipif(
    not (shutil.which("cc") or shutil.which("gcc")), reason="needs a C compiler to let time pass"
)


def test_a_crawl_whose_readers_do_not_answer_is_started_again(newsroom, tmp_path):
    clock = WrongClock(tmp_path, can_pass=True)
    feed = newsroom.print_("/feed", press.feed([newsroom.origin() + "/article/a"]))
    config = kit.configured(tmp_path, [kit.source(feed, every="1s")])
    daemon = Started(config, environment=clock.environment)
    try:
        daemon.wait_for("article.appended article=1")
        for reader in readers(daemon.process.pid):
            os.kill(reader, signal.SIGSTOP)
        newsroom.print_("/feed", press.feed([newsroom.origin() + "/article/b"]))
        newsroom.wait_for("/feed", len(newsroom.asked("/feed")) + 1)

        until(lambda: "crawl.stuck" in daemon.log or clock.let_pass(300))
        until(lambda: kit.count(config, "articles") == 2, 60, lambda: daemon.log)

        (told,) = [line for line in daemon.log.splitlines() if "crawl.stuck" in line]
        assert 'because="nothing has moved for 180 s"' in told or "no page has been read for 180 s" in told
        assert 'then="started again"' in told
        assert daemon.end()[0] == 0
        assert "Traceback" not in daemon.log
        kit.assert_sound(config)
    finally:
        daemon.process.kill()
        daemon.process.wait(10)
