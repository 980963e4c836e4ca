"""The guards: what the file itself refuses, whoever writes."""

import sqlite3

import pytest

from db.connection import connect
from db.guards import GUARDED, TRIGGERS, differing
from db.model import Judgement
from db.store import Store
from db.views import VIEWS


@pytest.fixture
def filled(store, append, make_article, now):
    """A connection of somebody else to a record with one row, at least, in every guarded table."""
    judgement = Judgement(topic_id="b", score=0.9, threshold=0.5, band="relevant", ruleset="r")
    append(make_article(), judgements=(judgement,))
    append(make_article("https://other.example/a"), kind="copy", original=1)
    conn = connect(store.path)
    conn.execute(
        "INSERT INTO review_events (article_id, mark, reviewer, reviewed_at) VALUES (1, 'relevant', 'ann', '2026-11-23T12:00:00Z')"
    )
    conn.execute(
        "INSERT INTO article_events (canonical_url, article_id, kind, happened_at) SELECT canonical_url, id, 'removed', '2026-11-23T12:00:00Z' FROM articles WHERE id = 1"
    )
    conn.execute(
        "INSERT INTO stories (id, title, first_article_id, created_at, updated_at) VALUES (1, 'A story', 1, 'x', 'x')"
    )
    conn.execute("INSERT INTO story_events (story_id, kind, happened_at) VALUES (1, 'opened', 'x')")
    conn.execute("INSERT INTO record_events (kind, reason, happened_at) VALUES ('moved', 'r', 'x')")
    yield conn
    conn.close()


def content(conn, table):
    return [tuple(row) for row in conn.execute(f"SELECT * FROM {table} ORDER BY 1, 2")]


@pytest.mark.parametrize("table", GUARDED)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET rowid = rowid",
        "DELETE FROM {table}",
        "UPDATE OR REPLACE {table} SET {column} = {column}",
        "UPDATE OR IGNORE {table} SET {column} = {column}",
        "DELETE FROM {table} WHERE {column} IS NOT NULL LIMIT 1",
    ],
)
def test_rows_are_never_changed_or_deleted(filled, table, statement):
    before = content(filled, table)
    column = filled.execute(f"SELECT name FROM pragma_table_info('{table}') LIMIT 1").fetchone()[0]
    if table in ("article_authors", "article_tags"):
        statement = statement.replace("rowid", column)

    with pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only|LIMIT"):
        filled.execute(statement.format(table=table, column=column))

    assert content(filled, table) == before


@pytest.mark.parametrize("recursive", ["off", "on"])
@pytest.mark.parametrize("table", GUARDED)
def test_replace_does_not_replace(filled, table, recursive):
    filled.execute(f"PRAGMA recursive_triggers = {recursive}")
    before = content(filled, table)
    columns = [row[1] for row in filled.execute(f"PRAGMA table_info({table})")]
    forged = {"title": "'forged'", "content_sha256": "'forged'", "author": "'forged'", "tag": "'forged'"}
    forged |= {"score": "0.123", "copy_of": "article_id", "reason": "'forged'", "mark": "'forged'"}
    values = ", ".join(forged.get(name, name) for name in columns)

    with pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only"):
        filled.execute(f"REPLACE INTO {table} SELECT {values} FROM {table}")

    assert content(filled, table) == before


@pytest.mark.parametrize("verb", ["INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE", "INSERT OR ABORT"])
@pytest.mark.parametrize("table", ["articles", "article_authors", "article_tags", "judgements", "copies"])
def test_the_same_row_again_is_silently_left_out(filled, table, verb):
    before = content(filled, table)

    filled.execute(f"{verb} INTO {table} SELECT * FROM {table}")

    assert content(filled, table) == before


def test_an_upsert_changes_nothing(filled):
    before = content(filled, "articles")
    columns = [row[1] for row in filled.execute("PRAGMA table_info(articles)")]
    values = ", ".join({"content_sha256": "'forged'"}.get(name, name) for name in columns)

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        filled.execute(
            f"INSERT INTO articles SELECT {values} FROM articles WHERE true ON CONFLICT DO UPDATE SET title = 'forged'"
        )

    assert content(filled, "articles") == before


@pytest.mark.parametrize("revision", [0, 1, 3, -1])
def test_a_revision_is_the_next_one_or_refused(filled, revision):
    columns = [row[1] for row in filled.execute("PRAGMA table_info(articles)")]
    forged = {"id": "NULL", "revision": str(revision), "content_sha256": "'other'"}
    values = ", ".join(forged.get(name, name) for name in columns)

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        filled.execute(f"INSERT INTO articles SELECT {values} FROM articles WHERE id = 1")


@pytest.mark.parametrize("verb", ["INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE"])
def test_an_article_that_somebody_else_inserts_is_indexed_and_shown(filled, verb):
    columns = [row[1] for row in filled.execute("PRAGMA table_info(articles)")]
    forged = {"id": "NULL", "revision": "2", "content_sha256": "'other'", "title": "'Новая версия'"}
    values = ", ".join(forged.get(name, name) for name in columns)

    filled.execute(f"{verb} INTO articles SELECT {values} FROM articles WHERE id = 1")

    assert filled.execute(
        "SELECT revision, band FROM current_articles WHERE title = 'Новая версия'"
    ).fetchall()[0][:] == (
        2,
        None,
    )
    assert (
        filled.execute("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'новая'").fetchone()[0] == 3
    )
    assert filled.execute("SELECT count(*) FROM article_tags WHERE article_id = 3").fetchone()[0] == 2


@pytest.mark.parametrize("name", TRIGGERS)
def test_a_trigger_that_was_dropped_is_back_when_the_record_is_opened(store, name, now, rows):
    with sqlite3.connect(store.path) as conn:
        conn.execute(f"DROP TRIGGER {name}")
    conn.close()

    again = Store.open(store.path, now=now)

    assert again.renewed == (name,)
    assert rows("SELECT repaired_at, guards FROM repairs") == [("2026-11-23T12:00:00Z", f'["{name}"]')]
    assert rows("SELECT count(*) FROM sqlite_master WHERE name = ?", name) == [(1,)]
    again.close()


def test_a_view_that_was_altered_is_put_right_without_being_called_a_repair(store, now, rows):
    with sqlite3.connect(store.path) as conn:
        conn.execute("DROP VIEW review_queue")
        conn.execute("CREATE VIEW review_queue AS SELECT 1")
    conn.close()

    again = Store.open(store.path, now=now)

    assert rows("SELECT sql FROM sqlite_master WHERE name = 'review_queue'") == [(VIEWS["review_queue"],)]
    assert rows("SELECT count(*) FROM repairs") == [(0,)]
    again.close()


def test_what_was_written_while_triggers_were_missing_is_derived_again(
    store, append, make_article, now, rows
):
    append(make_article())
    with sqlite3.connect(store.path) as conn:
        for name in TRIGGERS:
            conn.execute(f"DROP TRIGGER {name}")
        columns = [row[1] for row in conn.execute("PRAGMA table_info(articles)")]
        forged = {"id": "NULL", "revision": "2", "content_sha256": "'other'", "title": "'Вызов'"}
        values = ", ".join(forged.get(name, name) for name in columns)
        conn.execute(f"INSERT INTO articles SELECT {values} FROM articles")
    conn.close()

    again = Store.open(store.path, now=now)

    assert rows("SELECT title, revision FROM current_articles") == [("Вызов", 2)]
    assert rows("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'вызов'") == [(2,)]
    assert rows("SELECT tag FROM article_tags WHERE article_id = 2 ORDER BY position") == [
        ("space",),
        ("film",),
    ]
    again.close()


def test_what_is_derived_again_equals_what_the_triggers_kept(filled, store):
    from db.guards import rebuild

    filled.execute("UPDATE newest SET story_id = 1 WHERE article_id = 1")
    before = content(filled, "newest")

    rebuild(filled)

    assert content(filled, "newest") == before


def test_nothing_differs_in_a_fresh_record(filled):
    assert differing(filled) == ()
