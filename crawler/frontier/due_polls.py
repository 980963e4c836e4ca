"""Due sources that wait until their host is free."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from crawler.frontier.errands import Poll


class DuePolls:
    """Polls by host, in the order in which they came; a source waits, or is polled, once at a time.

    Hosts have their turns: one that was asked goes behind those that were not, however many of its sources wait.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Poll]] = {}
        self._known: set[str] = set()

    def __len__(self) -> int:
        return sum(len(polls) for polls in self._waiting.values())

    @property
    def hosts(self) -> list[str]:
        """Hosts for which any wait."""
        return list(self._waiting)

    @property
    def known(self) -> frozenset[str]:
        """Sources that wait or are polled."""
        return frozenset(self._known)

    def draw(self, places: int, is_free: Callable[[str], bool]) -> list[Poll]:
        """The next polls, one of a host and *places* at most, of hosts that are free."""
        drawn: list[Poll] = []
        for host in self.hosts:
            if len(drawn) >= places:
                break
            if is_free(host):
                drawn.append(self.take(host))
        return drawn

    def add(self, poll: Poll) -> bool:
        """Let it wait; returns whether its source was not known to be due."""
        if poll.source in self._known:
            return False
        self._known.add(poll.source)
        self._waiting.setdefault(poll.host, deque()).append(poll)
        return True

    def put_back(self, poll: Poll) -> None:
        """It comes first again; one that was never here waits elsewhere."""
        if poll.source not in self._known:
            return
        self._waiting.setdefault(poll.host, deque()).appendleft(poll)

    def end(self, poll: Poll) -> None:
        """It is over: its source may be due again."""
        self._known.discard(poll.source)

    def take(self, host: str) -> Poll:
        """The next one of a host, whose turn is over then."""
        polls = self._waiting.pop(host)
        poll = polls.popleft()
        if polls:
            self._waiting[host] = polls
        return poll

    def take_all(self, host: str) -> tuple[Poll, ...]:
        """All of a host."""
        return tuple(self._waiting.pop(host))
