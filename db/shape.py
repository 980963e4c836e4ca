"""What a record must look like, and where one does not: somebody else may have made the file."""

from __future__ import annotations

import sqlite3
from contextlib import closing

#: columns that hold JSON -> its kind, and that of its elements
_JSON = {
    **dict.fromkeys(
        ("articles.authors", "articles.tags", "articles.image_credits", "stories.languages", "sources.queries"),
        ("array", "text"),
    ),
    **dict.fromkeys(("sources.last_entries", "story_uncounted.terms"), ("array", "text")),
    **dict.fromkeys(("articles.removed", "judgements.evidence", "visits.evidence"), ("array", "object")),
    "sources.surfaces": ("array", "array"),
    **dict.fromkeys(("articles.origins", "runs.verdicts", "runs.quiet_polls", "sources.rest"), ("object", "")),
}  # fmt: skip
#: the newest version of an article that is none of its versions
_STRAY = """SELECT 'newest' FROM newest n WHERE NOT EXISTS (
    SELECT 1 FROM articles a WHERE a.id = n.article_id AND a.canonical_url = n.canonical_url) LIMIT 1"""
_STORED = {"TEXT": "text", "INTEGER": "integer", "REAL": "real", "BLOB": "blob"}
#: how an instant is written
_INSTANT = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z"


def fresh_record() -> sqlite3.Connection:
    """A record as it should be, empty, in memory."""
    from sqlite_utils import Database

    from db.migrations import migrations

    conn = sqlite3.connect(":memory:", isolation_level=None)
    migrations.apply(Database(conn, recursive_triggers=False, execute_plugins=False))
    return conn


def columns_of(conn: sqlite3.Connection) -> dict[str, str]:
    """`table.column` -> its type and whether it may be NULL."""
    rows = conn.execute(
        """SELECT t.name, c.name, c.type || iif(c."notnull", ' not null', '') || iif(c.pk, ' key', '')
        FROM sqlite_master t JOIN pragma_table_xinfo(t.name) c
        WHERE t.type = 'table' AND t.name NOT GLOB 'articles_fts_*' AND t.name NOT GLOB 'articles_words_*'
            AND t.name NOT GLOB 'articles_runs_*'"""
    )
    return {f"{row[0]}.{row[1]}": row[2] for row in rows}


def misfit(conn: sqlite3.Connection) -> str | None:
    """What stands in a record that Spacereel never wrote there, in words; None when nothing does. Goes through all of it."""
    if wrong := wrong_value(conn):
        return wrong
    broken = (
        conn.execute('SELECT "table" FROM pragma_foreign_key_check LIMIT 1').fetchone()
        or conn.execute(_STRAY).fetchone()
    )
    return f"rows of {broken[0]} name others that are not there" if broken else None


def wrong_value(conn: sqlite3.Connection) -> str | None:
    """The first column with a value that never stands there, in words; None when there is none."""
    with closing(fresh_record()) as fresh:
        expected = columns_of(fresh)
    for name, kind in expected.items():
        table, _, column = name.partition(".")
        if table.startswith(("_sqlite", "sqlite_")):
            continue
        try:
            found = conn.execute(
                f'SELECT 1 FROM "{table}" WHERE {_wrong(name, column, kind)} LIMIT 1'  # noqa: S608 - names are ours
            ).fetchone()
        except (sqlite3.Error, UnicodeDecodeError) as problem:
            return f"{name} cannot be read ({problem})"
        if found:
            return f"{name} holds what never stands there"
    return None


def _wrong(name: str, column: str, kind: str) -> str:
    """SQL: whether a value is none that we write there."""
    is_set = f'"{column}" IS NOT NULL'
    wrong = [f'"{column}" IS NULL'] if "not null" in kind else []
    stored = _STORED.get(kind.partition(" ")[0])
    if stored:
        wrong.append(f"({is_set} AND typeof(\"{column}\") <> '{stored}')")
    if name in _JSON:
        whole, inside = _JSON[name]
        wrong.append(
            f"({is_set} AND CASE WHEN json_valid(\"{column}\") THEN json_type(\"{column}\") ELSE '' END <> '{whole}')"
        )
        if inside:
            wrong.append(
                f"EXISTS (SELECT 1 FROM json_each(iif(json_valid(\"{column}\"), \"{column}\", '[]')) WHERE type <> '{inside}')"  # noqa: S608 - names are ours
            )
    elif column.endswith("_at") and stored == "text":
        wrong.append(f"({is_set} AND \"{column}\" NOT GLOB '{_INSTANT}')")
    return " OR ".join(wrong) or "0"
