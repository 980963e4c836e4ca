"""The store seen from the event loop: one thread, one piece of work at a time, and patience with a full disk."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from crawler.errors import Corrupt, SchemaTooNew, StoreError
from crawler.frontier.hosts import Remembered
from crawler.logs import say
from db.model import from_iso
from db.search import open_read_only, visits_of
from db.store import Store

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger(__name__)

FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0


def remembered(store: Store, url: str) -> Remembered | None:
    """The last good answer of an address that is neither a source nor a page of the queue.

    None when there was none, or when its bytes have left the archive.
    """
    with closing(open_read_only(store.path)) as conn:
        visits = [row for row in visits_of(conn, url) if row["url"] == url]
    good = [row for row in visits if row["verdict"] in ("unchanged", "not_modified", "gone")]
    if not good:
        return None
    visited_at = from_iso(good[0]["started_at"])
    if good[0]["verdict"] == "gone":
        return Remembered(visited_at=visited_at, page=None)
    sha256 = next((row["page_sha256"] for row in good if row["page_sha256"]), None)
    page = store.page(sha256) if sha256 else None
    return Remembered(visited_at=visited_at, page=page) if page else None


class AsyncStore:
    """Runs work on a `Store` in a thread of its own, in order, and repeats what the disk refused.

    A locked or full file pauses the callers, not the loop: the work is repeated
    with backoff, with one log line when that begins and one when it is over.

    Args:
        store: opened by the caller, who also closes it.
        patience_s: how long work is repeated before its error is raised; None repeats for ever.
    """

    def __init__(self, store: Store, patience_s: float | None = None) -> None:
        self._store = store
        self._patience_s = patience_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="record")
        self._giving_up = asyncio.Event()
        self._troubled = 0
        #: loop time at which the record could be written again
        self.resumed_at = 0.0

    @property
    def path(self) -> Path:
        """Where the record lies."""
        return self._store.path

    @property
    def is_paused(self) -> bool:
        """Whether the record refuses to be written at the moment."""
        return self._troubled > 0

    async def run(self, work: Callable[Concatenate[Store, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What *work* returns for the store and these arguments, in the store's thread: `await run(Store.unseen, candidates)`.

        All of it is done again after the disk refused any of it, so what writes twice writes `as_one`.

        Raises:
            StoreError: patience is over, `give_up` was called, or repeating cannot help.
        """
        loop = asyncio.get_running_loop()
        call = partial(work, self._store, *args, **kwargs)
        begun, pause = loop.time(), FIRST_PAUSE_S
        has_trouble = False
        try:
            while True:
                try:
                    result = await loop.run_in_executor(self._thread, call)
                except (Corrupt, SchemaTooNew):
                    raise
                except StoreError as problem:
                    is_over = self._patience_s is not None and loop.time() - begun + pause > self._patience_s
                    if is_over or self._giving_up.is_set():
                        raise
                    if not has_trouble:
                        has_trouble = True
                        self._begin_trouble(problem)
                    await self._rest(pause)
                    pause = min(pause * 2, _LONGEST_PAUSE_S)
                else:
                    return result
        finally:
            if has_trouble:
                self._end_trouble()

    def give_up(self) -> None:
        """Repeat nothing any more: what cannot be written now stays in the frontier."""
        self._giving_up.set()

    def close(self) -> None:
        """Wait for the work under way and end the thread; the store stays open."""
        self._thread.shutdown(wait=True)

    async def _rest(self, pause_s: float) -> None:
        try:
            await asyncio.wait_for(self._giving_up.wait(), pause_s)
        except TimeoutError:
            return

    def _begin_trouble(self, problem: StoreError) -> None:
        if not self._troubled:
            say(log, logging.ERROR, "record.paused", because=problem, queue="kept")
        self._troubled += 1

    def _end_trouble(self) -> None:
        self._troubled -= 1
        self.resumed_at = asyncio.get_running_loop().time()
        if not self._troubled and not self._giving_up.is_set():
            say(log, logging.WARNING, "record.resumed")
