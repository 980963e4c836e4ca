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
    kit.assert_sound(config)
