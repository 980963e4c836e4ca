"""What to fetch next: due sources and queued pages, one per host at a time, never more than the crawl can hold.

The queue itself is durable and lies in the record (`protocols.Queue`); here is
only what one crawl has in its hands. Whatever is dropped on the way, by a stop
or a crash, is still in the record and comes again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from math import inf

from crawler.frontier.due_polls import DuePolls
from crawler.frontier.errands import Errand, Poll
from crawler.frontier.once import LastWait, Leave
from crawler.frontier.protocols import HostPace, Queue
from crawler.frontier.under_way import UnderWay

#: an idle crawl looks into the record that often, in seconds, unless something happens
_IDLE_S = 5.0
#: `once` waits that long for a host or a retry; what comes later is left for a later run
PATIENCE_S = 30.0


class Frontier:
    """Hands out errands, and knows which are under way.

    Args:
        queue: where pages wait.
        hosts: whose turn it is.
        concurrency: most errands under way at once, from the request to the ledger row.
        is_once: end when nothing is left that comes within *patience_s*.
        leave: awaited with each errand that `once` leaves because its host rests too long, and until when.
    """

    def __init__(
        self,
        queue: Queue,
        hosts: HostPace,
        concurrency: int,
        *,
        is_once: bool,
        leave: Leave,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._queue = queue
        self.hosts = hosts
        self.concurrency = concurrency
        self.is_once = is_once
        #: loop time of the last sign of life
        self.progressed_at = 0.0
        self._polls = DuePolls()
        self._last_wait = LastWait(queue, hosts, self._polls, leave, patience_s)
        self._under_way = UnderWay()
        #: loop time from which the record may have pages for us
        self._look_at = 0.0
        #: loop time at which the first resting host is free again
        self._free_at = inf
        self._news = asyncio.Event()
        self._is_closed = False

    # what is under way

    @property
    def under_way(self) -> int:
        """How many errands have been handed out and have no ledger row yet."""
        return len(self._under_way)

    @property
    def slowest_at(self) -> float:
        """Loop time of the last step of the errand that has been without one for longest; inf when none is under way."""
        return self._under_way.slowest_at

    @property
    def is_closed(self) -> bool:
        """Whether nothing is handed out any more."""
        return self._is_closed

    def offer(self, polls: Iterable[Poll]) -> int:
        """Take polls of due sources in, each source once; returns how many were not known to be due."""
        added = 0
        for poll in polls:
            if self._polls.add(poll):
                if poll.gap_s:
                    self.hosts.hold(poll.host, poll.gap_s)
                added += 1
        if added:
            self.wake()
        return added

    @property
    def known_sources(self) -> frozenset[str]:
        """Sources that wait for their poll, or are polled."""
        return self._polls.known

    def arrived(self, errand: Errand) -> None:
        """The answer is here: the host may be asked for something else, at its pace."""
        self._under_way.busy.discard(errand.host)
        self.move(errand)

    def finish(self, errand: Errand) -> None:
        """The ledger row is written: the errand is over."""
        self._under_way.end(errand)
        if isinstance(errand, Poll):
            self._polls.end(errand)
        self.arrived(errand)

    def put_back(self, errand: Errand) -> None:
        """The host was not free after all: the errand comes again in its turn, as if it had not been handed out."""
        self._under_way.end(errand)
        if isinstance(errand, Poll):
            self._polls.put_back(errand)
        self._queue.returned(errand)
        self.arrived(errand)

    def queued(self) -> None:
        """Pages were put into the record's queue, or moved in it."""
        self._look_at = 0.0
        self.wake()

    def wake(self) -> None:
        """Something has changed: look again what may be handed out. No sign of life: the tick does it, too."""
        self._news.set()

    def move(self, errand: Errand) -> None:
        """A sign of life: the errand is a step further."""
        self.progressed_at = asyncio.get_running_loop().time()
        self._under_way.move(errand, self.progressed_at)
        self._news.set()

    def close(self) -> None:
        """Hand out nothing more."""
        self._is_closed = True
        self._news.set()

    async def drained(self) -> None:
        """Until every errand that was handed out has its row."""
        while self._under_way:
            self._news.clear()
            await self._news.wait()

    # what comes next

    async def errands(self) -> AsyncIterator[Errand]:
        """Errands as places and hosts become free; ends when closed, or when `once` is done."""
        while not self._is_closed:
            self._news.clear()
            batch = [] if self._queue.is_paused else await self._draw()
            for errand in batch:
                if self._is_closed:
                    return
                yield errand
            if batch:
                continue
            if self.is_once and await self._is_dry():
                return
            await self._wait()

    async def _draw(self) -> list[Errand]:
        """As many errands as there are free places, of hosts whose turn it is; sources first."""
        tick = asyncio.get_running_loop().time()
        # Taken before looking: a host that becomes free meanwhile is looked at again at once.
        rest = self.hosts.next_free_s(tick)
        self._free_at = inf if rest is None else tick + rest
        places = self.concurrency - len(self._under_way)
        drawn = self._due_polls(places)
        if len(drawn) < places:
            drawn += await self._due_visits(places - len(drawn))
        return drawn

    def _due_polls(self, places: int) -> list[Errand]:
        tick = asyncio.get_running_loop().time()

        def is_free(host: str) -> bool:
            return host not in self._under_way.busy and self.hosts.wait_s(host, tick) <= 0

        return [self._begin(poll) for poll in self._polls.draw(places, is_free)]

    async def _due_visits(self, places: int) -> list[Errand]:
        tick = asyncio.get_running_loop().time()
        if tick < self._look_at:
            return []
        self._look_at = inf  # until `queued` says otherwise
        away = {*self._under_way.busy, *self.hosts.resting(tick)}
        waiting = await self._queue.draw(places, away, self._under_way.pages)
        errands = [errand for errand in waiting if errand not in self._under_way]
        firsts = {
            errand.host: errand for errand in reversed(errands) if errand.host not in self._under_way.busy
        }
        drawn = [self._begin(errand) for errand in reversed(firsts.values())]
        wait = 0.0 if drawn else await self._queue.next_s()
        self._look_at = min(self._look_at, tick + (_IDLE_S if wait is None else wait))
        return drawn

    def _begin(self, errand: Errand) -> Errand:
        self._under_way.begin(errand)
        self.move(errand)
        return errand

    async def _wait(self) -> None:
        """Until something happens, a host is free again, or the record is worth another look."""
        tick = asyncio.get_running_loop().time()
        times = [tick + _IDLE_S, self._free_at, self._look_at if self._look_at > tick else inf]
        try:
            await asyncio.wait_for(self._news.wait(), max(min(times) - tick, 0.001))
        except TimeoutError:
            return

    async def _is_dry(self) -> bool:
        """Whether nothing is under way and nothing comes soon; leaves for later what comes late."""
        if self._under_way or self._queue.is_paused:
            return False
        await self._last_wait.leave_late()
        return not self._polls and not self._under_way and await self._last_wait.is_over()
