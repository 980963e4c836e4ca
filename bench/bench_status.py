"""How long `spacereel status` takes on a busy record: `python bench/bench_status.py [VISITS]`.

300 sources and 400,000 visits of the last 30 days (unless told otherwise),
three quarters of them polls, as 300 sources at half an hour leave; 60,000
articles, and 20,000 pages that wait. Prints milliseconds of processor time:
each part of the overview, the whole of it, and the command as a process.
"""

from __future__ import annotations

import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.commands.status import overview, status_lines
from db import overview as glance
from db.connection import open_read_only, tidy
from db.model import Candidate, Source, iso
from db.store import Store

NOW = datetime.now(UTC)
SOURCES, ARTICLES, WAITING = 300, 60_000, 20_000
VERDICTS = ("off_topic", "off_topic", "off_topic", "new", "copy", "failed", "not_article")


def ago(chance: random.Random) -> str:
    return iso(NOW - timedelta(seconds=chance.randrange(30 * 86400)))


def fill(path: Path, visits: int) -> None:
    """A record whose every visit counts: all of them are of the last 30 days."""
    chance = random.Random(7)
    with closing(Store.open(path)) as store:
        sources = [
            Source(id=f"s{n}", title=f"Source {n}", kind="feed", url=f"https://s{n}.example/feed", beat="b", every_s=1800.0)
            for n in range(SOURCES)
        ]  # fmt: skip
        store.schedule_sources(sources, NOW)
        store.enqueue(
            [
                Candidate(url=f"https://s{n % SOURCES}.example/w{n}", source=f"s{n % SOURCES}", found_on="f", found_at=NOW)
                for n in range(WAITING)
            ],
            NOW,
        )  # fmt: skip
        run = store.start_run("daemon", NOW)
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA synchronous = OFF")
        conn.execute(
            "UPDATE sources SET checked_at = ?, succeeded_at = ?, state = 'ok'", (iso(NOW), iso(NOW))
        )
        rows = sorted(
            (ago(chance), f"s{n % SOURCES}", "new" if n % 4 == 0 else "source", chance.choice(VERDICTS) if n % 4 == 0 else "unchanged", n)
            for n in range(visits)
        )  # fmt: skip
        conn.executemany(
            """INSERT INTO visits (url, source, run_id, purpose, started_at, elapsed_ms, status, verdict, reason, received_bytes)
            VALUES ('https://' || ?2 || '.example/' || ?5, ?2, ?6, ?3, ?1, 200, 200, ?4, '12 entries, 0 new.', 20000)""",
            [(*row, run) for row in rows],
        )
        conn.executemany(
            """INSERT INTO articles (title, source, published_at, url, canonical_url, revision, fetched_at, word_count, text,
                content_sha256, extractor) VALUES ('A title', ?, ?, ?1, 'https://e.org/' || ?3, 1, ?2, 3, 'A short text.', ?3, 'bench')""",
            [(f"s{n % SOURCES}", ago(chance), str(n)) for n in range(ARTICLES)],
        )
        conn.executemany(
            """INSERT INTO judgements (article_id, beat, score, threshold, band, ruleset, judged_at)
            VALUES (?, 'b', 5, 4, ?, 'r', ?)""",
            [(n + 1, ("relevant", "mention", "off")[n % 3], iso(NOW)) for n in range(ARTICLES)],
        )
        conn.commit()
        tidy(conn)


def median_ms(work: Callable[[], object], times: int = 7) -> float:
    """Milliseconds of this process's time."""
    took = []
    for _ in range(times):
        begun = time.process_time()
        work()
        took.append((time.process_time() - begun) * 1000)
    return statistics.median(took)


def as_process(path: Path) -> float:
    """Milliseconds of processor time of the command, start and all."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", "from crawler.cli import main; main()", "status", "--db", str(path)]
    subprocess.run(command, check=True, capture_output=True)  # our own command
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def main() -> None:
    """Fill, then the figures."""
    visits = int(sys.argv[1]) if len(sys.argv) > 1 else 400_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "articles.db"
        fill(path, visits)
        with closing(open_read_only(path)) as conn:
            parts: dict[str, Callable[[], object]] = {
                "source_health": lambda: glance.health(conn),
                "totals": lambda: glance.totals(conn),
                "queue": lambda: glance.queue_sizes(conn, NOW),
                "last runs": lambda: glance.last_runs(conn),
            }
            told = {name: median_ms(work) for name, work in parts.items()}
        told["overview, printed"] = median_ms(lambda: list(status_lines(overview(path, NOW), NOW)))
        told["the command, start included"] = statistics.median(as_process(path) for _ in range(3))
        print(
            f"{SOURCES} sources, {visits:,} visits, {ARTICLES:,} articles, {WAITING:,} waiting, {path.stat().st_size / 1e6:.0f} MB"
        )
        for name, ms in told.items():
            print(f"{name:<30} {ms:7.1f} ms")


if __name__ == "__main__":
    main()
