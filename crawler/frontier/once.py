"""The end of `once`: what comes soon is waited for, what comes late is left for a later run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from crawler.frontier.due_polls import DuePolls
from crawler.frontier.errands import Errand
from crawler.frontier.protocols import HostPace, Queue

Leave = Callable[[Errand, datetime], Awaitable[None]]


class LastWait:
    """How long a crawl that ends by itself waits for hosts and retries.

    Args:
        leave: awaited with each errand whose host rests longer than *patience_s*, and until when.
    """

    def __init__(
        self, queue: Queue, hosts: HostPace, polls: DuePolls, leave: Leave, patience_s: float
    ) -> None:
        self._queue = queue
        self._hosts = hosts
        self._polls = polls
        self._leave = leave
        self._patience_s = patience_s

    async def leave_late(self) -> None:
        """Leave the sources and queued pages whose host rests longer than we wait."""
        for host in self._polls.hosts:
            if until := self._late(host):
                for poll in self._polls.take_all(host):
                    await self._leave(poll, until)
        for errand in await self._queue.draw(1000, ()):
            if until := self._late(errand.host):
                await self._leave(errand, until)

    async def is_over(self) -> bool:
        """Whether no queued page falls due while we wait."""
        wait = await self._queue.next_s()
        return wait is None or wait > self._patience_s

    def _late(self, host: str) -> datetime | None:
        """When a host that rests longer than we wait is free; None when it is worth waiting."""
        wait = self._hosts.wait_s(host, asyncio.get_running_loop().time())
        return datetime.now(UTC) + timedelta(seconds=wait) if wait > self._patience_s else None
