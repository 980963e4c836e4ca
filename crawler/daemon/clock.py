"""The wall clock beside the one that only runs forward: when somebody set it, and by how much."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

#: the clock was set when it moved that many seconds more or less than time did
JUMP_S = 60.0
#: ... which is looked at that often
_LOOK_S = 2.0


class WallClock:
    """Remembers how far the wall clock is ahead of the monotonic one."""

    def __init__(self) -> None:
        self._ahead_s: float | None = None

    def jump(self, now: datetime, tick: float) -> float | None:
        """By how many seconds the clock was set since the last look, 0.0 at the first one; None when it was not.

        >>> clock, noon = WallClock(), datetime(2026, 1, 1, 12, tzinfo=UTC)
        >>> clock.jump(noon, 5.0), clock.jump(noon.replace(second=2), 7.0), clock.jump(noon.replace(hour=11), 9.0)
        (0.0, None, -3604.0)
        """
        before, self._ahead_s = self._ahead_s, now.timestamp() - tick
        if before is None:
            return 0.0
        jump = self._ahead_s - before
        return jump if abs(jump) >= JUMP_S else None


async def watch_clock(when_set: Callable[[], object]) -> None:
    """Call *when_set* whenever the clock was set, for ever."""
    clock, time_of = WallClock(), asyncio.get_running_loop().time
    while True:
        if clock.jump(datetime.now(UTC), time_of()):
            when_set()
        await asyncio.sleep(_LOOK_S)
