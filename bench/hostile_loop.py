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
from collections.abc import Callable, Coroutine
from contextlib import closing, suppress
from dataclasses import dataclass, replace
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
#: what is shorter is not kept, in seconds
_LONG_S = 0.03
#: the crawl is ended then: one feed names thousands of pages of a host that is not there
MOST_S = 150.0


@dataclass(frozen=True, slots=True)
class HeldUp:
    """One time that the loop did not come back in time, or one of its steps took long."""

    #: what the loop's own thread computed, in seconds; what all threads of the process did; and by the clock
    own_s: float
    computed_s: float
    all_s: float
    #: what the step was in, as most looks found it
    where: str = ""


class Watchdog:
    """Notes how late a loop comes back to a task, and which of its steps took long, and where."""

    def __init__(self) -> None:
        self.held_up: list[HeldUp] = []
        self.steps: list[HeldUp] = []
        self._seen: dict[str, int] = {}
        self._beat = time.perf_counter()
        self._is_over = threading.Event()
        self._thread = threading.get_ident()

    async def beside(self, main: Coroutine[Any, Any, Any]) -> None:
        """*main*, watched."""
        looking = threading.Thread(target=self._look, daemon=True)
        looking.start()
        task = asyncio.create_task(self._watch())
        step = asyncio.events.Handle._run
        asyncio.events.Handle._run = lambda handle: self._watched(step, handle)  # type: ignore[method-assign]
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(MOST_S):
                    await main
        finally:
            asyncio.events.Handle._run = step  # type: ignore[method-assign]
            task.cancel()
            self._is_over.set()
            looking.join()

    async def _watch(self) -> None:
        while True:
            begun = _clocks()
            await asyncio.sleep(_LOOK_S)
            took = _since(begun)
            if took.all_s - _LOOK_S > _LONG_S:
                self.held_up.append(replace(took, all_s=took.all_s - _LOOK_S))

    def _watched(self, step: Callable[[asyncio.Handle], None], handle: asyncio.Handle) -> None:
        begun = _clocks()
        self._beat, self._seen = begun[-1], {}
        step(handle)
        took = _since(begun)
        if took.own_s > _LONG_S:
            where = max(self._seen, key=lambda each: self._seen[each], default=repr(handle))
            self.steps.append(replace(took, where=where))

    def _look(self) -> None:
        while not self._is_over.wait(_LOOK_S):
            if time.perf_counter() - self._beat > 2 * _LOOK_S:
                frame = sys._current_frames().get(self._thread)
                ours = [
                    f"{Path(each.filename).name}:{each.lineno} {each.name}"
                    for each in traceback.extract_stack(frame)
                ]
                where = " < ".join(reversed(ours[-12:]))
                self._seen[where] = self._seen.get(where, 0) + 1


def _clocks() -> tuple[float, float, float]:
    return time.thread_time(), time.process_time(), time.perf_counter()


def _since(begun: tuple[float, float, float]) -> HeldUp:
    own, computed, in_all = (now - then for now, then in zip(_clocks(), begun, strict=True))
    return HeldUp(own, min(computed, in_all), in_all)


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


@dataclass(frozen=True, slots=True)
class Lateness:
    """How long the loop of a crawl was held up at most: by its own thread, by all threads of its process, by the clock; in seconds."""

    own_s: float
    computed_s: float
    all_s: float
    #: the longest of its steps, of its own thread
    step_s: float
    #: rows of the ledger
    visits: int


def measure_loop(say_who: bool = False) -> Lateness:
    """One crawl of everything hostile, watched."""
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
        steps = sorted(watchdog.steps, key=lambda each: -each.own_s)
        for each in steps[:12] if say_who else ():
            print(f"{each.own_s * 1000:4.0f} of {each.all_s * 1000:5.0f} ms  {each.where}", flush=True)
        own, computed, in_all = (
            max((getattr(each, name) for each in watchdog.held_up), default=0.0)
            for name in ("own_s", "computed_s", "all_s")
        )
        longest = max((each.own_s for each in steps), default=0.0)
        return Lateness(own, computed, in_all, longest, kit.count(config, "visits"))
