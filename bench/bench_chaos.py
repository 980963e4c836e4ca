"""A daemon among reviewers, backups, other writers, kills and pauses: what happens is drawn from a seed.

    python bench/bench_chaos.py [--seconds 3600] [--seed 1] [--hosts 12]

Every draw is printed with its number, so that the same seed tells the same
story. At the end the daemon runs until the queue is dry; then every article
that the newsroom has printed must be in the record, none twice, the record
sound and every backup whole. Memory is that of the daemon and its readers.
"""

from __future__ import annotations

import argparse
import random
import signal
import sqlite3
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
import kit
import press
from daemons import Started
from memory import family, memory_mb
from review_room import Served

from crawler.config import Config
from db.backups import backup
from db.errors import StoreError
from scheduler import run_once

#: what may happen, and how often of a hundred
DEEDS = {"print": 30, "read": 20, "write": 12, "backup": 8, "trouble": 12, "pause": 8, "kill": 6, "stop": 4}
TROUBLES = (
    "/drop",
    "/half",
    "/garbage",
    "/status/503/retry-after/1",
    "/huge/3000000",
    "/wire/two-lengths",
    "",
)
MOST_MB = 600


class Chaos:
    """One story."""

    def __init__(self, folder: Path, newsroom: kit.Newsroom, seed: int) -> None:
        self.folder, self.newsroom, self.chance = folder, newsroom, random.Random(seed)
        self.printed: dict[int, list[str]] = {number: [] for number in range(len(newsroom.addresses))}
        for number in self.printed:
            self.print()
            self._feed(number)
        sources = [
            {**kit.source(f"{newsroom.origin(number)}/feed", id=f"paper-{number}"), "every": "1m"}
            for number in self.printed
        ]
        self.config: Config = kit.configured(folder, sources, timeout="5s")
        self.daemon = Started(self.config)
        self.daemon.wait_for("daemon.started", 60)
        self.reviewers = [Served(self.config.store.path) for _ in range(2)]
        self.deeds: Counter[str] = Counter()
        self.peak_mb = 0.0

    def print(self) -> None:
        """A newspaper prints an article."""
        number = self.chance.randrange(len(self.printed))
        self.printed[number].append(
            f"{self.newsroom.origin(number)}/article/n{number}-{len(self.printed[number])}"
        )
        self._feed(number)

    def _feed(self, number: int) -> None:
        self.newsroom.print_("/feed", press.feed(self.printed[number][-100:]), number=number)

    def read(self) -> None:
        """A reviewer opens a page."""
        path = self.chance.choice(
            ("/", "/-/queue", "/-/articles?q=orbit", "/articles/visits.json", "/-/stories")
        )
        with suppress(OSError):
            urllib.request.urlopen(self.chance.choice(self.reviewers).url + path, timeout=30).read()

    def write(self) -> None:
        """Somebody writes a table of their own into the record."""
        with closing(sqlite3.connect(self.config.store.path, timeout=30)) as conn, conn:
            conn.execute("CREATE TABLE IF NOT EXISTS my_notes (said TEXT)")
            conn.execute("INSERT INTO my_notes VALUES (?)", (str(self.chance.random()),))

    def backup(self) -> None:
        """A copy is made while everybody works."""
        with suppress(StoreError):  # a second one within the same second
            backup(self.config.store.path, self.folder / f"copy-{self.deeds['backup']}.db", datetime.now(UTC))

    def trouble(self) -> None:
        """The newsroom answers badly for a while, or well again."""
        what = self.chance.choice(TROUBLES)
        self.newsroom.trouble = lambda asked: what if crc32(asked.path.encode()) % 3 == 0 else ""

    def pause(self) -> None:
        """The daemon stands still for a moment."""
        self.daemon.send(signal.SIGSTOP)
        time.sleep(self.chance.choice((0.1, 1.0, 3.0)))
        self.daemon.send(signal.SIGCONT)

    def kill(self) -> None:
        """The daemon ends without a word, and another one begins."""
        self.daemon.end(signal.SIGKILL)
        self.daemon = Started(self.config)

    def stop(self) -> None:
        """The daemon is asked to end, and another one begins."""
        self.daemon.end(signal.SIGTERM, 30)
        self.daemon = Started(self.config)

    def go_on(self, seconds: float) -> None:
        """Deeds until the time is over."""
        end, names, weights = time.monotonic() + seconds, list(DEEDS), list(DEEDS.values())
        while time.monotonic() < end:
            (name,) = self.chance.choices(names, weights)
            self.deeds[name] += 1
            print(f"{self.deeds.total():5d} {name}", flush=True)
            getattr(self, name)()
            self.peak_mb = max(self.peak_mb, memory_mb(family(self.daemon.process.pid), "Pss"))
            time.sleep(self.chance.random())

    def end(self) -> None:
        """Quiet: everything that is printed comes in; then everybody goes home."""
        self.newsroom.trouble = lambda asked: ""
        self.daemon.end(signal.SIGTERM, 30)
        for reviewer in self.reviewers:
            reviewer.stop()
        for _ in range(3):  # a page that answered badly is asked again after a while
            run_once(self.config, all_sources=True)

    def verdict(self) -> bool:
        """Whether nothing was lost, doubled or damaged; says so."""
        printed = [url for urls in self.printed.values() for url in urls]
        rows = kit.query(
            self.config, "SELECT canonical_url AS url, count(*) AS n FROM articles GROUP BY 1, content_sha256"
        )
        met = {row["url"] for row in kit.query(self.config, "SELECT url FROM aliases")}
        lost, twice = [url for url in printed if url not in met], [row for row in rows if row["n"] > 1]
        kit.assert_sound(self.config)
        copies = sorted(self.folder.glob("copy-*.db"))
        for copy in copies:
            with closing(sqlite3.connect(copy)) as conn:
                assert conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok", copy
        told = ", ".join(f"{count} {name}" for name, count in self.deeds.most_common())
        print(
            f"{told}: {len(printed)} articles printed, {len(lost)} lost, {len(twice)} twice; record sound, {len(copies)} backups whole;"
            f" peak {self.peak_mb:.0f} MB of {MOST_MB}"
        )
        return not lost and not twice and self.peak_mb < MOST_MB


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--seconds", type=float, default=3600)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--hosts", type=int, default=12)
    asked = ask.parse_args()
    with kit.Newsroom(hosts=asked.hosts, net="127.0.11") as newsroom, tempfile.TemporaryDirectory() as name:
        chaos = Chaos(Path(name), newsroom, asked.seed)
        chaos.go_on(asked.seconds)
        chaos.end()
        return int(not chaos.verdict())


if __name__ == "__main__":
    sys.exit(main())
