"""The same pages by one process and by nodes with a writer: pages a second, and processor time a page of each part."""

from __future__ import annotations

import gzip
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import kit
import press
from bench_daemon import cpu_s
from daemons import ROOT
from machines import Machine, clustered
from memory import family
from newsroom import Newsroom
from postgres import Postgres

from crawler.cluster.database import make_tables
from crawler.config import Config

DEFAULT = ROOT.parent / "shared" / "data" / "extraction-dev"
#: counting begins when so large a part of the pages is stored, and ends with that part: the last wait for their hosts
FROM, TO = 0.15, 0.9


@dataclass(frozen=True, kw_only=True)
class Load:
    """What is crawled, and how."""

    hosts: int
    #: of each host
    pages: int
    delay_s: float
    answer_s: float
    #: hosts that a node, or the single process, has at once
    concurrency: int
    band: str


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Between the two marks."""

    pages_s: float
    #: milliseconds of processor time a page, by part: process, node, writer, postgres
    cpu_ms: dict[str, float]
    #: the most requests to one host at once
    most_open: int

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {spent:.1f}" for name, spent in self.cpu_ms.items())
        return f"{self.pages_s:6.2f} pages/s; ms a page: {parts}; most requests to a host at once: {self.most_open}"


def real_pages(folder: Path) -> list[bytes]:
    """Pages of a folder with `html/ID.html.gz`; without one those of the tests."""
    found = [gzip.decompress(path.read_bytes()) for path in sorted((folder / "html").glob("*.html.gz"))]
    return found or [press.article(str(number), f"http://a/{number}") for number in range(100)]


def measured(load: Load, bodies: Sequence[bytes], nodes: int) -> Measured:
    """One crawl of everything; without *nodes* by one process."""
    postgres = Postgres() if nodes else None
    try:
        with tempfile.TemporaryDirectory() as folder, Newsroom(hosts=load.hosts) as newsroom:
            newsroom.delay_s = load.answer_s
            sources = _printed(newsroom, load, bodies)
            machines: dict[str, Machine] = {}
            try:
                config = _started(Path(folder), sources, load, postgres, nodes, machines)
                return _watched(newsroom, config, load, machines, postgres)
            finally:
                for each in machines.values():
                    each.process.kill()
                    each.process.wait(10)
    finally:
        if postgres is not None:
            postgres.close()


def _printed(newsroom: Newsroom, load: Load, bodies: Sequence[bytes]) -> list[dict[str, object]]:
    """A feed for each host, which names its pages."""
    sources = []
    for number in range(load.hosts):
        urls = []
        for at in range(load.pages):
            body = bodies[(number * load.pages + at) % len(bodies)]
            urls.append(newsroom.print_(f"/2026/11/23/story-{at}", body, "text/html", number=number, etag=""))
        feed = newsroom.print_("/feed", press.feed(urls), number=number)
        sources.append(kit.source(feed, id=f"paper-{number}", every="1h"))
    return sources


def _started(
    folder: Path,
    sources: Sequence[dict[str, object]],
    load: Load,
    postgres: Postgres | None,
    nodes: int,
    machines: dict[str, Machine],
) -> Config:
    """Machines, with a tick as long as that of a daemon at work: with less it would be most of what is measured."""
    told = {
        "per_host_delay": f"{load.delay_s}s",
        "concurrency": load.concurrency,
        "max_bytes": "10MB",
        "timeout": "10s",
    }
    if postgres is None:
        config = _slower(kit.configured(folder, sources, load.band, **told))
        machines["process"] = Machine(config, "run")
        return config
    dsn = postgres.database()
    make_tables(dsn)
    for name in ("writer", *(f"node-{number + 1}" for number in range(nodes))):
        verb = "run" if name == "writer" else "node"
        made = clustered(folder, sources, dsn, name, lease="60s", outbox=10_000, band=load.band, **told)
        machines[name] = Machine(_slower(made), verb)
    return machines["writer"].config


def _slower(config: Config) -> Config:
    assert config.path is not None
    told = config.path.read_text(encoding="utf-8")
    config.path.write_text(told.replace('tick = "200ms"', 'tick = "5s"'), encoding="utf-8")
    return config


def _watched(
    newsroom: Newsroom, config: Config, load: Load, machines: dict[str, Machine], postgres: Postgres | None
) -> Measured:
    goal = load.hosts * load.pages
    marks = []
    for share in (FROM, TO):
        while (stored := kit.count(config, "visits WHERE purpose = 'new'")) < goal * share:
            dead = [name for name, each in machines.items() if each.process.poll() is not None]
            assert not dead, machines[dead[0]].log
            time.sleep(0.1)
        spent = {name: cpu_s(family(each.process.pid)) for name, each in machines.items()}
        if postgres is not None:
            spent["postgres"] = cpu_s(family(postgres.pid))
        marks.append((stored, len(newsroom.asked("/2026")), time.monotonic(), spent))
    (stored, asked, at, before), (stored_to, asked_to, at_to, after) = marks
    return Measured(
        pages_s=(asked_to - asked) / (at_to - at),
        cpu_ms={name: 1000 * (after[name] - before[name]) / (stored_to - stored) for name in after},
        most_open=max(newsroom.most_open.values()),
    )
