"""Five people at five browsers, a daemon that writes, one record: `python bench/bench_desk.py [--readers 5] [--each 100]`.

Real Chromiums mark what the queue gives them while the daemon polls a paper on the loopback that prints something new
every second. Afterwards every mark is there once, nobody was given what somebody else had, and the daemon's log has no
line of a lock. Needs chromium and the packages of the tests.
"""

from __future__ import annotations

import argparse
import contextlib
import sqlite3
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
import kit
from bench_daemon import Paper
from daemons import Started
from desk_kit import queue_of, work_down
from newsroom import Newsroom

SOURCES = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=5)
    parser.add_argument("--each", type=int, default=100)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, Newsroom(hosts=SOURCES) as newsroom:
        folder = Path(name)
        paper = Paper(newsroom, SOURCES)
        sources = [
            kit.source(f"{newsroom.origin(number)}/feed", id=f"source-{number}", every="10s")
            for number in range(SOURCES)
        ]
        config = kit.configured(folder, sources, per_host_delay="100ms")
        queue_of(config.store.path, asked.readers * asked.each + 20)
        daemon, is_over = Started(config), threading.Event()
        printer = threading.Thread(target=print_on, args=(paper, is_over))
        printer.start()
        begun = time.monotonic()
        try:
            work_down(config.store.path, folder, asked.readers, asked.each)
        finally:
            took_s = time.monotonic() - begun
            is_over.set()
            printer.join()
            daemon.end()
        tell(config.store.path, daemon.log, asked.readers * asked.each, took_s)


def print_on(paper: Paper, is_over: threading.Event) -> None:
    """Something new every second."""
    number = 0
    while not is_over.wait(1):
        paper.publish(number % SOURCES)
        number += 1


def tell(record: Path, log: str, marks: int, took_s: float) -> None:
    with contextlib.closing(sqlite3.connect(record)) as conn:
        (visits,) = conn.execute("SELECT count(*) FROM visits").fetchone()
        (events,) = conn.execute("SELECT count(*) FROM review_events WHERE mark = 'relevant'").fetchone()
    locks = [line for line in log.splitlines() if "lock" in line]
    print(
        f"{marks} articles marked in {took_s:.0f} s, {events} events; meanwhile the daemon wrote {visits} visits"
    )
    print(f"lines of locks in its log: {len(locks)}", *locks[:5], sep="\n")


if __name__ == "__main__":
    main()
