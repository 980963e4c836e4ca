"""How fast the review's pages are on a large record: `python bench/bench_review.py [articles]`.

Fills a record with invented articles (100,000 unless told otherwise, which takes
a few minutes), then asks each page in this process, the first time and five
times more: processor time, which other work on the machine does not change much.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.review.serve import review_of
from db.model import iso
from db.people import people_of
from db.sessions import begin
from db.store import Store

NOW = datetime.now(UTC)
SOURCES = 300
#: searches that somebody keeps, and articles since they looked
KEPT, UNSEEN = 24, 5_000
PAGES = (
    "/",
    "/-/queue",
    "/-/article/77?queue=1",
    "/-/articles?band=relevant",
    "/-/articles?after=77",
    "/-/articles?q=word17",
    "/-/articles?tag=word3",
    "/-/why?url=https://s5.example/5",
    "/articles",
    "/articles/current_articles",
    "/articles/review_queue",
    "/articles/health",
    "/articles/near_misses",
)


def fill(path: Path, articles: int) -> None:
    """A record of *articles* judged articles and three times as many visits."""
    Store.open(path).close()
    chance = random.Random(7)
    words = [f"word{n}" for n in range(20_000)]
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("PRAGMA synchronous = OFF")
        conn.executemany(
            """INSERT INTO sources (id, title, kind, url, beat, every_s, max_pages, added_at, checked_at, succeeded_at)
            VALUES (?, ?, 'feed', ?, 'space-films', 1800, 200, ?, ?, ?)""",
            ((f"s{n}", f"Source {n}", f"https://s{n}.example/feed", *[iso(NOW)] * 3) for n in range(SOURCES)),
        )
        for n in range(articles):
            add_article(conn, chance, words, n)
        conn.executemany(
            """INSERT INTO visits (url, source, purpose, started_at, elapsed_ms, status, verdict, reason, received_bytes, score)
            VALUES (?, ?, 'new', ?, 200, 200, 'off_topic', 'score is under 4', 20000, ?)""",
            (
                (
                    f"https://s{n % SOURCES}.example/off{n}",
                    f"s{n % SOURCES}",
                    when(chance, 90),
                    chance.random() * 4,
                )
                for n in range(articles * 2)
            ),
        )


def when(chance: random.Random, days: int) -> str:
    return iso(NOW - timedelta(minutes=chance.randrange(days * 1440)))


def add_article(conn: sqlite3.Connection, chance: random.Random, words: list[str], n: int) -> None:
    """One article of about 150 words, its judgement and its visit; every tenth is marked."""
    at, site = when(chance, 900), n % SOURCES
    url = f"https://s{site}.example/{n}"
    text = "\n".join(" ".join(chance.choices(words, k=50)) for _ in range(3))
    tags = json.dumps([f"word{int(chance.paretovariate(0.7)) % 9000}"])
    row = (
        " ".join(chance.choices(words, k=9)),
        f"s{site}",
        at,
        url,
        url,
        tags,
        f"Site {site}",
        at,
        text,
        str(n),
    )
    article = conn.execute(
        """INSERT INTO articles (title, source, published_at, url, canonical_url, revision, tags, site_name, fetched_at,
            word_count, text, content_sha256, extractor, language)
        VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, 150, ?, ?, 'bench', 'en')""",
        row,
    ).lastrowid
    score = chance.expovariate(0.4)
    band = "relevant" if score > 4 else "mention" if score > 2 else "off"
    conn.execute(
        """INSERT INTO judgements (article_id, beat, score, threshold, band, ruleset, judged_at)
        VALUES (?, 'space-films', ?, 4, ?, 'bench', ?)""",
        (article, score, band, at),
    )
    conn.execute(
        """INSERT INTO visits (url, source, purpose, started_at, elapsed_ms, status, verdict, reason, received_bytes,
            article_id, score) VALUES (?, ?, 'new', ?, 300, 200, 'new', 'new', 40000, ?, ?)""",
        (url, f"s{site}", at, article, score),
    )
    if n % 10 == 0:
        conn.execute(
            "INSERT INTO review_events (article_id, mark, reviewer, reviewed_at) VALUES (?, 'relevant', 'bench', ?)",
            (article, at),
        )


async def measure(path: Path) -> None:
    """Ask every page, and those that show counts of saved searches, and print what it took."""
    review = review_of(path)
    await review.invoke_startup()
    print(f"{'first':>9} {'median':>9}   page")
    for page in PAGES:
        await ask(review, page)
    await ask(review, "/-/feed.atom?q=word17")
    cookies = keep_searches(path)
    print(f"the same for somebody with {KEPT} saved searches, of whose articles {UNSEEN:,} are unread")
    for page in (*PAGES, "/-/searches", "/-/search/1", "/-/search/2", "/-/feed.atom?search=1"):
        await ask(review, page, cookies)
    with closing(sqlite3.connect(path)) as conn, conn:
        chance, words = random.Random(8), [f"word{n}" for n in range(20_000)]
        for n in range(200):
            add_article(conn, chance, words, 10_000_000 + n)
    print("after 200 new articles")
    for page in ("/-/queue", "/-/search/1"):
        await ask(review, page, cookies)


async def ask(review: Any, page: str, cookies: Mapping[str, str] | None = None) -> None:
    """Ask one page six times."""
    took = []
    for _ in range(6):
        start = time.process_time()
        answer = await review.client.get(page, cookies=cookies or {})
        took.append((time.process_time() - start) * 1000)
        assert answer.status_code == 200, (page, answer.status_code)
    print(f"{took[0]:6.0f} ms {statistics.median(took[1:]):6.1f} ms   {page}")


def keep_searches(path: Path) -> Mapping[str, str]:
    """Searches of somebody, frequent and rare; returns the cookie of their session."""
    with closing(sqlite3.connect(path)) as conn, conn:
        last = conn.execute("SELECT max(id) FROM articles").fetchone()[0]
        for n in range(KEPT):
            query = (
                f"word{n}",
                f"word{n} OR word{n + 50}",
                "lang:en score>5",
                f"tag:word{n}",
                f'"word{n} word1"',
            )[n % 5]
            conn.execute(
                """INSERT INTO searches (name, query, person, since_id, saved_by, saved_at)
                VALUES (?, ?, 'root', ?, 'root', ?)""",
                (f"Search {n}", query, last - UNSEEN, iso(NOW)),
            )
    with people_of(path) as people:
        return {"spacereel": begin(people, "root", NOW)}


def main() -> None:
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "articles.db"
        start = time.perf_counter()
        fill(path, articles)
        size_mb = path.stat().st_size / 1e6
        print(
            f"{articles:,} articles, {articles * 3:,} visits, {size_mb:.0f} MB, filled in {time.perf_counter() - start:.0f} s"
        )
        asyncio.run(measure(path))


if __name__ == "__main__":
    main()
