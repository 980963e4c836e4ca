"""The pace of a node: the same as in one process, for hosts that are leased to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from crawler.cluster.form import unpacked_form
from crawler.cluster.leases import REST_S, Granted, HostLease, HostRest, steady
from crawler.errors import ClusterError
from crawler.frontier.hosts import HostBusy, Hosts
from db.watched import HostState

TakeHost = Callable[[str], Awaitable[Granted | None]]
#: a host that somebody else has is asked for again that often, and no longer than that
_AGAIN_S, _PATIENCE_S = 0.5, 5.0
#: an errand whose host is not to be had comes again after that
_AWAY_S = 30.0


class LeasedHosts(Hosts):
    """Hosts as `Hosts` paces them, and none that is not leased.

    Args:
        timeout_s: of one request.
        take_host: takes a host that a redirect leads to; None when somebody else has it.
        now, tick: of the start.
    """

    def __init__(
        self, delay_s: float, timeout_s: float, take_host: TakeHost, now: datetime, tick: float
    ) -> None:
        super().__init__(delay_s, (), now, tick)
        self._timeout_s = timeout_s
        self._take_host = take_host
        self._leases: dict[str, HostLease] = {}
        #: when each was last wanted, on the clock of `steady`
        self._wanted_at: dict[str, float] = {}

    @property
    def leases(self) -> dict[str, HostLease]:
        """Those that are held, also those that run out."""
        return dict(self._leases)

    def grant(self, granted: Granted, tick: float) -> None:
        """A host is ours from now on, with what it has asked of whoever asked it before."""
        lease = granted.lease
        state = HostState(host=lease.host)
        if granted.state is not None:
            try:
                state = unpacked_form(granted.state, HostState)
            except ClusterError:  # of another version: the rest is in a column of its own
                state = HostState(host=lease.host)
        self._leases[lease.host] = lease
        self._wanted_at[lease.host] = steady()
        self.take(state, granted.rest_s, tick)

    def extend(self, lease: HostLease) -> None:
        """It is ours for another while."""
        if lease.host in self._leases:
            self._leases[lease.host] = lease

    def revoke(self, hosts: Iterable[str]) -> None:
        """They are not ours any more."""
        for host in hosts:
            self._leases.pop(host, None)
            self._wanted_at.pop(host, None)

    def may_begin(self, host: str) -> bool:
        """Whether a request to the host may be begun now."""
        lease = self._leases.get(host)
        return lease is not None and lease.may_begin(steady(), self._timeout_s)

    def is_admitted(self, host: str) -> bool:
        """Whether a request may go out at this very moment: it ends within the lease."""
        for name in (host, host.removesuffix(":80").removesuffix(":443")):
            lease = self._leases.get(name)
            if lease is not None:
                return lease.may_send(steady(), self._timeout_s)
        return False

    async def admit(self, host: str, url: str) -> None:
        """See that the host is leased; one that a redirect leads to is taken by its name.

        Raises:
            HostBusy: somebody else has it, or there is no database to ask.
        """
        self._wanted_at[host] = began = steady()
        while not self.may_begin(host):
            granted = await self._take_host(host) if host not in self._leases else None
            if granted is not None:
                self.grant(granted, asyncio.get_running_loop().time())
            elif steady() - began > _PATIENCE_S:
                self._wanted_at.pop(host, None)
                raise HostBusy(f"{host} is asked by another machine now", url, _AWAY_S)
            else:
                await asyncio.sleep(_AGAIN_S)

    def rest_of(self, host: str, tick: float) -> HostRest:
        """A host of ours as it is given back, or renewed."""
        lease = self._leases[host]
        rest_s, gap_s = self.wait_s(host, tick), self.gap_s(host)
        return HostRest(host=host, fence=lease.fence, rest_s=rest_s, gap_s=gap_s)

    def resting_long(self, tick: float) -> list[str]:
        """Hosts of ours that may not be asked for so long that somebody may have them meanwhile."""
        return [host for host in self._leases if self.wait_s(host, tick) > REST_S]

    def unwanted(self, busy: Iterable[str], idle_s: float) -> list[str]:
        """Hosts that nobody has wanted for a while: not the *busy* ones, nor one with a request under way."""
        kept, at = set(busy), steady()
        return [
            host
            for host in self._leases
            if host not in kept
            and not self.lock(host).locked()
            and at - self._wanted_at.get(host, 0.0) > idle_s
        ]


class ReportedPace(Hosts):
    """The pace of the writer, who asks nobody: what nodes said of hosts with an answer that is being appended."""

    def __init__(self, now: datetime, tick: float) -> None:
        super().__init__(0.0, (), now, tick)
        self._reported: dict[str, float] = {}

    @contextmanager
    def reported(self, host: str, wait_s: float) -> Iterator[None]:
        """A block in which the host may not be asked for so many seconds."""
        self._reported[host] = wait_s
        try:
            yield
        finally:
            self._reported.pop(host, None)

    def wait_s(self, host: str, tick: float) -> float:
        """As it was reported."""
        return self._reported.get(host, 0.0)
