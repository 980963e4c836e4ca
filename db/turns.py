"""Whose turn comes next in the queue: the host behind the last one, and on each host the source behind its last one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from db.rows import host_part
from db.watched import FrontierEntry

#: hosts whose last source is remembered
_MOST_TURNS = 20_000


@dataclass(frozen=True, slots=True)
class Turns:
    """Who was served last."""

    #: behind which the next turn begins
    host: str = ""
    #: host -> the source behind which its own begins
    served: Mapping[str, str] = field(default_factory=dict)

    def after(self, entries: Sequence[FrontierEntry]) -> Turns:
        """The turns when these have been given out, first rounds first; each host goes on behind the source it was served from first.

        More hosts than can wait are not remembered; one that is forgotten begins anew.
        """
        if not entries:
            return self
        hosts: dict[str, str | None] = {}
        for entry in entries:
            source = entry.candidate.source if entry.purpose == "new" else None
            host = host_part(entry.candidate.url)
            hosts[host] = hosts.get(host) or source
        firsts = {host: source for host, source in hosts.items() if source is not None}
        return Turns(
            host=list(hosts)[-1],
            served={**self.served, **firsts} if len(self.served) < _MOST_TURNS else firsts,
        )
