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
from strangers import loosened

from crawler.cli import main
from db.model import Judgement, Page
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


SINCE = "2000-01-01"
MORE_CALLS = (
    ["diff", "https://news.example/film-in-orbit"],
    ["why", "https://news.example/film-in-orbit"],
    ["alert", "list"],
    ["alert", "log"],
    ["alert", "log", "--json"],
    ["digest", "--found", SINCE],
    ["report", "--since", SINCE, "--out", "report.html"],
    ["chart", "days", "--since", SINCE],
    ["export", "--format", "jsonl"],
    ["status", "--json"],
)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("articles", "title", b"\xff"),
        ("articles", "authors", "[" * 100_000),
        ("articles", "origins", "[]"),
        ("articles", "published_at", "soon"),
        ("articles", "canonical_url", "elsewhere"),
        ("newest", "article_id", 2**62),
        ("newest", "found_at", b"\xff"),
        ("judgements", "evidence", '[{"term": {}}]'),
        ("visits", "reason", b"\xff"),
        ("outbox", "due_at", "soon"),
        ("outbox", "label", b"\xff"),
        ("searches", "query", b"\xff"),
        ("searches", "query", "(" * 100_000),
        ("runs", "verdicts", "[1]"),
    ],
)  # fmt: skip
def test_values_that_were_never_written_are_a_sentence(
    table, column, value, store, append, make_article, monkeypatch, tmp_path
):
    """Tables whose columns take anything, as whoever makes a file can have them."""
    judged = (Judgement(topic_id="b", score=9.0, threshold=6.0, band="relevant"),)
    append(make_article(), judgements=judged)
    append(make_article(text="They landed on Sunday, all of them."), judgements=judged)
    store.start_run("once", NOW)
    store.close()
    spoil(store.path, table, column, value)
    (tmp_path / "beat.toml").write_text("[beat]\nid = 'b'\ntitle = 'B'\n[topic]\nthreshold = 1.0\n")
    (tmp_path / "spacereel.toml").write_text(
        "[beats]\npaths = ['beat.toml']\n[[alert]]\nname = 'desk'\nto = ['http://127.0.0.1:9/']\nwhen = ['new']\n"
    )
    monkeypatch.chdir(tmp_path)

    for call in (*CALLS, *MORE_CALLS):
        done = CliRunner().invoke(main, [*call, "--db", str(store.path)])

        assert done.exception is None or isinstance(done.exception, SystemExit), (call, done.exception)
        assert "Traceback" not in done.output


def spoil(path, table, column, value):
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute(
            """INSERT INTO outbox (key, alert, target, label, kind, article_id, caused_at, due_at, state)
            VALUES ('k', 'desk', 't', 'l', 'new', 1, '2026-11-23T12:00:00Z', '2026-11-23T12:00:00Z', 'waiting')"""
        )
        conn.execute(
            "INSERT INTO searches (name, query, bell, since_id, saved_by, saved_at) VALUES ('a', 'film', 'desk', 0, 'x', '2026-11-23T12:00:00Z')"
        )
    with loosened(path, table) as conn:
        conn.execute(f'UPDATE OR IGNORE "{table}" SET "{column}" = ?', (value,))


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
