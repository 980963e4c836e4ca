"""A record of any size for bench_history.py and bench_cluster.py, filled in bulk: texts, addresses, visits, bands and what stories are found by.

The last days are true articles of `newsmaker`, each with the fingerprint, the
terms and the story that belong to it, so that a new one meets what it would
meet. Older rows repeat 3,000 of these texts under addresses, bands, names and
figures of their own; SQLite makes them from their number alone, in the order
of the table they go to, and indexes come last. Reports are remembered as
`db.forgetting` leaves them; searches find the newest 50,000.

    python bench/history_record.py articles.db 1000000      for bench_cluster.py --record
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsmaker import CARRIED, News, Newsmaker

from crawler.dedupe.fingerprint import fingerprint, minhash_bands, tokens
from crawler.dedupe.profile import profile
from db.filing import Profile
from db.forgetting import KEPT, LAST
from db.model import Article, Fingerprint, iso
from db.store import Store
from db.terms import terms_of

#: days before the end that hold true articles; texts that older rows repeat
TRUE_DAYS, TEMPLATES = 5, 3_000
#: articles a day, and the end, of a record that is made for bench_cluster.py
A_DAY, END = 2740, datetime(2026, 11, 20, tzinfo=UTC)
#: bands of an article, and those in which its background paragraph is found
_BANDS, _BACKGROUND_BANDS = 16, 2
#: stories of true articles are numbered from here
_STORIES = 10_000_000

#: numbers of old rows, from 0
_NUMBERS = "WITH RECURSIVE old (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM old WHERE n < :count - 1)"
_OLD_ARTICLES = f"""{_NUMBERS} INSERT INTO articles (id, title, source, published_at, language, url, canonical_url, revision, fetched_at,
    word_count, text, content_sha256, simhash, extractor, site_name)
SELECT n + 1, t.title, 'wire', at, t.language, url, url, 1, at, t.word_count, t.text,
    printf('%08x%056x', n * 2654435761 % 4294967296, n), n * :simhash_step, '', 'Site ' || n % 900
FROM (SELECT n, printf('https://site-%d.example/archive/%d', n % 900, n) AS url,
        strftime('%Y-%m-%dT%H:%M:%SZ', :begin - (:count - n) * 86400.0 / :a_day, 'unixepoch') AS at FROM old)
JOIN temp.templates t ON t.number = n % :templates"""
_OLD_STORY = "iif(article_id <= :count AND (article_id - 1) % 2000 < 800, (article_id - 1) / 4 + 1, NULL)"
_NEWEST = f"""INSERT INTO newest (canonical_url, article_id, title, source, published_at, language, url, revision, site_name,
    fetched_at, word_count, story_id, original_url, found_at)
SELECT canonical_url, article_id, title, source, published_at, language, url, 1, site_name, fetched_at, word_count,
    coalesce(p.story, {_OLD_STORY}), p.original, fetched_at
FROM (SELECT *, id AS article_id FROM articles) LEFT JOIN temp.placed p USING (article_id)"""
_VISITS = """INSERT INTO visits (id, url, source, purpose, started_at, elapsed_ms, status, verdict, reason, received_bytes, article_id)
SELECT id, url, source, 'new', fetched_at, 200, 200, 'new', '', 40000, id FROM articles"""
_STORIES_OF = """INSERT INTO stories (id, title, first_article_id, created_at, updated_at)
SELECT story_id, 'A story', article_id, fetched_at, fetched_at FROM (
    SELECT story_id, article_id, fetched_at, min(article_id) FROM newest WHERE story_id IS NOT NULL GROUP BY story_id)"""
#: bands that nobody else has, spread over all that there are
_OLD_BANDS = f"""{_NUMBERS} INSERT INTO bands SELECT (n * :bands + b.value) * :step - 9223372036854775807, n + 1
FROM old CROSS JOIN json_each(:places) b WHERE b.value >= iif(n % :carry = 0, :background, 0)"""
_CARRIED_BANDS = f"""{_NUMBERS} INSERT OR IGNORE INTO bands SELECT band, n + 1 FROM old
JOIN temp.carried c ON c.text = n / :carry % :texts AND c.place IN (n / 7 % :bands, (n / 7 + 5) % :bands)
WHERE n % :carry = 0 ORDER BY 1, 2"""
#: another name, figure or day than the one that the text has, in six of ten; words stay
_OLD_TERMS = """CREATE TEMP TABLE old_terms AS SELECT a.id AS article_id, a.published_at,
    iif(substr(t.term, 1, 1) IN ('n', 'f', 'd') AND (a.id * 7919 + t.rowid * 104729) % 10 < 6,
        substr(t.term, 1, 2) || ((a.id * 7919 + t.rowid * 104729) / 10 % 20000), t.term) AS term, t.weight
FROM articles a JOIN temp.template_terms t ON t.number = (a.id - 1) % :templates WHERE a.id BETWEEN :first AND :count"""
_OLD_PROFILES = """INSERT INTO story_profiles (canonical_url, article_id, reported_at, language, terms)
SELECT a.canonical_url, a.id, a.published_at, a.language, t.terms FROM (
    SELECT article_id, json_group_object(term, weight) AS terms FROM temp.old_terms GROUP BY article_id) t
JOIN articles a ON a.id = t.article_id ORDER BY 1"""
_STORY_TERMS = """INSERT OR IGNORE INTO story_terms (day, term, article_id)
SELECT CAST(strftime('%s', reported_at) AS INTEGER) / 86400, term, article_id FROM (
    SELECT term, published_at AS reported_at, article_id FROM temp.old_terms
    UNION ALL SELECT term, reported_at, article_id FROM temp.true_terms)
WHERE substr(term, 1, 1) IN ('n', 'f', 'd', 'w') ORDER BY 1, 2, 3"""
_COUNTS = """INSERT INTO story_counts SELECT term, count(DISTINCT coalesce(n.story_id, -n.article_id)) FROM (
    SELECT term, article_id FROM temp.old_terms UNION ALL SELECT term, article_id FROM temp.true_terms
    UNION ALL SELECT '', article_id FROM story_profiles) JOIN newest n USING (article_id) GROUP BY term"""

#: words and lines of the newest rows; an old one is found by what its text is found by
_WORDS = """INSERT INTO articles_{0} (rowid, {0}) SELECT a.id, w.{0} FROM articles a JOIN temp.true_words w
    ON w.number = iif(a.id > :count, a.id - :count - 1, (a.id - 1) % :templates) WHERE a.id > :after AND w.{0} <> '' ORDER BY a.id"""
_TEXTS = "INSERT INTO articles_fts (rowid, title, description, text) SELECT id, title, description, text FROM articles WHERE id > :after"
#: newest rows that searches find: a million take an hour, and an index grows by its newest parts
INDEXED = 50_000


@dataclass(frozen=True)
class Row:
    """One of the true articles of the record to be."""

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
        for pragma in (
            "journal_mode = OFF",
            "synchronous = OFF",
            "cache_size = -600000",
            "temp_store = FILE",
        ):
            conn.execute(f"PRAGMA {pragma}")
        conn.execute("BEGIN")
        with _bare(conn):
            rows = list(_true(told))
            _put(conn, articles - true, maker, rows, end)
            _index_words(conn, rows, articles - true)
        conn.execute("COMMIT")
        conn.execute("PRAGMA journal_mode = WAL")
    return maker


def next_news(path: Path | None, count: int) -> list[News]:
    """The next so many articles after those of a record that was made from the command line, none of which it has."""
    maker = Newsmaker(END - timedelta(days=TRUE_DAYS), A_DAY)
    if path is not None:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
            maker.news(min(conn.execute("SELECT count(*) FROM articles").fetchone()[0], TRUE_DAYS * A_DAY))
    return maker.news(count)


@contextmanager
def _bare(conn: sqlite3.Connection) -> Iterator[None]:
    """Without the triggers and indexes of the tables; they are made again at the end."""
    made = conn.execute(
        """SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL
        AND tbl_name IN ('articles', 'aliases', 'newest', 'visits', 'stories', 'bands', 'story_profiles', 'story_terms', 'story_counts')"""
    ).fetchall()
    for kind, name, _ in made:
        conn.execute(f"DROP {kind} {name}")
    yield
    for _, _, sql in made:
        conn.execute(sql)


def _put(conn: sqlite3.Connection, count: int, maker: Newsmaker, told: Sequence[Row], end: datetime) -> None:
    """So many old rows, and the true ones after them."""
    begin = end - timedelta(days=TRUE_DAYS)
    remembered = max(LAST, KEPT.days * maker.a_day)
    _templates(conn, maker, told[:TEMPLATES], end)
    texts = conn.execute("SELECT count(DISTINCT text) FROM temp.carried").fetchone()[0]
    values = {
        "count": count, "begin": int(begin.timestamp()), "a_day": maker.a_day, "templates": min(TEMPLATES, len(told)),
        "bands": _BANDS, "background": _BACKGROUND_BANDS, "places": json.dumps(list(range(_BANDS))), "texts": texts,
        "carry": round(1 / CARRIED), "simhash_step": 2**62 // max(count, 1), "step": 2**64 // (_BANDS * max(count, 1) + 1), "first": max(count - remembered, 0) + 1,
    }  # fmt: skip
    steps = (_OLD_ARTICLES, _OLD_BANDS, _CARRIED_BANDS, _OLD_TERMS, _OLD_PROFILES) if count else ()
    for sql in steps:
        conn.execute(sql, values)
    if not count:
        conn.execute(
            "CREATE TEMP TABLE old_terms (article_id INTEGER, published_at TEXT, term TEXT, weight REAL)"
        )
    _put_true(conn, told, count + 1)
    conn.execute(_NEWEST, values)
    for sql in (_VISITS, _STORIES_OF, _STORY_TERMS, _COUNTS):
        conn.execute(sql)
    conn.execute("INSERT INTO aliases SELECT canonical_url, canonical_url FROM newest ORDER BY 1")


def _index_words(conn: sqlite3.Connection, told: Sequence[Row], count: int) -> None:
    """What searches ask. A record whose newest row is not indexed would be indexed from its first one on, when it is opened."""
    conn.execute("CREATE TEMP TABLE true_words (number INTEGER PRIMARY KEY, words, runs)")
    for number, row in enumerate(told):
        article = row.article
        terms = terms_of((article.title, "", article.text), (), (), (article.site_name or "", ""))
        conn.execute("INSERT INTO temp.true_words VALUES (?, ?, ?)", (number, terms.words, terms.runs))
    values = {"count": count, "templates": min(TEMPLATES, len(told)), "after": count + len(told) - INDEXED}
    for sql in (_WORDS.format("words"), _WORDS.format("runs"), _TEXTS):
        conn.execute(sql, values)


def _templates(conn: sqlite3.Connection, maker: Newsmaker, told: Sequence[Row], end: datetime) -> None:
    """What old rows are made of."""
    conn.execute(
        "CREATE TEMP TABLE templates (number INTEGER PRIMARY KEY, title, text, language, word_count)"
    )
    conn.execute("CREATE TEMP TABLE template_terms (number, term, weight)")
    conn.execute("CREATE INDEX temp.template_terms_of ON template_terms (number)")
    conn.execute("CREATE TEMP TABLE carried (text INTEGER, place INTEGER, band INTEGER, PRIMARY KEY (text, place)) WITHOUT ROWID")  # fmt: skip
    for number, row in enumerate(told):
        article, of = row.article, row.profile or profile(row.article, (), end)
        conn.execute("INSERT INTO temp.templates VALUES (?, ?, ?, ?, ?)", (number, article.title, article.text, article.language, article.word_count))  # fmt: skip
        conn.executemany("INSERT INTO temp.template_terms VALUES (?, ?, ?)", [(number, *term) for term in of.terms.items()])  # fmt: skip
    texts = [minhash_bands(tokens(text)) for each in maker.background for text in each.values()]
    for number, bands in enumerate(texts):
        conn.executemany("INSERT INTO temp.carried VALUES (?, ?, ?)", [(number, *band) for band in enumerate(bands)])  # fmt: skip


def _put_true(conn: sqlite3.Connection, told: Sequence[Row], first: int) -> None:
    conn.execute("CREATE TEMP TABLE placed (article_id INTEGER PRIMARY KEY, story, original)")
    conn.execute("CREATE TEMP TABLE true_terms (article_id, reported_at, term)")
    for number, row in enumerate(told, first):
        article, print_, at = row.article, row.print, iso(row.article.published_at or END)
        url, site = article.canonical_url, article.site_name
        values = (number, article.title, at, article.language, url, url, at, article.word_count, article.text, print_.content_sha256, print_.simhash, site)  # fmt: skip
        conn.execute(
            """INSERT INTO articles (id, title, source, published_at, language, url, canonical_url, revision, fetched_at,
            word_count, text, content_sha256, simhash, extractor, site_name) VALUES (?, ?, 'wire', ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, '', ?)""",
            values,
        )
        conn.execute("INSERT INTO temp.placed VALUES (?, ?, ?)", (number, row.story, row.original))
        conn.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, number) for band in print_.bands])  # fmt: skip
        if row.profile is None:
            continue
        terms = row.profile.terms
        conn.execute("INSERT INTO story_profiles VALUES (?, ?, ?, ?, ?)", (url, number, at, article.language, json.dumps(terms, ensure_ascii=False)))  # fmt: skip
        conn.executemany("INSERT INTO temp.true_terms VALUES (?, ?, ?)", [(number, at, term) for term in terms])  # fmt: skip


def _true(told: Sequence[News]) -> Iterator[Row]:
    """Articles as they would have been filed: copies with their original, reports of one event in one story."""
    by_event: Counter[int | None] = Counter(each.event for each in told if each.copy_of is None)
    for each in told:
        story = _STORIES + each.event if each.event is not None and by_event[each.event] > 1 else None
        original = None if each.copy_of is None else told[each.copy_of].article.canonical_url
        at = each.article.published_at or END
        known = profile(each.article, (), at) if original is None else None
        yield Row(each.article, fingerprint(each.article), known, story, original)


if __name__ == "__main__":
    fill(Path(sys.argv[1]), int(sys.argv[2]), A_DAY, END)
