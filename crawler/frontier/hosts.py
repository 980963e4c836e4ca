"""The pace of every host: when it may be asked again, and what it asked of us.

Inside a process time is monotonic, so a clock that jumps changes nothing; what
must survive a restart leaves as a `HostState` with an instant in it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from math import inf

from crawler.config import FetchConfig
from crawler.discover.robots import LONGEST_DELAY_S
from crawler.errors import FetchError, RobotsDenied, Unreachable
from crawler.frontier.budget import Budget
from crawler.frontier.pace import LearnedPace, pause_s
from crawler.frontier.paces import KeptPace, Paces
from crawler.frontier.protocols import HostPace
from crawler.frontier.resting import Resting
from db.model import FetchRecord, Page
from db.watched import HostState

#: answers within that time are not slow; and the longest gap that slowness alone makes
SLOW_S, LONGEST_SLOW_S = 1.0, 60.0
#: bytes of answers in hand at once, from the wire to the ledger row; one answer may go beyond it
MOST_HELD_BYTES = 24_000_000


class HostBusy(FetchError):  # noqa: N818  # named like its siblings in crawler.errors
    """The host may not be asked yet; *wait_s* says for how long. Not a failure: the errand comes again."""

    weight = 0.0

    def __init__(self, message: str, url: str, wait_s: float) -> None:
        super().__init__(message, url)
        self.wait_s = wait_s


class RobotsClosed(RobotsDenied):
    """robots.txt answers 5xx or 429, so the whole host is closed (RFC 9309, 2.3.1.4), for *wait_s* at least."""

    weight = 0.25

    def __init__(self, message: str, url: str, wait_s: float) -> None:
        super().__init__(message, url)
        self.wait_s = wait_s


class RobotsAway(Unreachable):
    """Not even robots.txt can be had, so nothing else is asked for, for *wait_s* at least."""

    def __init__(self, message: str, url: str, wait_s: float) -> None:
        super().__init__(message, url)
        self.wait_s = wait_s


def slowed_s(gap_s: float, took_s: float, *, is_good: bool) -> float:
    """The gap that a host's slowness asks for, after one more answer; 0.0 while it is not slow.

    The rule of Scrapy's AutoThrottle for one request at a time: as much as the
    answer took, at once when that is more than before and half-way when it is
    less; what was no answer takes nothing back.

    >>> slowed_s(0.0, 8.0, is_good=True), slowed_s(8.0, 0.4, is_good=True), slowed_s(8.0, 0.4, is_good=False)
    (8.0, 4.2, 8.0)

    Args:
        gap_s: what it was before.
        took_s: from the request to the end of the answer, or to its failure.
        is_good: there was an answer.
    """
    target = min(took_s, LONGEST_SLOW_S)
    gap = max(target, (gap_s + target) / 2, 0.0 if is_good else gap_s)
    return gap if gap > SLOW_S else 0.0


class Hosts:
    """What every host asked of us.

    Args:
        delay_s: our own delay between requests to one host, in seconds.
        states: what the record remembers.
        now: the instant those states are measured against.
        tick: the monotonic clock at *now*, in seconds.
        ended_at: when an earlier crawl last asked anybody; every host's gap counts from there.
    """

    def __init__(
        self,
        delay_s: float,
        states: Iterable[HostState],
        now: datetime,
        tick: float,
        ended_at: datetime | None = None,
    ) -> None:
        self.delay_s = delay_s
        # the record writes whole seconds: it may have been almost one later; and when the clock was
        # set back since, nobody knows how long ago it was: then the gap counts from now
        since_s = max((now - ended_at).total_seconds(), 0.0) if ended_at else inf
        self._ended_tick = tick + 1.0 - since_s
        self._paces = Paces()
        self._resting = Resting(self.wait_s)
        self._least: dict[str, float] = {}
        for state in states:
            self.take(
                state, (state.not_before_at - now).total_seconds() if state.not_before_at else 0.0, tick
            )

    def take(self, state: HostState, rest_s: float, tick: float) -> None:
        """Keep the pace that somebody else learned; the host may not be asked for *rest_s* seconds."""
        pace = self._paces.of(state.host)
        pace.blocked_until = tick + rest_s if rest_s > 0 else 0.0
        pace.crawl_delay_s = min(state.crawl_delay_s, LONGEST_DELAY_S) if state.crawl_delay_s else None
        pace.refusals, pace.reason = state.refusals, state.reason if state.refusals else None
        pace.written_slow_s = SLOW_S if state.reason and not state.refusals else 0.0
        pace.learned = LearnedPace.remembered(state.learned_gap_s, state.refused_gap_s)
        pace.written_learned_s = state.learned_gap_s or 0.0
        self._resting.add(state.host, tick)

    def wait_s(self, host: str, tick: float) -> float:
        """Seconds until the host may be asked; 0 means now."""
        pace, gap = self._paces.get(host), self.gap_s(host)
        since_ended = self._ended_tick + gap - tick if gap else 0.0
        return (
            max(pace.free_at - tick, pace.blocked_until - tick, since_ended, 0.0)
            if pace
            else max(since_ended, 0.0)
        )

    def reason(self, host: str) -> str | None:
        """Why the host rests, in words, or None."""
        pace = self._paces.get(host)
        return self._why(host, pace) if pace else None

    def _why(self, host: str, pace: KeptPace) -> str | None:
        """Its refusals, or how slow it is."""
        if pace.reason or self.gap_s(host) > pace.slow_s:
            return pace.reason
        return f"{host} is slow to answer, so {pace.slow_s:.0f} s lie between two requests"

    def gap_s(self, host: str) -> float:
        """The largest of our delay, the host's Crawl-delay, what it is held to, what its slowness asks for and what its refusals taught."""
        pace = self._paces.get(host) or KeptPace()
        learned_s = pace.learned.gap_s if pace.learned else 0.0
        return max(
            self.delay_s, self._least.get(host, 0.0), pace.crawl_delay_s or 0.0, pace.slow_s, learned_s
        )

    def _base_s(self, host: str) -> float:
        """The gap without what its refusals taught."""
        return max(self.delay_s, self._least.get(host, 0.0))

    def hold(self, host: str, gap_s: float) -> None:
        """Leave at least that many seconds between requests to the host, as its documentation asks."""
        self._least[host] = gap_s

    async def admit(self, host: str, url: str) -> None:
        """One process asks: nobody else does."""

    def is_admitted(self, host: str) -> bool:
        """One process asks: nobody else does."""
        return True

    def lock(self, host: str) -> asyncio.Lock:
        """Held while a request to the host is under way: one connection per host."""
        return self._paces.of(host).lock

    def resting(self, tick: float) -> tuple[str, ...]:
        """Hosts that may not be asked now."""
        return self._resting.hosts(tick)

    def next_free_s(self, tick: float) -> float | None:
        """Seconds until the next resting host is free, or None when none rests."""
        wait = self._resting.next_s(tick)
        since_ended = self._ended_tick + self.delay_s - tick if self.delay_s else 0.0
        return min([each for each in (wait, since_ended) if each], default=None) if since_ended > 0 else wait

    def rests(self, host: str, tick: float) -> None:
        """Somebody was turned away."""
        self._resting.add(host, tick)

    def ended(self, host: str, tick: float) -> None:
        """A request to the host has ended; the gap counts from here, so slow hosts are asked less often."""
        pace = self._paces.of(host)
        pace.free_at, pace.ended_at = tick + self.gap_s(host), tick
        self._resting.add(host, tick)
        self._paces.forget(tick)

    def took(
        self, host: str, took_s: float, now: datetime, tick: float, *, is_good: bool
    ) -> HostState | None:
        """An answer took that long; the state to keep, or None when it says about the same as before."""
        pace = self._paces.of(host)
        pace.slow_s = slowed_s(pace.slow_s, took_s, is_good=is_good)
        written, said = pace.written_slow_s, pace.slow_s if self.gap_s(host) <= pace.slow_s else 0.0
        if bool(written) == bool(said) and written / 2 <= said <= written * 2:
            return None
        pace.written_slow_s = said
        return self._state(host, pace, now, pace.blocked_until - tick)

    def ask_gap(self, host: str, crawl_delay_s: float | None, now: datetime, tick: float) -> HostState | None:
        """The host's robots.txt, just read, asks for that delay; the state to keep, or None when it is known."""
        pace = self._paces.of(host)
        if pace.crawl_delay_s == crawl_delay_s:
            return None
        pace.crawl_delay_s = crawl_delay_s
        self.ended(host, tick)
        return self._state(host, pace, now, pace.blocked_until - tick)

    def refuse(self, host: str, status: int, retry_s: float | None, now: datetime, tick: float) -> HostState:
        """The host answered *status* (429, 503, or anything with Retry-After): rest, and longer each time."""
        pace = self._paces.of(host)
        pace.refusals += 1
        rest = pause_s(pace.refusals) if retry_s is None else retry_s
        if status == 429:
            since_s = tick - pace.ended_at if pace.ended_at else 0.0
            pace.learned = LearnedPace.after_refusal(self.gap_s(host), since_s)
            pace.written_learned_s = pace.learned.gap_s
        pace.blocked_until = max(pace.blocked_until, tick + rest)
        self._resting.add(host, tick)
        asked = (
            f"Retry-After of {retry_s:g} s" if retry_s is not None else f"refusal {pace.refusals} in a row"
        )
        pace.reason = f"{host} answered {status} ({asked})"
        return self._state(host, pace, now, pace.blocked_until - tick)

    def answered(self, host: str, now: datetime, tick: float) -> HostState | None:
        """The host answered as it should; the state to keep, or None when it is about the one that was kept."""
        pace = self._paces.get(host)
        if pace is None:
            return None
        pace.learned = pace.learned.after_answer(self._base_s(host)) if pace.learned else None
        learned_s = pace.learned.gap_s if pace.learned else 0.0
        is_recorded = (
            bool(learned_s) == bool(pace.written_learned_s) and learned_s >= 0.8 * pace.written_learned_s
        )
        if is_recorded and (not pace.refusals or pace.blocked_until > tick):
            return None
        pace.written_learned_s = learned_s
        if pace.blocked_until > tick:
            return self._state(host, pace, now, pace.blocked_until - tick)
        pace.refusals, pace.reason, pace.blocked_until = 0, None, 0.0
        self._resting.add(host, tick)
        return self._state(host, pace, now, 0.0)

    def _state(self, host: str, pace: KeptPace, now: datetime, rest_s: float) -> HostState:
        return HostState(
            host=host,
            not_before_at=now + timedelta(seconds=rest_s) if rest_s > 0 else None,
            crawl_delay_s=pace.crawl_delay_s,
            refusals=pace.refusals,
            reason=self._why(host, pace),
            learned_gap_s=pace.learned.gap_s if pace.learned else None,
            refused_gap_s=pace.learned.refused_s if pace.learned else None,
        )


@cache  # asked for each request, and reading the version takes a look at the disk
def user_agent(contact: str | None) -> str:
    """The User-Agent: the project, its version and whom to write to.

    >>> user_agent("desk@example.org").partition(" ")[2]
    '(+desk@example.org)'
    """
    whom = re.sub(r"[^\x20-\x7e]|[()]", "", contact or "") or "news monitor without a contact address"
    return f"Spacereel/{version('spacereel')} (+{whom})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """An address the record knows the last answer of."""

    #: when it last answered
    visited_at: datetime
    #: None when there was nothing at the address
    page: Page | None

    @property
    def validators(self) -> tuple[str | None, str | None]:
        """ETag and Last-Modified of the answer."""
        return (self.page.header("etag"), self.page.header("last-modified")) if self.page else (None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What the middlewares of one crawl share."""

    fetch: FetchConfig
    hosts: HostPace
    #: remembers what a host asked for
    keep_host: Callable[[HostState], Awaitable[None]]
    #: writes the ledger row of a robots.txt, and keeps its bytes
    record: Callable[[FetchRecord, Page | None], Awaitable[None]]
    #: the last answer of an address, or None
    remember: Callable[[str], Awaitable[Remembered | None]]
    #: the bytes of all answers in hand
    held: Budget = field(default_factory=lambda: Budget(MOST_HELD_BYTES))
