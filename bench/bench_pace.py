"""A pace that is learned, against a real server that refuses: how many requests meet a 429 before it has learnt and after.

    python bench/bench_pace.py [--limit 5] [--requests 400]

One host of the newsroom lets through so many requests a second (a bucket of tokens, as nginx's `limit_req` with a burst
of as many) and answers 429 to the rest. All its articles are in one feed; no delay is configured. Loopback only; the time it takes
is that of the limit.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "newsroom"))
import kit
import press
from answers import Asked
from newsroom import Newsroom

from crawler.daemon.once import run_once

#: requests after which the pace counts as learnt
LEARNT_AFTER = 100


class Bucket:
    """So many requests a second, in bursts of as many."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._tokens, self._at = limit, time.monotonic()
        #: whether each request was refused, in order
        self.refused: list[bool] = []

    def trouble(self, asked: Asked) -> str:
        """`/status/429` for a request too many."""
        if not asked.path.startswith("/article/"):
            return ""
        now = time.monotonic()
        self._tokens = min(self.limit, self._tokens + (now - self._at) * self.limit)
        self._at = now
        self.refused.append(self._tokens < 1)
        if self.refused[-1]:
            return "/status/429"
        self._tokens -= 1
        return ""


def crawled(limit: float, requests: int) -> tuple[list[bool], float]:
    """Whether each request was refused, and the seconds of it all."""
    bucket = Bucket(limit)
    with Newsroom(hosts=1) as newsroom, tempfile.TemporaryDirectory(prefix="pace-") as folder:
        newsroom.trouble = bucket.trouble
        urls = [f"{newsroom.origin()}/article/film-crew-{number}" for number in range(requests)]
        config = kit.configured(Path(folder), [kit.source(newsroom.print_("/rss", press.feed(urls)))])
        config = replace(config, fetch=replace(config.fetch, per_host_delay_s=0.0))
        begun, rounds = time.monotonic(), 0
        while len(bucket.refused) - sum(bucket.refused) < requests and rounds < 50:
            run_once(config)
            rounds += 1
        return bucket.refused, time.monotonic() - begun


def main() -> int:
    """Print the shares; 1 when more than 2 % meet a 429 after learning."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--limit", type=float, default=5.0, help="requests a second")
    words.add_argument("--requests", type=int, default=400)
    told = words.parse_args()
    refused, seconds = crawled(told.limit, told.requests)
    first, then = refused[:LEARNT_AFTER], refused[LEARNT_AFTER:]
    share = sum(then) / max(len(then), 1)
    print(f"limited to {told.limit:g} a second: {len(refused)} requests in {seconds:.0f} s")
    print(
        f"429 met by {sum(first)} of the first {len(first)}, and by {sum(then)} of the {len(then)} after ({share:.1%})"
    )
    return 1 if share > 0.02 else 0


if __name__ == "__main__":
    sys.exit(main())
