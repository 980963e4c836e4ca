"""CPU per page of our reading and of trafilatura's, in one process, page by page in turn.

    python bench/bench_extraction.py [FOLDER]

FOLDER, or the variable SPACEREEL_PAGES, names a folder with HTML files (`*.html`
or `*.html.gz`, at any depth). Without one there is nothing to measure and the
bench says so. Quality is measured by the scoring script that comes with the
gold texts; this file measures speed only.
"""

from __future__ import annotations

import argparse
import gzip
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from crawler.ingest.reading import read_page
from db.model import Candidate, Page

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def pages_in(folder: Path) -> list[bytes]:
    """Every HTML file below a folder, gzip taken off."""
    files = sorted([*folder.rglob("*.html"), *folder.rglob("*.html.gz")])
    return [
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in files
    ]


def read_ours(body: bytes) -> int:
    """Characters we read."""
    page = Page(url=URL, final_url=URL, status=200, headers=(), body=body, fetched_at=NOW)
    capture = read_page(page, Candidate(url=URL, source="bench", found_on=URL, found_at=NOW))
    return len(capture.article.text) if capture.article else 0


def read_theirs(body: bytes) -> int:
    """Characters trafilatura reads with its defaults, metadata included."""
    from trafilatura import bare_extraction

    found = bare_extraction(body, url=URL, with_metadata=True, include_comments=False)
    return len(found.text or "") if found else 0


URL = "https://news.example/2023/04/20/a-story"


def cpu_ms(reader: Callable[[bytes], int], body: bytes, times: int) -> float:
    """The best of several runs."""
    best = float("inf")
    for _ in range(times):
        began = time.process_time()
        reader(body)
        best = min(best, time.process_time() - began)
    return 1000 * best


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=os.environ.get("SPACEREEL_PAGES"))
    parser.add_argument("--times", type=int, default=3, help="runs per page, the best counts")
    args = parser.parse_args()
    if args.folder is None or not Path(args.folder).is_dir():
        print("skipped: no folder with pages; name one or set SPACEREEL_PAGES")
        return 0
    bodies = pages_in(Path(args.folder))
    if not bodies:
        print(f"skipped: no *.html or *.html.gz below {args.folder}")
        return 0
    for body in bodies[:5]:  # models and patterns are loaded once per process
        read_ours(body), read_theirs(body)
    ours = [cpu_ms(read_ours, body, args.times) for body in bodies]
    theirs = [cpu_ms(read_theirs, body, args.times) for body in bodies]
    count, size = len(bodies), sum(map(len, bodies)) / len(bodies) / 1000
    print(f"{count} pages of {size:.0f} kB on average")
    print(f"spacereel    {sum(ours) / count:6.1f} ms CPU per page")
    print(f"trafilatura  {sum(theirs) / count:6.1f} ms CPU per page, with metadata")
    print(f"ratio        {sum(ours) / sum(theirs):6.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
