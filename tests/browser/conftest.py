"""A filled record, and Datasette on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from chromium import Chromium
from review_room import NOW, Room, Served
from sample_record import build


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample record; not to be written."""
    path = tmp_path_factory.mktemp("sample") / "articles.db"
    build(path, NOW)
    return path


@pytest.fixture(scope="module")
def room(sample: Path) -> Iterator[Room]:
    """Pages of the sample record, for reading."""
    opened = Room(sample)
    yield opened
    opened.close()


@pytest.fixture
def fresh_room(tmp_path: Path) -> Iterator[Room]:
    """Pages of a sample record whose "now" is the clock's, however long the tests before it took."""
    build(tmp_path / "articles.db", datetime.now(UTC).replace(microsecond=0))
    opened = Room(tmp_path / "articles.db")
    yield opened
    opened.close()


@pytest.fixture
def own_room(sample: Path, tmp_path: Path) -> Iterator[Room]:
    """Pages of a copy of the sample record under another name, for marking."""
    path = tmp_path / "my news.db"
    shutil.copy(sample, path)
    opened = Room(path)
    yield opened
    opened.close()


@pytest.fixture
def room_on() -> Iterator[Callable[[Path], Room]]:
    """`room_on(path)`: pages of any record."""
    opened: list[Room] = []

    def room_of(path: Path) -> Room:
        opened.append(Room(path))
        return opened[-1]

    yield room_of
    for each in opened:
        each.close()


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """The one browser of a test session; a start of it costs as much as ten pages."""
    opened = Chromium(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.end()


@pytest.fixture
def browser(chromium: Chromium) -> Chromium:
    """A browser that was nowhere yet."""
    chromium.begin_anew()
    return chromium


@pytest.fixture(scope="module")
def served(sample: Path) -> Iterator[Served]:
    """The sample record served over the loopback."""
    running = Served(sample)
    yield running
    running.stop()
