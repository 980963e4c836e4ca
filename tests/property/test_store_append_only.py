"""Append-only holds: whatever statement somebody tries, what was recorded stays as it was."""

import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from db.guards import GUARDED
from db.store import Store

_ODD = st.one_of(
    st.integers(-2, 4), st.sampled_from([None, "", "x", "[]", '["a"]', "mention"]), st.binary(max_size=3)
)
_CONFLICTS = st.sampled_from([" OR REPLACE", "", " OR IGNORE", " OR ABORT", " OR FAIL", " OR ROLLBACK"])
_SEED = """INSERT INTO articles (title, source, url, canonical_url, revision, authors, tags, fetched_at, word_count,
    text, content_sha256, extractor) VALUES ('t', 's', '{url}', '{url}', {revision}, '["A"]', '["x"]', 'f', 1, 'text',
    '{sha}', 'e')"""


def seeded():
    """A record, as bytes, with some rows in every guarded table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "articles.db"
        Store.open(path).close()
        with closing(sqlite3.connect(path, isolation_level=None)) as conn:
            conn.execute("PRAGMA journal_mode = DELETE")
            for url, revision, sha in (("u1", 1, "s1"), ("u1", 2, "s2"), ("u2", 1, "s1")):
                conn.execute(_SEED.format(url=url, revision=revision, sha=sha))
            conn.execute("INSERT INTO judgements VALUES (1, 1, 'b', 0.9, 0.5, 'relevant', '[]', 'r', 'j')")
            conn.execute("INSERT INTO copies VALUES (3, 1, 1.0, 'copy')")
            conn.execute(
                "INSERT INTO visits (url, purpose, started_at, elapsed_ms, verdict, reason, received_bytes)"
                " VALUES ('u1', 'new', 'x', 1, 'new', 'r', 1)"
            )
            conn.execute("INSERT INTO review_events VALUES (1, 1, 'relevant', NULL, 'ann', 'x', 'mark')")
            conn.execute("INSERT INTO article_events VALUES (1, 'u1', 2, 'title', NULL, 'x')")
            conn.execute(
                "INSERT INTO stories (id, title, first_article_id, created_at, updated_at) VALUES (1, 's', 1, 'x', 'x')"
            )
            conn.execute("INSERT INTO story_events VALUES (1, 1, 'opened', 1, NULL, NULL, 'x')")
            conn.execute("INSERT INTO record_events VALUES (1, 'moved', 'r', 'x')")
            return conn.serialize()


RECORD = seeded()
with closing(sqlite3.connect(":memory:")) as _conn:
    _conn.deserialize(RECORD)
    COLUMNS = {table: [row[1] for row in _conn.execute(f"PRAGMA table_info({table})")] for table in GUARDED}
    #: what stands in a column of the record, so that statements often meet rows
    FOUND = {
        (table, name): [row[0] for row in _conn.execute(f"SELECT DISTINCT {name} FROM {table}")]
        for table in GUARDED
        for name in COLUMNS[table]
    }


def value(table, column):
    return st.one_of(st.sampled_from(FOUND[table, column]), _ODD)


@st.composite
def statements(draw):
    """An INSERT, REPLACE, UPDATE, DELETE or upsert on a guarded table, with the values to bind."""
    table = draw(st.sampled_from(sorted(GUARDED)))
    columns = draw(st.lists(st.sampled_from(COLUMNS[table]), unique=True, min_size=1, max_size=3))
    conflict = draw(_CONFLICTS)
    values = [draw(value(table, column)) for column in columns]
    where = draw(st.sampled_from(COLUMNS[table]))
    wanted = draw(value(table, where))
    marks = ", ".join("?" * len(columns))
    kind = draw(st.sampled_from(["replace", "copy", "insert", "upsert", "update", "delete"]))
    if kind == "update":
        return f"UPDATE{conflict} {table} SET {', '.join(f'{c} = ?' for c in columns)} WHERE {where} IS ?", [
            *values,
            wanted,
        ]
    if kind == "delete":
        return f"DELETE FROM {table} WHERE {where} IS ?", [wanted]
    if kind in ("replace", "copy"):
        conflict = " OR REPLACE" if kind == "replace" else conflict
        chosen = ", ".join("?" if name in columns else name for name in COLUMNS[table])
        bound = [values[columns.index(name)] for name in COLUMNS[table] if name in columns]
        return f"INSERT{conflict} INTO {table} SELECT {chosen} FROM {table}", bound
    upsert = f" ON CONFLICT DO UPDATE SET {columns[0]} = ?" if kind == "upsert" else ""
    extra = [values[0]] if kind == "upsert" else []
    return (
        f"INSERT{'' if upsert else conflict} INTO {table} ({', '.join(columns)}) VALUES ({marks}){upsert}",
        [
            *values,
            *extra,
        ],
    )


def content(conn):
    return {table: set(conn.execute(f"SELECT * FROM {table}")) for table in GUARDED}


@given(recursive=st.booleans(), attempts=st.lists(statements(), min_size=1, max_size=8))
@settings(max_examples=300, deadline=None)
def test_recorded_rows_stay_as_they_were(recursive, attempts):
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        conn.deserialize(RECORD)
        # foreign_keys is off, as in the shell: references would refuse much of this on their own
        conn.execute(f"PRAGMA recursive_triggers = {int(recursive)}")
        before = content(conn)
        for sql, values in attempts:
            with suppress(sqlite3.IntegrityError, sqlite3.OperationalError):
                conn.execute(sql, values)
            after = content(conn)
            assert all(before[table] <= after[table] for table in GUARDED), (sql, values)
            before = after
        newest = "SELECT canonical_url, max(revision) FROM articles GROUP BY 1 ORDER BY 1"
        assert (
            conn.execute(newest).fetchall()
            == conn.execute("SELECT canonical_url, revision FROM newest ORDER BY 1").fetchall()
        )
        conn.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
