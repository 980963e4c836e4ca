"""Pages are read in other processes: the event loop never waits, and a page that kills its reader is found.

Items in = rows out: `ReadingPool.read` always returns a `Capture`. When a
reader dies, every page under way fails with it; each is then read alone in a
pool of one, so that only the page that did it is blamed.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from multiprocessing import forkserver
from types import ModuleType
from typing import Concatenate, ParamSpec, TypeVar

from crawler.frontier.budget import Budget
from crawler.ingest.readers import READER_WAIT_S, Readers
from crawler.ingest.rulesets import Kept, UnknownRuleset, ruleset_of, topics_of, with_blanks, without_blanks
from crawler.logs import configure_logs, logs_are_json, say
from crawler.memory import freeze_loaded, giving_back, limit_growth
from crawler.relevance.topic import Topic
from db.model import Candidate, Capture, Outcome, Page

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger(__name__)

#: CPU seconds after which reading a page is given up with an exception
CPU_LIMIT_S = 10.0
#: the same after which the reader is ended, where C code lets no exception through; a page is read twice at most
CPU_HARD_LIMIT_S = 14.0
#: seconds after which the reader is ended whatever it does
HARD_LIMIT_S = 60.0
#: bytes that a reader may grow by, as the largest sitemap takes; beyond that it has no memory, as if the machine had none
MOST_GROWTH_BYTES = 264 * 1024 * 1024
#: bytes of pages read at once in all readers; a larger page has no other large one beside it
MOST_READ_BYTES = 1_000_000
#: what the fork server imports once, so that a reader starts in milliseconds
_COLD, _POOL, _WARM = "crawler.ingest.cold", "crawler.ingest.pool", "crawler.ingest.warm"


class ReadingTooLong(Exception):  # noqa: N818  # a page's fault, as the ledger says
    """Reading one page took more CPU than it may."""


class Broken(Exception):  # noqa: N818  # never leaves this module's callers
    """The call killed its process, also when it was alone there."""


def _start_reader(as_json: bool, growth: int) -> None:
    """In a new reader: signals are the parent's, log lines look like its own, memory is limited, and none outlives it."""
    configure_logs(as_json=as_json)
    limit_growth(growth)
    gc.enable()  # see `cold`
    for sign in (signal.SIGINT, signal.SIGTERM):  # a service manager sends it to all; the parent ends us
        signal.signal(sign, signal.SIG_IGN)
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)


@contextmanager
def time_limit(cpu_s: float, cpu_hard_s: float, hard_s: float) -> Iterator[None]:
    """Raise after *cpu_s* seconds of CPU; end the process, also inside C code, after *cpu_hard_s* of CPU or *hard_s* of time."""

    def give_up(*_: object) -> None:
        raise ReadingTooLong(f"reading took more than {cpu_s:g} s of CPU")

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, cpu_s)
    # SIGVTALRM and SIGALRM end the process: nobody handles them
    signal.setitimer(signal.ITIMER_VIRTUAL, cpu_hard_s)
    signal.setitimer(signal.ITIMER_REAL, hard_s)
    try:
        yield
    finally:
        for timer in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
            signal.setitimer(timer, 0)
        signal.signal(signal.SIGPROF, before)


_MAIN = threading.Lock()


@contextmanager
def _without_main() -> Iterator[None]:
    """Start readers without the program that started us: multiprocessing would import it again in each of them."""
    with _MAIN:
        program = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = program


async def _aside(work: Callable[[], R]) -> R:
    """What *work* returns, done in a thread for which neither the loop nor the end of the process waits."""
    done: Future[R] = Future()

    def run() -> None:
        done.set_running_or_notify_cancel()
        try:
            done.set_result(work())
        except Exception as problem:  # noqa: BLE001  # whoever awaits it gets it
            done.set_exception(problem)

    threading.Thread(target=run, daemon=True).start()
    return await asyncio.wrap_future(done)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one page may cost its reader."""

    cpu_s: float = CPU_LIMIT_S
    cpu_hard_s: float = CPU_HARD_LIMIT_S
    hard_s: float = HARD_LIMIT_S
    growth: int = MOST_GROWTH_BYTES


def _limited(limits: Limits, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    with time_limit(limits.cpu_s, limits.cpu_hard_s, limits.hard_s), giving_back():
        return work(*args, **kwargs)


def _judging(
    key: str,
    packed: bytes | None,
    limits: Limits,
    work: Callable[Concatenate[tuple[Topic, ...], P], R],
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    """*work* with the topics of that key; taking them in is not charged to the page."""
    return _limited(limits, work, topics_of(key, packed), *args, **kwargs)


def _read_page(
    topics: tuple[Topic, ...], page: Page, candidate: Candidate, memory: frozenset[int], is_gated: bool
) -> tuple[Capture, Kept]:
    from crawler.ingest.reading import (
        read_page,  # only readers need the extractor, which takes 80 MB and a second
    )

    capture = read_page(page, candidate, topics, memory, is_gated=is_gated)
    # the caller has the body; it does not travel twice
    return without_blanks(replace(capture, page=replace(page, body=b"")), topics)


def _grow(pool: Readers) -> None:
    """A call takes long: give those that wait for it another reader, in a thread that nobody waits for."""

    def start() -> None:
        with _without_main():
            pool.grow()

    if pool.may_block:
        threading.Thread(target=start, daemon=True).start()


def _weight(args: tuple[object, ...]) -> int:
    """Bytes of the pages among the arguments; one that is packed in itself may be as large as any."""
    bodies = [each.body for each in args if isinstance(each, Page)]
    return sum(len(body) + (MOST_READ_BYTES if body.startswith(b"\x1f\x8b") else 0) for body in bodies)


class ReadingPool:
    """Reader processes.

    Args:
        workers: how many; 0 is one per core.
        limits: what one page may cost.
        died: called when a reader process has ended and is started anew.
        preload: modules of the work that they will be given, imported once for all.
    """

    def __init__(
        self,
        workers: int = 0,
        limits: Limits | None = None,
        died: Callable[[], None] = lambda: None,
        preload: Sequence[str] = (),
    ) -> None:
        self.workers, self._died = workers or os.cpu_count() or 1, died
        self._limits = limits or Limits()
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # readers are forked: no threads before that
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([_COLD, _POOL, *preload, _WARM])
        self._pool: Readers | None = None
        self._alone: Readers | None = None
        self._one_by_one = asyncio.Lock()
        self._places = asyncio.Semaphore(self.workers * 2)
        self._read = Budget(MOST_READ_BYTES)
        self._is_closed = False
        self._calls = 0
        self._moved_at = 0.0

    def warm_up(self) -> None:
        """Begin to import what readers need, before the first of them is wanted; returns at once."""
        forkserver.ensure_running()

    async def read(
        self,
        page: Page,
        candidate: Candidate,
        topics: tuple[Topic, ...],
        memory: frozenset[int],
        *,
        is_gated: bool = False,
    ) -> Capture:
        """What `read_page` makes of a page; a page that cannot be read comes back with a problem."""
        try:
            capture, kept = await self.judge(_read_page, topics, page, candidate, memory, is_gated)
            return replace(with_blanks(capture, kept, topics), page=page)
        except Broken:
            problem = "Reading this page ended the reader process twice."
            say(log, logging.ERROR, "page.killed_reader", url=page.url, sha256=page.sha256)
        except Exception as fault:  # the page's error costs that page
            problem = (
                f"Reading failed: {fault}."
                if isinstance(fault, ReadingTooLong)
                else f"Reading failed: {type(fault).__name__}."
            )
            log.exception("page.unreadable url=%s", page.url)
        return Capture(candidate=candidate, page=page, problem=problem, problem_outcome=Outcome.FAILED)

    async def judge(
        self,
        work: Callable[Concatenate[tuple[Topic, ...], P], R],
        topics: tuple[Topic, ...],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """*work* with *topics* in a reader process; they travel to each reader once. Raises as `run`."""
        ruleset, judging = ruleset_of(topics), partial(_judging, ruleset_of(topics).key)
        try:
            return await self._call(partial(judging, None, self._limits, work), *args, **kwargs)
        except UnknownRuleset:
            return await self._call(partial(judging, ruleset.packed, self._limits, work), *args, **kwargs)

    async def run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """*work* in a reader process.

        Raises:
            Broken: it ended its process, and did so again alone.
            CancelledError: the pool was closed.
            Exception: what *work* raised.
        """
        return await self._call(partial(_limited, self._limits, work), *args, **kwargs)

    async def _call(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        if not self._calls:
            self._moved_at = asyncio.get_running_loop().time()
        self._calls += 1
        try:
            async with self._read.room(_weight(args)):
                return await self._run(work, *args, **kwargs)
        finally:
            self._calls -= 1
            self._moved_at = asyncio.get_running_loop().time()

    @property
    def moved_at(self) -> float:
        """Loop time at which the last call came back, or the first one of those that wait began; inf when none waits."""
        return self._moved_at if self._calls else inf

    async def _run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        async with self._places:
            self._check_open()
            pool = self._pool = self._pool or self._new(self.workers)
            try:
                return await self._submit(pool, work, *args, **kwargs)
            except BrokenProcessPool:
                if self._pool is pool:
                    self._pool = None
                    self._died()
                    say(log, logging.WARNING, "reader.died", then="pages under way are read one by one")
                    pool.shutdown(wait=False, cancel_futures=True)
        return await self._run_alone(work, *args, **kwargs)

    async def _run_alone(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        async with self._one_by_one:
            self._check_open()
            pool = self._alone = self._alone or self._new(1)
            try:
                return await self._submit(pool, work, *args, **kwargs)
            except BrokenProcessPool as death:
                self._check_open()
                self._alone = None
                self._died()
                pool.shutdown(wait=False, cancel_futures=True)
                raise Broken from death

    def _check_open(self) -> None:
        if self._is_closed:
            raise asyncio.CancelledError

    async def _submit(self, pool: Readers, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        def hand_in() -> Future[R]:
            with _without_main():
                return pool.submit(work, *args, **kwargs)

        # May start a reader, and wait until the fork server has imported the extractor: seconds on a busy machine.
        done = await _aside(hand_in) if pool.may_block else pool.submit(work, *args, **kwargs)
        late = asyncio.get_running_loop().call_later(1.1 * READER_WAIT_S, _grow, pool)
        try:
            return await asyncio.wrap_future(done)
        finally:
            late.cancel()

    def _new(self, workers: int) -> Readers:
        freeze_loaded()
        return Readers(
            workers,
            mp_context=self._context,
            initializer=_start_reader,
            initargs=(logs_are_json(), self._limits.growth),
        )

    def close(self) -> None:
        """End the readers; what they are reading is dropped, and blamed on nobody."""
        self._is_closed = True
        for pool in (self._pool, self._alone):
            if pool is not None:
                for reader in list((pool._processes or {}).values()):
                    reader.kill()
                if manager := getattr(pool, "_executor_manager_thread", None):
                    manager.join(1.0)  # the interpreter, at its end, wakes it while it closes its pipe
                # It has a lock, which whoever is just starting a reader holds.
                end = partial(pool.shutdown, wait=False, cancel_futures=True)
                threading.Thread(target=end, daemon=True).start()
        self._pool = self._alone = None
