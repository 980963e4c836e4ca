"""The queue of a node: errands that came with the leases of their hosts."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Sequence

from crawler.frontier.errands import Errand


class LeasedQueue:
    """Errands by host. What is drawn is remembered until it is over or comes back.

    Args:
        may_begin: whether the host of a name may be asked.
        is_paused: whether nothing new is begun.
    """

    def __init__(self, may_begin: Callable[[str], bool], is_paused: Callable[[], bool]) -> None:
        self._may_begin = may_begin
        self._is_paused = is_paused
        self._waiting: dict[str, deque[Errand]] = {}
        self._drawn: dict[tuple[str, str], Errand] = {}
        #: key -> number of the errand in the database
        self._numbers: dict[tuple[str, str], int] = {}

    @property
    def is_paused(self) -> bool:
        """Whether what comes could not be handed over at the moment."""
        return self._is_paused()

    @property
    def hosts(self) -> set[str]:
        """Hosts for which errands wait or are under way."""
        return set(self._waiting) | {errand.host for errand in self._drawn.values()}

    def add(self, errand: Errand, number: int) -> None:
        """It came with a lease; one that is here already is not taken twice.

        Args:
            number: of the errand in the database; one of the same name that comes later has another.
        """
        if errand.key not in self._numbers:
            self._numbers[errand.key] = number
            self._waiting.setdefault(errand.host, deque()).append(errand)

    def number_of(self, errand: Errand) -> int | None:
        """Its number in the database; None when it is not ours."""
        return self._numbers.get(errand.key)

    def drop(self, hosts: Collection[str]) -> None:
        """Their leases are over: what waits for them waits in the database."""
        for host in hosts:
            for errand in self._waiting.pop(host, ()):
                del self._numbers[errand.key]

    def over(self, errand: Errand) -> None:
        """It was handed over."""
        self._drawn.pop(errand.key, None)
        self._numbers.pop(errand.key, None)

    async def draw(
        self, places: int, away: Collection[str], under_way: Collection[str] | None = None
    ) -> Sequence[Errand]:
        """The next errand of each host that may be asked, *places* at most; hosts in turn.

        A host whose last answer is not handed over yet waits: were this machine lost, one page of it would be asked for again.
        """
        drawn: list[Errand] = []
        held = {errand.host for errand in self._drawn.values()}
        for host in list(self._waiting):
            if len(drawn) >= places:
                break
            if host in away or host in held or not self._may_begin(host):
                continue
            queue = self._waiting.pop(host)
            errand = queue.popleft()
            if queue:
                self._waiting[host] = queue  # behind the others
            self._drawn[errand.key] = errand
            drawn.append(errand)
        return drawn

    def returned(self, errand: Errand) -> None:
        """Its host was not free after all: it comes first again."""
        if self._drawn.pop(errand.key, None) is not None:
            self._waiting.setdefault(errand.host, deque()).appendleft(errand)

    async def next_s(self) -> float | None:
        """0 while anything waits: its host is looked at when it is free; a lease, or its renewal, wakes whoever waits."""
        return 0.0 if self._waiting else None
