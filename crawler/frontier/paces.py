"""What is remembered of the pace of each host: bounded in bytes, however many names a stranger has."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from crawler.dedupe.urls import site_of
from crawler.frontier.pace import LearnedPace

#: hosts without a request for that long are forgotten, unless they asked for something
_IDLE_S = 3600.0
_LEAST_FORGET = 1000  # requests between two looks for them; as many as there are hosts when those are more
#: what all of it may take, and what one host takes besides its name
_MOST_BYTES, PACE_BYTES = 32_000_000, 800


@dataclass(slots=True)
class KeptPace:
    """Of one host; instants are ticks of the monotonic clock."""

    free_at: float = 0.0
    blocked_until: float = 0.0
    crawl_delay_s: float | None = None
    refusals: int = 0
    reason: str | None = None
    #: what its slowness asks for, and what of that the record has
    slow_s: float = 0.0
    written_slow_s: float = 0.0
    #: the rate that its 429s have taught, and what of that the record has
    learned: LearnedPace | None = None
    written_learned_s: float = 0.0
    #: when the last request ended, and the time between the ends of the last two
    ended_at: float = 0.0
    #: held while a request to the host is under way
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_plain(self) -> bool:
        """Whether the host asked for nothing."""
        held = (self.refusals, self.crawl_delay_s, self.blocked_until, self.written_slow_s, self.learned)
        return not (any(held) or self.lock.locked())


class Paces:
    """The paces of the hosts that were asked.

    When they take more than *most* bytes the longest unused go, those that
    rest only after all others, and of them first those of the site that has
    most: whoever brings thousands of names loses their own, and what an honest
    host asked for stays.
    """

    def __init__(self, most: int = _MOST_BYTES) -> None:
        self.most = most
        self.held = 0
        self._paces: dict[str, KeptPace] = {}
        self._forget_in = _LEAST_FORGET

    def __len__(self) -> int:
        return len(self._paces)

    def get(self, host: str) -> KeptPace | None:
        """Its pace, if it was asked."""
        return self._paces.get(host)

    def of(self, host: str) -> KeptPace:
        """Its pace, which is remembered from now on."""
        pace = self._paces.get(host)
        if pace is None:
            pace = self._paces[host] = KeptPace()
            self.held += PACE_BYTES + len(host)
        return pace

    def forget(self, tick: float) -> None:
        """Now and then those that were idle for long, and at once what there is no room for."""
        if self.held > self.most:
            self._make_room(tick)
        self._forget_in -= 1
        if self._forget_in > 0:
            return
        for host in [
            host for host, pace in self._paces.items() if pace.is_plain and pace.free_at < tick - _IDLE_S
        ]:
            self._drop(host)
        self._forget_in = max(len(self._paces), _LEAST_FORGET)

    def _make_room(self, tick: float) -> None:
        for host in self._in_order_of_use(tick):
            if self.held <= self.most * 3 // 4:
                return
            self._drop(host)

    def _in_order_of_use(self, tick: float) -> Iterator[str]:
        idle: list[tuple[bool, float, str]] = []
        resting: list[tuple[bool, float, str]] = []
        for host, pace in self._paces.items():
            if not pace.lock.locked():
                rests = max(pace.free_at, pace.blocked_until) > tick
                (resting if rests else idle).append((not pace.is_plain, pace.ended_at, host))
        yield from (host for *_, host in sorted(idle))
        if self.held > self.most * 3 // 4:
            crowds = Counter(site_of(f"http://{host}/") or host for *_, host in resting)
            yield from sorted(
                (host for *_, host in resting), key=lambda host: -crowds[site_of(f"http://{host}/") or host]
            )

    def _drop(self, host: str) -> None:
        del self._paces[host]
        self.held -= PACE_BYTES + len(host)
