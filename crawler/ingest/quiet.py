"""Polls that brought nothing are written several in one transaction: what one costs alone is mostly the transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from crawler.frontier.async_store import AsyncStore
from db.model import FetchRecord
from db.store import Store
from db.watched import SourceState

#: a poll waits so long for others, in seconds, or until there are so many
_GATHER_S, _MOST_GATHERED = 0.05, 16

QuietPoll = tuple[SourceState, FetchRecord]


class QuietPolls:
    """Those that wait to be written.

    Args:
        write: writes them in the store's thread, all or nothing.
    """

    def __init__(self, store: AsyncStore, write: Callable[[Store, Sequence[QuietPoll]], None]) -> None:
        self._store = store
        self._write = write
        self._waiting: list[tuple[QuietPoll, asyncio.Future[None]]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._writing: set[asyncio.Task[None]] = set()

    async def add(self, poll: QuietPoll) -> None:
        """Return when it is written.

        Raises:
            StoreError: it could not be, nor could those beside it.
        """
        loop = asyncio.get_running_loop()
        written: asyncio.Future[None] = loop.create_future()
        self._waiting.append((poll, written))
        if len(self._waiting) >= _MOST_GATHERED:
            self._begin()
        elif self._timer is None:
            self._timer = loop.call_later(_GATHER_S, self._begin)
        await written

    def _begin(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        task = asyncio.ensure_future(self._write_all(waiting))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _write_all(self, waiting: Sequence[tuple[QuietPoll, asyncio.Future[None]]]) -> None:
        problem: Exception | None = None
        try:
            await self._store.run(self._write, [poll for poll, _ in waiting])
        except Exception as fault:  # noqa: BLE001  # whoever waits raises it
            problem = fault
        for _, written in waiting:
            if written.done():  # who waited was cancelled
                continue
            if problem is None:
                written.set_result(None)
            else:
                written.set_exception(problem)
