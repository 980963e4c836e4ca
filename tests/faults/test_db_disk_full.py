"""A full disk: one sentence, everything recorded before is intact, and writing resumes when there is space."""

import resource
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from db.backups import backup
from db.connection import open_read_only
from db.errors import DiskFull
from db.maintenance import checks
from db.model import FetchRecord, Outcome

ROOT = Path(__file__).parents[2]

#: fills a record until the size of a file is limited as a full disk would, then says what it was told
FILLER = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from db.errors import DiskFull
from db.model import FetchRecord, Outcome, Page
from db.store import Store

path, what = Path(sys.argv[1]), sys.argv[2]
now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
store = Store.open(path)
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
done = 0
try:
    for number in range(100_000):
        url = f"https://a.example/{number}"
        if what == "archive":
            body = number.to_bytes(4, "big") * 10 + bytes((number * k * k) % 251 for k in range(9000))
            store.keep_page(Page(url=url, final_url=url, status=200, headers=(), body=body, fetched_at=now))
        else:
            record = FetchRecord(url=url, source="s", purpose="new", started_at=now, outcome=Outcome.GONE, reason="r" * 500)
            store.append_visit(record, None)
        done += 1
except DiskFull as problem:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    store.append_visit(FetchRecord(url="https://a.example/after", source="s", purpose="new", started_at=now, outcome=Outcome.GONE, reason="space again"), None)
    print(done, problem)
"""


@pytest.mark.skipif(
    resource.getrlimit(resource.RLIMIT_FSIZE)[1] != resource.RLIM_INFINITY,
    reason="file sizes are limited here",
)
@pytest.mark.parametrize(("what", "file"), [("visits", "articles.db"), ("archive", "archive.db")])
def test_a_file_that_cannot_grow_is_a_sentence_and_writing_resumes(tmp_path, what, file):
    path = tmp_path / "articles.db"

    run = subprocess.run(
        [sys.executable, "-c", FILLER, str(path), what], cwd=ROOT, capture_output=True, text=True, timeout=120
    )

    assert run.returncode == 0, run.stderr
    done, _, sentence = run.stdout.strip().partition(" ")
    assert int(done) > 20
    assert file in sentence
    assert "no space is left" in sentence or "is the disk full or failing?" in sentence
    assert [check.sentence for check in checks(path, tmp_path / "archive.db") if not check.is_ok] == []
    table, after = ("visits", 1) if what == "visits" else ("captures", 0)
    with closing(open_read_only(tmp_path / file)) as conn:
        assert conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == int(done) + after


def test_a_database_at_its_greatest_size_is_a_sentence_and_writing_resumes(
    store, append, make_article, rows, now
):
    append(make_article())
    pages = store._conn.execute("PRAGMA page_count").fetchone()[0]
    store._conn.execute(f"PRAGMA max_page_count = {pages}")
    big = make_article("https://b.example/", title="Big", text="слово " * 100_000)

    with pytest.raises(DiskFull, match=r"no space is left to write .*articles\.db"):
        append(big)

    assert rows("SELECT title FROM articles") == [("A film is shot in orbit",)]
    assert rows("SELECT count(*) FROM visits") == [(1,)]
    store._conn.execute("PRAGMA max_page_count = 1073741823")
    assert append(big).article_id == 2
    assert [
        check.name for check in checks(store.path, store.path.with_name("archive.db")) if not check.is_ok
    ] == []


def test_a_record_that_became_read_only_is_a_sentence(store, now):
    store._conn.execute("PRAGMA query_only = ON")
    record = FetchRecord(
        url="https://a.example/", source="s", purpose="new", started_at=now, outcome=Outcome.GONE, reason="r"
    )

    with pytest.raises(DiskFull, match=r"articles\.db is read-only"):
        store.append_visit(record, None)


def test_a_backup_without_space_leaves_nothing(store, append, make_article, tmp_path, now):
    append(make_article())
    program = (
        "import resource, sys; from datetime import *; from pathlib import Path; from db.backups import backup\n"
        "from db.errors import StoreError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, -1))\n"
        "try: backup(Path(sys.argv[1]), Path(sys.argv[2]), datetime.now(UTC))\n"
        "except StoreError as problem: print(problem)"
    )
    target = tmp_path / "out" / "copy.db"

    run = subprocess.run(
        [sys.executable, "-c", program, str(store.path), str(target)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert "copy.db" in run.stdout, run.stderr
    assert list(target.parent.iterdir()) == []
    assert backup(store.path, target, now) == target
