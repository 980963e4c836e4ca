"""A process that looks at a record it has open keeps its hold on it."""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from db.connection import connect, open_read_only
from db.identity import pending_events

#: what sqlite-utils, a backup or a reviewer is to SQLite: a process that opens the record, writes, and closes it
OTHER = """
import sqlite3, sys
conn = sqlite3.connect(sys.argv[1])
conn.execute("INSERT INTO runs (mode, started_at) VALUES ('other', 'x')")
conn.commit()
print(conn.execute("SELECT count(*) FROM runs").fetchone()[0])
conn.close()
"""


def somebody_else(path):
    """How many runs another process sees, its own among them."""
    run = subprocess.run([sys.executable, "-c", OTHER, str(path)], capture_output=True, text=True, check=True)
    return int(run.stdout)


def look(path):
    with closing(open_read_only(path)) as conn:
        pending_events(conn, path)


def write(path):
    connect(path).close()


@pytest.mark.parametrize("how", [look, write])
def test_looking_at_an_open_record_takes_no_lock_from_it(store, now, how):
    """Without its lock the other process deletes the log that the store goes on writing to, where nobody reads it."""
    store.start_run("once", now)

    how(store.path)
    assert somebody_else(store.path) == 2
    store.start_run("once", now)

    assert somebody_else(store.path) == 4
    assert store.path.with_name("articles.db-wal").stat().st_size > 0


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="needs a list of locks")
def test_the_lock_is_there_as_long_as_the_store(store):
    """What the test above rests on, seen in the list of the operating system."""

    def locks():
        inode = f":{os.stat(store.path).st_ino} "
        return [line for line in Path("/proc/locks").read_text().splitlines() if inode in line]

    look(store.path)

    assert locks()
    store.close()
    assert not locks()


def test_a_database_of_the_smallest_pages_is_one(tmp_path):
    path = tmp_path / "small.db"
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA page_size = 512")
        conn.execute("PRAGMA user_version = 7")
    assert path.stat().st_size in (0, 512)

    with closing(connect(path)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def handles(path):
    """How often this process has the file open."""
    files = [file for file in Path("/proc/self/fd").iterdir() if file.is_symlink()]
    return [os.readlink(file) for file in files].count(str(path))


def test_who_begins_a_file_waits_for_another_one_who_is_just_beginning_it(tmp_path):
    path = tmp_path / "articles.db"
    with ThreadPoolExecutor(1) as thread, closing(sqlite3.connect(path, isolation_level=None)) as first:
        first.execute("BEGIN IMMEDIATE")
        second = thread.submit(connect, path)
        while handles(path) < 2:
            assert not second.done() or second.exception() is None
        first.execute("CREATE TABLE begun (id)")
        first.execute("COMMIT")
        with closing(second.result(timeout=30)) as conn:
            assert conn.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
            assert conn.execute("SELECT count(*) FROM begun").fetchone()[0] == 0
