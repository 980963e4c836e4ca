"""Looking after the record: checks in words, and what can be mended."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from db import guards, identity, wordindex
from db.connection import connect, in_words, open_read_only, transaction
from db.errors import DiskFull, Locked, StoreError
from db.schema import bring_up_to_date
from db.shape import columns_of, fresh_record, wrong_value
from db.version import SCHEMA_VERSION, schema_version

#: what a healthy disk has left, in bytes; below, `doctor` speaks up
LEAST_FREE_BYTES = 500_000_000
#: how many of the newest articles are looked up in the archive
_SAMPLE = 1000


@dataclass(frozen=True, slots=True)
class Check:
    """One thing `doctor` looked at."""

    name: str
    is_ok: bool
    #: what was found, and what to do about it when it is not right
    sentence: str


def checks(path: Path, archive: Path) -> tuple[Check, ...]:
    """Everything that can be said about the files without changing them.

    Takes the write lock for the check of the search index only. A file that
    cannot be read at all ends the list.
    """
    try:
        conn = open_read_only(path)
        with closing(conn):
            looks = (
                _schema,
                _shape,
                _values,
                _guards,
                _integrity,
                _references,
                _histories,
                _newest,
                _repairs,
            )
            found = [_look(look, conn) for look in looks]
            found.append(_look(lambda conn: _identity(conn, path), conn, "identity"))
            found.append(_look(lambda conn: _pages(conn, archive), conn, "archive"))
    except StoreError as problem:
        return (Check("record", False, str(problem)), _space(path))
    return (
        Check("record", True, f"{path} can be read, {path.stat().st_size / 1e6:.1f} MB"),
        *found,
        _search(path),
        _space(path),
    )


def _look(look: Callable[[sqlite3.Connection], Check], conn: sqlite3.Connection, name: str = "") -> Check:
    try:
        return look(conn)
    except (sqlite3.Error, UnicodeDecodeError) as problem:
        return Check(name or look.__name__.strip("_"), False, f"could not be checked: {problem}")


def _schema(conn: sqlite3.Connection) -> Check:
    version = schema_version(conn)
    if version == SCHEMA_VERSION:
        return Check("schema", True, f"version {version}, the newest")
    advice = (
        "install a newer Spacereel" if version > SCHEMA_VERSION else "any command that writes will migrate it"
    )
    return Check("schema", False, f"version {version}, and this Spacereel knows {SCHEMA_VERSION}; {advice}")


def _indexes(conn: sqlite3.Connection) -> dict[str, str]:
    rows = conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    return {row[0]: row[1] for row in rows}


def _shape(conn: sqlite3.Connection) -> Check:
    """Whether tables, columns and indexes are ours; what a user added is the user's."""
    if schema_version(conn) != SCHEMA_VERSION:
        return Check("tables", True, "not compared: the schema is of another version")
    with closing(fresh_record()) as fresh:
        columns, indexes = columns_of(fresh), _indexes(fresh)
    found = columns_of(conn)
    wrong = sorted(name for name, kind in columns.items() if found.get(name) != kind)
    if wrong:
        return Check(
            "tables", False, f"missing or altered: {', '.join(wrong)}. Restore a backup, or alter them back"
        )
    gone = sorted(indexes.keys() - _indexes(conn).keys())
    if gone:
        return Check(
            "tables",
            False,
            f"missing indexes: {', '.join(gone)}. `spacereel doctor --repair` makes them anew",
        )
    return Check("tables", True, "all tables, columns and indexes are as they should be")


def _values(conn: sqlite3.Connection) -> Check:
    """Whether every column holds what we write there."""
    if schema_version(conn) != SCHEMA_VERSION:
        return Check("values", True, "not looked at: the schema is of another version")
    found = wrong_value(conn)
    if found is None:
        return Check("values", True, "every column holds what belongs there")
    return Check("values", False, f"{found}. Somebody changed it by hand; restore a backup")


def _restore_indexes(conn: sqlite3.Connection) -> tuple[str, ...]:
    with closing(fresh_record()) as fresh:
        indexes = _indexes(fresh)
    gone = sorted(indexes.keys() - _indexes(conn).keys())
    for name in gone:
        conn.execute(indexes[name])
    return tuple(gone)


def _guards(conn: sqlite3.Connection) -> Check:
    if schema_version(conn) != SCHEMA_VERSION:
        return Check("guards", True, "not compared: the schema is of another version")
    names = guards.differing(conn)
    if not names:
        return Check("guards", True, "all triggers and views are in place: the record is append-only")
    return Check(
        "guards",
        False,
        f"missing or altered: {', '.join(names)}; `table.transform()` and some tools drop them."
        " `spacereel doctor --repair` makes them anew",
    )


def _integrity(conn: sqlite3.Connection) -> Check:
    found = [row[0] for row in conn.execute("PRAGMA integrity_check(5)")]
    if found == ["ok"]:
        return Check("integrity", True, "SQLite finds the file whole")
    return Check("integrity", False, f"SQLite finds damage: {'; '.join(found)}. Restore a backup")


def _references(conn: sqlite3.Connection) -> Check:
    broken = conn.execute('SELECT "table", count(*) FROM pragma_foreign_key_check GROUP BY 1').fetchall()
    if not broken:
        return Check("references", True, "every row that another one names is there")
    named = ", ".join(f"{row[1]} in {row[0]}" for row in broken)
    return Check("references", False, f"rows name others that are gone: {named}. Somebody deleted by hand")


def _histories(conn: sqlite3.Connection) -> Check:
    rows = conn.execute(
        "SELECT canonical_url FROM articles GROUP BY canonical_url HAVING count(*) <> max(revision) OR min(revision) <> 1"
    ).fetchall()
    if not rows:
        return Check("histories", True, "every article has all its versions from the first to the newest")
    return Check(
        "histories",
        False,
        f"{len(rows)} article{' lacks' if len(rows) == 1 else 's lack'} versions, for one {rows[0][0]}; restore a backup",
    )


def _newest(conn: sqlite3.Connection) -> Check:
    wrong = conn.execute(
        """SELECT (SELECT count(*) FROM articles a WHERE a.revision = 1
                AND NOT EXISTS (SELECT 1 FROM newest n WHERE n.canonical_url = a.canonical_url))
            + (SELECT count(*) FROM newest n JOIN articles a ON a.id = n.article_id
                WHERE EXISTS (SELECT 1 FROM articles b
                    WHERE b.canonical_url = n.canonical_url AND b.revision > a.revision))"""
    ).fetchone()[0]
    if not wrong:
        return Check("newest", True, "current_articles shows the newest version of every article")
    return Check(
        "newest",
        False,
        f"current_articles is wrong for {wrong} article{'' if wrong == 1 else 's'}; `spacereel doctor --repair` mends it",
    )


def _repairs(conn: sqlite3.Connection) -> Check:
    if schema_version(conn) != SCHEMA_VERSION:
        return Check("repairs", True, "not counted: the schema is of another version")
    count, last = conn.execute("SELECT count(*), max(repaired_at) FROM repairs").fetchone()
    if not count:
        return Check("repairs", True, "the guards were never missing")
    return Check("repairs", True, f"guards were missing and made anew {count} times, the last time at {last}")


def _identity(conn: sqlite3.Connection, path: Path) -> Check:
    """What was done to the file; reported as wrong until a daemon has logged it, and as what happened from then on."""
    if schema_version(conn) != SCHEMA_VERSION:
        return Check("identity", True, "not looked at: the schema is of another version")
    known = identity.identity(conn)
    new = [each for each in identity.pending_events(conn, path) if each.kind != "moved"]
    if new:
        return Check("identity", False, "; ".join(each.reason for each in new))
    if known is None:
        return Check("identity", True, "no daemon and no `spacereel once` has used it yet")
    name = f"record {known.record[:8]}, begun {known.begun_at}"
    last = conn.execute("SELECT happened_at, reason FROM record_events ORDER BY id DESC LIMIT 1").fetchone()
    if last is None:
        return Check("identity", True, f"{name}, where it always was")
    return Check("identity", True, f"{name}; noticed {last['happened_at']}: {last['reason']}")


def _pages(conn: sqlite3.Connection, archive: Path) -> Check:
    """Whether the newest articles' pages are in the archive."""
    wanted = conn.execute(
        "SELECT page_sha256 FROM articles WHERE page_sha256 IS NOT NULL ORDER BY id DESC LIMIT ?", (_SAMPLE,)
    ).fetchall()
    try:
        with closing(open_read_only(archive)) as pages, in_words(archive):
            query = "SELECT 1 FROM bodies WHERE sha256 = ?"
            missing = sum(pages.execute(query, (row[0],)).fetchone() is None for row in wanted)
    except StoreError as problem:
        return Check("archive", not wanted, f"{problem}; pages cannot be read again")
    if not missing:
        return Check("archive", True, f"{archive} holds the pages of the newest {len(wanted)} versions")
    return Check(
        "archive",
        False,
        f"{archive} lacks {missing} of the pages of the newest {len(wanted)} versions: they were pruned,"
        " or it is not the archive of this record; those articles cannot be read again",
    )


def _search(path: Path) -> Check:
    try:
        with closing(connect(path)) as conn, transaction(conn, path):
            if schema_version(conn) != SCHEMA_VERSION:
                return Check("search", True, "not compared: the schema is of another version")
            conn.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
            for table in ("articles_words", "articles_runs"):
                conn.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")  # noqa: S608 - table names are ours
            is_whole = not wordindex.differs(conn)
    except (DiskFull, Locked) as problem:
        return Check("search", True, f"not compared with the articles: {problem}")
    except StoreError:
        is_whole = False
    if not is_whole:
        return Check(
            "search",
            False,
            "the search index does not match the articles; `spacereel doctor --repair` makes it anew",
        )
    return Check("search", True, "the search index matches the articles")


def _space(path: Path) -> Check:
    free = shutil.disk_usage(path.parent if path.parent.is_dir() else Path.cwd()).free
    if free >= LEAST_FREE_BYTES:
        return Check("disk", True, f"{free / 1e9:.1f} GB are free")
    return Check("disk", False, f"only {free / 1e6:.0f} MB are free beside {path}; make room")


def repair(path: Path, now: datetime) -> tuple[str, ...]:
    """Mend what can be derived again: guards, views, `newest`, authors, tags and the search index.

    Returns:
        What was done, a sentence each; empty when nothing was wrong.

    Raises:
        StoreError: the file cannot be written, or is damaged beyond this.
    """
    done: list[str] = []
    with closing(connect(path)) as conn:
        renewed = bring_up_to_date(conn, path, now)
        if renewed:
            done.append(f"made anew: {', '.join(renewed)}")
        if not _newest(conn).is_ok or not _search(path).is_ok:
            with transaction(conn, path):
                guards.rebuild(conn)
            bring_up_to_date(conn, path, now)
            done.append("derived current_articles and the search index again")
        with transaction(conn, path):
            indexes = _restore_indexes(conn)
        if indexes:
            done.append(f"made anew: {', '.join(indexes)}")
    return tuple(done)
