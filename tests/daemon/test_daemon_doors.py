"""The daemon's own doors: there are none."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path

import kit
import press
from test_daemon_life import descendants

#: /proc/net/tcp: the state of a socket that listens
LISTENS = "0A"


def listening(pids: list[int]) -> list[str]:
    """Local addresses on which any of the processes listens or takes datagrams, as /proc tells them."""
    inodes = set()
    for pid in pids:
        with suppress(OSError):  # a process or a descriptor that has gone meanwhile
            for each in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    inodes.add(str(each.readlink()).removeprefix("socket:[").removesuffix("]"))
    found = []
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            is_open = fields[3] == LISTENS if table.startswith("tcp") else fields[2].endswith(":0000")
            if is_open and fields[9] in inodes:
                found.append(f"{table} {fields[1]}")
    return found


def test_the_daemon_and_its_readers_listen_on_nothing(newsroom, start, tmp_path):
    urls = [newsroom.origin(number % 3) + f"/article/{number}" for number in range(3)]
    config = kit.configured(tmp_path, [kit.source(newsroom.print_("/feed", press.feed(urls)))])
    daemon = start(config)
    daemon.wait_for("article.appended article=3")

    family = [daemon.process.pid, *descendants(daemon.process.pid)]

    assert len(family) > 1
    assert listening(family) == []
    assert daemon.end()[0] == 0


def test_what_listens_is_found():
    """The look itself: a socket of this process is seen."""
    with socket.create_server(("127.0.0.1", 0)):
        assert len(listening([os.getpid()])) >= 1
