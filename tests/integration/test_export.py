"""`spacereel export` on a real record: what is chosen, where it goes, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import main
from crawler.commands.export import ENDINGS, command
from crawler.publish.export import WRITERS
from db.model import Judgement

SPACEREEL = Path(sys.executable).parent / "spacereel"


@pytest.fixture
def export(store):
    def run(*words):
        return CliRunner().invoke(main, ["export", "--db", str(store.path), *map(str, words)])

    return run


@pytest.fixture
def shelf(append, make_article, now):
    """Three articles: relevant, mentioned in passing, relevant without a date; the first in two versions."""

    def put(name, band, **fields):
        judged = Judgement(topic_id="b", score=3.0, threshold=2.0, band=band)
        append(make_article(f"https://news.example/{name}", title=name, **fields), judgements=(judged,))

    put("old", "relevant", published_at=now.replace(year=2023))
    put("old", "relevant", published_at=now.replace(year=2023), text="Mended: the otter films.")
    put("passing", "mention")
    put("undated", "relevant", published_at=None, published_precision=None)
    put("new", "relevant", text="=cmd|' /C calc'!A0")


def titles(result):
    assert result.exit_code == 0, result.output
    return [row["title"] for row in csv.DictReader(io.StringIO(result.stdout))]


def test_without_words_the_newest_relevant_articles_come_once_each(export, shelf):
    assert titles(export()) == ["new", "old", "undated"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--band", "mention"), ["passing"]),
        (("--band", "all", "--limit", "2"), ["passing", "new"]),
        (("--since", "2026-01-01"), ["new", "undated"]),
        (("--source", "nobody"), []),
        (("--source", "wire", "--search", "otter"), ["old"]),
        (("--query", "SELECT title FROM articles WHERE revision = 2"), ["old"]),
        (("--query", "SELECT title FROM articles_fts WHERE articles_fts MATCH 'otter';"), ["old"]),
        (("--query", "WITH t AS (SELECT title FROM current_articles) SELECT * FROM t LIMIT 1"), ["old"]),
    ],
)
def test_a_filter_or_query_chooses(export, shelf, words, found):
    assert sorted(titles(export(*words))) == sorted(found)


def test_a_formula_in_an_article_is_defused(export, shelf):
    assert "'=cmd" in export("--limit", 1).stdout


def test_every_format_can_be_asked_for_by_name_and_by_ending():
    (form,) = (each for each in command.params if each.name == "form")

    assert set(form.type.choices) == set(WRITERS) == set(ENDINGS.values())


def test_the_ending_of_the_file_says_how_it_is_written(export, shelf, tmp_path):
    for name, begin in {"a.csv": "id,", "a.jsonl": '{"id"', "a.atom": "<?xml", "a.md": "# "}.items():
        assert export("--out", tmp_path / name).stdout == ""
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(begin)
    assert json.loads((tmp_path / "a.jsonl").read_text().splitlines()[0])["authors"] == ["Anna Petrova"]
    assert sorted(each.name for each in tmp_path.iterdir() if each.name.startswith(".")) == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELEC 1", 'near "SELEC": syntax error'),
        ("SELECT nought FROM articles", "no such column"),
        ("SELECT 1; SELECT 2", "more than one statement"),
        ("SELECT ?", "SQLite cannot run the query"),
        ("", "asks for nothing"),
        ("-- nothing", "asks for nothing"),
        ("DELETE FROM visits", "may only read"),
        ("ATTACH 'other.db' AS other", "may only read"),
        ("VACUUM INTO 'other.db'", "may only read"),
        ("PRAGMA journal_mode = DELETE", "may only read"),
        ("UPDATE sqlite_master SET sql = ''", "may not be modified"),
        ("SELECT load_extension('x')", "export: not authorized|SQLite cannot run the query"),
        ("SELECT '\0'", "SQLite cannot run the query"),
        ("SELECT json_extract('{', '$')", "malformed JSON"),
    ],
)
def test_a_wrong_query_is_one_sentence_and_leaves_the_file(export, shelf, tmp_path, query, said):
    (tmp_path / "out.csv").write_text("before")

    result = export("--query", query, "--out", tmp_path / "out.csv")

    assert result.exit_code == 1 and result.stderr.count("\n") == 1, result.output
    assert any(part in result.stderr for part in said.split("|")), result.stderr
    assert (tmp_path / "out.csv").read_text() == "before"
    assert not list(tmp_path.glob(".out*")) and not Path("other.db").exists()


def test_a_query_and_a_filter_do_not_go_together(export, shelf):
    result = export("--query", "SELECT 1", "--band", "off")

    assert result.exit_code == 2 and "leave out --band" in result.stderr


def test_a_folder_that_does_not_exist_is_one_sentence(export, shelf, tmp_path):
    result = export("--out", tmp_path / "nowhere" / "a.csv")

    assert result.exit_code == 1 and "No such file or directory" in result.stderr


def test_a_reader_that_goes_away_ends_it_quietly(store):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    done = subprocess.run(
        f'{SPACEREEL} export --db {store.path} --query "{endless}" | head -n 2',
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.stdout.split() == ["i", "1"] and done.stderr == ""


def test_two_hundred_thousand_rows_are_not_held_in_memory(store, tmp_path):
    """400 MB of text pass through; the process stays below 200 MB."""
    many = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200000)
        SELECT i AS id, 'title' AS title, 'https://news.example/' || i AS url, hex(zeroblob(1000)) AS text FROM n"""
    command = [SPACEREEL, "export", "--db", store.path, "--query", many, "--out", tmp_path / "many.csv"]
    limit = 200 << 20

    done = subprocess.run(
        command, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)), timeout=120
    )

    assert done.returncode == 0
    assert (tmp_path / "many.csv").stat().st_size > 400_000_000
    (tmp_path / "many.csv").unlink()


def test_a_time_that_is_none_is_told_of_the_option_that_has_it(export, shelf):
    answer = export("--found-since", "banana")

    assert answer.exit_code == 2
    assert "Invalid value for '--found-since': \"banana\" is no time" in answer.output
    assert export("--found-since", "2100-01-01", "--band", "all").output.count("\n") == 1
