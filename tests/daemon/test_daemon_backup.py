"""Backups beside a running daemon, and the way back to one."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import kit
import press
from daemons import until

from db.backups import backup
from db.model import FetchRecord, Outcome
from db.store import Store

ROOT = Path(__file__).parents[2]


def spacereel(config, *words: object) -> tuple[int, str]:
    """A command as a process: its exit code and what it said."""
    program = "from crawler.cli import main; main()"
    command = [sys.executable, "-c", program, *map(str, words), "--config", str(config.path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in run.stderr
    return run.returncode, run.stdout + run.stderr


def titles(path) -> list[str]:
    with closing(sqlite3.connect(path)) as conn:
        return sorted(row[0] for row in conn.execute("SELECT url FROM articles"))


def test_a_backup_made_while_it_runs_is_restored_once_it_has_ended(newsroom, start, tmp_path):
    def paper(names: str) -> str:
        return newsroom.print_(
            "/feed", press.feed([newsroom.origin() + f"/article/{name}" for name in names])
        )

    config = kit.configured(tmp_path, [kit.source(paper("ab"), every="1s")])
    daemon = start(config)
    daemon.wait_for("article.appended article=2")

    code, said = spacereel(config, "backup", "--archive", "--keep", "3")
    assert code == 0, said
    (copy,) = [file for file in (tmp_path / "backups").iterdir() if ".archive." not in file.name]
    paper("abc")
    daemon.wait_for("article.appended article=3")

    code, said = spacereel(config, "restore", copy)
    assert (code, said.count("\n")) == (1, 1)
    assert f"already watched by process {daemon.process.pid}" in said
    assert daemon.end()[0] == 0

    code, said = spacereel(config, "restore", copy)
    assert code == 0, said
    assert "!!" not in said
    (aside,) = tmp_path.glob("articles-before-restore-*.db")
    assert titles(aside) == sorted(newsroom.origin() + f"/article/{name}" for name in "abc")
    assert titles(config.store.path) == titles(copy)
    assert len(titles(copy)) == 2

    again = start(config)
    until(lambda: kit.count(config, "articles") == 3, tell=lambda: again.log)
    assert again.end()[0] == 0
    assert not told_of_file(again)
    assert "was put in its place" in spacereel(config, "status")[1]
    kit.assert_sound(config)


def told_of_file(daemon) -> list[str]:
    """Log lines about what was done to the record's file."""
    kinds = ("copied", "moved", "set_back", "replaced", "older_program")
    return [line for line in daemon.log.splitlines() if any(f" record.{kind} " in line for kind in kinds)]


def test_a_record_set_back_by_hand_while_it_was_down_is_told_once(newsroom, start, tmp_path, now):
    config = kit.configured(tmp_path, [kit.source(newsroom.print_("/feed", press.feed([])), every="1h")])
    path = config.store.path
    with closing(Store.open(path)) as store:
        store.take_up(now)
        copy = backup(path, tmp_path / "by-hand.db", now)
        record = FetchRecord(
            url="https://a.example/",
            source=None,
            purpose="new",
            started_at=now,
            outcome=Outcome.GONE,
            reason="r",
        )
        store.append_visit(record, None)
        store.note(now)
    copy.replace(path)

    logs = []
    for _ in range(2):
        daemon = start(config)
        daemon.wait_for("daemon.started")
        assert daemon.end()[0] == 0
        logs.append(told_of_file(daemon))

    assert [len(lines) for lines in logs] == [1, 0], logs
    assert "WARNING record.set_back" in logs[0][0]
    assert "1 visit more" in logs[0][0]
