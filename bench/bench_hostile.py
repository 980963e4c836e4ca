"""What hostile answers cost: seconds of processor time and memory for each, in a process of its own.

    python bench/bench_hostile.py

Pages through `read_page` with the shipped beat, feeds and sitemaps through
their parsers; memory includes what the process takes before it reads
anything. Packed bombs: `tests/integration/test_crawl_hostile.py`.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import hostile

from crawler.catalogue import load_beats
from crawler.config import SHIPPED_BEAT
from crawler.discover.feeds import parse_feed
from crawler.discover.links import article_links
from crawler.discover.sitemaps import parse_sitemap
from crawler.errors import SpacereelError
from crawler.ingest import warm
from crawler.ingest.reading import read_page
from db.model import Candidate, Page

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ORIGIN = "http://127.0.0.2:8000"
URL = f"{ORIGIN}/hostile/x"


def cases() -> list[tuple[str, str]]:
    pages = [("page", name) for name in hostile.PAGES]
    feeds = [("feed", name) for name in (*hostile.FEEDS, *hostile.PAGES)]
    sitemaps = [("sitemap", name) for name in (*hostile.SITEMAPS, *hostile.PAGES)]
    links = [("section", name) for name in (*hostile.PAGES, "calendar-1")]
    return [*pages, *feeds, *sitemaps, *links]


def one(kind: str, name: str) -> str:
    """Feed one answer to what reads it; returns what became of it."""
    answer = hostile.answer(name, ORIGIN)
    assert answer is not None
    body, headers = answer
    try:
        if kind == "page":
            page = Page(url=URL, final_url=URL, status=200, headers=tuple(headers.items()), body=body, fetched_at=NOW)  # fmt: skip
            capture = read_page(page, Candidate(url=URL, source="s", found_on=URL, found_at=NOW), TOPICS)
            return capture.problem or f"{len(capture.article.text) if capture.article else 0} characters"
        if kind == "feed":
            return f"{len(parse_feed(body, URL, 's', NOW, headers['content-type']).candidates)} pages"
        if kind == "sitemap":
            return f"{len(parse_sitemap(body, URL, 's', NOW, headers['content-type']).candidates)} pages"
        return f"{len(article_links(body, URL, 's', NOW, content_type=headers['content-type']))} links"
    except SpacereelError as problem:
        return str(problem)


def measured(kind: str, name: str, told: Connection) -> None:
    hostile.answer(name, ORIGIN)
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    ended = one(kind, name)
    took = time.process_time() - begun
    told.send((took, before / 1024, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, ended))


def main() -> None:
    rows = []
    for kind, name in cases():
        here, there = multiprocessing.Pipe(duplex=False)
        child = multiprocessing.get_context("fork").Process(target=measured, args=(kind, name, there))
        child.start()
        there.close()
        try:
            rows.append((kind, name, *here.recv()))
        except EOFError:
            rows.append((kind, name, 0.0, 0.0, 0.0, "THE PROCESS DIED"))
        child.join()
    print("kind     name            CPU s  peak RSS MB  what became of it")
    for kind, name, took, _, peak, ended in sorted(rows, key=lambda row: -row[2]):
        print(f"{kind:8s} {name:15s} {took:5.2f}  {peak:11.0f}  {ended[:70]!a}")
    print(
        f"{len(rows)} hostile inputs: longest {max(row[2] for row in rows):.1f} s of CPU,"
        f" peak {max(row[4] for row in rows):.0f} MB (before reading {max(row[3] for row in rows):.0f} MB),"
        f" processes that died {sum('DIED' in row[5] for row in rows)}"
    )


if __name__ == "__main__":
    assert warm
    TOPICS = tuple(beat.topic for beat in load_beats((SHIPPED_BEAT,), 1800.0))
    main()
