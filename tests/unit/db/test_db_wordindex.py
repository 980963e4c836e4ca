"""The index of words keeps up with the articles, whoever inserted them."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from db import wordindex
from db.maintenance import checks, repair
from db.store import Store

ROW = """INSERT INTO articles (title, source, url, canonical_url, revision, fetched_at, word_count, text, content_sha256, extractor)
    VALUES ('An otter', 'wire', 'https://a.example/1', 'https://a.example/1', 1, '2026-11-23T12:00:00Z', 1, '太空人', 'x', 'x')"""


def ids_with(store, word, table="articles_words"):
    return [
        row[0] for row in store._conn.execute(f"SELECT rowid FROM {table} WHERE {table} MATCH ?", (word,))
    ]


def test_an_appended_version_is_found_at_once(store, append, make_article):
    append(make_article(title="Съёмки", authors=("Jane Doe",)))

    assert ids_with(store, "съемки") == [1]
    assert ids_with(store, "\ue000jane") == [1]


def test_a_row_that_somebody_else_inserted_is_indexed_when_the_record_is_opened(store, append, make_article):
    with closing(sqlite3.connect(store.path)) as conn, conn:
        conn.execute(ROW)
    assert wordindex.is_behind(store._conn)

    again = Store.open(store.path)

    assert ids_with(again, "otter") == [1]
    assert ids_with(again, '"太空 空人"', "articles_runs") == [1]
    assert not wordindex.is_behind(again._conn)
    again.close()


def test_an_index_that_lost_its_words_is_told_and_mended(store, append, make_article, now, tmp_path):
    append(make_article(title="Otters"))
    wordindex.clear(store._conn)
    search = next(check for check in checks(store.path, tmp_path / "archive.db") if check.name == "search")
    assert not search.is_ok

    repair(store.path, now)

    assert ids_with(store, "otters") == [1]
