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

from kept_rows import AT, LATER, ROWS
from sqlite_utils import Database

from db.migrations import migrations

HERE = Path(__file__).parent


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
