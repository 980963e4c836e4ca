"""The daemon for a long time while everything around it goes wrong.

    python bench/bench_soak.py [--minutes 30] [--sources 500] [--every 1m] [--faults 0.05] [--kill-every 5m]

A paper on 100 loopback addresses prints a new article every second and edits
an old one now and then. A share of all answers is a 500, a 503, a reset, half
an answer, no HTTP, too slow, or endless. The daemon is killed with SIGKILL
every few minutes and started again; its clock is set an hour ahead after a
third of the time and back after two thirds. Every minute: memory, record, and
whether anything moves. At the end: is every published page accounted for, is
the sum of verdicts what was seen, is the record whole.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import kit
import press
from bench_daemon import family, memory_mb
from daemons import Started
from newsroom import Asked, Newsroom
from wrong_clock import WrongClock

from crawler.units import duration_s

HOSTS = 100
#: what is answered instead, and its weight
TROUBLE = {"/status/500": 4, "/status/503": 2, "/drop": 4, "/half": 4, "/garbage": 2, "/slow/6/late": 2,
           "/drip": 1, "/endless": 1, "/bomb/gzip": 1, "/bomb/br": 1, "/bomb/zstd": 1, "/redirect-loop": 1}  # fmt: skip


class Paper:
    """Feeds that grow, articles that change."""

    def __init__(self, newsroom: Newsroom, sources: int) -> None:
        self.newsroom = newsroom
        self.slugs: list[list[str]] = [[] for _ in range(sources)]
        self.published: list[str] = []
        self.edits = 0
        for number in range(sources):
            self.publish(number)

    def publish(self, number: int) -> None:
        host, slugs = number % HOSTS, self.slugs[number]
        slugs.append(f"{number}-{len(slugs)}")
        self.published.append(f"{self.newsroom.origin(host)}/article/{slugs[-1]}")
        urls = [f"{self.newsroom.origin(host)}/article/{slug}" for slug in reversed(slugs[-30:])]
        self.newsroom.print_(f"/feed/{number}", press.feed(urls), number=host)

    def edit(self, chance: random.Random) -> None:
        self.edits += 1
        self.newsroom.edit(chance.choice(chance.choice(self.slugs)))


class Faults:
    """Now and then another answer than the one asked for; robots.txt excepted, which would close the host."""

    def __init__(self, share: float, without: tuple[str, ...] = ()) -> None:
        self.share, self.given = share, Counter[str]()
        self._weights = {path: weight for path, weight in TROUBLE.items() if path not in without}
        self._chance = random.Random(2)

    def __call__(self, asked: Asked) -> str:
        if asked.path == "/robots.txt" or self._chance.random() >= self.share:
            return ""
        fault = self._chance.choices(list(self._weights), list(self._weights.values()))[0]
        self.given[fault] += 1
        return fault


def tracebacks(log: str) -> list[str]:
    """The last line of each traceback in a log, whether it stands on lines of its own or escaped in one."""
    found: list[str] = []
    for piece in log.split("Traceback (most recent call last):")[1:]:
        lines = piece.partition('"\n')[0].split("\\n") if piece.startswith("\\n") else piece.splitlines()[1:]
        found.append(next((line.strip() for line in lines if line and not line.startswith(" ")), "cut off"))
    return found


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
        self.logs: list[str] = []
        self.kills = self.stands = 0
        self.peak_mb = self.peak_reader_mb = 0.0
        self.start()

    def start(self) -> None:
        self.daemon = Started(self.config, environment=self.clock.environment)

    def kill(self) -> None:
        self.kills += 1
        self.daemon.end(signal.SIGKILL)
        self.logs.append(self.daemon.log)
        self.start()

    def run(self) -> None:
        """Publish, kill, set the clock, and say every minute how things are."""
        chance, begun = random.Random(1), time.monotonic()
        end = begun + self.told.minutes * 60
        kill_at, tell_at, visits = begun + self.told.kill_every_s, begun, -1
        turns = [(begun + self.told.minutes * 20, 3600), (begun + self.told.minutes * 40, 0)]
        print("minute  daemon RSS MB  family PSS MB  articles  queue  visits  clock ahead s", flush=True)
        while (now := time.monotonic()) < end:
            self.paper.publish(chance.randrange(self.told.sources))
            if chance.random() < 0.2:
                self.paper.edit(chance)
            if turns and now >= turns[0][0]:
                self.clock.set_ahead(turns.pop(0)[1])
            if now >= kill_at and end - now > 60:
                kill_at = now + self.told.kill_every_s * chance.uniform(0.7, 1.3)
                self.kill()
            if now >= tell_at:
                tell_at += 60
                self.watch_memory()
                visits = self.tell((now - begun) / 60, visits)
            if self.daemon.process.poll() is not None:
                raise SystemExit(f"the daemon ended by itself:\n{self.daemon.log[-3000:]}")
            time.sleep(max(0.0, 1.0 - (time.monotonic() - now)))

    def watch_memory(self) -> None:
        pids = family(self.daemon.process.pid)
        self.peak_mb = max(self.peak_mb, memory_mb(pids, "Pss"))
        self.peak_reader_mb = max([self.peak_reader_mb, *(memory_mb([pid], "Rss") for pid in pids)])

    def tell(self, minute: float, before: int) -> int:
        pids = family(self.daemon.process.pid)
        articles, queue, visits = (
            kit.count(self.config, name) for name in ("articles", "frontier", "visits")
        )
        self.stands += visits == before
        ahead = self.clock._file.read_text()
        print(
            f"{minute:6.1f}  {memory_mb(pids[:1], 'Rss'):13.1f}  {memory_mb(pids, 'Pss'):13.1f}  {articles:8d}"
            f"  {queue:5d}  {visits:6d}  {ahead:>13}",
            flush=True,
        )
        return visits

    def end(self) -> None:
        """No more faults: let the queue run dry, stop, and count."""
        self.newsroom.trouble = lambda asked: ""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.missing():
            time.sleep(2)
        try:
            code, seconds = self.daemon.end(signal.SIGTERM, 15)
            print(f"SIGTERM: exit code {code} after {seconds:.1f} s")
        except subprocess.TimeoutExpired:
            print("SIGTERM: NO END WITHIN 15 s", self.daemon.log[-2000:])
            self.daemon.end(signal.SIGKILL)
        self.logs.append(self.daemon.log)

    def missing(self) -> set[str]:
        seen = {row["url"] for row in kit.query(self.config, "SELECT canonical_url AS url FROM articles")}
        return set(self.paper.published) - seen

    def report(self, took_s: float) -> None:
        config, log = self.config, "\n".join(self.logs)
        waiting = {row["url"] for row in kit.query(config, "SELECT url FROM frontier")}
        visited = {row["url"] for row in kit.query(config, "SELECT url FROM visits")}
        missing = self.missing()
        twice = kit.count(
            config, "(SELECT 1 FROM articles GROUP BY canonical_url, content_sha256 HAVING count(*) > 1)"
        )
        runs = kit.query(
            config,
            "SELECT verdicts, (SELECT count(*) FROM visits WHERE run_id = r.id) AS seen FROM runs r WHERE finished_at IS NOT NULL",
        )
        unequal = sum(sum(json.loads(row["verdicts"]).values()) != row["seen"] for row in runs)
        verdicts = {row["verdict"]: row["n"] for row in kit.query(config, "SELECT verdict, count(*) AS n FROM visits GROUP BY 1 ORDER BY 2 DESC")}  # fmt: skip
        kit.assert_sound(config)
        rows = {
            "minutes": f"{took_s / 60:.1f}",
            "sources; hosts": f"{self.told.sources}; {HOSTS}",
            "requests answered": len(self.newsroom.log),
            "faults injected": f"{sum(self.faults.given.values())}: {dict(self.faults.given)}",
            "kills -9": self.kills,
            "clock set": log.count("clock.set"),
            "published; edits": f"{len(self.paper.published)}; {self.paper.edits}",
            "stored at the end": len(self.paper.published) - len(missing),
            "still queued": len(missing & waiting),
            "given up with a verdict": len((missing & visited) - waiting),
            "lost": len(missing - waiting - visited),
            "twice": twice,
            "finished runs; with seen unequal to the sum of verdicts": f"{len(runs)}; {unequal}",
            "verdicts": verdicts,
            "visits without a reason": kit.count(config, "visits WHERE trim(reason) = ''"),
            "minutes in which nothing moved": self.stands,
            "crawls found stuck; ended by themselves": f"{log.count('crawl.stuck')}; {log.count('crawl.ended')}",
            "tracebacks": log.count("Traceback"),
            "peak PSS of the family, MB": f"{self.peak_mb:.0f}",
            "peak RSS of one process, MB": f"{self.peak_reader_mb:.0f}",
            "record": "sound",
        }
        for name, value in rows.items():
            print(f"{name}: {value}")
        if log.count("Traceback"):
            print(log[log.index("Traceback") - 500 :][:3000])


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--minutes", type=float, default=30)
    ask.add_argument("--sources", type=int, default=500)
    ask.add_argument("--every", default="1m")
    ask.add_argument("--faults", type=float, default=0.05)
    ask.add_argument("--kill-every", dest="kill_every_s", type=duration_s, default="5m")
    told = ask.parse_args()
    begun = time.monotonic()
    with Newsroom(hosts=HOSTS, net="127.0.9") as newsroom, tempfile.TemporaryDirectory() as folder:
        soak = Soak(told, Path(folder), newsroom)
        try:
            soak.run()
            soak.end()
        finally:
            if soak.daemon.process.poll() is None:
                soak.daemon.end(signal.SIGKILL)
        soak.report(time.monotonic() - begun)


if __name__ == "__main__":
    main()
