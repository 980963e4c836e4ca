"""The two seams of a crawl: where errands come from, and whose turn it is.

In one process the queue is the record's (`record_queue.RecordQueue`) and the
pace is kept in memory (`hosts.Hosts`). On a node of a cluster both are
leases over PostgreSQL (`crawler.cluster`). Spider, middlewares and pipelines do not know which.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from crawler.frontier.errands import Errand
from db.watched import HostState


class Queue(Protocol):
    """Errands that wait. What is drawn stays in it until it has its row: who is under way is the caller's to remember."""

    @property
    def is_paused(self) -> bool:
        """Whether nothing can be written at the moment, so that nothing new is handed out."""

    async def draw(
        self, places: int, away: Collection[str], under_way: Collection[str] | None = None
    ) -> Sequence[Errand]:
        """Up to *places* errands that may be begun now, of hosts that are not *away*, hosts in turn.

        Args:
            under_way: addresses of pages that have been drawn; one more of each host is enough. None for all that wait.
        """

    def returned(self, errand: Errand) -> None:
        """One of them could not be begun after all, and waits again."""

    async def next_s(self) -> float | None:
        """Seconds until the first errand falls due; 0 when one is due, None when none waits."""


class HostPace(Protocol):
    """When each host may be asked. Ticks are seconds of the monotonic clock; instants are only for what is remembered."""

    async def admit(self, host: str, url: str) -> None:
        """See that the host may be asked by this process at all.

        Raises:
            HostBusy: somebody else asks it.
        """

    def is_admitted(self, host: str) -> bool:
        """Whether a request may go out to the host at this very moment; asked again right before its first byte."""

    def lock(self, host: str) -> asyncio.Lock:
        """Held while a request to the host is under way: one connection per host."""

    def wait_s(self, host: str, tick: float) -> float:
        """Seconds until the host may be asked; 0 means now."""

    def gap_s(self, host: str) -> float:
        """Seconds that lie between two requests to it."""

    def reason(self, host: str) -> str | None:
        """Why the host rests, in words, or None."""

    def hold(self, host: str, gap_s: float) -> None:
        """Leave at least that many seconds between requests to the host, as its documentation asks."""

    def resting(self, tick: float) -> tuple[str, ...]:
        """Hosts that may not be asked now."""

    def next_free_s(self, tick: float) -> float | None:
        """Seconds until the next resting host is free, or None when none rests."""

    def rests(self, host: str, tick: float) -> None:
        """Somebody was turned away."""

    def ended(self, host: str, tick: float) -> None:
        """A request to the host has ended; the gap counts from here."""

    def took(
        self, host: str, took_s: float, now: datetime, tick: float, *, is_good: bool
    ) -> HostState | None:
        """An answer took that long; the state to keep, or None when it says about the same as before."""

    def ask_gap(self, host: str, crawl_delay_s: float | None, now: datetime, tick: float) -> HostState | None:
        """The host's robots.txt asks for that delay; the state to keep, or None when it is known."""

    def refuse(self, host: str, status: int, retry_s: float | None, now: datetime, tick: float) -> HostState:
        """The host answered *status* (429, 503, or anything with Retry-After): rest, and longer each time."""

    def answered(self, host: str, now: datetime, tick: float) -> HostState | None:
        """The host answered as it should; the state to keep, or None when it is about the one that was kept."""
