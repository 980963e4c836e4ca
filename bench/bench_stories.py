"""Stories: how well events of the labelled sets are held together; `--sweep`: as thresholds and the window move.

`late`: each report up to 36 h later, so that events overlap; `background`: each with a paragraph that
names everything. What filing an article costs is in bench_history.py.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "kits"))

from stories_kit import Told, append, b_cubed, filed, later, reports, with_background

from crawler.dedupe import stories as rules
from crawler.ingest import stories as filing
from db.store import Store

#: sets that thresholds were chosen on; `last` was scored once and not looked at
HALVES = ("dev", "held", "fresh")
#: setting -> values it is given while all others are ours
MOVED = {
    "JOIN": (0.2, 0.26, 0.32, 0.38, 0.44, 0.5),
    "MERGE": (0.2, 0.3, 0.4, 0.6, 2.0),
    "WINDOW": tuple(timedelta(days=days) for days in (0.25, 1, 2, 4, 8)),
    "FADES_H": (24.0, 60.0, 120.0, 480.0),
    "HALF_TRUSTED": (0.01, 0.4, 0.8, 1.6),
}


def through_a_record(told: tuple[Told, ...]) -> tuple[float, float, float]:
    """B-cubed precision, recall and F1 of one half of the set."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "articles.db"
        store = Store.open(path)
        for each in told:
            append(store, each)
        store.close()
        with closing(sqlite3.connect(path)) as conn:
            found = filed(conn.execute("SELECT canonical_url, story_id FROM newest"))
    return b_cubed({each.article.url: each.event for each in told}, found)


def sweep() -> None:
    """How the sets are held together as thresholds and the window move; each setting alone."""
    ours = {name: getattr(rules, name) for name in ("JOIN", "MERGE", "WINDOW", "FADES_H", "HALF_TRUSTED")}
    print(f"{'':20}" + "".join(f" {half:>21}" for half in HALVES) + "      late  background")
    for name, values in MOVED.items():
        for value in values:
            rules.__dict__[name] = value
            filing.WINDOW = rules.WINDOW
            told = [through_a_record(reports(half)) for half in HALVES]
            late = statistics.mean(through_a_record(later(reports(half), 36, 1))[2] for half in HALVES)
            behind = statistics.mean(through_a_record(with_background(reports(half)))[2] for half in HALVES)
            shown = "   ".join(" ".join(f"{each:6.3f}" for each in one) for one in told)
            is_ours = "*" if value == ours[name] else " "
            label = f"{value.total_seconds() / 86400:g} d" if isinstance(value, timedelta) else f"{value:g}"
            print(f"{is_ours}{name.lower():12} {label:>6} {shown}   {late:6.3f}  {behind:6.3f}", flush=True)
        rules.__dict__[name] = ours[name]
    filing.WINDOW = rules.WINDOW


def quality() -> None:
    """The sets as they are held together by the shipped settings."""
    print(f"{'':8} {'events':>6} {'reports':>7} {'P':>6} {'R':>6} {'F1':>6} {'late':>6} {'background':>10}")
    for half in (*HALVES, "last"):
        told = reports(half)
        events = sum(count > 1 for count in Counter(each.event for each in told).values())
        late = statistics.mean(through_a_record(later(told, 36, seed))[2] for seed in (1, 2))
        shown = (*through_a_record(told), late, through_a_record(with_background(told))[2])
        print(f"{half:8} {events:6} {len(told):7} " + " ".join(f"{each:6.3f}" for each in shown))


if __name__ == "__main__":
    quality()
    if "--sweep" in sys.argv:
        sweep()
