"""Others work on the file at the same time, as processes: nobody fails, nothing is lost or doubled."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from db.backups import backup
from db.connection import open_read_only
from db.maintenance import checks
from db.store import Store

ROOT = Path(__file__).parents[2]
WRITER = Path(__file__).with_name("writer.py")

#: marks whatever is in the record, over and over, as a reviewer with Datasette open would
REVIEWER = """
import sqlite3, sys
for turn in range(150):
    conn = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
    conn.execute("BEGIN IMMEDIATE")
    conn.execute(
        "INSERT INTO review_events (article_id, mark, reviewer, reviewed_at)"
        " SELECT max(id), 'relevant', 'ann', '2026-11-23T12:00:00Z' FROM articles HAVING max(id) IS NOT NULL"
    )
    conn.execute("COMMIT")
    conn.execute("SELECT count(*) FROM review_queue").fetchone()
    conn.execute("SELECT * FROM current_articles ORDER BY published_at DESC LIMIT 20").fetchall()
    conn.close()
"""


def started(*arguments):
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_crawls_of_the_same_pages_a_reviewer_and_a_backup(tmp_path, now):
    path = tmp_path / "articles.db"
    Store.open(path).close()

    processes = [
        started(WRITER, path, 0, 300),
        started(WRITER, path, 0, 300),
        started("-c", REVIEWER, path),
    ]
    copies = [backup(path, tmp_path / f"copy{number}.db", now) for number in range(3)]
    ended = [(process.communicate(timeout=120), process.returncode) for process in processes]

    assert [(errors, code) for (_, errors), code in ended] == [("", 0)] * 3
    assert [check.sentence for check in checks(path, tmp_path / "archive.db") if not check.is_ok] == []
    with closing(open_read_only(path)) as conn:
        assert conn.execute("SELECT count(*), count(DISTINCT canonical_url) FROM articles").fetchone()[:] == (
            300,
            300,
        )
        assert conn.execute("SELECT count(*) FROM frontier").fetchone()[0] == 0
        verdicts = dict(conn.execute("SELECT verdict, count(*) FROM visits GROUP BY 1").fetchall())
    assert verdicts["new"] == 300
    assert set(verdicts) <= {"new", "unchanged"}
    assert all(copy.is_file() for copy in copies)
