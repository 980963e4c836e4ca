"""What a process has done since it began, whatever crawls it took: counted always, read by whoever watches."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate

from db.model import Outcome

#: upper bounds of the classes that times are counted in, in seconds; the last class has none
BOUNDS_S = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

#: how often it is looked how late the loop is, in seconds
LATENESS_EVERY_S = 0.5


@dataclass(slots=True)
class Times:
    """How long something took, as a histogram."""

    sum_s: float = 0.0
    classes: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_S) + 1))

    def add(self, seconds: float) -> None:
        """One more of that length."""
        self.sum_s += seconds
        self.classes[next((at for at, most in enumerate(BOUNDS_S) if seconds <= most), len(BOUNDS_S))] += 1

    def up_to(self) -> list[int]:
        """How many took at most each bound; the last number is all.

        >>> times = Times()
        >>> times.add(0.02), times.add(3.0)
        (None, None)
        >>> times.up_to()
        [0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2]
        """
        return list(accumulate(self.classes))


@dataclass(slots=True)
class Figures:
    """Only ever grow; one object for all crawls of a daemon."""

    polls: Counter[Outcome] = field(default_factory=Counter)
    fetches: Counter[Outcome] = field(default_factory=Counter)
    candidates: int = 0
    reader_deaths: int = 0
    crawl_restarts: int = 0
    ticks: int = 0
    #: poll and fetch as the ledger has them; archive, read and append as the pipelines take
    stages: dict[str, Times] = field(default_factory=dict)
    #: how late the loop came back to a task that rests for `LATENESS_EVERY_S` again and again
    lateness: Times = field(default_factory=Times)

    def took(self, stage: str, seconds: float) -> None:
        """One pass through *stage* took so long."""
        self.stages.setdefault(stage, Times()).add(seconds)

    def reader_died(self) -> None:
        """A reader process ended and is started anew."""
        self.reader_deaths += 1
