"""A cluster in numbers: sources, hosts, nodes and a writer, second by second, without sockets, clocks or a database.

What decides is the same as in the crawl (`crawler.cluster.leases`, the size of a lease, the bound of the outbox); what a
thing costs is an argument. Time is an argument too: `Model.second(at)` is called with it.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush

from crawler.cluster.leases import ERRANDS_A_LEASE, IDLE_S, RENEWED_AFTER
from crawler.cluster.leasing import BEAT_S, places_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What is simulated."""

    sources: int
    nodes: int
    #: seconds between two polls of a source
    every_s: float = 1800.0
    #: new pages that a poll names, on average
    pages_a_poll: float = 12 / 56
    #: sources that share a host, on average
    sources_a_host: float = 2.0
    #: seconds that a request takes, and that lie between two to one host
    answer_s: float = 0.5
    gap_s: float = 1.0
    #: hosts that a node has at once
    concurrency: int = 64
    lease_s: float = 120.0
    outbox: int = 10_000
    #: answers that the writer appends in a second: pages, and polls
    pages_s: float = 140.0
    polls_s: float = 500.0


@dataclass(slots=True)
class Host:
    """One host: what waits for it, and until when it rests."""

    #: sources whose poll waits
    polls: deque[int] = field(default_factory=deque)
    pages: int = 0
    free_at: float = 0.0
    is_leased: bool = False


@dataclass(slots=True)
class Counts:
    """What happened, since the counting began."""

    seconds: int = 0
    polls: int = 0
    pages: int = 0
    transactions: int = 0
    leases: int = 0
    refused_rounds: int = 0
    appended_pages: int = 0
    most_outbox: int = 0
    most_errands: int = 0
    #: seconds that an answer waited for the writer, the longest
    lag_s: float = 0.0


@dataclass(slots=True)
class Node:
    """Hosts that a node has: host -> errands left of its lease."""

    held: dict[int, int] = field(default_factory=dict)
    renewed_at: float = 0.0


class Model:
    """One cluster.

    Args:
        seed: of chance.
    """

    def __init__(self, size: Size, seed: int = 20261123) -> None:
        self.size = size
        self.chance = random.Random(seed)
        hosts = int(size.sources / size.sources_a_host)
        self.hosts = [Host() for _ in range(hosts)]
        self.host_of = [self.chance.randrange(hosts) for _ in range(size.sources)]
        #: (second, source) as a heap: when each is due
        self.due = [(self.chance.uniform(0, size.every_s), source) for source in range(size.sources)]
        self.due.sort()
        #: (second, host): hosts that may be claimed from then on
        self.free: list[tuple[float, int]] = []
        self.nodes = [Node() for _ in range(size.nodes)]
        #: (second of its coming, kind), in order
        self.outbox: deque[tuple[float, str, int]] = deque()
        self.budget = 0.0
        self.counts = Counts()

    def second(self, at: float) -> None:
        """What happens in the second that begins *at*."""
        self.counts.seconds += 1
        self._offer(at)
        for node in self.nodes:
            self._node(node, at)
        self._write(at)
        self.counts.most_outbox = max(self.counts.most_outbox, len(self.outbox))

    def _offer(self, at: float) -> None:
        """The tick: what is due becomes an errand, in one transaction."""
        offered = 0
        while self.due and self.due[0][0] <= at:
            _, source = heappop(self.due)
            self._wait(self.host_of[source], at, source=source)
            offered += 1
        self.counts.transactions += 1 if offered else 0

    def _wait(self, number: int, at: float, *, source: int | None = None, pages: int = 0) -> None:
        host = self.hosts[number]
        is_new = not (host.polls or host.pages)
        if source is not None:
            host.polls.append(source)
        host.pages += pages
        if is_new and not host.is_leased:
            heappush(self.free, (max(at, host.free_at), number))

    def _node(self, node: Node, at: float) -> None:
        size, counts = self.size, self.counts
        counts.transactions += int(1 / BEAT_S)  # it says that it lives
        if at - node.renewed_at >= size.lease_s * RENEWED_AFTER and node.held:
            counts.transactions += 1
            node.renewed_at = at
        given = [number for number in node.held if self._is_done(node, number, at)]
        for number in given:
            del node.held[number]
            host = self.hosts[number]
            host.is_leased = False
            if host.polls or host.pages:
                heappush(self.free, (host.free_at, number))
        counts.transactions += 1 if given else 0
        for _ in range(int(1 / BEAT_S)):
            self._lease(node, at)
        answers = sum(self._ask(node, number, at) for number in list(node.held))
        counts.transactions += -(-answers // 10)  # answers that come at once share one

    def _is_done(self, node: Node, number: int, at: float) -> bool:
        host, left = self.hosts[number], node.held[number]
        return left <= 0 or (not (host.polls or host.pages) and at - host.free_at > IDLE_S)

    def _lease(self, node: Node, at: float) -> None:
        size, counts = self.size, self.counts
        if len(self.outbox) >= size.outbox:
            counts.refused_rounds += 1
            return
        places = places_of(size.concurrency - len(node.held))
        taken = 0
        while taken < places and self.free and self.free[0][0] <= at:
            _, number = heappop(self.free)
            host = self.hosts[number]
            if host.is_leased or not (host.polls or host.pages):
                continue
            host.is_leased = True
            node.held[number] = ERRANDS_A_LEASE
            taken += 1
        counts.transactions += 1
        counts.leases += taken

    def _ask(self, node: Node, number: int, at: float) -> int:
        """Ask a host as often as its pace lets a second have it; returns how many answers came."""
        size, host, done = self.size, self.hosts[number], 0
        while host.free_at < at + 1 and node.held[number] > 0 and (host.polls or host.pages):
            begun = max(host.free_at, at)
            host.free_at = begun + size.answer_s + size.gap_s
            node.held[number] -= 1
            done += 1
            if host.polls:
                self.counts.polls += 1
                self.outbox.append((begun, "poll", host.polls.popleft()))
            else:
                host.pages -= 1
                self.counts.pages += 1
                self.outbox.append((begun, "page", number))
        return done

    def _write(self, at: float) -> None:
        """The writer: so much work of a second, and the next polls are due."""
        size = self.size
        self.budget = min(self.budget + 1.0, 1.0)
        taken = 0
        while self.outbox and self.budget > 0:
            came_at, kind, source = self.outbox.popleft()
            self.budget -= 1 / (size.polls_s if kind == "poll" else size.pages_s)
            taken += 1
            self.counts.lag_s = max(self.counts.lag_s, at - came_at)
            if kind == "page":
                self.counts.appended_pages += 1
                continue
            heappush(self.due, (at + size.every_s * self.chance.uniform(0.9, 1.1), source))
            new = self._drawn(size.pages_a_poll)
            if new:
                self._wait(self.host_of[source], at, pages=new)
        self.counts.transactions += -(-taken // 100) * 2

    def _drawn(self, mean: float) -> int:
        """So many pages on average, most polls none."""
        return (1 + int(self.chance.expovariate(0.5))) if self.chance.random() < mean / 2.5 else 0

    @property
    def errands(self) -> int:
        """What waits for a node."""
        return sum(len(host.polls) + host.pages for host in self.hosts)
