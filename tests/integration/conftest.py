"""The newsroom and the crawl for tests against it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "newsroom"))
import kit
from newsroom import Newsroom

from crawler.config import Config
from crawler.daemon.once import run_once
from db.runs import RunReport


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    """A newspaper on three loopback addresses."""
    with Newsroom(hosts=3) as opened:
        yield opened


@pytest.fixture
def once() -> Callable[..., dict[str, int]]:
    """`once(config)`: one crawl; returns how many visits ended with which verdict."""

    def crawl(config: Config, **options: bool) -> dict[str, int]:
        report: RunReport = run_once(config, **options)
        assert report.finished_at is not None
        return {outcome.value: count for outcome, count in report.counts}

    return crawl


@pytest.fixture
def configured(tmp_path: Path) -> Callable[[str], Config]:
    """`configured(name)`: settings of a record of that name, with one source."""

    def make(name: str) -> Config:
        (tmp_path / name).mkdir()
        return kit.configured(tmp_path / name, [kit.source("https://wire.example/rss")], band="mention")

    return make
