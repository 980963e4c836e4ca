"""Stories: what filing an article costs in a record of 10,000, and how well events of the labelled set are held together.

The record is synthetic: 2,000 invented texts of tests/unit/copies_set.py, each
stands there many times with other names, figures, bands and digests, 250 a
day. `python bench/bench_stories.py 100000` asks for another size (eight minutes); `quality`
measures tests/unit/stories_set.jsonl under other thresholds and windows.
"""

from __future__ import annotations

import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "unit"))

from copies_set import PUBLISHED, stories
from stories_kit import Told, append, b_cubed, filed, later, reports, with_background

from crawler import filing
from crawler.dedupe import stories as rules
from crawler.dedupe.fingerprint import fingerprint
from crawler.dedupe.profile import profile
from crawler.dedupe.recognise import recognise
from db.guards import TRIGGERS
from db.model import iso
from db.store import Store

TEXTS, A_DAY, SAMPLE = 2_000, 250, 300
#: articles of the synthetic record that tell of one event
PER_STORY = 4


def fill(path: Path, articles: int) -> None:
    """A record with so many articles, their bands and what stories are found by."""
    base = []
    for story in stories(TEXTS, seed=11):
        print_ = fingerprint(story.article)
        base.append((story.article, print_, profile(story.article, (), PUBLISHED)))
    Store.open(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("PRAGMA cache_size = -256000")
        conn.execute("BEGIN")
        conn.execute(
            "DROP TRIGGER articles_kept"
        )  # the search index takes most of the time, and no part in this
        counts: Counter[str] = Counter()
        bands: list[tuple[int, int]] = []
        terms: list[tuple[str, int, int]] = []
        for number in range(1, articles + 1):
            article, print_, of = base[number % TEXTS]
            copy, at = number // TEXTS, PUBLISHED - timedelta(days=(articles - number) / A_DAY)
            url = f"https://site-{number % 997}.example/{number}"
            own = {f"{term}{copy}" if term[0] in "nfd" and hash((term, copy)) % 10 < 8 else term: weight for term, weight in of.terms.items()}  # fmt: skip
            conn.execute(
                "INSERT INTO articles (id, title, source, published_at, language, url, canonical_url, revision, fetched_at,"
                " word_count, text, content_sha256, extractor, site_name) VALUES (?, ?, 'wire', ?, ?, ?, ?, 1, ?, ?, ?, ?, '', ?)",
                (number, article.title, iso(at), article.language, url, url, iso(at), article.word_count, article.text, f"{number:064x}", f"Site {number % 997}"),
            )  # fmt: skip
            story = number // PER_STORY + 1 if number % 2000 < 1000 else None
            if story is not None:
                conn.execute("INSERT OR IGNORE INTO stories (id, title, first_article_id, created_at, updated_at) VALUES (?, 'A story', ?, ?, ?)", (story, number, iso(at), iso(at)))  # fmt: skip
            conn.execute(
                "INSERT INTO newest (canonical_url, article_id, title, source, published_at, language, url, revision, site_name, fetched_at, word_count, story_id)"
                " VALUES (?, ?, ?, 'wire', ?, ?, ?, 1, ?, ?, ?, ?)",
                (url, number, article.title, iso(at), article.language, url, f"Site {number % 997}", iso(at), article.word_count, story),
            )  # fmt: skip
            conn.execute("INSERT INTO story_profiles VALUES (?, ?, ?, ?, ?)", (url, number, iso(at), article.language, json.dumps(own, ensure_ascii=False)))  # fmt: skip
            bands += [(band ^ (copy * 7919), number) for band in print_.bands]
            day = int(at.timestamp() // 86400)
            terms += [(term, day, number) for term in own if term[0] in "nfdw"]
            counts.update(own)
        bands.sort()
        conn.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", bands)
        terms.sort()
        conn.executemany("INSERT OR IGNORE INTO story_terms VALUES (?, ?, ?)", terms)
        conn.executemany("INSERT INTO story_counts VALUES (?, ?)", sorted({**counts, "": articles}.items()))
        conn.execute(TRIGGERS["articles_kept"])
        conn.execute("COMMIT")


def costs(articles: int) -> None:
    """Milliseconds of recognising and of filing a new article, writing included."""
    with tempfile.TemporaryDirectory() as folder:
        path, begun = Path(folder) / "articles.db", time.perf_counter()
        fill(path, articles)
        print(
            f"{articles:,} articles, {path.stat().st_size / 1e6:,.0f} MB, made in {time.perf_counter() - begun:.0f} s"
        )
        store, dice = Store.open(path), random.Random(4)
        fresh = [story.article for story in stories(SAMPLE, seed=77)]
        known = stories(TEXTS, seed=11)
        wall: dict[str, list[float]] = {"recognise": [], "file under a story": [], "both": []}
        cpu: dict[str, list[float]] = {"recognise": [], "file under a story": [], "both": []}
        for number, article in enumerate(fresh):
            if number % 3 == 0:  # reports and cut copies of what is known
                old = dice.choice(known).article
                lines = old.text.split("\n")
                article = replace(
                    article, text="\n".join([*lines[: len(lines) // 2], *article.text.split("\n")[:2]])
                )
            at = PUBLISHED + timedelta(minutes=number)
            begun_w, begun_c = time.perf_counter(), time.thread_time()
            print_ = fingerprint(article)
            recognise(article, print_, store.neighbours(article, print_), at)
            middle_w, middle_c = time.perf_counter(), time.thread_time()
            _file(store, article, at)
            end_w, end_c = time.perf_counter(), time.thread_time()
            for kept, one, two, three in ((wall, begun_w, middle_w, end_w), (cpu, begun_c, middle_c, end_c)):
                kept["recognise"].append((two - one) * 1000)
                kept["file under a story"].append((three - two) * 1000)
                kept["both"].append((three - one) * 1000)
        store.close()
    print(f"{'ms per new article':22} {'CPU p50':>8} {'CPU p95':>8} {'wall p50':>9} {'wall p95':>9}")
    for name in wall:
        print(
            f"{name:22} {_at(cpu[name], 50):8.2f} {_at(cpu[name], 95):8.2f} {_at(wall[name], 50):9.2f} {_at(wall[name], 95):9.2f}"
        )


def _file(store: Store, article: Any, at: Any) -> None:
    """Everything that `filing.file_under_story` does but the last write, which needs the article's row."""
    of = profile(article, (), at)
    counts, total = store.story_counts(tuple(of.terms))
    idf = rules.idf_of(counts, total)
    found = {term: of.terms[term] * idf(term) for term in rules.finders(of, idf)}
    near = store.reports_near(found, of.reported_at, rules.WINDOW)
    known = tuple({term for report in near for term in report.profile.terms} | set(of.terms))
    rules.cluster(of, near, *store.story_counts(known))


def _at(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


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
    if "quality" in sys.argv:
        quality()
    else:
        costs(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
        print()
        quality()
