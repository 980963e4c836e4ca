"""History: what recognising and filing an article costs, and what is found of the labelled set in tests/kits/copies_set.py.

    python bench/bench_history.py                       both, in a record of 10,000 articles
    python bench/bench_history.py --articles 1000000    the cost alone, in a record of that size; --a-day 2740 for one year's

The naive way it is measured against compares the runs of three words of an
article with those of every article before it, in the same run.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "kits"))

from copies_set import COPIES, EDITS, NON_EDITS, Shelf, Story, copies, known, stories
from history_record import fill
from history_sweep import sweep
from near_misses import near_misses

from crawler.dedupe import recognise as rules
from crawler.dedupe.fingerprint import fingerprint, minhash_bands, overlap, shingles, simhash, tokens
from crawler.ingest.stories import file_under_story
from db.model import Article, Candidate, Capture, FetchRecord, Outcome, Page
from db.store import Store

#: articles in the record that a new one is compared with
SHELF = 1_000
#: articles whose cost is measured
SAMPLE = 100
#: articles that go into a record before any is measured, so that what is remembered is; articles that are measured
WARM, MEASURED = 500, 2_000


def timed_ms(work: Callable[[], Any]) -> float:
    """Milliseconds of processor time that *work* takes, so that other processes do not count."""
    begun = time.thread_time()
    work()
    return (time.thread_time() - begun) * 1000


def median_ms(work: Callable[[Story], Any], of: list[Story]) -> str:
    """Median and 95th percentile over *of*, as `0.12 / 0.20`."""
    times = sorted(timed_ms(lambda story=story: work(story)) for story in of)
    return f"{statistics.median(times):.2f} / {times[int(len(times) * 0.95)]:.2f}"


def costs() -> None:
    """What one article costs."""
    of = stories(SHELF + SAMPLE, seed=9)
    shelf = Shelf()
    for story in of[:SHELF]:
        shelf.put(story.article)
    all_runs = [shingles(tokens(story.article.text)) for story in of[:SHELF]]
    sample = of[SHELF:]

    def naive(story: Story) -> float:
        runs = shingles(tokens(story.article.text))
        return max(overlap(runs, other) for other in all_runs)

    print(f"{'CPU ms per article':44} median / p95   ({SHELF} articles known)")
    print(f"{'fingerprint, all of it':44} {median_ms(lambda s: fingerprint(s.article), sample)}")
    print(f"{'  SimHash':44} {median_ms(lambda s: simhash(s.article.text), sample)}")
    print(f"{'  MinHash bands':44} {median_ms(lambda s: minhash_bands(tokens(s.article.text)), sample)}")
    print(
        f"{'fingerprint, neighbours and likeness':44} {median_ms(lambda s: shelf.likeness(s.article), sample)}"
    )
    print(f"{'  of a copy':44} {median_ms(lambda s: shelf.likeness(s.article), of[:SAMPLE])}")
    print(f"{'naive: runs compared with every article':44} {median_ms(naive, sample)}")


def versions() -> None:
    """False alarms and missed edits."""
    of = stories(60)

    def kinds(edits: dict[str, Any]) -> list[str]:
        return [
            rules.recognise(
                edit(story),
                fingerprint(edit(story)),
                [known(story.article, 1, fingerprint(story.article).content_sha256)],
            ).kind
            for story in of
            for edit in edits.values()
        ]

    edited, same = kinds(EDITS), kinds(NON_EDITS)
    print(f"edits: {len(edited)} of {len(EDITS)} kinds, missed {len(edited) - edited.count('changed')}")
    print(
        f"no edits: {len(same)} of {len(NON_EDITS)} kinds, false alarms {len(same) - same.count('unchanged')}"
    )


def copied(threshold: float) -> None:
    """Precision and recall of copies at one threshold."""
    rules.NEAR_COPY = threshold
    of, shelf = stories(60, seed=2), Shelf()
    ids = {story.article.url: shelf.put(story.article).article_id for story in of}
    hits: dict[str, int] = defaultdict(int)
    for kind, original, copy in copies(of):
        likeness = shelf.likeness(copy)
        hits[kind] += likeness.article_id == ids[original.url] and likeness.kind in ("copy", "near_copy")
    wrong: dict[str, int] = defaultdict(int)
    for kind, first, second in near_misses(stories(60, seed=3)):
        neighbours = Shelf()
        neighbours.put(first)
        wrong[kind] += neighbours.likeness(second).kind != "new"
    found, alarms = sum(hits.values()), sum(wrong.values())
    short = [f"{kind} {count}/60" for kind, count in hits.items() if count < 60]
    false = [f"{kind} {count}/60" for kind, count in wrong.items() if count]
    precision, recall = found / (found + alarms), found / (60 * len(COPIES))
    print(f"{threshold:.2f}  precision {precision:.4f}  recall {recall:.4f}  {'; '.join(short + false)}")


def in_a_record(articles: int, a_day: int) -> None:
    """What new articles cost in a record of that size; they go into it, one by one."""
    with tempfile.TemporaryDirectory() as folder:
        path, begun = Path(folder) / "articles.db", time.perf_counter()
        maker = fill(path, articles, a_day, datetime(2026, 11, 20, tzinfo=UTC))
        size_mb, took_s = path.stat().st_size / 1e6, time.perf_counter() - begun
        print(f"{articles:,} articles, {a_day} a day: {size_mb:,.0f} MB, made in {took_s:.0f} s")
        before_mb = _memory_mb()
        with closing(Store.open(path)) as store:
            steps = [_steps(store, news.article) for news in maker.news(WARM + MEASURED)][WARM:]
    print(
        f"{'ms per new article':40} {'CPU p50':>8} {'p95':>7} {'p99':>7}   {'wall p50':>8} {'p95':>7} {'p99':>7}"
    )
    for name in steps[0]:
        shown = [[statistics.quantiles([step[name][clock] for step in steps], n=100)[at - 1] for at in (50, 95, 99)] for clock in (0, 1)]  # fmt: skip
        print(f"{name:40} {shown[0][0]:8.2f} {shown[0][1]:7.2f} {shown[0][2]:7.2f}   {shown[1][0]:8.2f} {shown[1][1]:7.2f} {shown[1][2]:7.2f}")  # fmt: skip
    print(
        f"memory of the process: {before_mb:.0f} MB with the maker of news, {_memory_mb():.0f} MB at the end"
    )


def _memory_mb() -> float:
    """Resident memory of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def _steps(store: Store, article: Article) -> dict[str, tuple[float, float]]:
    """Milliseconds of processor and of the wall clock for each step of one article."""
    assert article.published_at is not None, "the maker dates everything"
    at = article.published_at + timedelta(minutes=20)
    page = Page(url=article.url, final_url=article.url, status=200, headers=(), body=b"", fetched_at=at)
    found = Candidate(url=article.url, source="wire", found_on=article.url, found_at=at)
    capture = Capture(candidate=found, page=page, article=article, judgements=())
    record = FetchRecord(
        url=article.url, source="wire", purpose="new", started_at=at, outcome=Outcome.NEW, reason="-"
    )
    clock = _Clock()
    print_ = fingerprint(article)
    likeness = rules.recognise(article, print_, store.neighbours(article, print_), at)
    recognised = clock.lap()
    revision = store.append(capture, likeness, record, None, keeps=True, fingerprint=print_)
    clock.lap()
    with _timed_writes(store) as writes:
        file_under_story(store, capture, likeness, revision, at)
    filed = clock.lap()
    decided = tuple(whole - written for whole, written in zip(filed, writes.spent, strict=True))
    return {
        "recognised: version, move, copy or new": recognised,
        "clustered: which story": decided,
        "both": tuple(map(sum, zip(recognised, decided, strict=True))),
        "both, with the story written": tuple(map(sum, zip(recognised, filed, strict=True))),
    }


class _Clock:
    """Processor and wall time since the last lap, in milliseconds."""

    def __init__(self) -> None:
        self._last = (time.thread_time(), time.perf_counter())

    def lap(self) -> tuple[float, float]:
        now = (time.thread_time(), time.perf_counter())
        cpu, wall = now[0] - self._last[0], now[1] - self._last[1]
        self._last = now
        return cpu * 1000, wall * 1000


@contextmanager
def _timed_writes(store: Store) -> Iterator[Any]:
    """What the two methods that write stories take, summed up in `spent`."""
    spent = SimpleNamespace(spent=(0.0, 0.0))

    def timed(work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any) -> Any:
            clock = _Clock()
            try:
                return work(*args)
            finally:
                spent.spent = clock.lap()

        return run

    store.file_report, store.file_copy = timed(Store.file_report.__get__(store)), timed(Store.file_copy.__get__(store))  # type: ignore[method-assign]  # fmt: skip
    yield spent


if __name__ == "__main__":
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument(
        "--articles", type=int, help="size of the record; without it 10,000, and the labelled set"
    )
    options.add_argument("--a-day", type=int, default=500, help="articles a day (500)")
    options.add_argument(
        "--sweep", action="store_true", help="how versions, moves and copies behave as thresholds move"
    )
    asked = options.parse_args()
    if asked.sweep:
        sweep()
        raise SystemExit
    in_a_record(asked.articles or 10_000, asked.a_day)
    if asked.articles is None:
        print()
        costs()
        print()
        versions()
        print()
        print(f"copies, by threshold (ours is {rules.NEAR_COPY}):")
        for threshold in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            copied(threshold)
