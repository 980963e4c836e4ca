"""The newsroom, and daemons that watch it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "newsroom"))
from daemons import Started
from newsroom import Newsroom

from crawler.config import Config


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    """A newspaper on three loopback addresses."""
    with Newsroom(hosts=3) as opened:
        yield opened


@pytest.fixture
def start() -> Iterator[Callable[..., Started]]:
    """`start(config)`: a daemon that does not outlive the test."""
    started: list[Started] = []

    def begin(config: Config, *options: str, deadline_s: float | None = None) -> Started:
        started.append(Started(config, *options, deadline_s=deadline_s))
        return started[-1]

    yield begin
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
        each.process.wait(10)
