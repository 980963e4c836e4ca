"""The front door: help, exit codes, one sentence for a person's error, nothing else."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import pytest

from crawler import commands
from crawler.cli import main
from crawler.commands.verbs import Verbs
from crawler.errors import SpacereelError
from db.lock import DaemonLock

SPACEREEL = Path(sys.executable).parent / "spacereel"
COMMANDS = Path(commands.__file__).parent


VERBS = [pytest.param(path, command, id=" ".join(path)) for path, command in main.walk(click.Context(main))]


def refused(result, *parts):
    """Exit code 1 and exactly one sentence, which contains *parts*."""
    assert result.exit_code == 1, result.output
    assert result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1, result.stderr
    assert result.stderr.endswith((".\n", "?\n"))
    for part in parts:
        assert str(part) in result.stderr
    return True


#: verbs that look at no record and no settings
APART = (("completion",),)


@pytest.mark.parametrize(("path", "command"), VERBS)
def test_every_verb_takes_config_and_db_and_shows_an_example(run, path, command):
    result = run(*path, "--help")

    assert result.exit_code == 0
    if path not in APART:
        assert "--config FILE" in result.output and "--db FILE" in result.output
    assert "Example" in result.output and f"spacereel {' '.join(path)}" in result.output.split("Example")[1]


@pytest.mark.parametrize(("path", "command"), VERBS)
def test_the_first_sentence_of_help_fits_the_list_of_verbs(path, command):
    assert "..." not in command.get_short_help_str(58)


def grouped(group=main):
    """(group, name, sentence of the table) of every line in a list of verbs."""
    for name, sentence in group.verbs.items():
        yield group, name, sentence
        below = group.get_command(click.Context(main), name)
        if isinstance(below, Verbs):
            yield from grouped(below)


@pytest.mark.parametrize(
    ("group", "name", "sentence"), [pytest.param(*each, id=each[1]) for each in grouped()]
)
def test_a_list_of_verbs_says_of_each_what_its_help_begins_with(group, name, sentence):
    command = group.get_command(click.Context(main), name)

    assert command.name == name
    assert command.get_short_help_str(200) == sentence


def test_every_verb_is_a_module_of_its_name_and_every_module_with_a_verb_is_listed():
    modules = {
        path.stem for path in COMMANDS.glob("*.py") if "\ndef command(" in path.read_text(encoding="utf-8")
    }

    assert modules == {"_".join(each.values[0]) for each in VERBS} | {
        "sources",
        "beat",
        "alert",
        "cluster",
        "user",
    }


def test_the_verbs_of_the_design_are_there():
    names = {" ".join(each.values[0]) for each in VERBS}
    assert names >= {
        "run", "once", "status", "why", "sources list", "sources check", "extract", "judge", "review", "doctor", "demo", "backup",
    }  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        ("frobnicate",),
        ("why",),
        ("status", "--nonsense"),
        ("extract",),
        ("judge",),
        ("extract", "--site-memory", "x"),
        ("extract", "--jsonl", "x.html"),
        ("review", "--port", "x"),
    ],
    ids=" ".join,
)
def test_a_command_written_wrongly_exits_2(run, words):
    result = run(*words)

    assert result.exit_code == 2
    assert "Error: " in result.stderr and "Traceback" not in result.stderr


CONFIGS = [
    pytest.param("[fetch]\ntimout = '3s'\n", "timeout", id="unknown key names the nearest"),
    pytest.param("[fecth]\n", "fetch", id="unknown section names the nearest"),
    pytest.param("[fetch\n", "not valid TOML", id="broken TOML"),
    pytest.param("[fetch]\ntimeout = 'soon'\n", "duration", id="not a duration"),
    pytest.param("[beats]\npaths = ['nowhere.toml']\n", "nowhere.toml", id="beat that is missing"),
    pytest.param("\x00\x01", "TOML", id="binary"),
]


@pytest.mark.parametrize(("text", "named"), CONFIGS)
def test_a_broken_configuration_is_one_sentence(run, text, named):
    Path("spacereel.toml").write_text(text, encoding="utf-8")

    assert refused(run("sources", "list"), named)


def test_a_missing_configuration_is_one_sentence(run):
    assert refused(run("status", "--config", "nowhere.toml"), "nowhere.toml does not exist")


READERS = [
    ("status",),
    ("why", "https://news.example/a"),
    ("backup", "copy.db"),
    ("review", "--no-browser", "--port", "0"),
]


@pytest.mark.parametrize("words", READERS, ids=lambda words: words[0])
class TestARecord:
    def test_that_is_missing_is_one_sentence(self, run, words):
        assert refused(run(*words, "--db", "nowhere.db"), "nowhere.db does not exist")
        assert not Path("nowhere.db").exists()

    def test_that_is_not_a_database_is_one_sentence(self, run, words):
        Path("articles.db").write_bytes(b"this is not a database, whatever its name says" * 40)

        assert refused(run(*words, "--db", "articles.db"), "not an SQLite database")

    def test_that_is_empty_is_one_sentence(self, run, words):
        if words[0] == "review":
            pytest.skip("an empty file is an empty record to it, which it can serve")
        Path("articles.db").touch()

        assert refused(run(*words, "--db", "articles.db"), "articles.db")

    def test_of_another_program_is_one_sentence(self, run, words):
        with sqlite3.connect("articles.db") as conn:
            conn.execute("CREATE TABLE recipes (name)")
        conn.close()

        assert refused(run(*words, "--db", "articles.db"), "articles.db")

    def test_of_a_newer_schema_is_one_sentence(self, run, words, store):
        with sqlite3.connect(store.path) as conn:
            conn.execute("PRAGMA user_version = 9999")
        conn.close()

        assert refused(run(*words, "--db", store.path), "newer")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unwritable for root")
def test_a_folder_that_cannot_be_written_is_one_sentence(run, store, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)

    assert refused(run("backup", closed / "copy.db", "--db", store.path), "closed")


def test_a_target_that_cannot_be_a_file_is_one_sentence(run, store):
    Path("file").touch()

    assert refused(run("backup", "file/copy.db", "--db", store.path), "file")


PAGES = [
    pytest.param(b"", id="empty"),
    pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, id="image"),
    pytest.param(b"\x1f\x8b\x08" + bytes(200), id="gzip"),
    pytest.param(b"<html><body></body></html>", id="no text"),
    pytest.param(b"\xff\xfe\x00", id="half a character"),
]


@pytest.mark.parametrize("body", PAGES)
def test_a_page_without_an_article_is_one_sentence(run, body):
    Path("page.html").write_bytes(body)

    assert refused(run("extract", "page.html"), "page.html")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no file without an end here")
def test_a_file_without_an_end_is_one_sentence_and_takes_no_memory(run):
    assert refused(run("extract", "/dev/zero"), "/dev/zero: it has more than 100 MB")
    assert refused(run("sources", "import", "/dev/zero"), "/dev/zero is larger than 10 MB")


def test_a_page_that_is_missing_or_a_folder_is_one_sentence_each(run):
    Path("folder.html").mkdir()

    assert refused(run("extract", "nowhere.html"), "nowhere.html: there is no such file")
    assert refused(run("extract", "folder.html"), "folder.html: it cannot be read")
    assert refused(run("judge", "nowhere.html"), "nowhere.html: there is no such file")


NO_ADDRESSES = ["http://", "http://[::1", "https://two words.example/", "http://news.example/\x1b[31mred"]


@pytest.mark.parametrize("words", [("why",), ("why", "--live"), ("extract",), ("judge",)], ids=" ".join)
@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_only_begins_like_an_address_is_one_sentence(run, words, address, store):
    assert refused(run(*words, address, "--db", store.path), "is not a web address")


def test_a_private_address_is_one_sentence(run):
    assert refused(run("extract", "http://127.0.0.1:8009/x"), "private")


def test_a_beat_that_does_not_exist_names_the_nearest(run):
    assert refused(run("judge", "--beat", "space-film", "a text"), 'did you mean "space-films"?')


def test_a_source_that_does_not_exist_names_the_nearest(run):
    assert refused(run("sources", "check", "guardian-flim"), "guardian-film")


@click.command()
@click.argument("problem")
def failing(problem):
    raise {
        "ours": SpacereelError("the \x1b[31mpage\x1b[0m\nsaid no"),
        "disk": OSError(28, "No space left on device", "/tmp/x"),
        "interrupt": KeyboardInterrupt(),
    }[problem]


@pytest.fixture
def with_failing():
    main.add_command(failing)
    yield
    del main.commands["failing"]


def test_what_a_page_says_cannot_colour_an_error(run, with_failing):
    assert refused(run("failing", "ours"), "the page said no")


def test_what_the_system_refuses_is_one_sentence(run, with_failing):
    assert refused(run("failing", "disk"), "/tmp/x: No space left on device")


def test_an_interrupt_ends_quietly(run, with_failing):
    result = run("failing", "interrupt")

    assert result.exit_code == 130
    assert result.output.strip() == ""


def test_no_colour_reaches_a_pipe_or_a_person_who_wants_none(run):
    text = "Tom Cruise to shoot a film on the space station"

    assert "\x1b[" not in run("judge", text).output
    assert "\x1b[" in run("judge", text, color=True).output
    assert "\x1b[" not in run("judge", text, color=True, env={"NO_COLOR": "1"}).output


HEAVY = ("scrapy", "twisted", "trafilatura", "datasette", "sqlite_utils", "lxml", "apscheduler", "feedparser")
#: what a command that only shows does without: each took a hundredth or more of the start of `status`
DEAR = (
    "db.model", "db.watched", "db.rows", "db.terms", "crawler.config.keys", "crawler.logs", "crawler.markup", "platformdirs",
    "logging", "tomllib", "zoneinfo", "difflib", "tempfile", "hashlib", "socket",
)  # fmt: skip
SMALL = [
    pytest.param(("--help",), DEAR, id="help"),
    pytest.param(("--version",), (), id="version"),
    pytest.param(("completion", "bash"), DEAR, id="completion"),
    pytest.param(("status",), (*DEAR, "shutil", "textwrap"), id="status"),
    pytest.param(("story",), (), id="story"),
    pytest.param(("alert", "list"), (), id="alert list"),
]


@pytest.mark.parametrize(("words", "dear"), SMALL)
def test_a_small_command_imports_little(words, dear, store):
    store.close()
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "from crawler.start import main; main()", *words],
        env={**os.environ, "SPACEREEL_DB": str(store.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    begun = done.stderr.partition(" crawler.start\n")[2]
    assert done.returncode == 0 and begun
    assert [name for name in (*HEAVY, *dear) if f" {name}\n" in begun] == []


def test_a_reader_that_goes_away_is_no_error(store):
    done = subprocess.run(
        f"{SPACEREEL} sources list | head -n 1",
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.startswith("source") and done.stderr == ""


def test_run_starts_our_scheduler_whatever_else_is_called_so(store, tmp_path):
    """A folder and a module of that name stand first on the path; a held record ends the daemon at once."""
    (tmp_path / "scheduler").mkdir()
    (tmp_path / "scheduler" / "__init__.py").write_text("raise SystemExit('the wrong scheduler')")
    with DaemonLock(store.path):
        done = subprocess.run(
            [SPACEREEL, "run", "--db", store.path],
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert "wrong scheduler" not in done.stderr
    assert "already watched by process" in done.stderr and done.returncode == 1
