"""What leaves a command: signs where there is no colour, letters that the terminal has, files, pipes, numbers."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from stories_kit import append as tell
from stories_kit import reports

from crawler.cli import main
from crawler.commands.status import MOST_SOURCES, Overview, status_lines, status_row
from crawler.commands.terminal import has_colour

SPACEREEL = Path(sys.executable).parent / "spacereel"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


URL = "https://wire.example/a"


@pytest.fixture
def edited_record(store):
    """Path of a record with one article in two versions, with letters of several scripts."""
    told = reports("dev")[0]
    article = replace(
        told.article, url=URL, canonical_url=URL, title="Съёмки — 宇宙", text="They land on Monday.\nπ"
    )
    told = replace(told, article=article)
    tell(store, told)
    tell(store, replace(told, article=replace(article, text=article.text.replace("Monday", "Tuesday"))))
    return store.path


class Screen:
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("environment", "is_coloured"),
    [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_a_terminal_has_colours_unless_it_says_otherwise(monkeypatch, environment, is_coloured):
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert has_colour(Screen()) is is_coloured


def on_a_terminal(*words, **environment):
    """What a command writes to a terminal of its own."""
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    ours, theirs = pty.openpty()
    done = subprocess.Popen(
        [SPACEREEL, *map(str, words)], stdout=theirs, stderr=theirs, env={**os.environ, **environment}
    )
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 65536):
            said += piece
    except OSError:  # the terminal is closed when the command has ended
        pass
    os.close(ours)
    return done.wait(), said.decode()


@pytest.mark.parametrize(
    "environment", [{"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb", "NO_COLOR": ""}]
)
def test_a_diff_without_colours_has_brackets_on_a_terminal_too(edited_record, environment):
    code, said = on_a_terminal("diff", URL, "--db", edited_record, **environment)

    assert code == 0
    assert "\x1b" not in said
    assert "[-Monday-] {+Tuesday+}" in said


def test_a_diff_with_colours_has_none(edited_record):
    code, said = on_a_terminal("diff", URL, "--db", edited_record, TERM="xterm", NO_COLOR="")

    assert code == 0
    assert "\x1b[31mMonday\x1b[0m" in said and "[-" not in said


@pytest.mark.parametrize("encoding", ["koi8-r", "iso-8859-1"])
@pytest.mark.parametrize("verb", [("story",), ("diff", URL), ("why", URL)])
def test_letters_that_a_terminal_does_not_have_end_no_command(edited_record, encoding, verb):
    done = subprocess.run(
        [SPACEREEL, *verb, "--db", edited_record],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    done.stdout.decode(encoding)


@pytest.mark.parametrize("out", ["nope/x.csv", "x" * 250 + ".csv", "folder"])
def test_a_file_that_cannot_be_written_is_named_as_it_was_asked_for(edited_record, tmp_path, out):
    (tmp_path / "folder").mkdir(exist_ok=True)
    if out == "folder":
        out = "folder/" + "y" * 300
    target = tmp_path / out

    done = CliRunner().invoke(
        main, ["export", "--db", str(edited_record), "--band", "all", "--out", str(target)]
    )

    assert done.exit_code == (0 if len(target.name) < 256 and "nope" not in out else 1), done.output
    if done.exit_code:
        assert done.stderr.startswith(f"Error: {target} cannot be written: ")
        assert done.stderr.count("\n") == 1


def test_an_export_that_nobody_reads_on_ends_without_a_word(edited_record):
    script = f"set -o pipefail; '{SPACEREEL}' export --db '{edited_record}' --format jsonl --query \"with recursive n(i) as (select 1 union all select i+1 from n where i < 200000) select i, 'https://wire.example/' || i as url from n\" | head -1"

    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=120)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1


def overview_of(sources):
    totals = dict.fromkeys(
        ("articles", "versions", "relevant", "mention", "to_review", "copies", "visits"), 1
    )
    return Overview(
        record=Path("db/articles.db"), size_bytes=1, totals=totals, sources=sources,
        queue={"waiting": 1, "due": 0, "new": 1, "recheck": 0, "hosts": 1}, runs=(), heartbeat=None, holder=None,
    )  # fmt: skip


def source(id, state="ok"):
    return dict.fromkeys(("succeeded_at", "state_since", "next_due_at", "polls", "pages", "kept", "reason")) | {
        "id": id, "state": state,
    }  # fmt: skip


def test_the_ailing_of_many_sources_stand_first_and_the_rest_is_counted():
    seen = overview_of([*(source(f"s{at:03}") for at in range(299)), source("zz", "dead")])

    lines = "\n".join(status_lines(seen, NOW)).splitlines()
    all_lines = "\n".join(status_lines(seen, NOW, is_all=True)).splitlines()

    head = next(at for at, line in enumerate(lines) if line.startswith("source "))
    assert lines[head + 1].startswith("zz ")
    assert lines[-1] == f"... and {300 - MOST_SOURCES} more sources; --all shows them."
    assert len(lines) < 40 and len(all_lines) > 300


def test_one_is_not_several():
    said = "\n".join(status_lines(overview_of([source("a")]), NOW))

    assert "1 article (1 relevant, 1 mention, 1 copy) in 1 version; 1 to review" in said
    assert "1 page of 1 host waits" in said


def test_the_status_for_programs_names_what_ails():
    row = status_row(overview_of([source("a"), source("b", "failing")]), NOW)

    assert [(each["id"], each["is_ailing"]) for each in row["sources"]] == [("b", True), ("a", False)]
    assert row["daemon"]["is_alive"] is False
    assert row["record"]["articles"] == 1


def test_a_beat_that_the_machine_has_no_memory_for_leaves_no_record(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("spacereel.toml").write_text("[extract]\nworkers = 1000\n")

    done = CliRunner().invoke(main, ["once"])

    assert done.exit_code == 1
    assert "to spare" in done.stderr
    assert not Path("db").exists()
