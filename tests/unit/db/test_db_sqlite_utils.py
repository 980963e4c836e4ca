"""What people do with `sqlite-utils` on the record."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from db.guards import differing
from db.store import Store

ROOT = Path(__file__).parents[3]


def sqlite_utils(*arguments, cwd=ROOT, stdin=None):
    """Run the command line; returns what it printed, or raises with what it complained about."""
    command = [sys.executable, "-m", "sqlite_utils", *map(str, arguments)]
    run = subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, text=True, timeout=60)
    if run.returncode:
        raise RuntimeError(run.stderr)
    return run.stdout


@pytest.fixture
def filled(store, append, make_article):
    append(make_article(title="Tom Cruise flies", text="The actor trains."))
    append(
        make_article(
            "https://b.example/1", title="Фильм", description="«Вызов» на МКС", text="Съёмки на орбите."
        )
    )
    return store.path


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("tom cruise", ["Tom Cruise flies"]),
        ("вызов", ["Фильм"]),
        ("Вызов", ["Фильм"]),
        ("съёмки", ["Фильм"]),
        ("СЪЁМКИ", ["Фильм"]),
        ("орбит*", ["Фильм"]),
        ("nothing", []),
    ],
)
def test_articles_are_found_by_words(filled, query, titles):
    found = json.loads(sqlite_utils("search", filled, "articles", query))

    assert [row["title"] for row in found] == titles


def test_migrate_begins_a_record_from_any_folder(tmp_path):
    path = tmp_path / "articles.db"

    sqlite_utils("migrate", path, ROOT / "db" / "migrations.py", cwd=tmp_path)

    store = Store.open(path)
    assert store.renewed == ()
    store.close()


def test_migrate_leaves_a_record_of_ours_alone(filled):
    before = sqlite_utils("schema", filled)

    sqlite_utils("migrate", filled, ROOT / "db" / "migrations.py")

    assert sqlite_utils("schema", filled) == before
    assert "(none)" in sqlite_utils("migrate", filled, ROOT / "db" / "migrations.py", "--list")


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("query", "{db}", "delete from articles"), id="delete"),
        pytest.param(("query", "{db}", "update articles set title = 'x'"), id="update"),
        pytest.param(("convert", "{db}", "articles", "title", "value.upper()"), id="convert"),
        pytest.param(("insert", "{db}", "articles", "-", "--pk", "id", "--replace"), id="insert --replace"),
        pytest.param(("upsert", "{db}", "articles", "-", "--pk", "id"), id="upsert"),
        pytest.param(
            ("transform", "{db}", "articles", "--rename", "title", "headline"), id="rename a column"
        ),
    ],
)
def test_versions_are_never_changed(filled, rows, arguments):
    before = rows("SELECT * FROM articles")
    (forged,) = json.loads(sqlite_utils("query", filled, "select * from articles limit 1"))
    forged |= {"title": "forged", "content_sha256": "forged"}

    with pytest.raises(RuntimeError, match=r"append-only|cannot be safely recreated"):
        sqlite_utils(*(argument.format(db=filled) for argument in arguments), stdin=json.dumps(forged))

    assert rows("SELECT * FROM articles") == before


def test_an_article_inserted_by_hand_is_a_full_one(filled, rows):
    (article,) = json.loads(sqlite_utils("query", filled, "select * from articles limit 1"))
    article |= {"title": "Вставлено", "content_sha256": "other", "revision": 2, "tags": '["рука"]'}
    del article["id"]

    for _ in range(2):
        sqlite_utils("insert", filled, "articles", "-", stdin=json.dumps(article))

    assert rows("SELECT count(*) FROM articles") == [(3,)]
    assert rows("SELECT title FROM current_articles WHERE id = 3") == [("Вставлено",)]
    assert [row["title"] for row in json.loads(sqlite_utils("search", filled, "articles", "вставлено"))] == [
        "Вставлено"
    ]


def test_a_table_transformed_by_hand_gets_its_guards_back(filled):
    sqlite_utils("transform", filled, "articles", "--type", "word_count", "float")

    store = Store.open(filled)

    assert set(store.renewed) == {
        "articles_insert_guard",
        "articles_update_guard",
        "articles_delete_guard",
        "articles_kept",
    }
    assert differing(store._conn) == ()
    store.close()
