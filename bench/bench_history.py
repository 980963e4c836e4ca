"""Recognition: what it costs per article, and what it finds of the labelled set in tests/unit/copies_set.py.

The naive way it is measured against compares the runs of three words of an
article with those of every article before it, in the same run.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "unit"))

from copies_set import COPIES, EDITS, NON_EDITS, Shelf, Story, copies, known, near_misses, stories

from crawler.dedupe import recognise as rules
from crawler.dedupe.fingerprint import fingerprint, minhash_bands, overlap, shingles, simhash, tokens

#: articles in the record that a new one is compared with
SHELF = 1_000
#: articles whose cost is measured
SAMPLE = 100


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
    print(f"{'  MinHash bands':44} {median_ms(lambda s: minhash_bands(s.article.text), sample)}")
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


if __name__ == "__main__":
    costs()
    print()
    versions()
    print()
    print(f"copies, by threshold (ours is {rules.NEAR_COPY}):")
    for threshold in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        copied(threshold)
