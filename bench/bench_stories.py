"""Stories: how well events of the labelled set are held together, under several thresholds and windows.

What filing an article costs is in bench_history.py.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "unit"))

from stories_kit import Told, append, b_cubed, filed, later, reports, with_background

from crawler import filing
from crawler.dedupe import stories as rules
from db.store import Store


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


def quality() -> None:
    """How the set is held together as thresholds and the window move."""
    print(
        f"{'':24} {'dev P':>6} {'R':>6} {'F1':>6}   {'held P':>6} {'R':>6} {'F1':>6}   {'late':>6} {'background':>10}"
    )
    ours = (rules.JOIN, rules.WINDOW)
    settings = [(join, rules.WINDOW) for join in (0.2, 0.26, 0.32, 0.38, 0.44, 0.5)]
    settings += [(rules.JOIN, timedelta(days=days)) for days in (0.25, 1, 2, 8)]
    for rules.JOIN, window in settings:
        rules.WINDOW = filing.WINDOW = window
        dev, held = (through_a_record(reports(half)) for half in ("dev", "held"))
        late = [through_a_record(later(reports("held"), 36, seed))[2] for seed in (1, 2)]
        behind = through_a_record(with_background(reports("held")))[2]
        shown = "   ".join(" ".join(f"{value:6.3f}" for value in each) for each in (dev, held))
        print(
            f"join {rules.JOIN:.2f}, window {window.total_seconds() / 86400:4.2f} d {shown}   {statistics.mean(late):6.3f} {behind:10.3f}"
        )
    rules.JOIN, rules.WINDOW = ours


if __name__ == "__main__":
    quality()
