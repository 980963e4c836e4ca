"""Files that somebody else made: a record, an archive, a backup that attack whoever opens them."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime

import kit
import press
import pytest
import zstandard
from click.testing import CliRunner
from memory import watched

from crawler.cli import main
from db.model import Page
from db.store import Store

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "articles.db"
    Store.open(path, tmp_path / "archive.db").close()
    return path


def weapon(path, *statements):
    """A copy of a record, changed by whoever made it."""
    made = path.with_name("weapon.db")
    shutil.copy(path, made)
    with closing(sqlite3.connect(made, isolation_level=None)) as conn:
        for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            conn.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            with suppress(sqlite3.OperationalError, sqlite3.IntegrityError):
                conn.execute(statement)
    return made


WEAPONS = {
    "a trigger that fires on everything": (
        "CREATE TRIGGER evil AFTER INSERT ON visits BEGIN DELETE FROM articles; END",
    ),
    "a view in place of a table": ("DROP TABLE sources", "CREATE VIEW sources AS SELECT 1 AS id"),
    "a table in place of a view": (
        "DROP VIEW current_articles", "CREATE TABLE current_articles (id)",
    ),
    "a generated column": ("ALTER TABLE visits ADD COLUMN evil AS (hex(zeroblob(900000000)))",),
    "a virtual table": ("CREATE VIRTUAL TABLE evil USING fts5(x)",),
    "an endless view": (
        "CREATE VIEW evil AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
    ),
    "wrong types": (
        "INSERT INTO hosts (host, crawl_delay_s, refusals) VALUES (x'ff00', 'soon', -5)",
        "INSERT INTO visits (elapsed_ms, received_bytes, url, purpose, started_at, verdict, reason) VALUES (1, 1, x'ff', 'new', 'never', 'odd', 7)",
    ),
    "another schema": ("PRAGMA user_version = 99",),
    "a huge row": ("INSERT INTO visits (elapsed_ms, received_bytes, url, purpose, started_at, verdict, reason) VALUES (1, 1, 'http://a.example/', 'new', '2026-11-23T00:00:00Z', 'failed', hex(zeroblob(4000000)))",),
}  # fmt: skip
CALLS = (
    ["status"],
    ["doctor"],
    ["story"],
    ["why", "http://a.example/"],
    ["replay", "--dry-run"],
    ["export", "--band", "all"],
)


@pytest.mark.parametrize("name", WEAPONS)
def test_a_record_of_somebody_else_is_read_or_refused_with_a_sentence(name, record, monkeypatch, tmp_path):
    made = weapon(record, *WEAPONS[name])
    monkeypatch.chdir(tmp_path)

    for call in CALLS:
        done = CliRunner().invoke(main, [*call, "--db", str(made)])

        assert done.exception is None or isinstance(done.exception, SystemExit), (call, done.exception)
        assert "Traceback" not in done.output


@pytest.mark.parametrize("name", WEAPONS)
def test_a_backup_of_somebody_else_takes_no_place_without_a_check(name, record, monkeypatch, tmp_path):
    made = weapon(record, *WEAPONS[name])
    monkeypatch.chdir(tmp_path)

    done = CliRunner().invoke(main, ["restore", str(made), "--db", str(record)])

    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    with closing(sqlite3.connect(record)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert not conn.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'evil' AND type = 'trigger'"
        ).fetchone()


@pytest.mark.parametrize(
    "name", ["-rf.db", "a;b.db", "a b\n.db", "\u202egnp.db", "%00.db", "file:x?mode=rwc.db"]
)
def test_a_backup_may_be_called_anything(name, record, monkeypatch, tmp_path):
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")

    done = CliRunner().invoke(main, ["backup", "--db", str(record), "--", name])

    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert {each.name for each in (tmp_path / "out").iterdir()} <= {name}
    assert "\u202e" not in done.output


#: what may stand in place of an archived page
BODIES = {
    "a bomb": zstandard.ZstdCompressor(level=19).compress(bytes(1 << 30)),
    "noise": b"\x00\xff" * 40,
    "something else": zstandard.compress(b"<p>Another page.</p>"),
    "nothing": b"",
    "a text": "text",
}


@pytest.mark.parametrize("name", BODIES)
def test_a_page_of_an_archive_of_somebody_else_costs_itself_only(name, record, tmp_path):
    pages = [
        Page(
            url=f"http://a.example/{slug}",
            final_url=f"http://a.example/{slug}",
            status=200,
            headers=(),
            body=press.article(slug, f"http://a.example/{slug}"),
            fetched_at=NOW,
        )
        for slug in ("one", "two", "three")
    ]
    with closing(Store.open(record, tmp_path / "archive.db")) as store:
        for page in pages:
            store.keep_page(page)
    with closing(sqlite3.connect(tmp_path / "archive.db", isolation_level=None)) as conn:
        # the first has its own prefix as prefix: a chain without an end
        conn.execute("UPDATE bodies SET zstd = ? WHERE sha256 = ?", (BODIES[name], pages[1].sha256))
        conn.execute(
            "UPDATE bodies SET prefix_id = id WHERE prefix_id IS NULL AND sha256 = ?", (pages[1].sha256,)
        )
    config = kit.configured(tmp_path, [kit.source("https://wire.example/rss")], band="all")

    with watched() as peak:
        done = CliRunner().invoke(main, ["replay", "--config", str(config.path)])

    assert done.exit_code == 0, done.output
    assert "1  not readable any more" in done.output and kit.count(config, "articles") == 2
    assert peak.mb < 600
