"""One daemon per record."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from db.errors import DiskFull, Locked
from db.lock import DaemonLock

HOLDER = """
import sys
from pathlib import Path
from db.lock import DaemonLock
with DaemonLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that watches the record until its standard input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "articles.db")],
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_daemon_is_told_who_watches(tmp_path, holder):
    with (
        pytest.raises(Locked, match=rf"articles\.db is already watched by process {holder.pid}$"),
        DaemonLock(tmp_path / "articles.db"),
    ):
        pass


def test_the_lock_ends_with_its_process_however_that_ends(tmp_path, holder):
    holder.kill()
    holder.wait()

    with DaemonLock(tmp_path / "articles.db"):
        assert (tmp_path / "articles.db.lock").read_text() == f"{os.getpid()}\n"


def test_the_lock_can_be_taken_again_and_other_records_are_free(tmp_path):
    lock = DaemonLock(tmp_path / "new" / "articles.db")
    for _ in range(2):
        with lock, DaemonLock(tmp_path / "other.db"):
            pass


def test_a_lock_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "articles.db.lock").mkdir()

    with (
        pytest.raises(DiskFull, match=r"articles\.db\.lock cannot be written"),
        DaemonLock(tmp_path / "articles.db"),
    ):
        pass
