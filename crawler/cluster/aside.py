"""Answers that take a while, each by itself: their rows stay in the outbox until they are over, and others pass them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine
from typing import Any


class Aside:
    """Rows under way.

    Args:
        most: at a time; `has_room` says whether there is room for one more.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._tasks: dict[int, asyncio.Task[None]] = {}

    @property
    def rows(self) -> Collection[int]:
        """Numbers of those that are under way."""
        return self._tasks.keys()

    @property
    def has_room(self) -> bool:
        """Whether one more may begin."""
        return len(self._tasks) < self._most

    def begin(self, number: int, work: Coroutine[Any, Any, None]) -> None:
        """Do what the row of that number takes, which ends with its being taken off."""
        self._tasks[number] = asyncio.ensure_future(work)

    def settle(self) -> None:
        """Let go of those that are over; raises what went wrong with one."""
        for number, task in list(self._tasks.items()):
            if task.done():
                del self._tasks[number]
                task.result()

    async def close(self) -> None:
        """End them as they are: their rows are there for the next writer."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
