"""Opening: from an empty folder to today's schema, or a sentence why not."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from db.connection import open_read_only
from db.errors import Corrupt, DiskFull, Locked, SchemaTooNew, StoreError
from db.guards import TRIGGERS, differing
from db.migrations import migrations
from db.store import Store
from db.version import SCHEMA_VERSION
from db.views import VIEWS


def schema_of(path):
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE name != 'sqlite_stat1' ORDER BY 1, 2"
        ).fetchall()


def test_folders_files_and_schema_are_made(tmp_path):
    path = tmp_path / "new" / "folder" / "articles.db"

    Store.open(path).close()

    assert path.is_file()
    assert path.with_name("archive.db").is_file()


def test_the_archive_lies_where_it_is_told_to(tmp_path):
    Store.open(tmp_path / "articles.db", tmp_path / "pages" / "all.db").close()

    assert (tmp_path / "pages" / "all.db").is_file()
    assert not (tmp_path / "archive.db").exists()


def test_opening_again_changes_nothing(tmp_path):
    path = tmp_path / "articles.db"
    Store.open(path).close()
    before = schema_of(path)

    Store.open(path).close()

    assert schema_of(path) == before


def test_the_version_is_the_number_of_the_last_migration():
    numbers = [int(migration.name[:4]) for migration in migrations._migrations]

    assert numbers == sorted(set(numbers))
    assert numbers[-1] == SCHEMA_VERSION


@pytest.mark.parametrize("stop", [migration.name for migration in migrations._migrations])
def test_a_record_of_each_older_schema_is_brought_up_to_date(tmp_path, stop):
    from sqlite_utils import Database

    path, fresh = tmp_path / "articles.db", tmp_path / "fresh.db"
    Store.open(fresh).close()
    old = Database(path)
    migrations.apply(old, stop_before=stop)
    old.close()

    Store.open(path).close()

    assert schema_of(path) == schema_of(fresh)


def test_guards_and_views_are_in_the_file_word_for_word(store, rows):
    found = dict(rows("SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')"))

    assert found == {**TRIGGERS, **VIEWS}


def test_a_record_of_a_newer_spacereel_is_refused_with_both_versions(store):
    store.close()
    with closing(sqlite3.connect(store.path, isolation_level=None)) as conn:
        conn.execute("PRAGMA user_version = 99")

    with pytest.raises(SchemaTooNew, match=f"schema version 99, .* up to {SCHEMA_VERSION}; install a newer"):
        Store.open(store.path)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("This is a shopping list.\n" * 100, id="a text"),
        pytest.param("x", id="one byte"),
        pytest.param("a shopping list\n" * 32, id="as long as the smallest database"),
        pytest.param("SQLite format 3\0" + "\0" * 2000, id="the magic and nothing behind it"),
    ],
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "articles.db"
    path.write_text(content)

    with pytest.raises(Corrupt, match=r"articles\.db is (not an SQLite database|damaged)") as told:
        Store.open(path)

    assert path.read_text() == content
    assert told.value.path == str(path)


def test_somebody_else_s_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "articles.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("CREATE TABLE bookmarks (url)")

    with pytest.raises(Corrupt, match="not a record of Spacereel; use another file"):
        Store.open(path)

    assert [name for _, name, _ in schema_of(path)] == ["bookmarks"]


def test_a_folder_in_place_of_the_file_is_a_sentence(tmp_path):
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(tmp_path)


def test_a_file_in_place_of_the_folder_is_a_sentence(tmp_path):
    (tmp_path / "db").write_text("")

    with pytest.raises(DiskFull, match=r"the folder .*db cannot be made"):
        Store.open(tmp_path / "db" / "articles.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_a_sentence(tmp_path):
    folder = tmp_path / "db"
    folder.mkdir(mode=0o500)

    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(folder / "articles.db")


def test_a_record_somebody_keeps_locked_is_a_sentence(store, make_candidate, now):
    store._conn.execute("PRAGMA busy_timeout = 20")
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(Locked, match="is being written by another process that does not let go"):
            store.enqueue([make_candidate()], now)

        other.execute("ROLLBACK")
    assert store.enqueue([make_candidate()], now) == 1


def test_an_open_record_is_read_without_waiting_for_a_writer(store):
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        Store.open(store.path).close()


def test_a_read_only_connection_reads_and_never_writes_or_creates(store, tmp_path):
    with (
        closing(open_read_only(store.path)) as conn,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        conn.execute("INSERT INTO runs (mode, started_at) VALUES ('once', 'x')")

    with pytest.raises(StoreError, match=r"nowhere\.db does not exist"):
        open_read_only(tmp_path / "nowhere.db")
    assert not (tmp_path / "nowhere.db").exists()


def test_a_read_only_connection_to_a_text_is_a_sentence(tmp_path):
    path = tmp_path / "articles.db"
    path.write_text("a shopping list " * 100)

    with pytest.raises(Corrupt, match="is not an SQLite database"):
        open_read_only(path)


def test_many_may_begin_the_same_record_at_once(tmp_path):
    path = tmp_path / "articles.db"
    program = f"from pathlib import Path; from db.store import Store; Store.open(Path({str(path)!r})).close()"

    begun = [
        subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[3]) for _ in range(4)
    ]

    assert [each.wait(timeout=60) for each in begun] == [0, 0, 0, 0]
    with closing(open_read_only(path)) as conn:
        assert differing(conn) == ()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_record_in_a_folder_that_may_not_be_written_is_read(store):
    store.close()
    store.path.parent.chmod(0o500)

    with closing(open_read_only(store.path)) as conn:
        assert conn.execute("SELECT count(*) FROM articles").fetchone()[0] == 0

    store.path.parent.chmod(0o700)


def test_a_new_record_is_made_without_numpy(tmp_path):
    """sqlite_utils takes it when it is there: 12 MB of a daemon that never asks for it."""
    code = (
        "import sys; from pathlib import Path; from db.store import Store; Store.open(Path(sys.argv[1])).close();"
        "had = 'numpy' in sys.modules; import numpy; print(had, numpy.arange(2).sum())"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "articles.db")]

    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() == [
        "False",
        "1",
    ]
