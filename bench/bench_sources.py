"""Ten thousand sources on the loopback through the real crawl: polls a second, processor, memory.

    python bench/bench_sources.py [--sources 10000] [--hosts 250] [--seconds 60]

Each source is a feed of 20 entries with an ETag; entries are pages that are
known, so that what is measured is polling: discovery, validators, ledger. One
round is polled in full (200), all sources or for as many seconds as asked; then
those are polled again for as long: one answer in ten has changed, others are 304.
The server is a process of its own, and its processor time is not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import kit
import press

from crawler.catalogue import configured_beats
from crawler.dedupe.urls import canonical_url
from crawler.frontier.async_store import AsyncStore
from crawler.memory import status_bytes
from crawler.runner import Watch, run
from db.model import Source
from db.store import Store

#: 10,000 sources every 15 minutes
NEEDED_PER_S = 11.1
_PORT = 18_080
#: sources offered at once, as a tick of the daemon does
CHUNK = 200


def address(number: int) -> str:
    """A loopback address of the servers' own network."""
    return f"127.3.{number // 250}.{number % 250 + 1}"


def entries(number: int, edition: int) -> list[str]:
    """The pages that a feed names; a new edition has one more."""
    base = f"http://{address(number % 250)}:{_PORT}/article/{number}"
    return [f"{base}-{each}" for each in range(edition, edition + 20)]


def serve(hosts: int, ready: Any) -> None:
    """Feeds by number; every tenth changes from round to round. Everything else is 404."""
    rounds: dict[str, int] = {}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                path = lines[0].split(" ")[1]
                sent = next(
                    (line[15:].strip() for line in lines if line.lower().startswith("if-none-match:")), ""
                )
                writer.write(told(path, sent))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def told(path: str, sent: str) -> bytes:
        if not path.startswith("/feed/"):
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        number = int(path[6:])
        rounds[path] = rounds.get(path, -1) + 1
        edition = min(rounds[path], 1) if number % 10 == 0 else 0
        tag = f'"{number}-{edition}"'
        if sent == tag:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
        body = press.feed(entries(number, edition))
        head = f"HTTP/1.1 200 OK\r\nETag: {tag}\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    async def main() -> None:
        for number in range(hosts):
            await asyncio.start_server(answer, address(number), _PORT)
        ready.set()
        await asyncio.Event().wait()

    asyncio.run(main())


def know_pages(store: Store, sources: int) -> None:
    """Every page that a feed names has been visited before."""
    with closing(sqlite3.connect(store.path)) as conn, conn:
        conn.executemany(
            "INSERT OR IGNORE INTO pages (url, checked_at) VALUES (?, '2026-01-01T00:00:00Z')",
            (
                (canonical_url(url),)
                for number in range(sources)
                for url in {*entries(number, 0), *entries(number, 1)}
            ),
        )


class Meter:
    """Processor seconds, polls and wall clock since it was made."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.begun, self.cpu, self.polls = time.monotonic(), time.process_time(), watch.session.tally.sources

    def told(self, what: str) -> None:
        """One line of figures."""
        elapsed, cpu = time.monotonic() - self.begun, time.process_time() - self.cpu
        polls = self.watch.session.tally.sources - self.polls
        share = cpu / polls * NEEDED_PER_S if polls else 0.0
        print(
            f"{what:<18} {polls:>6} polls in {elapsed:5.1f} s, {polls / elapsed:6.1f}/s;"
            f" {1000 * cpu / max(polls, 1):5.2f} ms CPU each, {100 * share:4.1f} % of a core at {NEEDED_PER_S}/s;"
            f" {status_bytes('VmHWM') / 1e6:.0f} MB"  # getrusage's figure counts the program that started this one
        )


async def measure(folder: Path, count: int, hosts: int, seconds: float) -> None:
    """Poll everything once, then for so many seconds."""
    config = kit.configured(folder, [kit.source("http://127.3.0.1/feed/0")], per_host_delay="0s")
    beats = configured_beats(config)
    listed = [
        Source(id=f"s{n}", title=f"S{n}", kind="feed", url=f"http://{address(n % hosts)}:{_PORT}/feed/{n}",
               beat="test", every_s=900.0)
        for n in range(count)
    ]  # fmt: skip
    store = Store.open(config.store.path, config.store.archive)
    know_pages(store, count)
    store.schedule_sources(listed, datetime.now(UTC))
    patient = AsyncStore(store)
    watch = Watch(config, beats, patient, mode="daemon")
    await watch.start()
    watch.begin()
    await round_of(watch, "first, in full", seconds, is_first=True)
    meter = Meter(watch)
    while time.monotonic() - meter.begun < seconds:
        await round_of(watch, "", seconds - (time.monotonic() - meter.begun))
    meter.told("later, nine in ten 304")
    await watch.stop(10.0)
    await watch.finish()
    watch.close()
    patient.close()
    store.close()


async def round_of(watch: Watch, name: str, seconds: float, *, is_first: bool = False) -> None:
    """Poll every source once, so many seconds at most; later rounds only those that were polled before."""
    meter = Meter(watch)
    offered = meter.polls
    states = await watch.store.run(Store.source_states)
    due = [state for state in states if state.source.is_enabled and (is_first or state.etag)]
    while due and time.monotonic() - meter.begun < seconds:
        offered += watch.offer(due[:CHUNK])
        del due[:CHUNK]
        while watch.session.tally.sources < offered:
            await asyncio.sleep(0.02)
    if name:
        meter.told(name)


def main() -> None:
    """The server beside, the crawl here."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sources", type=int, default=10_000)
    parser.add_argument("--hosts", type=int, default=250)
    parser.add_argument("--seconds", type=float, default=60.0, help="at most, for each of the two parts")
    told = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    server = context.Process(target=serve, args=(told.hosts, ready), daemon=True)
    server.start()
    ready.wait(30)
    with tempfile.TemporaryDirectory() as folder:
        run(measure(Path(folder), told.sources, told.hosts, told.seconds))
    server.terminate()
    server.join()


if __name__ == "__main__":
    main()
