"""Bytes in hand at once: whoever wants more than there is room for waits its turn; nothing is turned away.

Not thread-safe: one event loop's.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager


class Budget:
    """Accounts of bytes, and a queue of those who ask for more.

    One account may go beyond *most*, so that somebody always gets on, however
    large it is: the first in the queue, once what is in hand and does not itself
    wait in the queue is no more than half of *most*. What does not wait goes away
    by itself.

    Args:
        most: bytes for all accounts together.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        #: bytes of all accounts but the one beyond
        self._within = 0
        self._accounts: dict[Hashable, int] = {}
        self._queue: deque[tuple[Hashable, int, Callable[[], None]]] = deque()
        #: the account that was let in although there was no room
        self._beyond: Hashable | None = None

    @property
    def held(self) -> int:
        """Bytes in hand, of all accounts."""
        return self._within + self._accounts.get(self._beyond, 0)

    def keep(self, account: Hashable, size: int) -> None:
        """The account holds *size* bytes from now on, whatever it held before."""
        self._set(account, size)
        self._settle()

    def grow(self, account: Hashable, size: int) -> int:
        """*size* bytes more have come in; returns what the account holds now."""
        size += self._accounts.get(account, 0)
        self.keep(account, size)
        return size

    def drop(self, account: Hashable) -> None:
        """The account holds nothing and asks for nothing any more."""
        if any(each[0] == account for each in self._queue):
            self._queue = deque(each for each in self._queue if each[0] != account)
        if account == self._beyond:
            self._beyond = None
        else:
            self._within -= self._accounts.get(account, 0)
        self._accounts.pop(account, None)
        self._settle()

    def is_free_to_grow(self, account: Hashable) -> bool:
        """Whether more may come in for the account now; if not, it should `ask`."""
        return self._within <= self.most or account == self._beyond

    def ask(self, account: Hashable, size: int, grant: Callable[[], None]) -> None:
        """Call *grant* when the account may have *size* bytes more, in the order of asking; they are then its own."""
        self._queue.append((account, size, grant))
        self._settle()

    @asynccontextmanager
    async def room(self, size: int) -> AsyncIterator[None]:
        """A block that holds *size* bytes, entered when they may be had."""
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def grant() -> None:
            if not granted.done():  # who asked may have been cancelled meanwhile
                granted.set_result(None)

        try:
            self.ask(granted, size, grant)
            await granted
            yield
        finally:
            self.drop(granted)

    def _settle(self) -> None:
        while self._queue:
            account, size, grant = self._queue[0]
            if self._within + size > self.most:
                waiting = sum(self._accounts.get(each, 0) for each, _, _ in self._queue)
                if self._beyond is not None or self._within - waiting > self.most // 2:
                    return
                self._within -= self._accounts.get(account, 0)
                self._beyond = account
            self._queue.popleft()
            self._set(account, self._accounts.get(account, 0) + size)
            grant()

    def _set(self, account: Hashable, size: int) -> None:
        if account != self._beyond:
            self._within += size - self._accounts.get(account, 0)
        self._accounts[account] = size
