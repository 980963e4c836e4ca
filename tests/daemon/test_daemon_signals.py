"""SIGTERM at any instant: while the program is imported, while others hold the record, while readers are not there yet."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import kit
import press
import pytest
from daemons import GUARD_S, ROOT, Started, fork_servers, until

from db.store import Store

#: a program that never comes back from a C function
STUCK = """
import logging, sqlite3, sys
from crawler.logs import configure_logs
from crawler.daemon.signals import Stopping
configure_logs()
stopping = Stopping(float(sys.argv[2]))
stopping.hand_over(lambda: None)
conn = sqlite3.connect(sys.argv[1], timeout=600, isolation_level=None)
print("begun", flush=True)
conn.execute("BEGIN IMMEDIATE")
"""


def listens(pid: int) -> bool:
    """Whether a process has a handler for SIGTERM, by what the kernel knows of it; Python itself has none."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def has_open(pid: int, path: Path) -> bool:
    # of a file that is closed meanwhile the link leads nowhere, and is no fault
    return any(os.path.realpath(file) == str(path) for file in Path(f"/proc/{pid}/fd").iterdir())


@contextmanager
def held(path: Path) -> Iterator[None]:
    """We hold the record's write lock."""
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("BEGIN IMMEDIATE")
        yield


@pytest.fixture
def config(newsroom, tmp_path):
    feed = newsroom.print_("/feed", press.feed([newsroom.origin() + "/article/a"]))
    return kit.configured(tmp_path, [kit.source(feed)])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_in_the_first_moment_ends_it_before_it_has_begun(start, config, number):
    daemon = start(config)
    until(lambda: listens(daemon.process.pid))

    code, _ = daemon.end(number)

    assert code == 0, daemon.log
    assert f"daemon.stopping because={signal.Signals(number).name}" in daemon.log
    assert daemon.log.count("daemon.stopped") == 1
    assert "Traceback" not in daemon.log


def test_a_signal_does_not_wait_for_whoever_holds_the_record(start, config):
    Store.open(config.store.path, config.store.archive).close()
    with held(config.store.path):
        daemon = start(config)
        until(lambda: has_open(daemon.process.pid, config.store.path))

        code, _ = daemon.end()  # long before the 30 s that a writer waits for another one

    assert code == 0 or "daemon.ended" in daemon.log, daemon.log
    assert "Traceback" not in daemon.log
    kit.assert_sound(config)


def test_a_signal_does_not_wait_for_readers_that_are_not_there_yet(newsroom, start, config):
    daemon = start(config, deadline_s=60)
    servers: list[int] = []
    try:
        until(lambda: bool(servers.extend(fork_servers(daemon.process.pid)) or servers))
        os.kill(servers[0], signal.SIGSTOP)
        newsroom.wait_for("/feed")

        code, _ = daemon.end()
    finally:
        for server in servers:
            os.kill(server, signal.SIGKILL)

    assert code == 0, daemon.log
    assert "daemon.stopped" in daemon.log
    assert kit.query(config, "SELECT checked_at, failures FROM sources") == [
        {"checked_at": None, "failures": 0.0}
    ]


def test_a_process_that_hangs_in_a_c_function_is_ended_with_a_sentence(tmp_path):
    path = tmp_path / "articles.db"
    Store.open(path).close()
    with held(path):
        process = begun(path, 0.1)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=GUARD_S)

    assert process.returncode == 1
    assert "daemon.stopping because=SIGTERM" in told
    assert 'daemon.ended because="it did not stop within 0.1 s"' in told


def test_a_second_signal_ends_it_also_in_a_c_function(tmp_path):
    path = tmp_path / "articles.db"
    Store.open(path).close()
    with held(path):
        process = begun(path, 600)
        process.send_signal(signal.SIGTERM)
        assert "daemon.stopping" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=GUARD_S)

    assert process.returncode == 128 + signal.SIGINT
    assert 'daemon.ended because="a second SIGINT"' in told


def begun(path: Path, deadline_s: float) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", STUCK, str(path), str(deadline_s)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "begun\n"
    return process


def test_a_daemon_that_was_stopped_in_its_first_moment_starts_again(start, config):
    first: Started = start(config)
    until(lambda: listens(first.process.pid))
    first.end()

    second = start(config)
    second.wait_for("article.appended article=1")

    assert second.end()[0] == 0
