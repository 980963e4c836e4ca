"""A crawl on several machines in numbers, with time as an argument: what it takes, and where it ends.

python bench/bench_cluster.py [--minutes 20]     10,000, 100,000 and 1,000,000 sources; the last take long
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import press
from cluster_model import Counts, Model, Size

from crawler.cluster.form import errand_fields
from crawler.frontier.errands import Visit
from db.model import Candidate
from db.watched import FrontierEntry


def simulate(minutes: float) -> None:
    """A table of sizes, each measured for *minutes* after half an hour of running in."""
    row_bytes = len(errand_fields(_sample())) + 150  # of its columns, indexes and PostgreSQL's head of a row
    print(f"an errand takes about {row_bytes} bytes in PostgreSQL")
    print(
        "sources  nodes  polls/s  pages/s  transactions/s  errands  errands MB  outbox  lag s  leases refused"
    )
    for size in (
        Size(sources=10_000, nodes=1),
        Size(sources=100_000, nodes=2, concurrency=128),
        Size(sources=1_000_000, nodes=8, concurrency=256),
        Size(sources=1_000_000, nodes=8, concurrency=256, pages_s=400.0, polls_s=2000.0),
    ):
        _row(size, minutes, row_bytes)


def _row(size: Size, minutes: float, row_bytes: int) -> None:
    model = Model(size)
    begin = int(size.every_s)
    for second in range(begin):
        model.second(float(second))
    model.counts = counts = Counts()
    for second in range(begin, begin + int(minutes * 60)):
        model.second(float(second))
        if second % 60 == 0:
            counts.most_errands = max(counts.most_errands, model.errands)
    each = counts.seconds
    print(
        f"{size.sources:>9,} {size.nodes:>4} {counts.polls / each:>8.1f} {counts.pages / each:>8.1f}"
        f" {counts.transactions / each:>12.1f} {counts.most_errands:>12,} {counts.most_errands * row_bytes / 1e6:>9.1f}"
        f" {counts.most_outbox:>9,} {counts.lag_s:>6.0f} {counts.refused_rounds:>8,}"
        f"   (writer: {size.pages_s:g} pages or {size.polls_s:g} polls a second)"
    )


def _sample() -> Visit:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    url = "https://news.example/2026/11/23/a-film-is-shot-in-orbit-and-the-crew-lands-on-sunday"
    candidate = Candidate(
        url=url,
        source="wire",
        found_on="https://news.example/rss",
        found_at=now,
        title=press.title_of("a"),
        guid=url,
    )
    entry = FrontierEntry(candidate=replace(candidate, key=url), purpose="new", not_before_at=now)
    return Visit(entry=entry)


def main() -> None:
    """Take the words of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=20.0)
    simulate(parser.parse_args().minutes)


if __name__ == "__main__":
    main()
