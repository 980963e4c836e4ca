"""The daemon over time, and under kill -9.

    python bench/bench_daemon.py [--minutes 10] [--sources 200] [--every 10s]
    python bench/bench_daemon.py --kills 20

The first watches a paper on the loopback on a tick of one second, with a new
article every second, and prints memory, processor share and what the log
complains about. The second kills a crawl of 200 pages at random moments and
looks at the record after each.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import kit
import press
from daemons import Started, until
from memory import family, memory_mb
from newsroom import Newsroom

PAGES = 200


def cpu_s(pids: list[int]) -> float:
    """Processor seconds so far, ended children included."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(int(fields[number]) for number in (11, 12))
    return total / os.sysconf("SC_CLK_TCK")


class Paper:
    """Sources whose feeds grow."""

    def __init__(self, newsroom: Newsroom, sources: int) -> None:
        self.newsroom = newsroom
        self.slugs: list[list[str]] = [[f"first-{number}"] for number in range(sources)]
        for number in range(sources):
            self.print_(number)

    def print_(self, number: int) -> str:
        origin = self.newsroom.origin(number)
        urls = [f"{origin}/article/{slug}" for slug in reversed(self.slugs[number][-20:])]
        return self.newsroom.print_("/feed", press.feed(urls), number=number)

    def publish(self, number: int) -> None:
        self.slugs[number].append(f"story-{number}-{len(self.slugs[number])}")
        self.print_(number)

    @property
    def articles(self) -> int:
        return sum(len(each) for each in self.slugs)


def watch(minutes: float, count: int, every: str) -> None:
    """Run the daemon and print what it takes."""
    chance = random.Random(1)
    with Newsroom(hosts=count, net="127.0.1") as newsroom, tempfile.TemporaryDirectory() as folder:
        paper = Paper(newsroom, count)
        sources = [
            kit.source(newsroom.origin(number) + "/feed", id=f"source-{number}", every=every)
            for number in range(count)
        ]
        config = kit.configured(Path(folder), sources, per_host_delay="100ms", timeout="10s")
        settings = Path(folder) / "spacereel.toml"
        settings.write_text(settings.read_text().replace('tick = "200ms"', 'tick = "1s"'))
        daemon = Started(config)
        until(lambda: kit.count(config, "articles") >= count, 300, lambda: daemon.log[-3000:])
        begun, cpu, requests = time.monotonic(), cpu_s(family(daemon.process.pid)), len(newsroom.log)
        rows = []
        for step in range(6):
            pids = family(daemon.process.pid)
            rows.append(
                (
                    step * minutes / 5,
                    memory_mb(pids[:1], "Rss"),
                    memory_mb(pids, "Pss"),
                    kit.count(config, "articles"),
                )
            )
            while step < 5 and time.monotonic() - begun < (step + 1) * minutes * 12:
                paper.publish(chance.randrange(count))
                time.sleep(1)
        took = time.monotonic() - begun
        share = (cpu_s(family(daemon.process.pid)) - cpu) / took
        asked = newsroom.log[requests:]
        code, seconds = daemon.end(signal.SIGTERM)
        print(f"{count} sources every {every}, tick 1 s, {took / 60:.1f} minutes")
        print("minute  daemon RSS MB  whole family PSS MB  articles")
        for minute, rss, pss, articles in rows:
            print(f"{minute:6.1f}  {rss:13.1f}  {pss:19.1f}  {articles:8d}")
        size = config.store.path.stat().st_size / 1e6
        print(f"record {size:.0f} MB; of it SQLite keeps up to 32 MB in memory, which is what grows")
        polls = [each for each in asked if each.path == "/feed"]
        print(f"requests {len(asked)}, polls {len(polls)} ({len(polls) / took:.1f}/s)")
        print(f"polls with a validator {sum(each.is_conditional for each in polls)} of {len(polls)}")
        print(f"processor {share:.0%} of one core")
        complaints = [
            line
            for line in daemon.log.splitlines()
            if " ERROR " in line or " WARNING " in line or "Traceback" in line
        ]
        print(f"errors and warnings in the log {len(complaints)}", *complaints[:5], sep="\n  ")
        print(f"articles stored {kit.count(config, 'articles')} of {paper.articles} published")
        print(f"SIGTERM: exit code {code} after {seconds:.1f} s")
        kit.assert_sound(config)


def kills(rounds: int) -> None:
    """Kill a crawl again and again, then let it end."""
    chance = random.Random(int.from_bytes(os.urandom(4), "big"))
    lost = doubled = unsound = 0
    with Newsroom(hosts=8) as newsroom:
        for number in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                urls = [newsroom.origin(each % 8) + f"/article/{number}-{each}" for each in range(PAGES)]
                feed = newsroom.print_("/feed", press.feed(urls))
                config = kit.configured(Path(folder), [kit.source(feed)], timeout="20s")
                goal, pause = chance.randint(0, PAGES), chance.random() * 0.05
                victim = Started(config, "--once")
                until(
                    lambda c=config, v=victim, g=goal: (
                        v.process.poll() is not None or kit.count(c, "articles") >= g
                    ),
                    120,
                )
                time.sleep(pause)
                with contextlib.suppress(ProcessLookupError):
                    victim.end(signal.SIGKILL)
                at = kit.count(config, "articles")
                last = Started(config, "--once")
                assert last.process.wait(180) == 0, last.log
                stored = [row["url"] for row in kit.query(config, "SELECT url FROM articles")]
                lost += len(set(urls) - set(stored))
                doubled += len(stored) - len(set(stored))
                try:
                    kit.assert_sound(config)
                except Exception as problem:  # noqa: BLE001  # whatever it is, the round counts as not sound
                    unsound += 1
                    print(f"round {number}: {problem}")
                print(
                    f"round {number + 1}: killed at {at} of {PAGES} articles; then {len(set(stored))}",
                    flush=True,
                )
    print(
        f"{rounds} kills of a crawl of {PAGES} pages: lost {lost}, twice {doubled}, records not sound {unsound}"
    )


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--minutes", type=float, default=10)
    ask.add_argument("--sources", type=int, default=200)
    ask.add_argument("--every", default="10s")
    ask.add_argument("--kills", type=int, default=0)
    told = ask.parse_args()
    if told.kills:
        kills(told.kills)
    else:
        watch(told.minutes, told.sources, told.every)


if __name__ == "__main__":
    main()
