"""What the record costs at 200,000 articles: appending, finding neighbours, the queries people run, the archive.

`python bench/bench_record.py [ARTICLES]` prints one table. Articles are
invented: 60 words each from a vocabulary as uneven as a language's.
"""

from __future__ import annotations

import gzip
import json
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from db.archive import Archive
from db.connection import connect, open_read_only, transaction
from db.model import (
    Article,
    Candidate,
    Capture,
    FetchRecord,
    Fingerprint,
    Judgement,
    Likeness,
    Outcome,
    Page,
    Source,
)
from db.store import Store

#: real pages, where there are some; see `pages`
PAGES = Path(__file__).resolve().parents[2] / "shared" / "data" / "extraction-dev"
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
WORDS = ["Вызов", "cruise", "orbit", *(f"w{number}" for number in range(30_000))]
SUMS = list(accumulate(1 / (rank + 3) for rank in range(len(WORDS))))
BANDS = ("off", "off", "off", "mention", "relevant")
BATCH = 5_000

QUERIES = {
    "latest 20": "SELECT * FROM current_articles ORDER BY published_at DESC LIMIT 20",
    "latest 20 of a source": "SELECT * FROM current_articles WHERE source = 's7' ORDER BY published_at DESC LIMIT 20",
    "latest 20 in a language": "SELECT * FROM current_articles WHERE language = 'ru' ORDER BY published_at DESC LIMIT 20",
    "latest 20 with a common tag": """SELECT a.* FROM article_tags t JOIN current_articles a ON a.id = t.article_id
        WHERE t.tag = 'film' ORDER BY t.article_id DESC LIMIT 20""",
    "latest 20 with a rare tag": """SELECT a.* FROM article_tags t JOIN current_articles a ON a.id = t.article_id
        WHERE t.tag = 'tag7' ORDER BY t.article_id DESC LIMIT 20""",
    "review queue, newest 20": "SELECT * FROM review_queue ORDER BY published_at DESC LIMIT 20",
    "review queue, best 20": "SELECT * FROM review_queue ORDER BY score DESC LIMIT 20",
    "review queue, count": "SELECT count(*) FROM review_queue",
    "newest 20 changes": "SELECT * FROM article_changes ORDER BY changed_at DESC LIMIT 20",
    "one article by URL": "SELECT * FROM current_articles WHERE canonical_url = 'https://h7.example/7'",
    "its visits": "SELECT * FROM visits WHERE url = 'https://h7.example/7'",
    "search, newest 20": """SELECT a.id, a.title FROM articles_fts f JOIN articles a ON a.id = f.rowid
        WHERE articles_fts MATCH 'вызов cruise' ORDER BY f.rowid DESC LIMIT 20""",
    "count of all": "SELECT count(*) FROM current_articles",
    "facet: sources": "SELECT source, count(*) FROM (SELECT * FROM current_articles) GROUP BY 1 ORDER BY 2 DESC LIMIT 31",
    "source health, all": "SELECT * FROM source_health",
}


def phrase(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, cum_weights=SUMS, k=words))


def invented(first: int, last: int) -> Iterator[dict[str, Any]]:
    """Rows of `articles`; every twentieth has a second version."""
    chance = random.Random(first)
    lines = [phrase(chance, 20) for _ in range(300)]
    for number in range(first, last):
        at = f"{BEGIN + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}"
        url = f"https://h{number % 500}.example/{number}"
        row = {
            "title": phrase(chance, 8), "source": f"s{number % 300}", "published_at": at,
            "language": chance.choice(("en", "ru", "de")), "url": url, "canonical_url": url, "revision": 1,
            "authors": '["Anna Petrova"]', "tags": json.dumps(["film", f"tag{number % 1000}"]),
            "site_name": f"Site {number % 500}", "description": phrase(chance, 15), "fetched_at": at,
            "word_count": 60, "text": "\n".join(chance.choices(lines, k=3)),
            "content_sha256": f"{number:064x}", "simhash": number, "extractor": "bench", "page_sha256": f"{number:064x}",
        }  # fmt: skip
        yield row
        if number % 20 == 0:
            yield {**row, "revision": 2, "title": phrase(chance, 8), "content_sha256": f"{-number - 1:064x}"}


def fill(path: Path, articles: int) -> float:
    """Put *articles* into an empty record, in batches; returns versions per second of processor time."""
    conn, begun, versions = connect(path), time.process_time(), 0
    conn.execute("PRAGMA wal_autocheckpoint = 50000")
    for first in range(0, articles, BATCH):
        rows = list(invented(first, min(articles, first + BATCH)))
        columns = ", ".join(rows[0])
        marks = ", ".join(f":{name}" for name in rows[0])
        ids = range(versions + 1, versions + len(rows) + 1)
        with transaction(conn, path):
            conn.executemany(f"INSERT INTO articles ({columns}) VALUES ({marks})", rows)
            conn.executemany(
                "INSERT INTO judgements (article_id, beat, score, threshold, band, ruleset, judged_at)"
                " VALUES (?, 'b', ?, 0.5, ?, 'r', ?)",
                [
                    (i, (i * 37 % 100) / 100, BANDS[i % 5], row["fetched_at"])
                    for i, row in zip(ids, rows, strict=True)
                ],
            )
            conn.executemany(
                "INSERT INTO visits (url, source, purpose, started_at, elapsed_ms, verdict, reason, received_bytes)"
                " VALUES (?, ?, 'new', ?, 50, 'new', 'bench', 90000)",
                [(row["url"], row["source"], row["fetched_at"]) for row in rows],
            )
            bands = sorted((random.getrandbits(62), i) for i in ids for _ in range(16))
            conn.executemany("INSERT INTO bands VALUES (?, ?)", bands)
        versions += len(rows)
    conn.close()
    return versions / (time.process_time() - begun)


def sample(store: Store, number: int) -> tuple[Capture, Fingerprint, FetchRecord]:
    """An article of 600 words, as a crawl hands it over."""
    chance = random.Random(-number)
    at = BEGIN + timedelta(days=2000, minutes=number)
    url = f"https://new{number % 50}.example/{number}"
    text = "\n".join(phrase(chance, 60) for _ in range(10))
    page = Page(
        url=url, final_url=url, status=200, headers=(("etag", '"x"'),), body=text.encode(), fetched_at=at
    )
    article = Article(
        url=url, canonical_url=url, title=phrase(chance, 8), text=text, authors=("A",), tags=("film",)
    )
    judgement = Judgement(topic_id="b", score=0.9, threshold=0.5, band="relevant", ruleset="r")
    candidate = Candidate(url=url, source="s7", found_on="https://h/rss", found_at=at)
    lines = tuple(chance.getrandbits(62) for _ in range(30))
    capture = Capture(
        candidate=candidate, page=page, article=article, judgements=(judgement,), line_hashes=lines
    )
    bands = tuple(chance.getrandbits(62) for _ in range(16))
    fingerprint = Fingerprint(
        content_sha256=page.sha256, simhash=number, bands=bands, site=f"new{number % 50}.example"
    )
    record = FetchRecord(
        url=url, source="s7", purpose="new", started_at=at, outcome=Outcome.NEW, reason="bench"
    )
    return capture, fingerprint, record


def timed(work: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of processor time of each of *times* calls."""
    spans = []
    for _ in range(times):
        begun = time.process_time()
        work()
        spans.append((time.process_time() - begun) * 1000)
    return sorted(spans)


def told(name: str, spans: list[float]) -> None:
    print(f"  {name:<34} {statistics.median(spans):9.2f} {spans[int(len(spans) * 0.95)]:9.2f}")


def one_by_one(store: Store, count: int = 400) -> None:
    """Time what a crawl does for each page."""
    samples = iter([sample(store, number) for number in range(count)])
    now = BEGIN + timedelta(days=2100)
    store.enqueue([replace(sample(store, number)[0].candidate) for number in range(count)], now)
    looked: list[float] = []

    def append() -> None:
        capture, fingerprint, record = next(samples)
        assert capture.article is not None
        begun = time.process_time()
        store.neighbours(capture.article, fingerprint)
        looked.append((time.process_time() - begun) * 1000)
        store.append(capture, Likeness(kind="new"), record, None, keeps=True, fingerprint=fingerprint)

    told("pending(100) of the frontier", timed(lambda: store.pending(now, 100), 20))
    told("append, 600 words, own transaction", timed(append, count))
    told("  of it: neighbours", sorted(looked))


def pages() -> dict[str, list[bytes]]:
    """Bodies by host: real pages where there are some, else invented ones that share their furniture."""
    by_host: dict[str, list[bytes]] = defaultdict(list)
    if PAGES.is_dir():
        gold = json.loads((PAGES / "gold.json").read_text(encoding="utf-8"))
        for digest, page in gold.items():
            body = gzip.decompress((PAGES / "html" / f"{digest}.html.gz").read_bytes())
            by_host[urlsplit(page["url"]).netloc].append(body)
        return {host: bodies for host, bodies in by_host.items() if len(bodies) > 1}
    chance = random.Random(1)
    furniture = "".join(f"<li><a href='/{chance.random()}'>{phrase(chance, 2)}</a></li>" for _ in range(1500))
    return {"a.example": [f"{furniture}<p>{phrase(chance, 600)}</p>{furniture}".encode() for _ in range(20)]}


def archive_ratio(folder: Path) -> None:
    """How small page bodies become: with an earlier page of their host, and without."""
    archive = Archive.open(folder / "archive.db")
    spans, kind = [], "real" if PAGES.is_dir() else "invented"
    zipped = 0
    for host, bodies in pages().items():
        for number, body in enumerate(bodies):
            url = f"https://{host}/{number}"
            page = Page(url=url, final_url=url, status=200, headers=(), body=body, fetched_at=BEGIN)
            spans += timed(lambda page=page: archive.keep_page(page), 1)  # type: ignore[misc]
            zipped += len(gzip.compress(body, 6)) if number else 0
    archive.close()
    with closing(open_read_only(folder / "archive.db")) as conn:
        query = "SELECT count(*), sum(size_bytes), sum(length(zstd)) FROM bodies WHERE prefix_id IS {} NULL"
        after, first = conn.execute(query.format("NOT")).fetchone(), conn.execute(query.format("")).fetchone()
    told(f"keep_page, {kind} pages", sorted(spans))
    print(
        f"  first pages of {first[0]} hosts: {first[1] / first[2]:.1f}x; {after[0]} later ones: {after[1] / after[2]:.1f}x",
        end="",
    )
    print(f"; gzip: {after[1] / zipped:.1f}x" if zipped else "")


def main(articles: int = 200_000) -> None:
    """Fill, measure, print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store.open(folder / "articles.db")
        names = (f"s{number}" for number in range(300))
        listed = [
            Source(id=n, title=n, kind="feed", url=f"https://{n}/", beat="b", every_s=900) for n in names
        ]
        store.schedule_sources(listed, BEGIN)
        polled = BEGIN + timedelta(minutes=articles)
        for state in store.source_states():
            store.schedule_source(replace(state, checked_at=polled, succeeded_at=polled))
        store.close()
        rate = fill(folder / "articles.db", articles)
        store = Store.open(folder / "articles.db")
        size = (folder / "articles.db").stat().st_size
        print(f"{articles} articles of 60 words, 5 % with a second version: {size / 1e6:.0f} MB")
        print(f"  filled at {rate:.0f} versions per second of processor time, in batches of {BATCH}")
        print(f"  {'ms of processor time':<34} {'median':>9} {'p95':>9}")
        one_by_one(store)
        with closing(open_read_only(store.path)) as conn:
            for what, sql in QUERIES.items():
                told(what, timed(lambda sql=sql: conn.execute(sql).fetchall(), 15))  # type: ignore[misc]
        store.close()
        archive_ratio(folder / "pages")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
