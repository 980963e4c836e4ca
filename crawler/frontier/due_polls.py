"""Due sources that wait until their host is free."""

from __future__ import annotations

from collections import deque

from crawler.frontier.errands import Poll


class DuePolls:
    """Polls by host, in the order in which they came; a source waits, or is polled, once at a time."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Poll]] = {}
        self._known: set[str] = set()

    def __len__(self) -> int:
        return sum(len(polls) for polls in self._waiting.values())

    @property
    def hosts(self) -> list[str]:
        """Hosts for which any wait."""
        return list(self._waiting)

    def add(self, poll: Poll) -> bool:
        """Let it wait; returns whether its source was not known to be due."""
        if poll.source in self._known:
            return False
        self._known.add(poll.source)
        self._waiting.setdefault(poll.host, deque()).append(poll)
        return True

    def put_back(self, poll: Poll) -> None:
        """It comes first again."""
        self._waiting.setdefault(poll.host, deque()).appendleft(poll)

    def end(self, poll: Poll) -> None:
        """It is over: its source may be due again."""
        self._known.discard(poll.source)

    def take(self, host: str) -> Poll:
        """The next one of a host."""
        poll = self._waiting[host].popleft()
        if not self._waiting[host]:
            del self._waiting[host]
        return poll

    def take_all(self, host: str) -> tuple[Poll, ...]:
        """All of a host."""
        return tuple(self._waiting.pop(host))
