"""A record of any size for bench_history.py, filled in bulk: texts, addresses, bands and what stories are found by.

The last days are true articles of `newsmaker`, each with the fingerprint, the
terms and the story that belong to it, so that a new one meets what it would
meet. Older rows repeat 3,000 of these texts under addresses, bands, names and
figures of their own. Reports are remembered as `db.forgetting` leaves them.
The search index stays empty: nothing that is measured here asks it.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from newsmaker import CARRIED, News, Newsmaker

from crawler.dedupe.fingerprint import fingerprint, minhash_bands, tokens
from crawler.dedupe.profile import profile
from db.filing import Profile
from db.forgetting import KEPT, LAST
from db.guards import TRIGGERS
from db.model import Article, Fingerprint, iso
from db.store import Store
from db.stories import reported_day

#: days before the end that hold true articles; texts that older rows repeat
TRUE_DAYS, TEMPLATES = 5, 3_000
#: bands of sixteen in which the background paragraph of an article is found
_BACKGROUND_BANDS = 2

_ARTICLE = """INSERT INTO articles (id, title, source, published_at, language, url, canonical_url, revision, fetched_at,
    word_count, text, content_sha256, simhash, extractor, site_name) VALUES (?, ?, 'wire', ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, '', ?)"""
_NEWEST = """INSERT INTO newest (canonical_url, article_id, title, source, published_at, language, url, revision, site_name,
    fetched_at, word_count, story_id, original_url) VALUES (?, ?, ?, 'wire', ?, ?, ?, 1, ?, ?, ?, ?, ?)"""


@dataclass(frozen=True)
class Row:
    """One article of the record to be."""

    article: Article
    print: Fingerprint
    profile: Profile | None
    story: int | None
    original: str | None


def fill(path: Path, articles: int, a_day: int, end: datetime) -> Newsmaker:
    """Make the record; returns the maker, whose next article is the first that is not in it."""
    Store.open(path).close()
    true = min(articles, TRUE_DAYS * a_day)
    maker = Newsmaker(end - timedelta(days=TRUE_DAYS), a_day)
    told = maker.news(true)
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("PRAGMA journal_mode = OFF")
        conn.execute("PRAGMA cache_size = -64000")
        conn.execute("DROP TRIGGER articles_kept")
        conn.execute("BEGIN")
        conn.execute("CREATE TEMP TABLE some_bands (band INTEGER, article_id INTEGER)")
        conn.execute("CREATE TEMP TABLE some_terms (term TEXT, day INTEGER, article_id INTEGER)")
        counts: Counter[str] = Counter()
        _put(conn, _old(articles - true, maker, end, told), 1, counts)
        _put(conn, _true(told), articles - true + 1, counts)
        conn.execute("INSERT OR IGNORE INTO bands SELECT band, article_id FROM some_bands ORDER BY 1, 2")
        conn.execute("INSERT OR IGNORE INTO story_terms SELECT * FROM some_terms ORDER BY 1, 2, 3")
        conn.executemany("INSERT INTO story_counts VALUES (?, ?)", sorted(counts.items()))
        conn.execute(TRIGGERS["articles_kept"])
        conn.execute("COMMIT")
        conn.execute("PRAGMA journal_mode = WAL")
    return maker


def _put(conn: sqlite3.Connection, rows: Iterator[Row], first: int, counts: Counter[str]) -> None:
    opened: set[int] = set()
    for number, row in enumerate(rows, first):
        article, at = row.article, iso(row.article.published_at or row.profile.reported_at)  # type: ignore[union-attr]  # one has a date
        url, site = article.canonical_url, article.site_name
        sha = row.print.content_sha256
        conn.execute(_ARTICLE, (number, article.title, at, article.language, url, url, at, article.word_count, article.text, sha, row.print.simhash, site))  # fmt: skip
        conn.execute("INSERT INTO aliases VALUES (?, ?)", (url, url))
        if row.story is not None and row.story not in opened:
            opened.add(row.story)
            conn.execute("INSERT OR IGNORE INTO stories (id, title, first_article_id, created_at, updated_at) VALUES (?, 'A story', ?, ?, ?)", (row.story, number, at, at))  # fmt: skip
        conn.execute(_NEWEST, (url, number, article.title, at, article.language, url, site, at, article.word_count, row.story, row.original))  # fmt: skip
        conn.executemany("INSERT INTO some_bands VALUES (?, ?)", [(band, number) for band in row.print.bands])
        if row.profile is None:
            continue
        terms = row.profile.terms
        conn.execute("INSERT INTO story_profiles VALUES (?, ?, ?, ?, ?)", (url, number, at, article.language, json.dumps(terms, ensure_ascii=False)))  # fmt: skip
        day = reported_day(at)
        conn.executemany("INSERT INTO some_terms VALUES (?, ?, ?)", [(term, day, number) for term in terms if term[0] in "nfdw"])  # fmt: skip
        counts.update(terms)
        counts[""] += 1


def _true(told: Sequence[News]) -> Iterator[Row]:
    """Articles as they would have been filed: copies with their original, reports of one event in one story."""
    by_event: Counter[int | None] = Counter(each.event for each in told if each.copy_of is None)
    base = 10_000_000
    for each in told:
        story = base + each.event if each.event is not None and by_event[each.event] > 1 else None
        original = None if each.copy_of is None else told[each.copy_of].article.canonical_url
        at = each.article.published_at
        known = profile(each.article, (), at) if original is None else None
        yield Row(each.article, fingerprint(each.article), known, story, original)


def _old(count: int, maker: Newsmaker, end: datetime, told: Sequence[News]) -> Iterator[Row]:
    """So many rows before the true ones."""
    dice = random.Random(5)
    base = [
        (each.article, fingerprint(each.article), profile(each.article, (), end)) for each in told[:TEMPLATES]
    ]
    carried = [minhash_bands(tokens(text)) for each in maker.background for text in each.values()]
    begin = end - timedelta(days=TRUE_DAYS)
    remembered = max(LAST, KEPT.days * maker.a_day)
    for number in range(count):
        article, _, of = base[number % len(base)]
        at = begin - timedelta(days=(count - number) / maker.a_day)
        url = f"https://site-{number % 900}.example/archive/{number}"
        bands = [dice.getrandbits(63) for _ in range(16)]
        if dice.random() < CARRIED:
            bands[:_BACKGROUND_BANDS] = dice.sample(dice.choice(carried), _BACKGROUND_BANDS)
        print_ = Fingerprint(
            content_sha256=f"{dice.getrandbits(256):064x}",
            simhash=dice.getrandbits(62),
            bands=tuple(bands),
            site="",
        )
        known = None
        if count - number <= remembered:
            terms = {_other(term, dice): weight for term, weight in of.terms.items()}
            known = Profile(terms=terms, language=article.language, reported_at=at)
        aged = Article(
            url=url,
            canonical_url=url,
            title=article.title,
            text=article.text,
            language=article.language,
            site_name=f"Site {number % 900}",
            published_at=at,
        )
        yield Row(aged, print_, known, number // 4 + 1 if number % 2000 < 800 else None, None)


def _other(term: str, dice: random.Random) -> str:
    """Another name, figure or day than the one that the text has; words stay."""
    return f"{term[:2]}{dice.randrange(20_000)}" if term[0] in "nfd" and dice.random() < 0.6 else term
