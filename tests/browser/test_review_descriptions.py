"""`crawler/review/datasette.yaml` against the schema: everything is described, and nothing that does not exist."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest
import yaml

from crawler.review.access import access_of
from crawler.review.serve import ROOM, datasette_arguments
from db.store import Store

DESCRIBED = yaml.safe_load((ROOM / "datasette.yaml").read_text(encoding="utf-8"))
TABLES = DESCRIBED["databases"]["articles"]["tables"]
QUERIES = DESCRIBED["databases"]["articles"]["queries"]
#: kept by SQLite itself
THEIRS = re.compile(r"sqlite_|articles_(fts|words|runs)_")


@pytest.fixture(scope="module")
def conn(tmp_path_factory):
    """An empty record."""
    path = tmp_path_factory.mktemp("described") / "articles.db"
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as opened:
        opened.create_function("escape_fts", 1, lambda words: f'"{words}"')
        yield opened


def columns(conn, table):
    """Computed columns too."""
    return [row[1] for row in conn.execute("SELECT * FROM pragma_table_xinfo(?) WHERE hidden <> 1", (table,))]


def test_every_table_view_and_column_is_described_in_its_order(conn):
    names = [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    expected = {name: columns(conn, name) for name in names if not THEIRS.match(name)}

    described = {name: list(table["columns"]) for name, table in TABLES.items()}
    assert described == expected


@pytest.mark.parametrize("name", TABLES)
def test_descriptions_are_sentences(name):
    for text in (TABLES[name]["description"], *TABLES[name]["columns"].values()):
        assert re.match(r"[A-Z0-9\"]|(feed|ok|relevant|second|new|copy)\b", text), text
        assert text.endswith("."), text


@pytest.mark.parametrize("name", TABLES)
def test_what_a_table_is_sorted_and_faceted_by_exists(conn, name):
    table = TABLES[name]

    named = {
        table.get("sort"),
        table.get("sort_desc"),
        table.get("label_column"),
        *table.get("facets", ()),
        *table.get("units", ()),
    }
    assert named - {None} <= set(columns(conn, name))


def test_the_programs_own_state_is_hidden_and_what_people_read_is_not():
    hidden = {name for name, table in TABLES.items() if table.get("hidden")}

    assert {
        "frontier",
        "site_lines",
        "hosts",
        "aliases",
        "bands",
        "heartbeat",
        "identity",
        "_sqlite_migrations",
    } <= hidden
    assert not hidden & {
        "articles",
        "current_articles",
        "review_queue",
        "sources",
        "visits",
        "judgements",
        "reviews",
    }


@pytest.mark.parametrize("name", QUERIES)
def test_every_question_has_a_title_a_sentence_and_sql_that_runs(conn, name):
    query = QUERIES[name]

    assert query["title"]
    assert query["description"].endswith(".")
    parameters = dict.fromkeys(re.findall(r":([a-z]+)\b", query["sql"]), "https://a.example/")
    conn.execute(query["sql"], parameters).fetchall()


def test_no_question_hides_a_table_or_view():
    assert not set(QUERIES) & set(TABLES)


def test_the_arguments_of_datasette_follow_from_the_record_and_the_host(tmp_path):
    arguments = datasette_arguments(tmp_path / "a.db", access_of("127.0.0.1"), DESCRIBED, "secret")
    behind = datasette_arguments(
        tmp_path / "a.db", access_of("127.0.0.1", base_url="https://news.example/desk"), DESCRIBED
    )

    assert arguments["files"] == [str(tmp_path / "a.db")]
    assert (arguments["settings"]["base_url"], behind["settings"]["base_url"]) == ("/", "/desk/")
    assert behind["settings"]["force_https_urls"] is True
    assert "settings" not in arguments["metadata"]
    assert arguments["settings"]["suggest_facets"] is False
    assert (arguments["secret"], behind["secret"]) == ("secret", None)
