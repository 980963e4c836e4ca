"""A daemon among reviewers, backups, other writers, kills, pauses, lies and floods: what happens is drawn from a seed.

    python bench/bench_chaos.py [--seconds 3600] [--seed 1] [--hosts 12] [--folder KEPT]

Two reviewers read and mark, somebody writes with sqlite-utils, copies are made;
newsrooms answer badly, one floods, names lead elsewhere, the daemon's clock is
set, its disk is full for a while, it is paused, stopped and killed. Every deed
is printed (`chaos_story`): the same seed tells the same story, only how far it
comes depends on the machine. At the end the daemon runs until the queue is
dry; then every article that the newsrooms have printed must be accounted for
and every mark that was acknowledged be there, nothing twice, the record sound,
every backup whole, no traceback in a log. Memory is that of the daemon and its
readers.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import kit
import press
from answers import Asked
from chaos_people import Reviewer, take_notes
from chaos_story import Deed, story
from daemons import Started
from lying_dns import ZONE, LyingDns
from memory import family, memory_mb
from soak_paper import tracebacks
from wrong_clock import WrongClock

from crawler.config import Config
from db.backups import backup
from db.errors import StoreError

MOST_MB = 600
#: entries of a feed, and of the one that floods
_FEED, _FLOOD = 100, 500
#: a stop may take that long beside everything else; the promise is ten on a machine of its own
_STOP_S = 30
#: most seconds of each of the rounds that end it
_END_S = 900
#: copies that are kept; each is looked through as soon as it is made
_COPIES = 3


class Chaos:
    """One story. The last of the newsrooms is the one that floods; every third has a name that leads elsewhere."""

    def __init__(self, folder: Path, newsroom: kit.Newsroom) -> None:
        self.folder, self.newsroom = folder, newsroom
        self.clock, self.names = WrongClock(folder), LyingDns(folder)
        self.papers = len(newsroom.addresses) - 1
        self.named = [number for number in range(self.papers) if number % 3 == 0]
        self.trouble_is, self.flood_is = "", ""
        newsroom.trouble = self._answer
        self.printed: dict[int, list[str]] = {number: [] for number in range(self.papers)}
        for number in self.printed:
            self._print(number)
        self._tell_names("true", 0)
        self._flood("")
        sources = [
            {**kit.source(f"{self._origin(number)}/feed", id=f"paper-{number}"), "every": "1m"}
            for number in range(len(newsroom.addresses))
        ]
        self.config: Config = kit.configured(folder, sources, timeout="5s")
        self.logs: list[Path] = []
        self._start()
        self.daemon.wait_for("daemon.started", 120)
        self.reviewers = [Reviewer(self.config.store.path) for _ in range(2)]
        self.deeds: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.peak_mb = 0.0
        self.told = hashlib.sha256()

    def _start(self) -> None:
        self.daemon = Started(self.config, environment=self.names.environment(self.clock.environment))
        self.logs.append(self.daemon.log_path)

    def _origin(self, number: int) -> str:
        name = f"http://paper-{number}{ZONE}:{self.newsroom.port}"
        return name if number in self.named else self.newsroom.origin(number)

    def _answer(self, asked: Asked) -> str:
        """What is answered instead; "" for what was asked for."""
        if asked.host == self.newsroom.host(self.papers):
            return self.flood_is
        is_in_trouble = self.trouble_is and crc32(asked.path.encode()) % 3 == 0
        # late is the article that was asked for: another one would be an edit, and the next answer an edit back
        late = f"/{asked.path.rpartition('/')[2]}" if self.trouble_is == "/slow/7" else ""
        return self.trouble_is + late if is_in_trouble else ""

    def _print(self, number: int) -> None:
        printed = self.printed[number]
        printed.append(f"{self._origin(number)}/article/n{number}-{len(printed)}")
        self.newsroom.print_("/feed", press.feed(printed[-_FEED:]), number=number)

    def _flood(self, how: str) -> None:
        self.flood_is, origin = how, self.newsroom.origin(self.papers)
        pages = [f"{origin}/status/404/{self.deeds_done}-{number}" for number in range(_FLOOD)]
        self.newsroom.print_("/feed", press.feed(pages), number=self.papers)

    @property
    def deeds_done(self) -> int:
        """So many have happened."""
        return self.deeds.total() if hasattr(self, "deeds") else 0

    def _tell_names(self, how: str, number: int) -> None:
        own, other = self.newsroom.addresses[number], self.newsroom.addresses[(number + 1) % self.papers]
        addresses = {
            "true": [own],
            "private": ["10.1.2.3"],
            "other": [other],
            "thousand": [*(f"10.9.{count // 250}.{count % 250}" for count in range(1_000)), own],
            "nobody": [],
            "slow": ["slow", own],
            "mixed": ["169.254.169.254", own, "fe80::1"],
        }[how]
        if how == "true":
            self.names.tell({f"paper-{each}{ZONE}": [self.newsroom.addresses[each]] for each in self.named})
        else:
            self.names.tell({f"paper-{number}{ZONE}": addresses})

    # what happens

    def do_print(self, deed: Deed) -> None:
        """A newspaper prints an article."""
        self._print(int(deed.which * self.papers))

    def do_read(self, deed: Deed) -> None:
        """A reviewer opens a page."""
        self._pick(deed).read(deed.how)

    def do_mark(self, deed: Deed) -> None:
        """A reviewer marks an article."""
        articles = kit.count(self.config, "articles")
        if articles:
            self.found["marks"] += self._pick(deed).mark(1 + int(deed.which * articles), deed.how)

    def _pick(self, deed: Deed) -> Reviewer:
        return self.reviewers[deed.number % len(self.reviewers)]

    def do_write(self, deed: Deed) -> None:
        """Somebody writes tables of their own into the record, or tries to spoil ours."""
        done = take_notes(self.config.store.path, deed.how, deed.which)
        self.found["articles spoilt"] += done and deed.how == "spoil"

    def do_backup(self, deed: Deed) -> None:
        """A copy is made while everybody works, and looked through."""
        copy = self.folder / f"copy-{deed.number}.db"
        with suppress(StoreError):  # the disk is full
            backup(self.config.store.path, copy, datetime.now(UTC))
            with closing(sqlite3.connect(copy)) as conn:
                is_whole = conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            self.found["backups whole" if is_whole else "backups NOT whole"] += 1
        for old in sorted(self.folder.glob("copy-*.db"), key=lambda each: each.stat().st_mtime)[:-_COPIES]:
            old.unlink()

    def do_trouble(self, deed: Deed) -> None:
        """Newsrooms answer a third of all questions badly for a while, or well again."""
        self.trouble_is = deed.how

    def do_flood(self, deed: Deed) -> None:
        """The one that floods does it in another way."""
        self._flood(deed.how)

    def do_lie(self, deed: Deed) -> None:
        """A name leads elsewhere, or all of them home again."""
        self._tell_names(deed.how, self.named[int(deed.which * len(self.named))])

    def do_clock(self, deed: Deed) -> None:
        """The daemon's clock is set."""
        self.clock.set_ahead(int(deed.how))

    def do_full(self, deed: Deed) -> None:
        """No file of the daemon can grow for a while."""
        pid = self.daemon.process.pid
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        limit = self.daemon.log_path.stat().st_size + 8192
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, before[1]))
        time.sleep(float(deed.how))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)

    def do_pause(self, deed: Deed) -> None:
        """The daemon stands still for a moment."""
        self.daemon.send(signal.SIGSTOP)
        time.sleep(float(deed.how))
        self.daemon.send(signal.SIGCONT)

    def do_kill(self, deed: Deed) -> None:
        """The daemon ends without a word, and another one begins."""
        self.daemon.end(signal.SIGKILL)
        self._start()

    def do_stop(self, deed: Deed) -> None:
        """The daemon is asked to end, and another one begins."""
        self._stop()
        self._start()

    def _stop(self) -> None:
        try:
            code, _ = self.daemon.end(signal.SIGTERM, _STOP_S)
            self.found["stops with an error"] += code not in (0, -signal.SIGTERM)
        except subprocess.TimeoutExpired:
            self.found["stops that took too long"] += 1
            self.daemon.end(signal.SIGKILL)

    # how it goes on, and ends

    def go_on(self, seed: int, seconds: float) -> None:
        """Deeds until the time is over."""
        end = time.monotonic() + seconds
        for deed in story(seed):
            if time.monotonic() > end:
                return
            print(deed, flush=True)
            self.told.update(f"{deed}\n".encode())
            self.deeds[deed.name] += 1
            if self.daemon.process.poll() is not None:
                is_full = (
                    "is the disk full or failing?" in self.daemon.log
                )  # one that begins there says so, and ends
                self.found[
                    "daemons that began on a full disk" if is_full else "daemons that ended by themselves"
                ] += 1
                print(self.daemon.log[-2000:], flush=True)
                self._start()
            try:
                getattr(self, f"do_{deed.name}")(deed)
            except (OSError, subprocess.TimeoutExpired) as problem:
                self.found[f"{deed.name}: {type(problem).__name__}"] += 1
                print(f"      {problem}", flush=True)
            self.peak_mb = max(self.peak_mb, memory_mb(family(self.daemon.process.pid), "Pss"))
            time.sleep(deed.then_s)

    def end(self) -> None:
        """Quiet: everything that is printed comes in; then everybody goes home."""
        self.trouble_is = ""
        self._flood("/status/404")
        self.newsroom.print_("/feed", press.feed([]), number=self.papers)
        self.clock.set_ahead(0)
        self._tell_names("true", 0)
        self._stop()
        for reviewer in self.reviewers:
            reviewer.served.stop()
        environment = {**os.environ, **self.names.environment(self.clock.environment)}
        command = [
            "-c",
            "from crawler.cli import main; main()",
            "once",
            "--all",
            "--config",
            str(self.config.path),
        ]
        for ahead_s in (0, 0, 4 * 3600, 26 * 3600):  # what answered badly is asked again after a while
            self.clock.set_ahead(ahead_s)
            if self._missing():
                subprocess.run([sys.executable, *command], env=environment, timeout=_END_S, check=False)

    def _missing(self) -> set[str]:
        """Printed, not in the record, and without a last word about it in the ledger."""
        printed = {url for urls in self.printed.values() for url in urls}
        missing = printed - self._column("SELECT url AS it FROM aliases")
        waiting = self._column("SELECT url AS it FROM frontier")
        return missing - (self._column("SELECT url AS it FROM visits") - waiting)

    def verdict(self) -> bool:
        """Whether nothing was lost, doubled or damaged; says so."""
        printed = {url for urls in self.printed.values() for url in urls}
        met = self._column("SELECT url AS it FROM aliases")
        missing = printed - met
        waiting = missing & self._column("SELECT url AS it FROM frontier")
        given_up = (missing - waiting) & self._column("SELECT url AS it FROM visits")
        lost = missing - waiting - given_up
        twice = kit.count(self.config, "(SELECT 1 FROM articles GROUP BY canonical_url, content_sha256 HAVING count(*) > 1)")  # fmt: skip
        new_twice = kit.count(self.config, "(SELECT 1 FROM visits WHERE verdict = 'new' GROUP BY url HAVING count(*) > 1)")  # fmt: skip
        kit.assert_sound(self.config)
        marks = Counter((row["article_id"], row["mark"]) for row in kit.query(self.config, "SELECT article_id, mark FROM review_events"))  # fmt: skip
        marks_lost = {each for reviewer in self.reviewers for each in reviewer.acknowledged} - set(marks)
        broken = Counter(each for path in self.logs for each in tracebacks(path.read_text(errors="replace")))
        told = ", ".join(f"{count} {name}" for name, count in self.deeds.most_common())
        print(f"{told}; sha256 of the story {self.told.hexdigest()[:16]}")
        print(f"found on the way: {dict(self.found)}")
        print(
            f"requests answered: {len(self.newsroom.log)}; pages of the flood asked for: {len(self.newsroom.asked('/status/404'))}"
        )
        print(
            f"given up with a verdict: {sorted(given_up)[:5]} {len(given_up)}; still waiting: {len(waiting)}; tracebacks: {dict(broken)}"
        )
        print(
            f"{len(printed)} articles printed, {len(lost)} lost, {twice + new_twice} twice; marks lost {len(marks_lost)};"
            f" record sound; peak {self.peak_mb:.0f} MB of {MOST_MB}",
            flush=True,
        )
        for url in sorted(lost)[:10]:
            print("LOST", url)
        bad = [name for name in self.found if "NOT" in name or "spoilt" in name or "themselves" in name]
        is_clean = not (lost or twice or new_twice or marks_lost or broken)
        return is_clean and not any(self.found[name] for name in bad) and self.peak_mb < MOST_MB

    def _column(self, sql: str) -> set[str]:
        return {row["it"] for row in kit.query(self.config, sql)}


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--seconds", type=float, default=3600)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--hosts", type=int, default=12)
    ask.add_argument("--folder", type=Path, help="an empty one, which is kept")
    asked = ask.parse_args()
    with (
        kit.Newsroom(hosts=asked.hosts + 1, net="127.0.11") as newsroom,
        tempfile.TemporaryDirectory() as name,
    ):
        chaos = Chaos(asked.folder or Path(name), newsroom)
        chaos.go_on(asked.seed, asked.seconds)
        chaos.end()
        return int(not chaos.verdict())


if __name__ == "__main__":
    sys.exit(main())
