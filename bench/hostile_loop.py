"""One crawl of everything hostile, and what holds its loop up: for `bench_hostile`."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Coroutine
from contextlib import closing, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import hostile
import kit
import press
import wire

from crawler.catalogue import configured_beats
from crawler.config import load_config
from db.store import Store

#: the loop is looked at that often while it does not come back, in seconds
_LOOK_S = 0.01
#: the crawl is ended then: one feed names thousands of pages of a host that is not there
MOST_S = 150.0


@dataclass(frozen=True, slots=True)
class HeldUp:
    """One time that the loop did not come back in time."""

    #: of which the process was computing, in seconds
    computed_s: float
    all_s: float
    #: what it was in, and how many looks found it there
    where: str


class Watchdog:
    """Notes how late a loop comes back to a task, and where it is meanwhile."""

    def __init__(self) -> None:
        self.held_up: list[HeldUp] = []
        self._seen: dict[str, int] = {}
        self._beat = time.perf_counter()
        self._is_over = threading.Event()
        self._thread = threading.get_ident()

    async def beside(self, main: Coroutine[Any, Any, Any]) -> None:
        """*main*, watched."""
        looking = threading.Thread(target=self._look, daemon=True)
        looking.start()
        task = asyncio.create_task(self._watch())
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(MOST_S):
                    await main
        finally:
            task.cancel()
            self._is_over.set()
            looking.join()

    async def _watch(self) -> None:
        while True:
            begun, worked = time.perf_counter(), time.process_time()
            self._beat, self._seen = begun, {}
            await asyncio.sleep(0.01)
            computed, in_all = time.process_time() - worked, time.perf_counter() - begun - 0.01
            if in_all > 0.05:
                where = max(self._seen, key=lambda each: self._seen[each], default="")
                self.held_up.append(HeldUp(min(computed, in_all), in_all, where))

    def _look(self) -> None:
        while not self._is_over.wait(_LOOK_S):
            if time.perf_counter() - self._beat > 3 * _LOOK_S:
                frame = sys._current_frames().get(self._thread)
                ours = [
                    f"{Path(each.filename).name}:{each.lineno} {each.name}"
                    for each in traceback.extract_stack(frame)
                ]
                where = " < ".join(reversed(ours[-14:]))
                self._seen[where] = self._seen.get(where, 0) + 1


def serve(folder: str, told: Connection) -> None:
    """A newsroom with every hostile answer, in a process of its own, until it is told to end."""
    hosts = len(hostile.ROBOTS) + len(wire.ANSWERS)
    with kit.Newsroom(hosts=hosts, net="127.0.8") as newsroom:
        names = [*hostile.PAGES, "calendar-1"]
        pages = [f"{newsroom.origin(at % hosts)}/hostile/{name}" for at, name in enumerate(names)]
        pages += [newsroom.origin(at) + f"/bomb/{name}" for at, name in enumerate(("gzip", "br", "zstd"))]
        pages += [
            newsroom.origin(3) + path for path in ("/huge/9999999", "/markup/9999999", "/markup/9999999/gzip")
        ]
        for at, (name, body) in enumerate(hostile.ROBOTS.items()):
            newsroom.robots[newsroom.host(at)] = body.decode()
            pages.append(f"{newsroom.origin(at)}/article/{name}")
        pages += [f"{newsroom.origin(at)}/wire/{name}" for at, name in enumerate(wire.ANSWERS)]
        pages += [f"{newsroom.origin()}/article/{number}?{'q' * 1900}" for number in range(200)]
        sources = [kit.source(newsroom.print_("/feed", press.feed(pages)), id="paper")]
        sources.append(kit.source(f"{newsroom.origin(4)}/markup/9999999", "site", id="site"))
        dear = "&".join(f"p{number}=%41%c3%a9{number}" for number in range(120))
        pages = [f"{newsroom.origin(5)}/status/404/?{dear}&n={number}" for number in range(4_000)]
        sources.append(kit.source(newsroom.print_("/dear", press.feed(pages)), id="dear"))
        sources += [
            kit.source(f"{newsroom.origin(at % hosts)}/hostile/{name}", kind, id=f"{kind}-{name}")
            for kind, some in (
                ("feed", hostile.FEEDS),
                ("sitemap", hostile.SITEMAPS),
                ("section", hostile.PAGES),
            )
            for at, name in enumerate(some)
        ]
        kit.configured(Path(folder), sources, timeout="20s", max_bytes="10MB")
        told.send("ready")
        told.recv()


def measure_loop(say_who: bool = False) -> tuple[float, float, int]:
    """The longest that the loop was held up while computing, and in all, in seconds; and rows of the ledger."""
    from crawler import runner

    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        here, there = multiprocessing.Pipe()
        child = multiprocessing.get_context("spawn").Process(target=serve, args=(folder, there))
        child.start()
        here.recv()
        config = load_config(Path(folder) / "spacereel.toml")
        watchdog = Watchdog()
        with closing(Store.open(config.store.path, config.store.archive)) as store:
            runner.run(watchdog.beside(runner.crawl(config, configured_beats(config), store)))
        here.send("end")
        child.join()
        held_up = sorted(watchdog.held_up, key=lambda each: -each.computed_s)
        for each in held_up[:12] if say_who else ():
            print(f"{each.computed_s * 1000:4.0f} of {each.all_s * 1000:5.0f} ms  {each.where}", flush=True)
        longest_s = max((each.all_s for each in held_up), default=0.0)
        return held_up[0].computed_s if held_up else 0.0, longest_s, kit.count(config, "visits")
