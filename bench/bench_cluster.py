"""A crawl on several machines in numbers: what it takes, and where it ends.

    python bench/bench_cluster.py [--minutes 20]        the model: 10,000, 100,000 and 1,000,000 sources, with time as an argument
    python bench/bench_cluster.py --live pace           pages a second of one node and of two that keep the pace of eight hosts each
    python bench/bench_cluster.py --live all            processor time a page, one process against a node and a writer; or: mention
    python bench/bench_cluster.py --writer 1000 [--record articles.db]    what the writer appends, into a copy of that record

The live ones need PostgreSQL, and take the pages of SPACEREEL_PAGES or ../shared/data/extraction-dev; without them those of the tests.
"""

from __future__ import annotations

import argparse
import os
import sys
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import press
import zstandard
from cluster_live import DEFAULT, Load, measured, real_pages
from cluster_model import Counts, Model, Size
from cluster_writer import append_all
from history_record import next_news

from crawler.cluster.form import errand_fields, errand_of, packed_form
from crawler.frontier.errands import Visit
from crawler.ingest.reading import read_page
from db.model import Candidate, Page
from db.watched import FrontierEntry


def simulate(minutes: float) -> None:
    """A table of sizes, each measured for *minutes* after half an hour of running in."""
    row_bytes = len(errand_fields(_sample())) + 150  # of its columns, indexes and PostgreSQL's head of a row
    poll_bytes, page_bytes = _poll_bytes(), _page_bytes()
    print(
        f"bytes in PostgreSQL: an errand {row_bytes}, the answer of a poll {poll_bytes}, of a page {page_bytes}"
    )
    print(f"bytes of memory of an errand on a node: {_errand_memory()}")
    print(
        "sources  nodes  polls/s  pages/s  transactions/s  MB/s  errands  errands MB  outbox  lag s  leases refused"
    )
    for size in (
        Size(sources=10_000, nodes=1),
        Size(sources=100_000, nodes=2, concurrency=128),
        Size(sources=1_000_000, nodes=8, concurrency=256),
        Size(sources=1_000_000, nodes=8, concurrency=256, pages_s=400.0, polls_s=2000.0),
    ):
        _row(size, minutes, row_bytes, row_bytes + poll_bytes, row_bytes + page_bytes)


def _row(size: Size, minutes: float, row_bytes: int, poll_bytes: int, page_bytes: int) -> None:
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
        f" {counts.transactions / each:>12.1f} {(counts.polls * poll_bytes + counts.pages * page_bytes) / each / 1e6:>8.2f}"
        f" {counts.most_errands:>12,} {counts.most_errands * row_bytes / 1e6:>9.1f}"
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


def _poll_bytes() -> int:
    """A feed of thirty entries, packed, with its row."""
    feed = press.feed([f"https://news.example/2026/11/23/story-{number}" for number in range(30)])
    return len(zstandard.compress(feed)) + 700


def _page_bytes() -> int:
    """What was read on a page, packed, with its row; its own bytes lie in a file."""
    visit = _sample()
    url = visit.url
    page = Page(url=url, final_url=url, status=200, headers=(), body=press.article("29", url), fetched_at=visit.entry.not_before_at)  # fmt: skip
    return len(packed_form(read_page(page, visit.entry.candidate))) + 900


def _errand_memory() -> int:
    fields = errand_fields(_sample())
    tracemalloc.start()
    kept = [errand_of("visit", 1, fields) for _ in range(1000)]
    used = tracemalloc.get_traced_memory()[0] // len(kept)
    tracemalloc.stop()
    return used


def live(kind: str, rounds: int) -> None:
    """One process, or one node, and what is compared with it, by turns."""
    bodies = real_pages(Path(os.environ.get("SPACEREEL_PAGES") or DEFAULT))
    if kind == "pace":
        load = Load(hosts=16, pages=24, delay_s=6.0, answer_s=0.2, concurrency=8, band="mention")
        bodies, sides = [press.article(f"gardening-{n}", f"http://a/{n}") for n in range(300)], (1, 2)
    else:
        # a page that is not read costs so little that readers which are started meanwhile would be what is measured
        pages = 100 if kind == "mention" else 8
        load = Load(hosts=16, pages=pages, delay_s=0.0, answer_s=0.0, concurrency=16, band=kind)
        sides = (0, 1)
    for _ in range(rounds):
        for nodes in sides:
            name = f"{nodes} node{'s' * (nodes != 1)}" if nodes else "one process"
            print(f"{name}: {measured(load, bodies, nodes)}", flush=True)


def main() -> None:
    """Take the words of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--live", choices=("pace", "all", "mention"))
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--writer", type=int, metavar="ANSWERS")
    parser.add_argument("--record", type=Path, help="made by history_record.py, for --writer")
    given = parser.parse_args()
    if given.live:
        live(given.live, given.rounds)
    elif given.writer:
        print(append_all(given.record, [each.article for each in next_news(given.record, given.writer)]))
    else:
        simulate(given.minutes)


if __name__ == "__main__":
    main()
