"""Real pages through the whole crawl: what is stored, how long it takes, how much memory.

    python bench/bench_crawl.py [FOLDER] [--out FILE]

FOLDER (or SPACEREEL_PAGES, or ../shared/data/extraction-dev) has `gold.json`
(id -> {"url": ...}) and `html/ID.html.gz`. Each site is served from a loopback
address of its own, with a feed that names all pages; one `once` with
`[keep] band = "all"` stores them. FILE then holds the texts of the record in
the protocol of `spacereel extract --jsonl`, to be scored:

    python ../shared/tools/score_extraction.py -- cat FILE
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import kit
import press
from bench_daemon import cpu_s
from daemons import ROOT
from memory import family, memory_mb
from newsroom import Newsroom

from crawler.dedupe.urls import canonical_url, site_of

DEFAULT = ROOT.parent / "shared" / "data" / "extraction-dev"


def serve(newsroom: Newsroom, pages: dict[str, tuple[str, bytes]]) -> dict[str, str]:
    """Print every page at an address of its site; returns id -> URL on the loopback."""
    sites = {site: number for number, site in enumerate(sorted({site_of(url) for url, _ in pages.values()}))}
    urls: dict[str, str] = {}
    for key, (url, body) in pages.items():
        number, parts = sites[site_of(url)], urlsplit(url)
        asked = canonical_url(
            newsroom.origin(number) + parts.path + (f"?{parts.query}" if parts.query else "")
        )
        assert asked is not None
        if asked in urls.values():
            asked += f"{'&' if '?' in asked else '?'}page={key[:8]}"
        newsroom.print_(asked.removeprefix(newsroom.origin(number)), body, "text/html", number=number)
        urls[key] = asked
    return urls


DOOR = Path(sys.executable).with_name("spacereel")


def crawl(config: Any, *options: str) -> tuple[float, float, float]:
    """One `spacereel once`; returns seconds, peak memory of all its processes in MB, and processor seconds."""
    begun, peak, cpu = time.monotonic(), 0.0, 0.0
    once = subprocess.Popen(
        [str(DOOR), "once", "--config", str(config.path), *options], stdout=subprocess.DEVNULL
    )
    while once.poll() is None:
        pids = family(once.pid)
        peak, cpu = max(peak, memory_mb(pids, "Pss")), max(cpu, cpu_s(pids))
        time.sleep(0.2)
    assert once.returncode == 0
    return time.monotonic() - begun, peak, cpu


def extracted(pages: dict[str, tuple[str, bytes]], urls: dict[str, str]) -> dict[str, dict[str, Any]]:
    """What `spacereel extract --jsonl` makes of the same bytes at the same addresses."""
    lines = "".join(
        json.dumps(
            {
                "id": key,
                "url": urls[key],
                "html_b64": base64.b64encode(body).decode(),
                "headers": {"Content-Type": "text/html"},
            }
        )
        + "\n"
        for key, (_, body) in pages.items()
    )
    door = Path(sys.executable).with_name("spacereel")
    told = subprocess.run(
        [str(door), "extract", "--jsonl"], input=lines, capture_output=True, text=True, check=True
    )
    return {row["id"]: row for row in map(json.loads, told.stdout.splitlines())}


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", type=Path, nargs="?", default=Path(os.environ.get("SPACEREEL_PAGES", DEFAULT)))
    ask.add_argument("--out", type=Path)
    told = ask.parse_args()
    if not (told.folder / "gold.json").exists():
        print(f"skipped: there are no pages in {told.folder} (gold.json and html/ID.html.gz)")
        return
    gold = json.loads((told.folder / "gold.json").read_text(encoding="utf-8"))
    pages = {
        key: (each["url"], gzip.decompress((told.folder / "html" / f"{key}.html.gz").read_bytes()))
        for key, each in sorted(gold.items())
    }
    sites = len({site_of(url) for url, _ in pages.values()})
    with Newsroom(hosts=sites, net="127.0.2") as newsroom, tempfile.TemporaryDirectory() as folder:
        urls = serve(newsroom, pages)
        feed = newsroom.print_("/generated-feed", press.feed(list(urls.values())))
        config = kit.configured(Path(folder), [kit.source(feed)], max_bytes="10MB", timeout="30s")
        settings = Path(folder) / "spacereel.toml"
        settings.write_text(settings.read_text().replace("workers = 1", "workers = 0"))
        seconds, peak, cpu = crawl(config)
        rows = {row["url"]: row for row in kit.query(config, "SELECT * FROM articles")}
        stored = {key: rows[url] for key, url in urls.items() if url in rows}
        print(f"pages {len(pages)} of {sites} sites; stored {len(stored)}/{len(pages)}")
        for key in sorted(set(urls) - set(stored)):
            print(f"  {key[:8]} {': '.join(kit.verdict_of(config, urls[key]))}")
        print(f"wall {seconds:.1f} s, processor {cpu:.1f} s, peak memory of all processes {peak:.0f} MB")
        before = len(newsroom.log)
        again = crawl(config, "--all", "--recheck")[0]
        conditional = [each.is_conditional for each in newsroom.log[before:] if each.path != "/robots.txt"]
        print(
            f"second once, --all --recheck: {again:.1f} s, {sum(conditional)} of {len(conditional)} requests conditional, "
            f"{kit.count(config, 'articles') - len(rows)} articles added"
        )
        lines = extracted(pages, urls)
        same = [key for key, row in stored.items() if lines[key].get("text") == row["text"]]
        print(
            f"`extract --jsonl` and the record have the same text on {len(same)} of {len(stored)} stored pages"
        )
        for key in sorted(set(stored) - set(same)):
            print(f"  {key[:8]} differs: {gold[key]['url']}")
        if told.out:
            told.out.write_text("".join(line(key, stored.get(key)) for key in pages), encoding="utf-8")
            print(f"texts of the record written to {told.out}")


def line(key: str, row: dict[str, Any] | None) -> str:
    """A row of `articles` as the protocol has it."""
    if row is None:
        return json.dumps({"id": key, "error": "not stored"}) + "\n"
    names = {"text": "text", "title": "title", "image": "image_url", "description": "description"}
    told = {name: row[column] for name, column in names.items()} | {
        "language": row["language"],
        "site_name": row["site_name"],
    }
    lists = {name: json.loads(row[name]) for name in ("authors", "tags")}
    date = {"date": (row["published_at"] or "")[:10] or None, "published_at": row["published_at"]}
    return json.dumps({"id": key, **told, **lists, **date}, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
