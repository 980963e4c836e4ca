"""The daemon for a long time while everything around it goes wrong.

    python bench/bench_soak.py [--minutes 30] [--sources 500] [--every 1m] [--faults 0.05] [--kills 10] [--stops 3]

A paper on 100 loopback addresses prints a new article every second and edits
an old one now and then. A share of all answers is a 500, a 503, a reset, half
an answer, no HTTP, too slow, or endless. In the first two thirds of the time
the daemon is killed with SIGKILL and stopped with SIGTERM at random instants,
after each stop a second time moments after its start, and started again; its
clock is set an hour ahead after a third and back after two thirds. The last
third is one life, for its memory; when it is long enough, a reader is stopped
with SIGSTOP at its beginning, which the watchdog has to notice. At the end
every page ever printed is accounted for. Every bar is printed with what was
found, and the exit code is 1 when one is broken.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import kit
from daemons import Started, readers
from memory import family, memory_mb
from newsroom import Newsroom
from soak_paper import HOSTS, Faults, Paper, tracebacks
from wrong_clock import WrongClock

from db.maintenance import checks

#: a stop may take that long; the promise is ten
STOP_S = 15
#: most memory of a daemon with its readers, and how much of it the last minutes of one life may have added
PEAK_MB, GROWTH_MB = 600, 30
#: a last third of at least so many minutes has time for a reader that is stopped, and for the watchdog
WATCHDOG_MINUTES = 6
#: memory is looked at that often
LOOK_S = 10
_TOLD = re.compile(r"article\.appended .*?\burl=(\S+)")
_COUNTED = re.compile(r"crawl\.finished run=(\d+) sources=(\d+) candidates=\d+ (.*?)elapsed_s")


class Soak:
    """One daemon after another on one record."""

    def __init__(self, told: argparse.Namespace, folder: Path, newsroom: Newsroom) -> None:
        self.told, self.newsroom = told, newsroom
        self.paper, self.faults = Paper(newsroom, told.sources), Faults(told.faults)
        newsroom.trouble = self.faults
        self.clock = WrongClock(folder)
        sources = [
            kit.source(f"{newsroom.origin(number % HOSTS)}/feed/{number}", id=f"s-{number}", every=told.every)
            for number in range(told.sources)
        ]
        self.config = kit.configured(folder, sources, per_host_delay="100ms", timeout="5s")
        settings = folder / "spacereel.toml"
        settings.write_text(settings.read_text().replace('tick = "200ms"', 'tick = "1s"'))
        self.chance = random.Random(1)
        self.logs: list[Path] = []
        self.kills = self.stands = self.stopped_readers = 0
        self.visits = -1
        #: how each stop ended: exit code and seconds, or what it said when it did not end
        self.stops: list[str] = []
        self.bad_stops = 0
        #: PSS of each look at the family of the present daemon
        self.memory_mb: list[float] = []
        self.peak_mb = self.peak_process_mb = 0.0
        self.start()

    def start(self) -> None:
        self.daemon = Started(self.config, environment=self.clock.environment)
        self.logs.append(self.daemon.log_path)
        self.memory_mb = []

    @property
    def log(self) -> str:
        """What all daemons have said."""
        return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in self.logs)

    # what is done to it

    def kill(self) -> None:
        self.kills += 1
        self.daemon.end(signal.SIGKILL)
        self.start()

    def stop_twice(self) -> None:
        """Stop it, and again moments after it was started."""
        self.stop()
        self.start()
        time.sleep(self.chance.uniform(0.0, 4.0))
        self.stop()
        self.start()

    def stop(self) -> None:
        try:
            code, seconds = self.daemon.end(signal.SIGTERM, STOP_S)
            self.stops.append(f"exit code {code} after {seconds:.1f} s")
            self.bad_stops += code not in (0, -signal.SIGTERM)  # SIGTERM itself ends what has not begun
        except subprocess.TimeoutExpired:
            self.bad_stops += 1
            self.stops.append(f"NO END WITHIN {STOP_S} s: {self.daemon.log[-2000:]}")
            self.daemon.end(signal.SIGKILL)

    def stop_reader(self) -> None:
        found = readers(self.daemon.process.pid)
        for reader in found:
            os.kill(reader, signal.SIGSTOP)
        self.stopped_readers = int(bool(found))

    def plan(self, begun: float) -> list[tuple[float, Callable[[], object]]]:
        """What happens when, in order."""
        third = self.told.minutes * 20
        plan: list[tuple[float, Callable[[], object]]] = [
            (begun + third, lambda: self.clock.set_ahead(3600)),
            (begun + 2 * third, lambda: self.clock.set_ahead(0)),
        ]
        plan += [(begun + self.chance.uniform(20, 2 * third), self.kill) for _ in range(self.told.kills)]
        plan += [
            (begun + self.chance.uniform(20, 2 * third), self.stop_twice) for _ in range(self.told.stops)
        ]
        if third >= WATCHDOG_MINUTES * 60:
            plan.append((begun + 2 * third + 60, self.stop_reader))
        return sorted(plan, key=lambda each: each[0])

    def run(self) -> None:
        """Publish, do what is planned, and say every minute how things are."""
        begun = time.monotonic()
        end, plan = begun + self.told.minutes * 60, self.plan(begun)
        tell_at, look_at = begun + 60, begun
        print("minute  daemon RSS MB  family PSS MB  articles  queue  visits  clock ahead s", flush=True)
        while (now := time.monotonic()) < end:
            self.paper.publish(self.chance.randrange(self.told.sources))
            if self.chance.random() < 0.2:
                self.paper.edit(self.chance)
            if plan and now >= plan[0][0]:
                plan.pop(0)[1]()
            if now >= look_at:
                look_at += LOOK_S
                self.watch_memory()
            if now >= tell_at:
                tell_at += 60
                self.tell((now - begun) / 60)
            if self.daemon.process.poll() is not None:
                raise SystemExit(f"the daemon ended by itself:\n{self.daemon.log[-3000:]}")
            time.sleep(max(0.0, 1.0 - (time.monotonic() - now)))

    def watch_memory(self) -> None:
        pids = family(self.daemon.process.pid)
        self.memory_mb.append(memory_mb(pids, "Pss"))
        self.peak_mb = max(self.peak_mb, self.memory_mb[-1])
        self.peak_process_mb = max([self.peak_process_mb, *(memory_mb([pid], "Rss") for pid in pids)])

    def growth_mb(self) -> float:
        """Of the last life: its last looks at memory less those after its first minute; 0 when it was too short."""
        settled = self.memory_mb[60 // LOOK_S :]
        few = len(settled) // 4
        return statistics.median(settled[-few:]) - statistics.median(settled[:few]) if few else 0.0

    @property
    def awaits_watchdog(self) -> bool:
        """Whether a reader is stopped and nobody has noticed it yet."""
        return self.stopped_readers > self.daemon.log.count("crawl.stuck")

    def tell(self, minute: float) -> None:
        pids = family(self.daemon.process.pid)
        articles, queue, visits = (
            kit.count(self.config, name) for name in ("articles", "frontier", "visits")
        )
        self.stands += visits == self.visits and not self.awaits_watchdog
        self.visits = visits
        print(
            f"{minute:6.1f}  {memory_mb(pids[:1], 'Rss'):13.1f}  {memory_mb(pids, 'Pss'):13.1f}  {articles:8d}"
            f"  {queue:5d}  {visits:6d}  {self.clock.ahead_s:>13}",
            flush=True,
        )

    def end(self) -> None:
        """No more faults: let the queue run dry, and stop."""
        self.newsroom.trouble = lambda asked: ""
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and self.missing():
            time.sleep(2)
        self.stop()

    # what is left of it

    def column(self, sql: str) -> set[str]:
        return {row["it"] for row in kit.query(self.config, sql)}

    def missing(self) -> set[str]:
        return set(self.paper.published) - self.column("SELECT canonical_url AS it FROM articles")

    def unsound(self) -> list[str]:
        """Sentences about what is wrong with the record."""
        found = [each.sentence for each in checks(self.config.store.path, self.config.store.archive)
                 if not each.is_ok and each.name != "disk"]  # fmt: skip
        try:
            kit.assert_sound(self.config)
        except AssertionError as problem:
            found.append(str(problem))
        return found

    def unequal(self) -> list[str]:
        """Runs whose rows in the ledger are not what the crawl counted, or not what the run's row sums up."""
        found = []
        runs = kit.query(
            self.config,
            """SELECT id, verdicts, (SELECT count(*) FROM visits WHERE run_id = r.id)
                + (SELECT coalesce(sum(value), 0) FROM json_each(r.quiet_polls)) AS seen
            FROM runs r WHERE finished_at IS NOT NULL""",
        )
        for run in runs:
            if (told := sum(json.loads(run["verdicts"]).values())) != run["seen"]:
                found.append(f"run {run['id']}: {run['seen']} rows, verdicts {told}")
        for number, sources, pages in _COUNTED.findall(self.log):
            counted = int(sources) + sum(int(each.partition("=")[2]) for each in pages.split())
            rows = kit.count(
                self.config, f"visits WHERE run_id = {number} AND purpose IN ('source', 'new', 'recheck')"
            )
            (quiet,) = self.column(
                f"SELECT coalesce(sum(value), 0) AS it FROM runs r, json_each(r.quiet_polls) WHERE r.id = {number}"
            )
            rows += quiet
            if counted != rows:
                found.append(f"run {number}: {rows} rows, {counted} counted")
        return found

    def report(self, took_s: float) -> bool:
        """Print what was found, with every bar; returns whether all hold."""
        config, log, missing = self.config, self.log, self.missing()
        waiting = self.column("SELECT url AS it FROM frontier")
        visited = self.column("SELECT url AS it FROM visits")
        polled = self.column("SELECT DISTINCT page_sha256 AS it FROM visits WHERE purpose = 'source'")
        named = {url for digest in polled & set(self.paper.editions) for url in self.paper.editions[digest]}
        unaccounted = missing - waiting - visited
        verdicts = {row["verdict"]: row["n"] for row in kit.query(config, "SELECT verdict, count(*) AS n FROM visits GROUP BY 1 ORDER BY 2 DESC")}  # fmt: skip
        told = {
            "minutes": f"{took_s / 60:.1f}",
            "sources; hosts": f"{self.told.sources}; {HOSTS}",
            "requests answered": len(self.newsroom.log),
            "faults injected": f"{sum(self.faults.given.values())}: {dict(self.faults.given)}",
            "kills -9; stops": f"{self.kills}; {len(self.stops)}",
            "each stop": "; ".join(self.stops),
            "clock set": log.count("clock.set"),
            "published; edits": f"{len(self.paper.published)}; {self.paper.edits}",
            "stored; versions": f"{len(self.paper.published) - len(missing)}; {kit.count(config, 'articles')}",
            "still queued": len(missing & waiting),
            "given up with a verdict": len((missing & visited) - waiting),
            "still in their feed, which was not polled since": len(
                (unaccounted - named) & self.paper.standing()
            ),
            "outrun: had left the feed before a poll saw them": len(
                unaccounted - named - self.paper.standing()
            ),
            "visits; verdicts": f"{kit.count(config, 'visits')}; {verdicts}",
            "crawls that ended by themselves": log.count("crawl.ended"),
            "peak RSS of one process, MB": f"{self.peak_process_mb:.0f}",
            "looks at memory in the last life": len(self.memory_mb),
        }
        twice = "(SELECT 1 FROM articles GROUP BY canonical_url, content_sha256 HAVING count(*) > 1)"
        new_twice = "(SELECT 1 FROM visits WHERE verdict = 'new' GROUP BY url HAVING count(*) > 1)"
        broken = tracebacks(log)
        lost = sorted(unaccounted & named)
        forgotten = sorted(set(_TOLD.findall(log)) - self.column("SELECT url AS it FROM articles"))
        unsound, unequal = self.unsound(), self.unequal()
        stuck = log.count("crawl.stuck")
        growth_mb = self.growth_mb()
        bars: dict[str, tuple[object, bool]] = {
            "lost": (lost or 0, not lost),
            "acknowledged and not there": (forgotten or 0, not forgotten),
            "twice": (kit.count(config, twice), not kit.count(config, twice)),
            "new twice": (kit.count(config, new_twice), not kit.count(config, new_twice)),
            "unsound": (unsound or 0, not unsound),
            "runs with seen unequal to the sum of verdicts": (unequal or 0, not unequal),
            "visits without a reason": (
                kit.count(config, "visits WHERE trim(reason) = ''"),
                not kit.count(config, "visits WHERE trim(reason) = ''"),
            ),
            "minutes in which nothing moved": (self.stands, not self.stands),
            "readers stopped; crawls found stuck": (
                f"{self.stopped_readers}; {stuck}",
                stuck == self.stopped_readers,
            ),
            "stops that took too long or failed": (self.bad_stops, not self.bad_stops),
            "tracebacks": (dict(Counter(broken)) or 0, not broken),
            f"peak PSS of the family, MB (below {PEAK_MB})": (f"{self.peak_mb:.0f}", self.peak_mb < PEAK_MB),
            f"growth in the last life, MB (below {GROWTH_MB})": (f"{growth_mb:.0f}", growth_mb < GROWTH_MB),
        }
        for name, value in told.items():
            print(f"{name}: {value}")
        for name, (value, holds) in bars.items():
            print(f"{'holds ' if holds else 'BROKEN'}  {name}: {value}")
        if broken:
            print(log[max(log.index("Traceback") - 500, 0) :][:3000])
        return all(holds for _, holds in bars.values())


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--minutes", type=float, default=30)
    ask.add_argument("--sources", type=int, default=500)
    ask.add_argument("--every", default="1m")
    ask.add_argument("--faults", type=float, default=0.05)
    ask.add_argument("--kills", type=int, default=10)
    ask.add_argument("--stops", type=int, default=3)
    told = ask.parse_args()
    begun = time.monotonic()
    with Newsroom(hosts=HOSTS, net="127.0.9") as newsroom, tempfile.TemporaryDirectory() as folder:
        soak = Soak(told, Path(folder), newsroom)
        try:
            soak.run()
            soak.end()
            holds = soak.report(time.monotonic() - begun)
        finally:
            if soak.daemon.process.poll() is None:
                soak.daemon.end(signal.SIGKILL)
    print("all bars hold" if holds else "NOT ALL BARS HOLD")
    sys.exit(not holds)


if __name__ == "__main__":
    main()
