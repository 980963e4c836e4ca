"""The newsroom and the crawl for tests against it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "newsroom"))
from newsroom import Newsroom


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    """A newspaper on three loopback addresses."""
    with Newsroom(hosts=3) as opened:
        yield opened
