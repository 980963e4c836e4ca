"""Errands that were handed out and have no row in the ledger yet."""

from __future__ import annotations

from math import inf

from crawler.frontier.errands import Errand


class UnderWay:
    """Which they are, when each last took a step, and which hosts are being asked."""

    def __init__(self) -> None:
        self._errands: dict[tuple[str, str], Errand] = {}
        #: loop time of the last step of each
        self._moved_at: dict[tuple[str, str], float] = {}
        #: hosts that owe an answer
        self.busy: set[str] = set()

    def __len__(self) -> int:
        return len(self._errands)

    def __contains__(self, errand: Errand) -> bool:
        return errand.key in self._errands

    @property
    def pages(self) -> frozenset[str]:
        """Addresses of the pages among them."""
        return frozenset(url for what, url in self._errands if what == "page")

    @property
    def slowest_at(self) -> float:
        """Loop time of the last step of the one that has been without a step for longest; inf when there is none."""
        return min(self._moved_at.values(), default=inf)

    def begin(self, errand: Errand) -> None:
        """It is handed out."""
        self._errands[errand.key] = errand
        self._moved_at[errand.key] = 0.0
        self.busy.add(errand.host)

    def move(self, errand: Errand, tick: float) -> None:
        """It is a step further."""
        if errand.key in self._moved_at:
            self._moved_at[errand.key] = tick

    def end(self, errand: Errand) -> None:
        """It has its row, or goes back."""
        self._errands.pop(errand.key, None)
        self._moved_at.pop(errand.key, None)
