"""The paper that the soak watches, what goes wrong in its answers, and what went wrong in a log."""

from __future__ import annotations

import hashlib
import random
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import press
from answers import Asked
from newsroom import Newsroom

HOSTS = 100
#: entries of a feed
FEED = 30
#: what is answered instead, and its weight
TROUBLE = {"/status/500": 4, "/status/503": 2, "/drop": 4, "/half": 4, "/garbage": 2, "/slow/6/late": 2,
           "/drip": 1, "/endless": 1, "/bomb/gzip": 1, "/bomb/br": 1, "/bomb/zstd": 1, "/redirect-loop": 1}  # fmt: skip


class Paper:
    """Feeds that grow, articles that change."""

    def __init__(self, newsroom: Newsroom, sources: int) -> None:
        self.newsroom = newsroom
        self.slugs: list[list[str]] = [[] for _ in range(sources)]
        self.published: list[str] = []
        #: digest of an edition of a feed -> what it names
        self.editions: dict[str, list[str]] = {}
        self.edits = 0
        for number in range(sources):
            self.publish(number)

    def publish(self, number: int) -> None:
        host, slugs = number % HOSTS, self.slugs[number]
        slugs.append(f"{number}-{len(slugs)}")
        self.published.append(f"{self.newsroom.origin(host)}/article/{slugs[-1]}")
        urls = [f"{self.newsroom.origin(host)}/article/{slug}" for slug in reversed(slugs[-FEED:])]
        feed = press.feed(urls)
        self.editions[hashlib.sha256(feed).hexdigest()] = urls
        self.newsroom.print_(f"/feed/{number}", feed, number=host)

    def standing(self) -> set[str]:
        """What the feeds name now."""
        return {
            f"{self.newsroom.origin(number % HOSTS)}/article/{slug}"
            for number, slugs in enumerate(self.slugs)
            for slug in slugs[-FEED:]
        }

    def edit(self, chance: random.Random) -> None:
        self.edits += 1
        self.newsroom.edit(chance.choice(chance.choice(self.slugs)))


class Faults:
    """Now and then another answer than the one asked for; robots.txt excepted, which would close the host."""

    def __init__(self, share: float, without: tuple[str, ...] = ()) -> None:
        self.share, self.given = share, Counter[str]()
        self._weights = {path: weight for path, weight in TROUBLE.items() if path not in without}
        self._chance = random.Random(2)

    def __call__(self, asked: Asked) -> str:
        if asked.path == "/robots.txt" or self._chance.random() >= self.share:
            return ""
        fault = self._chance.choices(list(self._weights), list(self._weights.values()))[0]
        self.given[fault] += 1
        return fault


def tracebacks(log: str) -> list[str]:
    """The last line of each traceback in a log, whether it stands on lines of its own or escaped in one."""
    found: list[str] = []
    for piece in log.split("Traceback (most recent call last):")[1:]:
        lines = piece.partition('"\n')[0].split("\\n") if piece.startswith("\\n") else piece.splitlines()[1:]
        found.append(next((line.strip() for line in lines if line and not line.startswith(" ")), "cut off"))
    return found
