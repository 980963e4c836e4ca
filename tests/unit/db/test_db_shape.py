"""What stands in a record that was never written there is named."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from strangers import loosened

from db.shape import misfit


@pytest.fixture
def record(store, append, make_article):
    append(make_article())
    append(make_article(text="The crew filmed on the station.\nThey landed."))
    path = store.path
    store.close()
    return path


def test_nothing_is_wrong_with_a_record_of_ours(record):
    with closing(sqlite3.connect(record)) as conn:
        assert misfit(conn) is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("title", b"\xff"),
        ("title", None),
        ("authors", "[" * 100_000),
        ("authors", '{"a": 1}'),
        ("tags", '[{"a": 1}]'),
        ("removed", "[1]"),
        ("origins", "[]"),
        ("fetched_at", "soon"),
        ("word_count", "many"),
    ],
)
def test_what_never_stood_in_a_column_is_named(record, column, value):
    with loosened(record, "articles") as conn:
        conn.execute(f"UPDATE articles SET {column} = ?", (value,))

        assert misfit(conn) == f"articles.{column} holds what never stands there"


def test_rows_that_name_others_which_are_not_there_are_named(record):
    with loosened(record, "articles") as conn:
        conn.execute("DELETE FROM articles")

        assert "name others that are not there" in misfit(conn)
