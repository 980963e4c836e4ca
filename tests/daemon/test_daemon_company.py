"""A daemon, a reviewer, Datasette, sqlite-utils and backups on one record, each a process: nobody fails."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import kit
import press
from daemons import GUARD_S, until

ROOT = Path(__file__).parents[2]
ARTICLES = 40

#: marks the newest article over and over, each time as a process would that opens and closes the record
REVIEWER = """
import sys, select
from datetime import UTC, datetime
from pathlib import Path
from db.connection import open_read_only
from db.marks import append_review
path, made = Path(sys.argv[1]), 0
while not select.select([sys.stdin], [], [], 0.05)[0]:
    conn = open_read_only(path)
    (newest,) = conn.execute("SELECT max(id) FROM articles").fetchone()
    conn.close()
    if newest:
        mark = ("relevant", "irrelevant")[made % 2]
        append_review(path, article_id=newest, mark=mark, note=None, reviewer="ann", now=datetime.now(UTC))
        made += 1
        print(made, flush=True)
"""
COMMAND = "from crawler.cli import main; main()"


@contextmanager
def running(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A process that does not outlive the block."""
    process = subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()


def said(*arguments: object) -> str:
    """What a process prints that ends well."""
    run = subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (run.returncode, run.stderr) == (0, ""), run.stderr
    return run.stdout


def counts(path: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(path)) as conn:
        row = conn.execute("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM review_events)")
        return tuple(row.fetchone())


def test_everybody_works_on_one_record_at_once(newsroom, start, tmp_path):
    urls = [newsroom.origin(number % 3) + f"/article/{number}" for number in range(ARTICLES)]
    feed = newsroom.print_("/feed", press.feed(urls))
    config = kit.configured(tmp_path, [kit.source(feed)], per_host_delay="300ms")
    path, settings = config.store.path, ("--config", config.path)
    daemon = start(config)
    daemon.wait_for("article.appended article=1 ")

    rows, backups = [], 0
    with (
        running("-c", COMMAND, "review", "--port", 0, "--no-browser", *settings) as datasette,
        running("-c", REVIEWER, path) as reviewer,
    ):
        where = re.search(r"http://[\d.:]+", datasette.stdout.readline())[0]
        while not backups or kit.count(config, "articles") < ARTICLES:
            assert daemon.process.poll() is None, daemon.log
            for page in ("current_articles.json", "review_queue", "articles?_search=orbit"):
                with urllib.request.urlopen(f"{where}/articles/{page}", timeout=30) as answer:
                    assert answer.status == 200
            query = "select count(*) as n from articles"
            rows.append(json.loads(said("-m", "sqlite_utils", "query", path, query))[0]["n"])
            backups += 1
            said("-c", COMMAND, "backup", tmp_path / f"copy{backups}.db", *settings)
        until(lambda: kit.count(config, "frontier WHERE purpose = 'new'") == 0, tell=lambda: daemon.log)
        assert reviewer.stdout.readline() == "1\n"
        reviewer.stdin.write("enough\n")
        reviewer.stdin.close()
        marks = int(["1", *reviewer.stdout.read().split()][-1])
        assert (reviewer.wait(GUARD_S), reviewer.stderr.read()) == (0, "")
        assert datasette.poll() is None

    assert daemon.end()[0] == 0
    assert not re.search(" (WARNING|ERROR) |Traceback", daemon.log), daemon.log
    assert rows == sorted(rows)
    assert counts(path) == (ARTICLES, marks)
    copies = [counts(tmp_path / f"copy{number + 1}.db") for number in range(backups)]
    assert copies == sorted(copies)
    stored = [row["url"] for row in kit.query(config, "SELECT url FROM articles")]
    assert sorted(stored) == sorted(urls)
    verdicts = kit.query(config, "SELECT verdict, count(*) AS n FROM visits WHERE purpose = 'new' GROUP BY 1")
    assert verdicts == [{"verdict": "new", "n": ARTICLES}]
    kit.assert_sound(config)
