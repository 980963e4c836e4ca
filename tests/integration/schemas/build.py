"""Writes the kept record of today's schema: `PYTHONPATH=. python tests/integration/schemas/build.py`.

To be run by whoever adds a migration, before it lands. Records of older
schemas were written by the program of their time and are never written again:
they stand for the files that people have. `--up-to N` leaves later migrations
out, with the guards that came with them; the first schemas, which no program
ever stopped at, were made so.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from db.migrations import migrations

HERE = Path(__file__).parent
AT, LATER = "2026-11-20T08:00:00Z", "2026-11-21T09:30:00Z"
FIRST, SECOND, COPY = "https://a.example/film", "https://b.example/fr", "https://c.example/copy"


def _article(url: str, revision: int, title: str, text: str, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "source": "wire",
        "published_at": AT,
        "language": "en",
        "url": f"{url}?utm=1",
        "canonical_url": url,
        "revision": revision,
        "authors": '["Anna Petrova","Ben O\'Hara"]',
        "tags": '["space"]',
        "section": "Film",
        "site_name": "A",
        "description": "A lead.",
        "image_url": "https://a.example/1.jpg",
        "image_credits": '["Roscosmos"]',
        "is_free": 1,
        "modified_at": LATER,
        "published_raw": "20 November",
        "published_precision": "day",
        "fetched_at": LATER,
        "word_count": len(text.split()),
        "text": text,
        "removed": '[{"rule":"prompt","text":"Subscribe","position":1}]',
        "origins": '{"title":"h1"}',
        "content_sha256": f"{title}{revision}",
        "simhash": -7,
        "extractor": "kept 1",
        "page_sha256": f"page{revision}",
        "run_id": 1,
        **more,
    }


#: table -> rows, in an order that references allow; a column that a schema does not have yet is left out
ROWS: dict[str, list[dict[str, Any]]] = {
    "runs": [
        {"id": 1, "mode": "once", "started_at": AT, "finished_at": LATER, "verdicts": '{"new":3}'},
        {"id": 2, "mode": "daemon", "started_at": LATER, "finished_at": None},
    ],
    "sources": [
        {
            "id": "wire",
            "title": "Wire",
            "kind": "feed",
            "url": "https://a.example/rss",
            "beat": "test",
            "language": "en",
            "is_enabled": 1,
            "every_s": 900.0,
            "max_pages": 3,
            "follow": "/film/",
            "added_at": AT,
            "checked_at": LATER,
            "succeeded_at": AT,
            "next_due_at": LATER,
            "failures": 0.5,
            "outcome": "failed",
            "reason": "500.",
            "etag": '"e"',
            "last_modified": "Fri",
        },
        {
            "id": "off",
            "title": "Off",
            "kind": "page",
            "url": "https://b.example/",
            "beat": "test",
            "is_enabled": 0,
            "every_s": 60.0,
            "max_pages": 1,
            "added_at": AT,
        },
    ],
    "articles": [
        _article(FIRST, 1, "A film is shot in orbit", "They film.\nThey land."),
        _article(FIRST, 2, "A film was shot in orbit", "They filmed.\nThey landed."),
        _article(
            SECOND, 1, "«Вызов» снят на орбите", "Съёмки на МКС завершены.", language="ru", authors="[]"
        ),
        _article(COPY, 1, "A film is shot in orbit, again", "They film.\nThey land.", simhash=None),
    ],
    "judgements": [
        {
            "id": number,
            "article_id": article,
            "beat": "test",
            "score": score,
            "threshold": 0.5,
            "band": band,
            "evidence": '[{"term":"film","field":"title","count":1,"weight":1.0}]',
            "ruleset": "r1",
            "judged_at": AT,
        }
        for number, article, score, band in (
            (1, 1, 0.9, "relevant"),
            (2, 2, 0.4, "mention"),
            (3, 3, 0.1, "off"),
        )
    ],
    "copies": [{"article_id": 4, "copy_of": 1, "similarity": 0.98, "kind": "near_copy"}],
    "stories": [
        {"id": 1, "title": "A film in orbit", "first_article_id": 1, "created_at": AT, "updated_at": LATER}
    ],
    "review_events": [
        {
            "id": 1,
            "article_id": 3,
            "mark": "relevant",
            "note": "It's the one",
            "reviewer": "ann",
            "reviewed_at": AT,
        },
        {"id": 2, "article_id": 1, "mark": None, "note": None, "reviewer": "ann", "reviewed_at": LATER},
    ],
    "visits": [
        {
            "id": 1,
            "url": FIRST,
            "final_url": f"{FIRST}/",
            "source": "wire",
            "run_id": 1,
            "purpose": "new",
            "started_at": AT,
            "elapsed_ms": 12,
            "status": 200,
            "verdict": "new",
            "reason": "New.",
            "received_bytes": 100,
            "page_sha256": "page1",
            "article_id": 1,
            "score": 0.9,
        },
        {
            "id": 2,
            "url": "https://d.example/off",
            "purpose": "new",
            "started_at": LATER,
            "elapsed_ms": 5,
            "verdict": "off_topic",
            "reason": "Off.",
            "received_bytes": 0,
            "score": 0.2,
            "evidence": "[]",
        },
    ],
    "repairs": [{"id": 1, "repaired_at": AT, "guards": '["articles_kept"]'}],
    "heartbeat": [{"id": 1, "pid": 4242, "started_at": AT, "beat_at": LATER}],
    "frontier": [
        {
            "url": "https://d.example/next",
            "host": "d.example",
            "purpose": "new",
            "source": "wire",
            "found_on": "https://a.example/rss",
            "found_at": AT,
            "title": "Next",
            "published_at": AT,
            "language": "en",
            "not_before_at": AT,
            "attempts": 2,
        },
        {
            "url": FIRST,
            "host": "a.example",
            "purpose": "recheck",
            "source": "wire",
            "found_on": FIRST,
            "found_at": LATER,
            "not_before_at": LATER,
        },
    ],
    "hosts": [
        {
            "host": "a.example",
            "not_before_at": LATER,
            "crawl_delay_s": 2.5,
            "refusals": 3,
            "reason": "429.",
            "learned_gap_s": 0.5,
            "refused_gap_s": 0.25,
        }
    ],
    "pages": [{"url": FIRST, "etag": '"p"', "last_modified": "Sat", "checked_at": LATER}],
    "aliases": [{"url": f"{FIRST}?utm=1", "canonical_url": FIRST}],
    "replays": [{"rules": "digest", "position": 3}],
    "bands": [{"band": -11, "article_id": 1}, {"band": 12, "article_id": 3}],
    "site_lines": [
        {"site": "a.example", "line_hash": -5, "articles": 3, "first_seen_at": AT, "last_seen_at": LATER}
    ],
    "sites": [{"site": "a.example", "articles": 3, "lines": 1, "last_seen_at": LATER}],
    "article_events": [
        {
            "id": 1,
            "canonical_url": FIRST,
            "article_id": 2,
            "kind": "title",
            "reason": "r",
            "happened_at": LATER,
        },
        {
            "id": 2,
            "canonical_url": SECOND,
            "article_id": 3,
            "kind": "removed",
            "reason": "404",
            "happened_at": LATER,
        },
    ],
    "story_events": [
        {"id": 1, "story_id": 1, "kind": "opened", "article_id": 1, "likeness": 0.7, "happened_at": AT}
    ],
    "story_profiles": [
        {
            "canonical_url": FIRST,
            "article_id": 2,
            "reported_at": AT,
            "language": "en",
            "terms": '{"n:orbit": 1.0}',
        }
    ],
    "story_terms": [{"term": "n:orbit", "day": 20777, "article_id": 2}],
    "story_counts": [{"term": "n:orbit", "articles": 1}],
    "url_keys": [{"key": "a.example/film", "url": FIRST}],
    "subscriptions": [
        {
            "source": "wire",
            "hub": "https://hub.example/",
            "topic": "https://a.example/feed",
            "token": "tokentokentokentoken",
            "secret": "kept",
            "state": "active",
            "asked_at": AT,
            "lease_until": LATER,
            "pushed_at": AT,
        }
    ],
    "parameters": [
        {"host": "a.example", "name": "from", "pages": '["7f","80"]', "is_needed": 0, "learned_at": AT}
    ],
    "forgotten": [
        {"what": "polls", "before_at": "2020-01-01T00:00:00Z", "done_at": "2020-01-01T00:00:00Z", "visits": 0}
    ],
    "site_readings": [{"site": "a.example", "readings": '[[4,"d"]]'}],
    "identity": [
        {
            "id": 1,
            "record": "0123456789abcdef0123456789abcdef",
            "begun_at": AT,
            "place": "/srv/spacereel/articles.db",
            "host": "server",
            "program": "0.1.0",
            "noted_at": LATER,
        }
    ],
    "outbox": [
        {
            "id": 1,
            "key": "k",
            "alert": "desk",
            "target": "t",
            "label": "webhook https://a.example",
            "kind": "new",
            "article_id": 1,
            "caused_at": AT,
            "due_at": AT,
            "state": "sent",
            "message": "k",
            "attempts": 1,
            "told_at": LATER,
        }
    ],
    "alert_cursors": [
        {"alert": "desk", "article_id": 4, "event_id": 2, "story_event_id": 1, "since_at": LATER}
    ],
    "record_events": [{"id": 1, "kind": "moved", "reason": "r", "happened_at": LATER}],
    "feed_entries": [
        {
            "source": "wire",
            "guid": "urn:1",
            "url": FIRST,
            "former_url": f"{FIRST}-old",
            "told_sha256": "t",
            "changes": 2,
            "seen_at": LATER,
        }
    ],
}


def _tables(conn: sqlite3.Connection) -> list[str]:
    rows = conn.execute(
        """SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
            AND name NOT IN ('sqlite_schema', 'sqlite_sequence', 'sqlite_stat1', '_sqlite_migrations')"""
    )
    return sorted(row[0] for row in rows)


def fill(conn: sqlite3.Connection) -> None:
    """Rows in every table of *conn*, whatever its schema."""
    there = _tables(conn)
    for table in (name for name in ROWS if name in there):
        columns = {row[1] for row in conn.execute(f"PRAGMA table_info({table})")}
        for row in ROWS[table]:
            known = {name: value for name, value in row.items() if name in columns}
            marks = ", ".join(f":{name}" for name in known)
            conn.execute(f"INSERT INTO {table} ({', '.join(known)}) VALUES ({marks})", known)
    if "runs" not in there:
        conn.execute("UPDATE articles SET run_id = NULL")
    _derive(conn, there)
    conn.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
    empty = [name for name in there if not conn.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()]
    assert not empty, f"ROWS has none for {', '.join(empty)}"


def _derive(conn: sqlite3.Connection, there: list[str]) -> None:
    """What the triggers of a schema that has them have made already."""
    for table, key, column in (("article_authors", "authors", "author"), ("article_tags", "tags", "tag")):
        conn.execute(
            f"""INSERT INTO {table} (article_id, position, {column})
            SELECT a.id, e.key, e.value FROM articles a, json_each(a.{key}) e
            WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE article_id = a.id)"""
        )
    conn.execute(
        """INSERT OR IGNORE INTO newest SELECT canonical_url, a.id, a.title, source, published_at, language, a.url,
            revision, section, site_name, is_free, fetched_at, word_count, beat, score, band, NULL,
            iif(a.id = 4, 'https://a.example/film', NULL), iif(a.id = 3, 'relevant', NULL)
            {removed} {found} FROM articles a LEFT JOIN judgements j ON j.article_id = a.id
        WHERE revision = (SELECT max(revision) FROM articles b WHERE b.canonical_url = a.canonical_url)""".format(
            removed=f", iif(a.id = 3, '{LATER}', NULL)" if "article_events" in there else "",
            found=f", '{AT}'"
            if "found_at" in {row[1] for row in conn.execute("PRAGMA table_info(newest)")}
            else "",
        )
    )
    conn.execute(
        """INSERT OR IGNORE INTO reviews SELECT canonical_url, article_id, mark, note, reviewer, reviewed_at
        FROM review_events r JOIN articles a ON a.id = r.article_id"""
    )


def dump(conn: sqlite3.Connection) -> Iterator[str]:
    """The record as statements: tables and indexes, rows, then triggers and views, which rows must not meet."""
    objects = conn.execute(
        """SELECT type, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT IN (
            SELECT name FROM pragma_table_list WHERE type = 'shadow') AND name NOT LIKE 'sqlite_%' ORDER BY rowid"""
    ).fetchall()
    yield from (sql for kind, sql in objects if kind in ("table", "index"))
    for table in ("_sqlite_migrations", *_tables(conn)):
        columns = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
        values = " || ', ' || ".join(f'quote("{name}")' for name in columns)
        for (row,) in conn.execute(f"SELECT {values} FROM {table} ORDER BY 1"):
            yield f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({row})"
    yield "INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')"
    yield from (sql for kind, sql in objects if kind in ("trigger", "view"))
    yield f"PRAGMA user_version = {conn.execute('PRAGMA user_version').fetchone()[0]}"


def main(up_to: int | None) -> None:
    """Write `NNNN.sql` beside this file."""
    names = [migration.name for migration in migrations._migrations]
    stop = {"stop_before": names[up_to]} if up_to and up_to < len(names) else {}
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "record.db", recursive_triggers=False)
        migrations.apply(database, **stop)
        with closing(database.conn) as conn:
            conn.execute("UPDATE _sqlite_migrations SET applied_at = ?", (AT,))
            fill(conn)
            text = "".join(f"{statement};\n" for statement in dump(conn))
            number = conn.execute("PRAGMA user_version").fetchone()[0]
    (HERE / f"{number:04}.sql").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--up-to", type=int, metavar="N")
    main(parser.parse_args().up_to)
