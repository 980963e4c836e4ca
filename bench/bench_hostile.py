"""What hostile answers cost: processor time and memory of each, and how long they hold up the loop of a crawl.

    python bench/bench_hostile.py [--write FILE] [--only loop|inputs] [--who]

Each input goes through what reads it, with the shipped beat, in a process of
its own; memory includes what the process takes before it reads anything.
Then one crawl asks a newsroom in another process for all of them, while a
task beside it notes how late the loop comes back to it; what counts is the
time that the process was computing meanwhile, so that a busy machine is not
blamed on it. `--write` keeps the table as Markdown.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import multiprocessing
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import hostile
import hostile_files
from hostile_loop import measure_loop

from crawler.catalogue import load_beats
from crawler.cluster.form import Delivery, unpacked_form
from crawler.commands.opml import outlines
from crawler.config import SHIPPED_BEAT
from crawler.discover.autodiscovery import surfaces
from crawler.discover.feeds import parse_feed
from crawler.discover.links import article_links
from crawler.discover.mails import read_mail
from crawler.discover.robots import robot_rules
from crawler.discover.sitemaps import parse_sitemap
from crawler.errors import SpacereelError
from crawler.ingest import warm
from crawler.ingest.pool import CPU_LIMIT_S, MOST_GROWTH_BYTES
from crawler.ingest.reading import read_page
from crawler.polling.mailboxes import Mbox
from crawler.review.guard import _session_in
from crawler.warc.records import read_records
from crawler.warc.sifted import read_counts
from db.backfills import WarcPlace
from db.model import Candidate, Page

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ORIGIN = "http://127.0.0.2:8000"
URL = f"{ORIGIN}/hostile/x"
#: what the loop may be held up for at most, in seconds
MOST_LATE_S = 0.25
IN_A_READER = f"{CPU_LIMIT_S:g} s, {MOST_GROWTH_BYTES // 2**20} MB"
#: kind of input -> what bounds it
BOUNDS = {
    **dict.fromkeys(("page", "feed", "sitemap", "section", "site"), IN_A_READER),
    "robots": "512 KiB, a thread",
    "opml": "10 MB",
    "mail": IN_A_READER,
    "mbox": "pieces of 1 MB, a thread",
    "warc": "10 MB a page",
    "counts": "4 MB",
    "form": "64 MB",
    "cookie": "64 KiB",
}


@dataclass(frozen=True)
class Row:
    kind: str
    name: str
    cpu_s: float = 0.0
    before_mb: float = 0.0
    peak_mb: float = 0.0
    ended: str = "THE PROCESS DIED"


def cases() -> list[tuple[str, str]]:
    every = {
        "page": hostile.PAGES,
        "feed": (*hostile.FEEDS, *hostile.PAGES),
        "sitemap": (*hostile.SITEMAPS, *hostile.PAGES),
        "section": (*hostile.PAGES, "calendar-1"),
        "site": hostile.PAGES,
        "robots": hostile.ROBOTS,
        "opml": (*hostile.FEEDS, *hostile.SITEMAPS),
        "mbox": ("lines",),
        **hostile_files.FILES,
    }
    return [(kind, name) for kind, names in every.items() for name in names]


def one(kind: str, name: str) -> str:
    """Feed one answer to what reads it; returns what became of it."""
    if kind == "robots":
        rules = robot_rules(hostile.ROBOTS[name], "Spacereel")
        allowed = rules.allows("http://a.example/" + "a" * 2000)
        return f"{len(rules.rules)} rules, {rules.size / 1e6:.1f} MB, {'allowed' if allowed else 'denied'}"
    if kind == "mbox":
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"From a\n\n" * 12_000_000)
            file.flush()
            return f"{len(Mbox(Path(file.name)).mails(None))} mails"
    if kind in hostile_files.FILES:
        return of_file(kind, hostile_files.FILES[kind][name]())
    answer = hostile.answer(name, ORIGIN)
    assert answer is not None
    body, headers = answer
    kind_of_content = headers["content-type"]
    try:
        if kind == "page":
            page = Page(url=URL, final_url=URL, status=200, headers=tuple(headers.items()), body=body, fetched_at=NOW)  # fmt: skip
            capture = read_page(page, Candidate(url=URL, source="s", found_on=URL, found_at=NOW), TOPICS)
            return capture.problem or f"{len(capture.article.text) if capture.article else 0} characters"
        if kind == "feed":
            return f"{len(parse_feed(body, URL, 's', NOW, kind_of_content).candidates)} pages"
        if kind == "sitemap":
            return f"{len(parse_sitemap(body, URL, 's', NOW, kind_of_content).candidates)} pages"
        if kind == "opml":
            return f"{len(outlines(body, 'x.opml'))} feeds"
        if kind == "site":
            return f"{len(surfaces(body, URL, kind_of_content).sections)} sections"
        return f"{len(article_links(body, URL, 's', NOW, content_type=kind_of_content))} links"
    except SpacereelError as problem:
        return str(problem)


def of_file(kind: str, body: bytes) -> str:
    """What becomes of a file, mail or row that somebody hands over."""
    try:
        if kind == "mail":
            return f"{len(read_mail(body, 's', NOW).links)} links"
        if kind == "warc":
            return f"{sum(1 for _ in read_records(io.BytesIO(body), 'x.warc', 10_000_000, NOW, WarcPlace()))} records"
        if kind == "form":
            return f"{unpacked_form(body, Delivery).record.url}"
        if kind == "cookie":
            return f"{len(_session_in(body.decode('latin-1'), 'spacereel')[1])} letters handed on"
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            Path("counts.json").write_bytes(body)
            return f"{len(read_counts(Path('counts.json')).skipped)} kinds"
    except SpacereelError as problem:
        return str(problem)


def measured(kind: str, name: str, told: Connection) -> None:
    if kind in hostile_files.FILES:
        hostile_files.FILES[kind][name]()
    else:
        hostile.answer(name, ORIGIN)
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    ended = one(kind, name)
    took = time.process_time() - begun
    told.send((took, before / 1024, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, ended))


def measure_inputs() -> list[Row]:
    """Every case, each in a process of its own."""
    rows = []
    for kind, name in cases():
        here, there = multiprocessing.Pipe(duplex=False)
        child = multiprocessing.get_context("fork").Process(target=measured, args=(kind, name, there))
        child.start()
        there.close()
        try:
            rows.append(Row(kind, name, *here.recv()))
        except EOFError:
            rows.append(Row(kind, name))
        child.join()
    return sorted(rows, key=lambda row: -row.cpu_s)


def table(rows: list[Row]) -> str:
    """Markdown: attack, bound, measured."""
    lines = ["| input | read as | bound | CPU s | peak MB | what became of it |", "|---|---|---|---|---|---|"]
    lines += [
        f"| `{row.name}` | {row.kind} | {BOUNDS[row.kind]} | {row.cpu_s:.2f} | {row.peak_mb:.0f} | {ascii(row.ended[:60])[1:-1].replace('|', '/')} |"
        for row in rows
    ]
    return "\n".join(lines)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--write", type=Path, help="keep the table and the figures in this file")
    ask.add_argument("--only", choices=("inputs", "loop"))
    ask.add_argument(
        "--who", action="store_true", help="say where the loop was when it was held up for longest"
    )
    asked = ask.parse_args()
    told = []
    if asked.only != "loop":
        rows = measure_inputs()
        told += [table(rows), ""]
        told.append(
            f"{len(rows)} hostile inputs: longest {max(row.cpu_s for row in rows):.1f} s of CPU,"
            f" peak {max(row.peak_mb for row in rows):.0f} MB (before reading {max(row.before_mb for row in rows):.0f} MB),"
            f" processes that died {sum('DIED' in row.ended for row in rows)}."
        )
    if asked.only != "inputs":
        late = measure_loop(asked.who)
        verdict = "holds" if late.computed_s <= MOST_LATE_S else "BROKEN"
        told.append(
            f"The loop of a crawl of all of them, {late.visits} rows: held up for {late.own_s * 1000:.0f} ms at most by what its own"
            f" thread computed, for {late.computed_s * 1000:.0f} ms by all threads of its process, {late.all_s * 1000:.0f} ms by the clock,"
            f" with what else the machine did; longest step {late.step_s * 1000:.0f} ms; bar {MOST_LATE_S * 1000:.0f} ms: {verdict}."
        )
    print("\n".join(told))
    if asked.write:
        head = "# What hostile input costs\n\nWritten by `python bench/bench_hostile.py --write docs/hostile-costs.md`.\n\n"
        asked.write.write_text(head + "\n".join(told) + "\n", encoding="utf-8")


if __name__ == "__main__":
    assert warm
    TOPICS = tuple(beat.topic for beat in load_beats((SHIPPED_BEAT,), 1800.0))
    main()
