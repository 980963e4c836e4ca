"""The processes of a reading pool: one more is started when pages have waited for those there are without a break.

A start costs as much as reading ten pages: rules are taken in, expressions compiled, and memory that was shared is
copied. A crawl that reads a page now and then needs one reader, however many cores there are.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

#: seconds for which something has waited before another reader is started
READER_WAIT_S = 2.0


class Readers(ProcessPoolExecutor):
    """An executor that starts its processes late; its own starts one for each of the first calls that come at once."""

    def __init__(self, workers: int, **how: Any) -> None:
        super().__init__(workers, **how)
        self._most = workers
        #: threads that are handing work in
        self._handing: set[int] = set()
        self._has_answered = False
        self._waited_since: float | None = None

    @property
    def may_block(self) -> bool:
        """Whether handing work in may start a reader, and so wait for the fork server; or wait for somebody who does."""
        return bool(self._handing) or self._is_short()

    def submit(self, work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """The same, with a reader started where one is short."""
        self._handing.add(threading.get_ident())
        try:
            done = super().submit(work, *args, **kwargs)
        finally:
            self._handing.discard(threading.get_ident())
        self._note_waiting()
        done.add_done_callback(self._note_answer)
        return done

    def grow(self) -> None:
        """Start a reader where one is short; for when nothing new is handed in, as those there are do not come back."""
        with self._shutdown_lock:
            if self._processes and not self._broken:
                self._adjust_process_count()

    def _adjust_process_count(
        self,
    ) -> None:  # the executor's own door: called for each call that is handed in
        if self._is_short():
            self._waited_since = None
            self._spawn_process()  # type: ignore[attr-defined]  # the executor's own

    def _is_short(self) -> bool:
        have = self._count()
        if have == 0 or have >= self._most:
            return have == 0
        since = self._waited_since
        return since is not None and time.monotonic() - since >= READER_WAIT_S

    def _count(self) -> int:
        return len(self._processes or ())

    def _note_answer(self, _: Future[Any]) -> None:
        self._has_answered = True
        self._note_waiting()

    def _note_waiting(self) -> None:
        """Remember since when more is under way than there are readers; until the first answer none is ready yet."""
        if not self._has_answered or len(self._pending_work_items) <= self._count():
            self._waited_since = None
        elif self._waited_since is None:
            self._waited_since = time.monotonic()
