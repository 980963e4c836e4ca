"""A year of a record, its clock an argument: what each table takes after one, six and twelve months, and what queries cost then.

`python bench/bench_years.py --share 0.1` simulates 300 sources and 400 articles a day at a tenth of the size, and prints what was
measured times ten; `--share 1` all of it. Every night has the upkeep of the daemon, with the limits of `--polls` and `--visits`.
What is invented: texts (`newsmaker`), 2,000 pages a day that are read and off topic, five looks at each article later on, pages of
25 kB of which a site shares most. What is not: every row goes through `Store`, as in a crawl.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from newsmaker import Newsmaker

from crawler.ingest.append import append, weigh
from db import overview, search
from db.connection import open_read_only
from db.model import Candidate, Capture, FetchRecord, Judgement, Outcome, Page, Source
from db.store import Store

SOURCES, ARTICLES, OFF_TOPIC, POLLS = 300, 400, 2000, 48
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
#: days after which an article is looked at again, and is as it was
LOOKS = (0.1, 1, 3, 8, 20)
SHOWN_DAYS = (30, 182, 365)
#: what reports are found by: the last 10,000 whatever the size, so it is not scaled
STORIES = "stories (not scaled)"
#: groups of tables, in the order of the listing; the rest is "other"
GROUPS: dict[str, tuple[str, ...]] = {
    "search index": ("articles_fts", "articles_words", "articles_runs"),
    "articles": ("article", "newest", "judgements", "copies"),
    "ledger": ("visits", "runs", "forgotten"),
    "known addresses": ("pages", "aliases", "url_keys", "frontier", "feed_entries"),
    "recognition": ("bands",),
    STORIES: ("stor",),
}


class Year:
    """A record and the world around it."""

    def __init__(self, folder: Path, share: float, keep_s: dict[str, float | None]) -> None:
        self.share, self._keep_s = share, keep_s
        self.store = Store.open(folder / "articles.db", now=BEGIN)
        self._dice = random.Random(7)
        self._maker = Newsmaker(BEGIN, round(ARTICLES * share))
        self._looks: dict[int, list[str]] = {}
        self._vocabulary = [f"{self._dice.getrandbits(40):x}" for _ in range(3000)]
        self._frames = [self._words(350) for _ in range(round(SOURCES * share))]
        self.upkeep_s = 0.0
        sources = [
            Source(
                id=f"s{number}",
                title=f"Source {number}",
                kind="feed",
                beat="bench",
                every_s=1800.0,
                url=f"https://s{number}.example/feed",
            )
            for number in range(round(SOURCES * share))
        ]
        self.store.schedule_sources(sources, BEGIN)
        self._sources = sources

    def _words(self, count: int) -> str:
        """Markup that packs to a fourth, as pages do."""
        return " ".join(
            f'<li class="teaser"><a href="/{self._dice.choice(self._vocabulary)}">{self._dice.choice(self._vocabulary)}</a></li>'
            for _ in range(count)
        )

    def live(self, day: int) -> None:
        """One day of polls, pages and articles, and the night after it."""
        at = BEGIN + timedelta(days=day)
        run = self.store.start_run("daemon", at)
        self._polls(at, run)
        self._off_topic(at, run)
        for news in self._maker.news(round(ARTICLES * self.share)):
            self._article(news.article, at, run, day)
        with self.store.as_one():
            for url in self._looks.pop(day, ()):
                self._row(
                    url, "recheck", Outcome.NOT_MODIFIED, at, run, "Not modified since the last visit (304)."
                )
        begun = time.process_time()
        self._night(at + timedelta(days=1))
        self.upkeep_s += time.process_time() - begun
        self.store.finish_run(run, at + timedelta(days=1))

    def _row(
        self, url: str, purpose: str, outcome: Outcome, at: datetime, run: int, reason: str, **more: Any
    ) -> None:
        record = FetchRecord(
            url=url, source=self._dice.choice(self._sources).id, purpose=purpose, started_at=at, outcome=outcome,
            reason=reason, elapsed_ms=200, status=200, **more,
        )  # fmt: skip
        self.store.append_visit(record, run)

    def _polls(self, at: datetime, run: int) -> None:
        for turn in range(POLLS):
            with self.store.as_one():
                for source in self._sources:
                    moment = at + timedelta(minutes=30 * turn)
                    record = FetchRecord(
                        url=source.url, source=source.id, purpose="source", started_at=moment, elapsed_ms=120, status=200,
                        outcome=Outcome.UNCHANGED, reason="30 entries, none of them new.",
                    )  # fmt: skip
                    self.store.append_visit(record, run)

    def _off_topic(self, at: datetime, run: int) -> None:
        for number in range(round(OFF_TOPIC * self.share)):
            page = self._page(
                f"https://site{number % 97}.example/{at:%Y/%m/%d}/headline-of-the-day-{number}",
                at,
                self._words(300),
            )
            self.store.keep_page(page, is_wanted=False)
            self._row(
                page.url, "new", Outcome.OFF_TOPIC, at, run, "Scored 0.00 of 3.50.", page_sha256=page.sha256
            )

    def _page(self, url: str, at: datetime, text: str) -> Page:
        frame = self._frames[sum(url.split("/")[2].encode()) % len(self._frames)]
        body = f"<html><body>{frame}<p>{text}</p></body></html>".encode()
        return Page(
            url=url,
            final_url=url,
            status=200,
            headers=(("content-type", "text/html"),),
            body=body,
            fetched_at=at,
        )

    def _article(self, article: Any, at: datetime, run: int, day: int) -> None:
        fetched = max(article.published_at or at, at)
        page = self._page(article.url, fetched, article.text)
        self.store.keep_page(page)
        found = Candidate(url=article.url, source="s1", found_on="https://s1.example/feed", found_at=fetched)
        judged = Judgement(topic_id="bench", score=8.0, threshold=4.5, evidence=(), band="relevant")
        capture = Capture(candidate=found, page=page, article=article, judgements=(judged,))
        record = FetchRecord(
            url=article.url, source="s1", purpose="new", started_at=fetched, outcome=Outcome.NEW, reason="", status=200,
            page_sha256=page.sha256,
        )  # fmt: skip
        append(self.store, weigh(self.store, capture, "mention"), record, run, recheck_after=fetched)
        for look in LOOKS:
            self._looks.setdefault(day + int(look), []).append(article.url)

    def _night(self, now: datetime) -> None:
        """What the daemon does once a day."""
        self.store.prune_archive(now, None, 30 * 86400.0)
        while self.store.forget_reports(now):
            pass
        while self.store.forget_visits(now, self._keep_s):
            pass
        site: str | None = ""
        while site is not None:
            site = self.store.forget_lines(site)
        while self.store.shrink():
            pass


def sizes(path: Path, share: float) -> dict[str, float]:
    """Megabytes of each group of tables with their indexes, as a whole newsroom would have them."""
    with closing(open_read_only(path)) as conn:
        rows = conn.execute(
            "SELECT coalesce(m.tbl_name, d.name), sum(d.pgsize) FROM dbstat d LEFT JOIN sqlite_master m ON m.name = d.name GROUP BY 1"
        ).fetchall()
    found = dict.fromkeys([*GROUPS, "other"], 0.0)
    for name, size in rows:
        group = next((each for each, begins in GROUPS.items() if name.startswith(begins)), "other")
        found[group] += size / 1e6 / (1.0 if group == STORIES else share)
    return found


def _common_word(conn: Any) -> str:
    """One of the words that the newest articles say."""
    text = conn.execute(
        "SELECT text FROM articles WHERE language = 'en' ORDER BY id DESC LIMIT 1"
    ).fetchone()[0]
    return f'"{text.split()[5]}"'


def queries(path: Path, now: datetime) -> Iterator[tuple[str, float]]:
    """Milliseconds of processor of what people ask, the best of three."""
    asked: dict[str, Callable[[Any], object]] = {
        "status: health of the sources": overview.health,
        "status: totals": overview.totals,
        "queue": lambda conn: overview.queue_sizes(conn, now),
        "newest fifty": lambda conn: conn.execute(
            "SELECT * FROM current_articles ORDER BY published_at DESC LIMIT 50"
        ).fetchall(),
        "words": lambda conn: conn.execute(
            "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid DESC LIMIT 50",
            (_common_word(conn),),
        ).fetchall(),
        "one address": lambda conn: search.visits_of(conn, "https://s1.example/feed"),
    }
    with closing(open_read_only(path)) as conn:
        for name, ask in asked.items():
            took = []
            for _ in range(3):
                begun = time.process_time()
                ask(conn)
                took.append((time.process_time() - begun) * 1000)
            yield name, min(took)


def main() -> None:
    """The tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=0.05, help="of 300 sources and 400 articles a day")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--polls", type=float, default=90, help="days that polls stay; 0 for ever")
    parser.add_argument(
        "--visits", type=float, default=180, help="days that visits which brought nothing stay; 0 for ever"
    )
    asked = parser.parse_args()
    keep_s = {"polls": asked.polls * 86400 or None, "visits": asked.visits * 86400 or None}
    shown = [day for day in SHOWN_DAYS if day <= asked.days]
    with tempfile.TemporaryDirectory(prefix="spacereel-years-") as name:
        year = Year(Path(name), asked.share, keep_s)
        path, columns, timed, archives, files = year.store.path, [], [], [], []
        for day in range(1, asked.days + 1):
            year.live(day - 1)
            if day in shown:
                columns.append(sizes(path, asked.share))
                timed.append(dict(queries(path, BEGIN + timedelta(days=day))))
                archives.append(path.with_name("archive.db").stat().st_size / 1e6 / asked.share)
                files.append(path.stat().st_size / 1e6)
        year.store.close()
    print(f"{'':34}" + "".join(f"{f'{day} days':>12}" for day in shown))
    for group in (*GROUPS, "other"):
        print(f"{group + ', MB':34}" + "".join(f"{column[group]:12,.0f}" for column in columns))
    print(f"{'the record, MB (not scaled)':34}" + "".join(f"{size:12,.0f}" for size in files))
    print(f"{'the archive on the disk, MB':34}" + "".join(f"{size:12,.0f}" for size in archives))
    for question in timed[0] if timed else ():
        print(f"{question + ', ms (not scaled)':34}" + "".join(f"{each[question]:12.1f}" for each in timed))
    print(f"upkeep: {year.upkeep_s / asked.days:.2f} s of processor a night (not scaled)")


if __name__ == "__main__":
    main()
