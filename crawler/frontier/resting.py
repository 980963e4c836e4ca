"""Which hosts rest, and when the first of them is free: found without asking each, however many they are."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from math import inf, nextafter


class Resting:
    """Hosts that may not be asked now.

    Args:
        wait_s: seconds from a tick of the monotonic clock until a host may be asked; 0 means now.
    """

    def __init__(self, wait_s: Callable[[str, float], float]) -> None:
        self._wait_s = wait_s
        #: host -> tick at which it is looked at again
        self._looked_at: dict[str, float] = {}
        #: the same as a heap; what differs from the above is out of date
        self._due: list[tuple[float, str]] = []

    def add(self, host: str, tick: float) -> None:
        """Its time has changed; a host that may be asked at once does not rest."""
        wait = self._wait_s(host, tick)
        if wait <= 0:
            self._looked_at.pop(host, None)
            return
        at = max(tick + wait, nextafter(tick, inf))
        if self._looked_at.get(host) != at:
            self._looked_at[host] = at
            heappush(self._due, (at, host))

    def hosts(self, tick: float) -> tuple[str, ...]:
        """Those that may not be asked at *tick*."""
        self._settle(tick)
        return tuple(self._looked_at)

    def next_s(self, tick: float) -> float | None:
        """Seconds until the first of them is worth another look, or None when none rests."""
        self._settle(tick)
        return self._due[0][0] - tick if self._due else None

    def _settle(self, tick: float) -> None:
        """Let go of those whose time has come, and of what is out of date."""
        while self._due:
            at, host = self._due[0]
            if self._looked_at.get(host) == at:
                if at > tick:
                    return
                del self._looked_at[host]
                self.add(host, tick)  # it may have to wait longer by now
            heappop(self._due)
