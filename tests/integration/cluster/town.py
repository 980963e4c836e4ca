"""A newspaper with several hosts, the machines that read it, and what must hold whatever dies."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any

import kit
import press
import psycopg
from bad_line import BadLine
from daemons import until
from machines import Machine, clustered
from newsroom import Newsroom

from crawler.config import Config

#: pages that become articles; the others are off topic by their words, which takes no reader
ARTICLES = ("29", "33", "38", "39")
#: between two requests to a host, from the end of one to the beginning of the next; and how long answers take
DELAY_S, ANSWER_S = 0.3, 0.1
#: a busy machine starts a process in half a minute
PATIENCE_S = 600.0


class Town:
    """A crawl of a cluster, as a context manager; everything ends with it."""

    def __init__(self, folder: Path, dsn: str, hosts: int = 4, pages: int = 32) -> None:
        self.folder = folder
        self.dsn = dsn
        self.newsroom = Newsroom(hosts=hosts)
        self.newsroom.delay_s = ANSWER_S
        slugs = [f"gardening-{number}" for number in range(pages)]
        slugs[1 : 1 + len(ARTICLES)] = ARTICLES
        self.urls = [
            self.newsroom.origin(number % hosts) + f"/article/{slug}" for number, slug in enumerate(slugs)
        ]
        self.sources = [kit.source(self.newsroom.print_("/feed", press.feed(self.urls)))]
        #: hosts that a node has at once: two nodes share the town
        self.places = max(hosts // 2, 1)
        self.writer = self.configured("writer")
        self._machines: list[Machine] = []

    def configured(self, name: str, **more: Any) -> Config:
        """The settings of a machine."""
        told = {
            "per_host_delay": f"{DELAY_S}s",
            "concurrency": self.places,
            "timeout": "4s",
            "dsn": self.dsn,
            "band": "mention",
            **more,
        }
        return clustered(self.folder, self.sources, told.pop("dsn"), name, **told)

    def start(self, name: str, verb: str = "node", config: Config | None = None, **more: Any) -> Machine:
        """A machine of that name; *more* is `Machine`'s."""
        config = config or (self.writer if verb == "run" else self.configured(name))
        self._machines.append(Machine(config, verb, **more))
        return self._machines[-1]

    @property
    def stored(self) -> int:
        """Pages that have their row in the ledger."""
        return kit.count(self.writer, "visits WHERE purpose = 'new' AND verdict <> 'deferred'")

    @property
    def asked(self) -> Counter[str]:
        """Article -> how often it was asked for."""
        return Counter(f"http://{each.host}{each.path}" for each in self.newsroom.asked("/article"))

    def until_stored(self, count: int | None = None) -> None:
        """Until so many pages have their row; all of them unless it is said."""
        goal = len(self.urls) if count is None else count
        until(lambda: self.stored >= goal, PATIENCE_S, self.tell)

    def tell(self) -> str:
        """Everything that was logged."""
        logs = "\n".join(f"{each.config.cluster.name}: {each.log[-4000:]}" for each in self._machines)
        return f"{self.stored} stored\n{logs}"

    def assert_whole(self, again: int = 0) -> None:
        """No page is lost or there twice; no host was asked twice at once, or too soon; and few pages twice.

        Args:
            again: pages that may have been asked for a second time.
        """
        sql = "SELECT url FROM visits WHERE purpose = 'new' AND verdict <> 'deferred'"
        assert sorted(row["url"] for row in kit.query(self.writer, sql)) == sorted(self.urls), self.tell()
        articles = [
            row["url"].rpartition("/")[2] for row in kit.query(self.writer, "SELECT url FROM articles")
        ]
        assert sorted(articles) == sorted(
            slug for slug in ARTICLES if any(url.endswith(f"/{slug}") for url in self.urls)
        )
        assert kit.query(self.writer, "SELECT count(*) AS n FROM frontier WHERE purpose = 'new'") == [
            {"n": 0}
        ]
        assert max(self.newsroom.most_open.values()) == 1, self.tell()
        for number in range(len(self.newsroom.addresses)):
            # the log has when requests came: an answer's time and the delay lie between two of them
            gaps = self.newsroom.gaps(number)
            assert not gaps or min(gaps) > DELAY_S + ANSWER_S - 0.02, (number, sorted(gaps)[:5])
        assert sum(self.asked.values()) - len(self.urls) <= again, self.asked.most_common(5)
        kit.assert_sound(self.writer)
        assert not any("Traceback" in each.log for each in self._machines), self.tell()

    def __enter__(self) -> Town:
        self.newsroom.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self._machines:
            if each.process.poll() is None:
                each.process.kill()
            each.process.wait(10)
        self.newsroom.__exit__(kind, problem, trace)


def leases_of(dsn: str, node: str) -> int:
    """Hosts that are a node's at the moment."""
    with psycopg.connect(dsn) as conn:
        sql = "SELECT count(*) FROM spacereel.hosts WHERE node = %s AND until > now()"
        return int(conn.execute(sql, (node,)).fetchone()[0])  # type: ignore[index]  # a count has a row


def through(line: BadLine, dsn: str) -> str:
    """The database by way of the line."""
    before, _, rest = dsn.rpartition(":")
    return f"{before}:{line.port}/{rest.partition('/')[2]}"
