"""What a service manager hears over its socket: ready once, alive again and again, stopping at the end."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import kit
import press
import pytest
from daemons import Started, readers, until


class Manager:
    """The socket of a service manager, and what it was told."""

    def __init__(self, address: str) -> None:
        self.told: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + address[1:] if address.startswith("@") else address)
        self._socket.settimeout(0.05)

    def hears(self, state: str) -> bool:
        """Whether *state* was told, now or before."""
        try:
            while True:
                self.told += self._socket.recv(4096).decode().split("\n")
        except TimeoutError:
            return self.told.count(state) > 0

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["a path", "an abstract name"])
def manager(request, tmp_path) -> Iterator[tuple[Manager, str]]:
    address = (
        str(tmp_path / "notify")
        if request.param == "a path"
        else f"@spacereel-test-{tmp_path.name}-{id(request)}"
    )
    with closing(Manager(address)) as listening:
        yield listening, address


@pytest.fixture
def begin(newsroom, tmp_path):
    """`begin(**environment)`: a daemon that a service manager has started."""
    started: list[Started] = []

    def start(**environment: str) -> Started:
        feed = newsroom.print_("/feed", press.feed([newsroom.origin() + "/article/1"]))
        config = kit.configured(tmp_path, [kit.source(feed)])
        started.append(Started(config, environment=environment))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.wait(10)


def test_a_manager_hears_that_the_daemon_is_ready_alive_and_about_to_end(begin, manager):
    listening, address = manager
    daemon = begin(NOTIFY_SOCKET=address, WATCHDOG_USEC="600000")

    daemon.wait_for("article.appended article=1")
    until(
        lambda: listening.hears("READY=1") and listening.told.count("WATCHDOG=1") > 3,
        tell=lambda: listening.told,
    )
    assert "STOPPING=1" not in listening.told
    assert any(told.startswith("STATUS=") and told.endswith("errands under way") for told in listening.told)
    (reader, *_) = readers(daemon.process.pid)
    assert b"NOTIFY_SOCKET" not in Path(f"/proc/{reader}/environ").read_bytes()

    assert daemon.end()[0] == 0
    assert listening.hears("STOPPING=1")


def test_nobody_is_told_where_nobody_listens(begin, tmp_path):
    daemon = begin(NOTIFY_SOCKET=str(tmp_path / "nowhere"), WATCHDOG_USEC="600000")

    daemon.wait_for("article.appended article=1")

    assert daemon.end()[0] == 0
    assert "Traceback" not in daemon.log
