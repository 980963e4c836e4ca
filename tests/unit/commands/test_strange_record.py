"""A record that somebody damaged, or filled: each command says so in a sentence, and loads no value without bounds."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner

from crawler.cli import main
from db import backups, connection
from db.backups import restore
from db.errors import Corrupt
from db.store import Store

VERBS = (["status"], ["export"], ["doctor"], ["why", "https://a.example/x"], ["backup"])


def run(*arguments):
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "articles.db"
    Store.open(path).close()
    return path


def spoil(path, *statements):
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        for statement in ("PRAGMA writable_schema = ON", *statements):
            conn.execute(statement)


@pytest.mark.parametrize("verb", [*VERBS, ["restore"]], ids=lambda verb: verb[0])
def test_a_name_that_is_no_text_is_damage_in_a_sentence(record, tmp_path, verb):
    spoil(
        record,
        "UPDATE sqlite_master SET name = CAST(x'61df62' AS TEXT), sql = 'CREATE rubbish' WHERE name = 'searches'",
    )
    place = ["--db", str(tmp_path / "new.db"), str(record)] if verb == ["restore"] else ["--db", str(record)]

    done = run(*verb, *place)

    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert "is damaged" in done.output


def test_no_value_beyond_the_largest_of_ours_is_loaded(record):
    for opened in (connection.open_read_only, connection.connect):
        with closing(opened(record)) as conn:
            assert conn.getlimit(sqlite3.SQLITE_LIMIT_LENGTH) == connection.MOST_VALUE_BYTES
            with (
                pytest.raises(Corrupt, match="larger than any that Spacereel writes"),
                connection.in_words(record),
            ):
                conn.execute("SELECT zeroblob(?)", (connection.MOST_VALUE_BYTES + 1,)).fetchone()


@pytest.mark.parametrize("value", ["zeroblob(5000)", "printf('%5000s', 'x')"])
def test_a_backup_with_a_value_beyond_that_is_not_restored(record, tmp_path, monkeypatch, now, value):
    monkeypatch.setattr(
        connection, "MOST_VALUE_BYTES", 200_000
    )  # the schema itself has longer rows than the value
    monkeypatch.setattr(backups, "MOST_VALUE_BYTES", 4_000)
    spoil(record, f"CREATE TABLE more AS SELECT {value} AS title")

    with pytest.raises(Corrupt, match="holds a value in more that is larger than any"):
        restore(record, tmp_path / "new.db", now)

    assert not (tmp_path / "new.db").exists()
