"""The disk is full, or the record is moved away, under a daemon: it says so once, keeps the queue and goes on."""

from __future__ import annotations

import resource
from collections.abc import Callable

import kit
import press
import pytest
from daemons import Started, until
from newsroom import Newsroom

from crawler.config import Config


@pytest.fixture
def watched(
    newsroom: Newsroom, start: Callable[..., Started], tmp_path
) -> tuple[Config, Started, Callable[[str], None]]:
    """A daemon that has stored two articles, and a function that prints the feed anew."""

    def print_(names: str) -> str:
        return newsroom.print_(
            "/feed", press.feed([newsroom.origin() + f"/article/{name}" for name in names])
        )

    config = kit.configured(tmp_path, [kit.source(print_("ab"), every="1s")])
    daemon = start(config)
    daemon.wait_for("article.appended article=2")
    return config, daemon, print_


def about_the_record(daemon: Started) -> list[str]:
    """Log lines about it, without time and level."""
    return [line.split(maxsplit=2)[2] for line in daemon.log.splitlines() if " record." in line]


def assert_went_on(config: Config, daemon: Started, because: str) -> None:
    until(lambda: kit.count(config, "articles") == 5, tell=lambda: daemon.log)
    daemon.wait_for("record.resumed")
    assert daemon.end()[0] == 0
    paused, resumed = about_the_record(daemon)
    assert paused.startswith("record.paused because=")
    assert because in paused
    assert paused.endswith(" queue=kept")
    assert resumed == "record.resumed"
    assert "Traceback" not in daemon.log
    kit.assert_sound(config)


def test_a_record_that_is_moved_away_is_waited_for(watched, tmp_path):
    config, daemon, print_ = watched
    away = tmp_path / "away"
    away.mkdir()

    for file in tmp_path.glob("articles.db*"):
        file.rename(away / file.name)
    print_("abcde")
    daemon.wait_for("record.paused")
    assert not config.store.path.exists()
    for file in away.iterdir():
        file.rename(tmp_path / file.name)

    assert_went_on(config, daemon, "articles.db was moved away or deleted while it was in use; put it back")


def test_a_disk_that_is_full_for_a_while_stops_nothing(watched):
    """What RLIMIT_FSIZE refuses is what a full disk refuses: the next bytes of a file."""
    config, daemon, print_ = watched
    before = resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE)
    log_size = daemon.log_path.stat().st_size
    limit = log_size + 8192
    assert limit < config.store.path.with_name("articles.db-wal").stat().st_size

    resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (limit, before[1]))
    print_("abcde")
    daemon.wait_for("record.paused")
    assert kit.count(config, "articles") == 2
    resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, before)

    assert_went_on(config, daemon, "articles.db")
