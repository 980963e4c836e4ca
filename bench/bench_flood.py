"""Many hosts that send much at once: the memory of a whole crawl, reader processes included.

    python bench/bench_flood.py [--hosts 64]

One crawl per attack, a real one in a process of its own; shared pages count
once (PSS). `unpacked` is 10 MB of the markup that takes most memory to parse,
packed in 100 kB.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import kit
import press
from daemons import Started
from memory import family, memory_mb
from newsroom import Newsroom

ATTACKS = {
    "10 MB of text": "/huge/9999999",
    "10 MB of markup": "/markup/9999999",
    "10 MB of markup, unpacked": "/markup/9999999/gzip",
    "50 MB": "/huge/50000000",
    "without end": "/endless",
}


def crawl(path: str, hosts: int) -> tuple[float, float, str]:
    """Highest PSS in MB, seconds, and how many pages ended with which verdict."""
    with Newsroom(hosts=hosts, net="127.0.7") as newsroom, tempfile.TemporaryDirectory() as name:
        feed = newsroom.print_(
            "/feed", press.feed([newsroom.origin(number) + path for number in range(hosts)])
        )
        told = {"timeout": "30s", "max_bytes": "10MB", "allow_private": ["127.0.0.0/8"]}
        config = kit.configured(Path(name), [kit.source(feed)], **told)
        settings = Path(name) / "spacereel.toml"
        settings.write_text(settings.read_text().replace("workers = 1", "workers = 0"))
        begun, peak, once = time.monotonic(), 0.0, Started(config, "--once")
        while once.process.poll() is None:
            peak = max(peak, memory_mb(family(once.process.pid), "Pss"))
            time.sleep(0.02)
        sql = "SELECT verdict, count(*) AS n FROM visits WHERE purpose = 'new' GROUP BY verdict"
        verdicts = ", ".join(f"{row['verdict']} {row['n']}" for row in kit.query(config, sql))
        return peak, time.monotonic() - begun, verdicts


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--hosts", type=int, default=64)
    hosts = ask.parse_args().hosts
    print(f"{hosts} hosts send                peak PSS MB  seconds  rows")
    for name, path in ATTACKS.items():
        peak, took, verdicts = crawl(path, hosts)
        print(f"{name:28s} {peak:11.0f}  {took:7.0f}  {verdicts}", flush=True)


if __name__ == "__main__":
    main()
