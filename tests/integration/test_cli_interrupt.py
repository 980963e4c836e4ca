"""Ctrl-C while a round waits for a publisher that never answers."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.commands.open_record import open_record

SPACEREEL = Path(sys.executable).parent / "spacereel"
TOPIC = """
[topic]
relevant = 1
mention = 1
[topic.concepts.film]
any = ["film"]
[[topic.rule]]
name = "film"
points = 1
article = ["film"]
"""


@pytest.fixture
def silent():
    """A publisher that takes a call and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)
        yield listener


@pytest.fixture
def folder(silent, tmp_path):
    port = silent.getsockname()[1]
    beat = f'[beat]\nid = "b"\ntitle = "B"\n[[source]]\nid = "s"\nkind = "feed"\nurl = "http://127.0.0.1:{port}/rss"\n{TOPIC}'
    (tmp_path / "beat.toml").write_text(beat, encoding="utf-8")
    settings = '[beats]\npaths = ["beat.toml"]\n[fetch]\nallow_private = ["127.0.0.0/8"]\n'
    (tmp_path / "spacereel.toml").write_text(settings, encoding="utf-8")
    return tmp_path


def test_an_interrupted_round_ends_quietly_and_in_order(silent, folder):
    running = subprocess.Popen(
        [str(SPACEREEL), "once", "--db", "articles.db"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        call, _ = silent.accept()
        with call:
            running.send_signal(signal.SIGINT)
            said, complained = running.communicate(timeout=30)
    finally:
        running.kill()
        running.wait()

    assert (running.returncode, said, complained.strip()) == (130, "", "")
    with open_record(folder / "articles.db") as conn:
        (run,) = conn.execute("SELECT finished_at FROM runs").fetchall()
    assert run["finished_at"] is not None
