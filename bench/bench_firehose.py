"""What a page costs that nobody wants, and one that everybody wants: processor time of whole process trees, as ratios.

    python bench/bench_firehose.py FOLDER ... [--pages 1000] [--rounds 3] [--only stages,beats,crowd,off,all,backfill,append,poll,idle]
    python bench/bench_firehose.py FOLDER ... --texts FILE

Each FOLDER, or the variable SPACEREEL_PAGES, holds real pages: `*.html`,
`*.html.gz` and `*.tar.xz` with such files, at any depth. A `gold.json` beside
them may tell their addresses (name -> {"url": ..., "file": ...}); the pages of
one site then come from one of twenty loopback hosts. Without a folder there is
nothing to measure, and the bench says so.

Off topic are pages that the shipped beat does not keep, in all; compared are, each in
processes of its own and by turns: bare Scrapy that fetches them, trafilatura
that reads them in a loop, and `spacereel once`. Start is included. Ratios are
of the processor seconds of all processes, the median of the rounds.

The other rows: a second visit and a replay of all pages kept (part `all`), a file of
pages of which one in a hundred is on topic against news-please (`SPACEREEL_NEWSPLEASE`
is the Python of an environment that has it), appends, polls, `status`, an idle daemon.

`--texts` writes what every page is read and judged as, one line of JSON each,
for a comparison with what an earlier program wrote: `diff` says nothing when
no text, judgement or verdict differs.
"""

from __future__ import annotations

import argparse
import compileall
import ctypes
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import firehose_rows as rows
import kit
import press
from firehose_sheets import NOW, Sheet, is_off, sheets_in, shipped, told_of
from memory import watched
from newsroom import Newsroom

from crawler.config import Config
from crawler.dedupe.urls import site_of
from crawler.relevance.gate import may_score
from crawler.relevance.topic import Topic
from db.model import Page

HOSTS = 20
DOOR = Path(sys.executable).with_name("spacereel")
#: prctl(2): processes whose parent has ended become ours, so that their time is counted, too
_PR_SET_CHILD_SUBREAPER = 36
#: bare Scrapy: every address of a file is fetched, at most as many at once as ours fetches
_SCRAPY = """
import sys
from pathlib import Path
import scrapy
from scrapy.crawler import CrawlerProcess

class Bare(scrapy.Spider):
    name = "bare"
    start_urls = Path(sys.argv[1]).read_text().split()
    had = 0
    def parse(self, response):
        Bare.had += bool(response.body)

settings = {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "ROBOTSTXT_OBEY": False}
process = CrawlerProcess(settings)
process.crawl(Bare)
process.start()
assert Bare.had == len(Bare.start_urls), Bare.had
"""
_TRAFILATURA = """
import sys
from pathlib import Path
from trafilatura import bare_extraction
for path in sorted(Path(sys.argv[1]).iterdir()):
    bare_extraction(path.read_bytes(), url="https://news.example/a", with_metadata=True, include_comments=False)
"""


def cpu_s(command: Sequence[str | Path]) -> float:
    """Processor seconds of a command and of everything it starts."""
    started = subprocess.Popen([str(each) for each in command], stdout=subprocess.DEVNULL)
    spent, status = 0.0, -1
    while True:
        try:
            pid, code, usage = os.wait4(-1, 0)
        except ChildProcessError:
            break
        spent += usage.ru_utime + usage.ru_stime
        status = code if pid == started.pid else status
    started.returncode = os.waitstatus_to_exitcode(status)
    assert started.returncode == 0, command
    return spent


class Press:
    """The pages on twenty hosts of the loopback, packed as most of the web is, each with a feed that names its own."""

    def __init__(self, newsroom: Newsroom, sheets: Sequence[Sheet]) -> None:
        urls: dict[int, list[str]] = {}
        for at, sheet in enumerate(sheets):
            site = site_of(sheet.url) if sheet.url else str(at)
            number = zlib.crc32(site.encode()) % HOSTS
            packed = gzip.compress(sheet.body, 6)
            path = f"/2026/01/01/story-{at}"
            asked = newsroom.print_(path, packed, "text/html", number=number, content_encoding="gzip")
            urls.setdefault(number, []).append(asked)
        self.urls = [url for each in urls.values() for url in each]
        self.sources = [
            kit.source(newsroom.print_("/feed", press.feed(each), number=number), id=f"paper-{number}")
            for number, each in urls.items()
        ]

    def configured(self, folder: Path, band: str) -> Config:
        """A new record for them in *folder*."""
        folder.mkdir()
        config = kit.configured(folder, self.sources, band, max_bytes="10MB", timeout="60s")
        settings = folder / "spacereel.toml"
        settings.write_text(settings.read_text().replace("workers = 1", "workers = 0"))
        return config


class Bench:
    """The rounds of one set of pages."""

    def __init__(self, folder: Path, rounds: int) -> None:
        self.folder = folder
        self.rounds = rounds
        self.made = 0
        #: configuration of the last record
        self.last = folder
        (folder / "bare.py").write_text(_SCRAPY)
        (folder / "loop.py").write_text(_TRAFILATURA)

    def once(self, printed: Press, band: str, *, again: bool = False) -> tuple[float, float]:
        """`spacereel once`, and with *again* a second one over the same record; processor seconds of both."""
        self.made += 1
        config = printed.configured(self.folder / f"record-{self.made}", band)
        first = cpu_s([DOOR, "once", "--config", config.path or ""])
        second = cpu_s([DOOR, "once", "--config", config.path or "", "--all", "--recheck"]) if again else 0.0
        self.last = config.path or self.last
        found = kit.query(
            config, "SELECT verdict, count(*) AS n FROM visits WHERE purpose = 'new' GROUP BY 1"
        )
        bodies = (self.folder / f"record-{self.made}" / "archive.db").stat().st_size
        verdicts = {row["verdict"]: row["n"] for row in found}
        print(f"    verdicts {verdicts}, archive {bodies / sum(verdicts.values()) / 1000:.1f} kB a page")
        return first, second

    def scrapy(self, printed: Press) -> float:
        """Bare Scrapy over the same pages."""
        (self.folder / "urls.txt").write_text("\n".join(printed.urls))
        return cpu_s([sys.executable, self.folder / "bare.py", self.folder / "urls.txt"])

    def trafilatura(self, sheets: Sequence[Sheet]) -> float:
        """A loop over the same bytes."""
        with tempfile.TemporaryDirectory() as pages:
            for at, sheet in enumerate(sheets):
                (Path(pages) / f"{at:05}").write_bytes(sheet.body)
            return cpu_s([sys.executable, self.folder / "loop.py", pages])

    def off(self, printed: Press, count: int) -> None:
        """A crawl of pages that nobody wants against bare Scrapy."""
        pairs = [(self.scrapy(printed), self.once(printed, "relevant")[0]) for _ in range(self.rounds)]
        _print_pairs("off topic", "bare Scrapy", pairs, count)

    def wanted(self, printed: Press, sheets: Sequence[Sheet]) -> None:
        """A crawl of pages that all belong against trafilatura, and the second visit against bare Scrapy."""
        firsts, seconds = [], []
        for _ in range(self.rounds):
            loop, bare = self.trafilatura(sheets), self.scrapy(printed)
            first, second = self.once(printed, "all", again=True)
            firsts.append((loop, first))
            seconds.append((bare, second))
        _print_pairs("all kept", "trafilatura", firsts, len(sheets))
        _print_pairs("second visit", "bare Scrapy", seconds, len(sheets))
        rows.replay(self.last, len(sheets), cpu_s, self.rounds)
        rows.status(self.last, cpu_s)

    def crowd(self, printed: Press, count: int) -> None:
        """A crawl with one beat and with fifty of its size: processor time, and the most memory of all processes."""
        costs = []
        for beats in (1, 50):
            folder = self.folder / f"crowd-{beats}"
            config = printed.configured(folder, "relevant")
            for number in range(1, beats):
                text = (folder / "beat.toml").read_text(encoding="utf-8").partition("\n[[source]]")[0]
                rules = re.sub(
                    r"(\[topic\.concepts\.\w+\]\n\w+ = \[)", rf'\1"qqz{number}", ', kit.TOPIC, count=1
                )
                assert rules != kit.TOPIC
                (folder / f"beat-{number}.toml").write_text(
                    text.replace('id = "test"', f'id = "test-{number}"') + rules, encoding="utf-8"
                )
            paths = ["beat.toml", *(f"beat-{number}.toml" for number in range(1, beats))]
            settings = folder / "spacereel.toml"
            settings.write_text(settings.read_text().replace('["beat.toml"]', json.dumps(paths)))
            with watched() as peak:
                spent = cpu_s([DOOR, "once", "--config", settings])
            failed = kit.count(config, "visits WHERE verdict = 'failed'")
            costs.append(spent)
            print(
                f"{beats:2} beats  {spent * 1000 / count:6.1f} ms a page, {peak.mb:.0f} MB, {failed} failed"
            )
        print(f"50 beats of the shipped size {costs[1] / costs[0]:.2f}x one")


def _print_pairs(what: str, against: str, pairs: Sequence[tuple[float, float]], count: int) -> None:
    theirs, ours = (median(side) * 1000 / count for side in zip(*pairs, strict=True))
    ratios = sorted(own / other for other, own in pairs)
    print(
        f"{what:14} ours {ours:6.1f} ms a page, {against} {theirs:6.1f}: {median(ratios):5.2f}x "
        f"(from {ratios[0]:.2f} to {ratios[-1]:.2f})"
    )


def stages(sheets: Sequence[Sheet], topic: Topic) -> None:
    """What each step of a page costs by itself, in this process."""
    from crawler.ingest.pool import ReadingPool  # noqa: F401  # the import is part of what is measured elsewhere
    from db.archive import Archive

    def page(at: int, sheet: Sheet) -> Page:
        url = f"https://host-{at % HOSTS}.example/{at}"
        return Page(url=url, final_url=url, status=200, headers=(), body=sheet.body, fetched_at=NOW)

    pages = [page(at, sheet) for at, sheet in enumerate(sheets)]
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive.open(Path(folder) / "archive.db")
        gate = _stage(
            "gate", lambda: [may_score(sheet.body, topic, url=sheet.url) for sheet in sheets], len(sheets)
        )
        _stage("archive", lambda: [archive.keep_page(each) for each in pages], len(sheets))
        read = _stage(
            "read", lambda: [told_of(sheet, [topic], is_gated=False) for sheet in sheets], len(sheets)
        )
        print(f"    the gate is {100 * gate / (gate + read):.1f} % of what a page takes that is read")
        archive.close()


def _stage(name: str, work: Callable[[], object], count: int) -> float:
    """Milliseconds of processor time a page."""
    began = time.process_time()
    work()
    spent = (time.process_time() - began) * 1000 / count
    print(f"    {name:10} {spent:6.2f} ms a page")
    return spent


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = [Path(os.environ["SPACEREEL_PAGES"])] if "SPACEREEL_PAGES" in os.environ else []
    ask.add_argument("folders", nargs="*", type=Path, default=default)
    ask.add_argument("--pages", type=int, default=1000)
    ask.add_argument("--rounds", type=int, default=3)
    ask.add_argument(
        "--only", default="stages,beats,crowd,off,all,backfill,append,poll,idle", help="which parts"
    )
    ask.add_argument("--articles", type=int, default=100_000, help="that many lie beside those appended")
    ask.add_argument("--sources", type=int, default=10_000, help="that many are polled")
    ask.add_argument("--seconds", type=float, default=60.0, help="they are polled for so long, twice")
    ask.add_argument("--texts", type=Path, help="write what every page is read and judged as")
    told = ask.parse_args()
    sheets = [sheet for folder in told.folders for sheet in sheets_in(folder)]
    if not sheets:
        print("skipped: no folder with pages; name one or set SPACEREEL_PAGES")
        return
    topic = shipped()
    if told.texts:
        lines = (
            json.dumps(told_of(each, [topic], is_gated=gated), default=str)
            for each in sheets
            for gated in (False, True)
        )
        told.texts.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return
    off = [sheet for sheet in sheets if is_off(sheet, topic)][: told.pages]
    size = sum(len(sheet.body) for sheet in off) / len(off) / 1000
    print(f"{len(off)} pages of {size:.0f} kB that are off topic, {HOSTS} hosts, {told.rounds} rounds")
    parts = told.only.split(",")
    if "stages" in parts:
        stages(off[:200], topic)
    if "beats" in parts:
        rows.many_beats(off[:100], topic)
    for room in (
        "crawler",
        "db",
    ):  # as pip does with what it installs, Scrapy too, whatever this environment says of bytecode
        compileall.compile_dir(Path(__file__).parents[1] / room, quiet=1)
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with Newsroom(hosts=HOSTS, net="127.0.9") as newsroom, tempfile.TemporaryDirectory() as folder:
        printed, bench = Press(newsroom, off), Bench(Path(folder), told.rounds)
        if "crowd" in parts:
            bench.crowd(printed, len(off))
        if "off" in parts:
            bench.off(printed, len(off))
        if "all" in parts:
            bench.wanted(printed, off)
        if "backfill" in parts:
            rows.backfill(Path(folder), off, cpu_s, told.rounds, Path(folder) / "loop.py")
        if "append" in parts:
            rows.append(Path(folder), told.articles)
    if "poll" in parts:
        rows.polls(told.sources, told.seconds)
    if "idle" in parts:
        rows.idle()


if __name__ == "__main__":
    main()
