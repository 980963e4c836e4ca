"""What happens in `bench_chaos`, drawn from a seed: the same seed tells the same story. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

#: what may happen, and how often of a hundred
DEEDS = {"print": 30, "read": 14, "mark": 10, "write": 10, "backup": 5, "trouble": 7, "flood": 4, "lie": 5, "clock": 4,
         "full": 4, "pause": 4, "kill": 2, "stop": 1}  # fmt: skip
#: a share of the newsrooms answers like this until something else happens; "" is well again
TROUBLES = ("/drop", "/half", "/garbage", "/status/503/retry-after/1", "/huge/3000000", "/wire/two-lengths", "/slow/7", "/drip", "")  # fmt: skip
#: what the newsroom that floods answers to everything, and "" for a feed of thousands of pages that are not there
FLOODS = (
    "/endless",
    "/bomb/gzip",
    "/bomb/zstd",
    "/headers",
    "/wire/early-flood",
    "/markup/900000",
    "/wire/nobody-asked",
    "",
)
#: what names lead to: their own address, a private one, another newspaper's, a thousand, none, a slow answer
LIES = ("true", "true", "private", "other", "thousand", "nobody", "slow", "mixed")
#: seconds that the daemon's clock is ahead from then on
AHEAD_S = (0, 0, 0, 1, -30, 3_600, -3_600, 86_400, -86_400)
PAGES = ("/", "/-/queue", "/-/articles?q=orbit", "/articles/visits.json", "/-/stories", "/-/health")
NOTES = ("insert", "insert", "upsert", "index", "spoil")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that happens."""

    number: int
    name: str
    #: which one: of newsrooms, reviewers, articles, as a share of those there are
    which: float
    #: how: an answer, a page, seconds
    how: str
    #: seconds until the next one
    then_s: float

    def __str__(self) -> str:
        return f"{self.number:5d} {self.name} {self.how} {self.which:.6f}".rstrip()


def story(seed: int) -> Iterator[Deed]:
    """What happens, without end.

    >>> next(story(1)) == next(story(1)), next(story(1)) == next(story(2))
    (True, False)
    """
    chance = random.Random(seed)
    number = 0
    while True:
        number += 1
        (name,) = chance.choices(list(DEEDS), list(DEEDS.values()))
        yield Deed(
            number=number, name=name, which=chance.random(), how=_how(name, chance), then_s=chance.random()
        )


def _how(name: str, chance: random.Random) -> str:
    choices = {
        "trouble": TROUBLES, "flood": FLOODS, "lie": LIES, "clock": tuple(map(str, AHEAD_S)), "read": PAGES, "write": NOTES,
        "mark": ("relevant", "irrelevant", "later"), "pause": ("0.1", "1.0", "3.0"), "full": ("0.5", "2.0", "5.0"),
    }.get(name, ("",))  # fmt: skip
    return chance.choice(choices)
