"""CPU per page of `spacereel backfill`, of reading a WARC file and nothing else, and of trafilatura in a loop.

    python bench/bench_backfill.py [FOLDER] [--times N]

FOLDER (or SPACEREEL_PAGES, or ../shared/data/extraction-dev) has `gold.json`
(id -> {"url": ...}) and `html/ID.html.gz`. They are written as a WARC file like
those of CC-NEWS: a request, a response and a metadata record per page, each a
gzip member. The backfill runs as the command does, in processes of its own;
what it costs to start, measured on a file of one page of the beat, is taken off.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import kit
import press
from bench_daemon import cpu_s
from daemons import ROOT
from fastwarc import ArchiveIterator
from memory import family, memory_mb
from warcs import packed, page, record

from crawler.warc.entries import WarcResponse
from crawler.warc.records import read_records
from db.backfills import WarcPlace

DEFAULT = ROOT.parent / "shared" / "data" / "extraction-dev"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
MOST = 10_000_000


def warc_of(pages: list[tuple[str, bytes]]) -> bytes:
    """A .warc.gz of pages, with what stands beside them in CC-NEWS."""
    records = []
    for url, body in pages:
        request, metadata = b"GET / HTTP/1.1\r\n\r\n", b"fetchTimeMs: 250\r\n"
        records.append(record(url, request, kind="request"))
        records.append(page(url, body))
        records.append(record(url, metadata, kind="metadata", content_type="application/warc-fields"))
    return packed(records)


def repeated(pages: list[tuple[str, bytes]], times: int) -> list[tuple[str, bytes]]:
    """Every page so many times, at addresses of its own."""
    found = []
    for number in range(times):
        for url, body in pages:
            parts = urlsplit(url)
            found.append((urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{number}")), body))
    return found


def bare(data: bytes) -> int:
    """Pages that the library reads: headers, HTTP headers and body."""
    count = 0
    for each in ArchiveIterator(io.BytesIO(data)):
        count += bool(each.reader.read()) and each.http_headers is not None and each.is_http_parsed
    return count


def ours(data: bytes) -> int:
    """Pages that we read from the file."""
    return sum(
        isinstance(each, WarcResponse)
        for each in read_records(io.BytesIO(data), "bench", MOST, NOW, WarcPlace())
    )


def loop(data: bytes) -> int:
    """Pages in which trafilatura finds an article, metadata included."""
    from trafilatura import bare_extraction

    count = 0
    for each in ArchiveIterator(io.BytesIO(data)):
        if str(each.record_type) == "response":
            url = each.headers.get("WARC-Target-URI")
            found = bare_extraction(each.reader.read(), url=url, with_metadata=True, include_comments=False)
            count += found is not None
    return count


def cpu_ms(work: Callable[[bytes], int], data: bytes) -> float:
    """Milliseconds of processor time."""
    begun = time.process_time()
    work(data)
    return 1000 * (time.process_time() - begun)


@dataclass(frozen=True)
class Cost:
    """What a call took."""

    cpu_ms: float
    peak_mb: float
    #: verdicts that it left in the record
    verdicts: dict[str, int]


def backfilled(data: bytes, band: str, *, is_sifted: bool = False) -> Cost:
    """`spacereel backfill` into an empty record, all its processes counted; `sift` before it, if asked."""
    with tempfile.TemporaryDirectory() as folder:
        config = kit.configured(
            Path(folder), [kit.source("https://wire.example/rss")], band, max_bytes="10MB"
        )
        assert config.path is not None
        config.path.write_text(config.path.read_text().replace("workers = 1", "workers = 0"))
        path, kept = Path(folder) / "bench.warc.gz", Path(folder) / "kept"
        path.write_bytes(data)
        calls = [["backfill", "--config", str(config.path), str(path)]]
        if is_sifted:
            calls.insert(0, ["sift", "--config", str(config.path), "--out", str(kept), str(path)])
            calls[1][3:] = ["--counts", str(kept), str(kept / path.name)]
        costs = [_called(words) for words in calls]
        verdicts = json.loads(kit.query(config, "SELECT verdicts FROM runs")[0]["verdicts"])
        return Cost(sum(cpu for cpu, _ in costs), max(peak for _, peak in costs), verdicts)


def _called(words: list[str]) -> tuple[float, float]:
    """CPU ms and peak MB of a command and all its processes."""
    code = "from crawler.cli import main; main()"
    running = subprocess.Popen([sys.executable, "-c", code, *words], stdout=subprocess.DEVNULL)
    cpu = peak = 0.0
    while running.poll() is None:
        pids = family(running.pid)
        cpu, peak = max(cpu, cpu_s(pids)), max(peak, memory_mb(pids, "Pss"))
        time.sleep(0.05)
    assert running.returncode == 0
    return 1000 * cpu, peak


def main() -> int:
    """Print the table."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", type=Path, nargs="?", default=Path(os.environ.get("SPACEREEL_PAGES", DEFAULT)))
    ask.add_argument("--times", type=int, default=10, help="how often each page stands in the large file")
    told = ask.parse_args()
    if not (told.folder / "gold.json").exists():
        print(f"skipped: there are no pages in {told.folder} (gold.json and html/ID.html.gz)")
        return 0
    gold = json.loads((told.folder / "gold.json").read_text(encoding="utf-8"))
    pages = [
        (each["url"], gzip.decompress((told.folder / "html" / f"{key}.html.gz").read_bytes()))
        for key, each in sorted(gold.items())
    ]
    small, large = warc_of(pages), warc_of(repeated(pages, told.times))
    film = "Tom Cruise will shoot a feature film on the International Space Station"
    first = warc_of(
        [
            (
                "https://paper.example/film",
                press.article("film", "https://paper.example/film").replace(b"<p>", f"<p>{film}. ".encode()),
            )
        ]
    )
    many = len(pages) * told.times
    print(
        f"{len(pages)} pages, {sum(len(body) for _, body in pages) / len(pages) / 1000:.0f} kB each on average"
    )
    loop(first)  # models and patterns are loaded once per process
    theirs = cpu_ms(loop, small) / len(pages)
    reading, own = cpu_ms(bare, large) / many, cpu_ms(ours, large) / many
    started = min(backfilled(first, "mention").cpu_ms for _ in range(2))
    started_twice = min(backfilled(first, "mention", is_sifted=True).cpu_ms for _ in range(2))
    gated = min((backfilled(large, "mention") for _ in range(2)), key=lambda cost: cost.cpu_ms)
    sifted = min(
        (backfilled(large, "mention", is_sifted=True) for _ in range(2)), key=lambda cost: cost.cpu_ms
    )
    open_ = backfilled(small, "all")
    rows = [
        ("fastwarc, reading only", reading, 0.0),
        ("our reading of the file only", own, 0.0),
        ("fastwarc and trafilatura in a loop, nothing stored", theirs, 0.0),
        (f"backfill of {many} pages, gate first", (gated.cpu_ms - started) / many, gated.peak_mb),
        (
            f"sift of {many} pages, then backfill of what is left",
            (sifted.cpu_ms - started_twice) / many,
            sifted.peak_mb,
        ),
        (
            f'backfill of {len(pages)} pages, [keep] band = "all"',
            (open_.cpu_ms - started) / len(pages),
            open_.peak_mb,
        ),
    ]
    for name, ms, mb in rows:
        peak = f", peak {mb:.0f} MB" if mb else ""
        print(f"{ms:8.2f} ms of CPU a page ({ms / theirs:5.2f} of the loop){peak}  {name}")
    print(
        f"started in {started / 1000:.1f} s of CPU (sift and backfill {started_twice / 1000:.1f} s), taken off; "
        f"verdicts gated {gated.verdicts}, sifted {sifted.verdicts}, all {open_.verdicts}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
