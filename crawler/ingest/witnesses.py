"""A line that came to an article may have come to all of its site: whether it did is asked of other articles before it is believed.

Lines are counted per site and article as they are met. A page with such a line waits for its verdict until enough
articles have it, so that it is furniture, or until others of its host have been looked at and have it not.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from crawler.memory import ByteCache
from db.memory import LEAST_ARTICLES

#: looks at other articles that are brought forward for a line that came; one made so lately in the same crawl counts
ASKED, LATELY = 4, timedelta(minutes=10)
#: other pages of the host after which a line is believed to be the article's own, and the longest wait for them, in seconds
ENOUGH, LONGEST_WITNESSED_S = 100, 120.0
#: most pages that wait at a time, and most bytes of them
MOST_WITNESSED, MOST_WITNESSED_BYTES = 32, 4_000_000
#: bytes of memory that lines may take, and what one takes with the article that it was seen on
_LINES_BYTES, _LINE_BYTES = 4_000_000, 300

SeenLines = dict[int, frozenset[str]]


class Witnesses:
    """What came to which articles in this crawl, and which pages wait for others.

    Args:
        most: pages that may wait at a time; where none may, every line is believed.
    """

    def __init__(self, most: int = MOST_WITNESSED) -> None:
        self._most = most
        self._seen: ByteCache[str, SeenLines] = ByteCache(_LINES_BYTES)
        #: host -> its pages that wait, and how many of its visits have ended
        self._waiting: Counter[str] = Counter()
        self._ended: defaultdict[str, int] = defaultdict(int)
        self._bytes = 0
        self._news = asyncio.Event()

    def saw(self, site: str, article: str, lines: Iterable[int]) -> None:
        """Lines came to an article of a site, or were removed from it; those that enough have are counted no further."""
        seen = self._seen.get(site) or {}
        added = {
            line: seen.get(line, frozenset()) | {article}
            for line in lines
            if len(seen.get(line, ())) < LEAST_ARTICLES and article not in seen.get(line, ())
        }
        if not added:
            return
        seen = seen | added
        self._seen.put(site, seen, _LINE_BYTES * sum(map(len, seen.values())))
        self._tell()

    def articles(self, site: str, line: int) -> int:
        """How many articles of a site a line has come to."""
        return len((self._seen.get(site) or {}).get(line, ()))

    def ended(self, host: str) -> None:
        """A visit to a host has its row."""
        if self._waiting[host]:
            self._ended[host] += 1
            self._tell()

    def waiting(self, host: str) -> int:
        """How many pages of a host wait."""
        return self._waiting[host]

    def has_room(self, size: int) -> bool:
        """Whether one more page of that many bytes may wait."""
        return self._waiting.total() < self._most and self._bytes + size <= MOST_WITNESSED_BYTES

    def looks(self, host: str) -> int:
        """How many visits to a host have ended while pages of it waited."""
        return self._ended[host]

    @contextmanager
    def waits(self, host: str, size: int) -> Iterator[None]:
        """A page waits, for as long as the block takes."""
        self._waiting[host] += 1
        self._bytes += size
        try:
            self._tell()
            yield
        finally:
            self._bytes -= size
            self._waiting[host] -= 1
            if not self._waiting[host]:
                del self._waiting[host]
                self._ended.pop(host, None)
            self._tell()

    async def news(self, within_s: float) -> None:
        """Until something was seen or has ended, or that time is over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), within_s)

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
