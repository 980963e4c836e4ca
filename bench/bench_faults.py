"""kill -9 of a crawl at random instants, with everything looked at after each.

    python bench/bench_faults.py [--kills 200] [--minutes 60] [--faults 0.1]

One record lives through all kills. Before each, 15 new articles are printed;
then the daemon is started and killed: every fifth time at a random instant of
its start, else when it has stored a random number of them. A share of the
answers is a 500, a reset, half an answer or a bomb. After each kill:

- SQLite's integrity check and foreign keys, of the record and of the archive;
- the search index against the articles;
- every article that the log told is in the record, once, and its page unpacks from the archive;
- a feed whose validators were kept has left each of its pages in the queue or in the ledger;
- no page is queued as new that was stored, and the ledger says `new` of none twice.

At the end the crawl runs undisturbed: each page ever printed has an article, a
verdict, or a place in the queue. One that has none is lost when an edition of
the feed that names it has a row in the ledger, and else outrun: it left the
feed while the daemon was down, so nobody ever saw it. Every traceback in a log
is a finding. The exit code is 1 when anything was found.

A daemon takes seconds of processor time to be imported; here it is forked from
a process that has imported it already, and so are its readers.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import kit
import press
from bench_soak import Faults, tracebacks
from daemons import Started, until
from newsroom import Newsroom

from db.archive import Archive
from db.lock import holder_of
from db.maintenance import checks

HOSTS, PER_ROUND = 8, 15
#: entries of the feed
FEED = 100
_TOLD = re.compile(r"article\.appended .*?\burl=(\S+)")


def nursery() -> None:
    """Forks a daemon for each line `CONFIG LOG`; says its process id, and when it has ended."""
    import crawler.ingest.pool
    from crawler import runner  # noqa: F401
    from crawler.catalogue import load_beats
    from crawler.config import SHIPPED_BEAT, load_config
    from crawler.ingest import warm  # noqa: F401  # what a daemon needs
    from crawler.relevance.judge import Fields, judge_all
    from scheduler import run_daemon

    topics = tuple(beat.topic for beat in load_beats((SHIPPED_BEAT,), 1.0))
    judge_all(Fields(title="A first page"), topics)  # readers are forked with their automata
    forked = multiprocessing.get_context("fork")
    crawler.ingest.pool.multiprocessing.get_context = lambda method=None: forked  # type: ignore[assignment,misc,return-value]
    for line in sys.stdin:
        config, log = line.split()
        child = os.fork()
        if child == 0:
            file = os.open(log, os.O_CREAT | os.O_WRONLY)
            os.dup2(file, 1)
            os.dup2(file, 2)
            os._exit(run_daemon(load_config(Path(config))))
        print(child, flush=True)
        print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


class Nursery:
    """The other end of `nursery`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--nursery"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def _ask(self, line: str = "") -> str:
        assert self._process.stdin
        assert self._process.stdout
        if line:
            print(line, file=self._process.stdin, flush=True)
        return self._process.stdout.readline().strip()

    def start(self, config: Path, log: Path) -> int:
        return int(self._ask(f"{config} {log}"))

    def kill(self, pid: int) -> bool:
        """Returns whether it was still alive."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return self._ask() == f"ended {-signal.SIGKILL}"

    def close(self) -> None:
        self._process.communicate()


class Rounds:
    """One record, killed again and again."""

    def __init__(self, folder: Path, newsroom: Newsroom, share: float) -> None:
        self.newsroom, self.folder = newsroom, folder
        self.faults = Faults(share, without=("/drip", "/endless", "/slow/6/late", "/status/503"))
        newsroom.trouble = self.faults
        self.chance = random.Random(int.from_bytes(random.SystemRandom().randbytes(4), "big"))
        self.published: list[str] = []
        self.told: set[str] = set()
        self.checked: set[str] = set()
        self.kills = 0
        self.nursery = Nursery()
        self.found: Counter[str] = Counter()
        self.tracebacks: Counter[str] = Counter()
        #: the log of the last round
        self.before: Path | None = None
        #: digest of an edition of the feed -> what it names
        self.editions: dict[str, list[str]] = {}
        self.publish()
        feed = kit.source(newsroom.origin() + "/feed", every="1s")
        self.config = kit.configured(folder, [feed], timeout="4s")

    def publish(self) -> None:
        first = len(self.published)
        self.published += [
            f"{self.newsroom.origin(number % HOSTS)}/article/{number}"
            for number in range(first, first + PER_ROUND)
        ]
        self.feed = press.feed(self.published[-FEED:])
        self.editions[hashlib.sha256(self.feed).hexdigest()] = self.published[-FEED:]
        self.newsroom.print_("/feed", self.feed)

    def kill(self, number: int) -> str:
        """Start, wait for the instant, kill; returns which instant it was."""
        before = kit.count(self.config, "articles")
        begun = time.monotonic()
        log = self.folder / f"log-{number}.txt"
        log.touch()
        assert self.config.path
        # A forked reader inherits the lock, and may outlive its daemon by a moment; a real one is not forked from it.
        until(lambda: holder_of(self.config.store.path) is None)
        victim = self.nursery.start(self.config.path, log)
        if number % 5 == 0:
            time.sleep(self.chance.uniform(0.0, 1.0))
        else:
            goal = before + self.chance.randint(0, PER_ROUND - 3)
            while kit.count(self.config, "articles") < goal and time.monotonic() < begun + 8:
                time.sleep(0.005)
            time.sleep(self.chance.random() * 0.05)
        if not self.nursery.kill(victim):
            self.failing("ended by itself", [f"daemon {number}: {log.read_text()[-1000:]}"])
        text = log.read_text()
        self.kills += 1
        self.told |= set(_TOLD.findall(text))
        self.look_at_log(self.before)  # readers may have said something after the kill
        self.before = log
        at = kit.count(self.config, "articles")
        return f"killed after {time.monotonic() - begun:4.1f} s, {at - before:2d} articles on"

    def look_at_log(self, log: Path | None) -> None:
        """Each traceback is a finding, told with its last line."""
        text = log.read_text() if log else ""
        for last in tracebacks(text):
            self.tracebacks[last] += 1
            print(f"  TRACEBACK {last}\n{text[text.index('Traceback') - 300 :][:3000]}", flush=True)

    def look(self) -> None:
        """Everything that must hold after a kill; what does not is counted and printed."""
        if not kit.count(self.config, "sqlite_master"):
            return
        self.failing("not whole", [each.sentence for each in checks(self.config.store.path, self.config.store.archive)
                                   if not each.is_ok and each.name != "disk"])  # fmt: skip
        with closing(sqlite3.connect(self.config.store.archive)) as archive:
            told = [archive.execute("PRAGMA integrity_check").fetchone()[0]]
            self.failing("archive not whole", [each for each in told if each != "ok"])
        stored = [
            row["canonical_url"] for row in kit.query(self.config, "SELECT canonical_url FROM articles")
        ]
        self.failing("acknowledged and lost", self.told - set(stored))
        self.failing("stored twice", [url for url, count in Counter(stored).items() if count > 1])
        new = kit.query(self.config, "SELECT url FROM visits WHERE verdict = 'new' GROUP BY url HAVING count(*) > 1")  # fmt: skip
        self.failing("new twice", [row["url"] for row in new])
        queued = {
            row["url"] for row in kit.query(self.config, "SELECT url FROM frontier WHERE purpose = 'new'")
        }
        self.failing("stored and queued", queued & set(stored))
        self.look_at_feed(queued)
        self.look_at_pages()

    def look_at_feed(self, queued: set[str]) -> None:
        """Validators are kept with, or after, the pages of a feed, never before."""
        visited = {row["url"] for row in kit.query(self.config, "SELECT DISTINCT url FROM visits")}
        etags = {row["etag"] for row in kit.query(self.config, "SELECT etag FROM sources")}
        if press.etag_of(self.feed) in etags:
            self.failing("fallen between feed and queue", set(self.published[-FEED:]) - queued - visited)

    def look_at_pages(self) -> None:
        rows = kit.query(self.config, "SELECT DISTINCT page_sha256 AS sha256 FROM articles")
        fresh = {row["sha256"] for row in rows} - self.checked
        with closing(Archive.open(self.config.store.archive)) as archive:
            self.failing("without a page", [each for each in fresh if archive.page(each) is None])
        self.checked |= fresh

    def failing(self, what: str, cases: object) -> None:
        """Count a breach once, with its first case."""
        listed = sorted(map(str, cases))  # type: ignore[call-overload]
        if listed:
            self.found[what] += len(listed)
            print(f"  BREACH {what}: {listed[:3]}", flush=True)

    def settle(self) -> bool:
        """Without faults and kills, until nothing new waits that is due; returns whether nothing was found."""
        self.nursery.close()
        self.newsroom.trouble = lambda asked: ""
        last = Started(self.config, "--once")
        assert last.process.wait(300) == 0, last.log
        self.look()
        stored = {row["url"] for row in kit.query(self.config, "SELECT canonical_url AS url FROM articles")}
        queued = {row["url"] for row in kit.query(self.config, "SELECT url FROM frontier")}
        visited = {row["url"] for row in kit.query(self.config, "SELECT url FROM visits")}
        self.look_at_log(self.before)
        self.look_at_log(last.log_path)
        missing = set(self.published) - stored
        unaccounted = missing - queued - visited
        polled = {row["sha256"] for row in kit.query(self.config, "SELECT DISTINCT page_sha256 AS sha256 FROM visits")}  # fmt: skip
        named = {url for digest in polled & set(self.editions) for url in self.editions[digest]}
        self.failing("lost", unaccounted & named)
        fetched = Counter(asked.path for asked in self.newsroom.asked("/article/"))
        rows = {
            "pages printed": len(self.published),
            "stored": len(stored),
            "waiting for another attempt": len(missing & queued),
            "ended with a verdict": len((missing & visited) - queued),
            "acknowledged articles compared": len(self.told),
            "pages unpacked from the archive": len(self.checked),
            "pages asked for more than once (killed before the row, or a fault)": sum(
                count > 1 for count in fetched.values()
            ),
            "faults injected": f"{sum(self.faults.given.values())} {dict(self.faults.given)}",
            "outrun: had left the feed before a poll saw them": len(unaccounted - named),
            "lost": len(unaccounted & named),
            "tracebacks": dict(self.tracebacks) or 0,
            "breaches": dict(self.found) or 0,
        }
        for name, value in rows.items():
            print(f"{name}: {value}")
        return not self.tracebacks and not self.found


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--kills", type=int, default=200)
    ask.add_argument("--minutes", type=float, default=60, help="no more kills after that")
    ask.add_argument("--faults", type=float, default=0.1)
    ask.add_argument("--nursery", action="store_true", help=argparse.SUPPRESS)
    told = ask.parse_args()
    if told.nursery:
        nursery()
        return
    with Newsroom(hosts=HOSTS, net="127.0.11") as newsroom, tempfile.TemporaryDirectory() as folder:
        rounds = Rounds(Path(folder), newsroom, told.faults)
        begun = time.monotonic()
        for number in range(told.kills):
            if time.monotonic() - begun > told.minutes * 60:
                break
            instant = rounds.kill(number)
            print(f"{number + 1:4d}: {instant}", flush=True)
            rounds.look()
            rounds.publish()
        is_clean = rounds.settle()
        print(f"kills: {rounds.kills} in {(time.monotonic() - begun) / 60:.1f} minutes")
    sys.exit(not is_clean)


if __name__ == "__main__":
    main()
