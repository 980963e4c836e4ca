"""Backups that were opened and counted, and the way back to one.

A backup is one file; with the archive of pages it is two, `articles-….db` and
`articles-….archive.db`. Nothing here deletes what is not a backup: going back
keeps the files that were there.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from glob import escape
from pathlib import Path

from db.archive import ARCHIVE_VERSION
from db.connection import MOST_VALUE_BYTES, begin_private, in_words, make_folder, open_read_only
from db.errors import Corrupt, DiskFull, Locked, SchemaTooNew, StoreError
from db.guards import TRIGGERS
from db.model import iso
from db.version import SCHEMA_VERSION, schema_version

#: pages handed over at a time, so that the daemon can write in between
_PAGES = 4096
#: what SQLite keeps beside a database
_BESIDE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Restored:
    """One file that is a backup again."""

    file: Path
    #: what was there before; None when nothing was
    aside: Path | None


def pages_of(backup: Path) -> Path:
    """Where the archive of pages that belongs to a backup lies.

    >>> pages_of(Path("backups/articles-20261123T120000Z.db")).name
    'articles-20261123T120000Z.archive.db'
    """
    return backup.with_suffix(".archive.db")


def backup(path: Path, target: Path, now: datetime, archive: Path | None = None) -> Path:
    """A consistent copy of a record that may be in use.

    The copy is opened, its integrity checked and the rows of every table
    counted before it gets its name; a failed backup leaves nothing behind.

    Args:
        path: the record.
        target: a folder, in which `articles-20261123T120000Z.db` is made, or the file to write.
        archive: page bodies, copied after the record, so that every page it names is among them.

    Returns:
        The copy of the record; `pages_of` it is the copy of the archive.

    Raises:
        StoreError: a file is missing or damaged, the target exists, cannot be written, or the copy is not whole.
    """
    try:
        file = place_in(target, path, now) if target.is_dir() else target
        made = {path: file, **({archive: pages_of(file)} if archive else {})}
        for each in made.values():
            if each.exists():
                raise StoreError(f"{each} exists already; name another file", str(each))
        make_folder(file)
        with _part(file) as record, _part(pages_of(file)) as pages:
            copy_whole(path, record, file)
            if archive:
                copy_whole(archive, pages, pages_of(file))
                pages.rename(pages_of(file))
            record.rename(file)
    except OSError as problem:
        raise DiskFull(f"{target} cannot be written: {problem.strerror}", str(target)) from problem
    return file


def place_in(folder: Path, path: Path, now: datetime) -> Path:
    """The file of a backup that is made *now*: named after the second, or after the next one that no backup has.

    Args:
        path: the record.
    """
    while any(folder.glob(f"{escape(path.stem)}-{_moment(now)}.db*")):
        now += timedelta(seconds=1)
    return folder / f"{path.stem}-{_moment(now)}.db"


def restore(backup: Path, path: Path, now: datetime, archive: Path | None = None) -> tuple[Restored, ...]:
    """Put a backup in place of the record, which is kept beside it under another name.

    The caller holds the record's `DaemonLock`. The backup is copied and the
    copy verified before anything is touched, and triggers that are not ours are
    left out; the record is replaced in one step, so that there is one at every
    moment.

    Args:
        path: the record; it may be missing or damaged.
        archive: page bodies, to be replaced by those of the backup as well.

    Raises:
        StoreError: the backup is missing, no record, damaged or too new, or somebody has the record open.
    """
    path, archive = path.resolve(), archive and archive.resolve()  # not the link in place of the file
    places = {path: backup, **({archive: pages_of(backup)} if archive else {})}
    for place, copy in places.items():
        _refuse(copy, place, is_record=place == path)
    try:
        with _part(path) as record, _part(archive or pages_of(path)) as pages:
            parts = dict(zip(places, (record, pages), strict=False))
            for place, part in parts.items():
                make_folder(place)
                copy_whole(places[place], part, place)
                _disarm(part)
            _refuse_long_values(record, backup)
            for place in places:
                _settle(place)
            return tuple(Restored(place, _replace(place, part, now)) for place, part in parts.items())
    except OSError as problem:
        raise DiskFull(f"{path} cannot be replaced: {problem.strerror}", str(path)) from problem


def _disarm(part: Path) -> None:
    """Take out triggers that are not ours: they would run with whatever we write from now on."""
    with closing(sqlite3.connect(part, isolation_level=None)) as conn, in_words(part):
        names = [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in names:
            if name not in TRIGGERS:
                conn.execute('DROP TRIGGER "{}"'.format(name.replace('"', '""')))


def _refuse_long_values(record: Path, backup: Path) -> None:
    """No value is loaded for that where SQLite is new enough (3.43); an older one loads each up to the limit.

    Raises:
        Corrupt: a value is larger than any that we write.
    """
    size = "octet_length" if sqlite3.sqlite_version_info >= (3, 43) else "length"
    with closing(open_read_only(record)) as conn, in_words(backup):
        for table in _tables(conn):
            names = [row[0] for row in conn.execute("SELECT name FROM pragma_table_info(?)", (table,))]
            long = " OR ".join(
                '{}("{}") > {}'.format(size, name.replace('"', '""'), MOST_VALUE_BYTES) for name in names
            )
            if long and conn.execute(f'SELECT 1 FROM "{table}" WHERE {long} LIMIT 1').fetchone():  # noqa: S608 - quoted
                raise Corrupt(
                    f"{backup} holds a value in {table} that is larger than any Spacereel writes", str(backup)
                )


def copy_whole(path: Path, part: Path, target: Path) -> None:
    """A copy of one moment of a database that may be in use, verified.

    Args:
        part: the file to write.
        target: what errors of writing name.

    Raises:
        StoreError: *path* cannot be read, *part* not be written, or the copy is not whole.
    """
    with closing(open_read_only(path)) as source, in_words(target):
        _copy(source, part, path)
        _verify(source, part)


def _moment(now: datetime) -> str:
    return iso(now).replace("-", "").replace(":", "")


@contextmanager
def _part(file: Path) -> Iterator[Path]:
    """A name beside *file* for what is being written; nothing is left of it."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        yield part
    finally:
        for leftover in (part, *(part.with_name(part.name + end) for end in _BESIDE)):
            leftover.unlink(missing_ok=True)


def _copy(source: sqlite3.Connection, part: Path, path: Path) -> None:
    part.unlink(missing_ok=True)
    begin_private(part)
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        # one snapshot for copying and counting: without it a writer beside us makes the copy begin again
        with in_words(path):
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(copy, pages=_PAGES)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, which can be carried away


def _verify(source: sqlite3.Connection, part: Path) -> None:
    with closing(open_read_only(part)) as copy:
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise Corrupt(f"the copy is not whole: {found}", str(part))
        for table in _tables(source):
            count = f'SELECT count(*) FROM "{table}"'  # noqa: S608 - a table's name from the file itself
            if source.execute(count).fetchone()[0] != copy.execute(count).fetchone()[0]:
                raise Corrupt(f"the copy lacks rows of {table}", str(part))


def _tables(conn: sqlite3.Connection) -> tuple[str, ...]:
    """Ordinary tables; the search index is checked by its own means."""
    rows = conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'articles_fts%'"
    )
    return tuple(row[0] for row in rows)


def _refuse(backup: Path, place: Path, *, is_record: bool) -> None:
    """Say why *backup* cannot stand at *place*."""
    if place.exists() and backup.exists() and backup.samefile(place):
        raise StoreError(f"{backup} is in place already; name a backup", str(backup))
    with closing(open_read_only(backup)) as conn, in_words(backup):
        names = {row[0] for row in conn.execute("SELECT name FROM sqlite_master")}
        version, newest = schema_version(conn), SCHEMA_VERSION if is_record else ARCHIVE_VERSION
    if ("_sqlite_migrations" if is_record else "captures") not in names:
        kind = "a record" if is_record else "an archive"
        raise Corrupt(f"{backup} is not {kind} of Spacereel", str(backup))
    if version > newest:
        raise SchemaTooNew(
            f"{backup} has version {version}, and this Spacereel knows versions up to {newest};"
            " install a newer Spacereel or name another backup",
            str(backup),
        )


def _settle(path: Path) -> None:
    """Bring a database that is to be replaced into its one file, which nobody else has open.

    A damaged one is left as it is: SQLite would throw away the log beside it.

    Raises:
        Locked: somebody has it open.
    """
    try:
        open_read_only(path).close()
    except StoreError:
        return
    with closing(sqlite3.connect(path)) as conn:
        try:
            # ends the write-ahead log, for which SQLite wants the file to itself
            conn.execute("PRAGMA journal_mode = DELETE").fetchone()
        except sqlite3.OperationalError as problem:
            if (problem.sqlite_errorcode & 0xFF) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise Locked(
                    f"{path} is open in another program; end `spacereel review` and others first", str(path)
                ) from problem


def _replace(path: Path, part: Path, now: datetime) -> Path | None:
    """Rename *part* to *path*, and keep what was there; returns it, or None."""
    if not path.exists():
        part.replace(path)
        return None
    aside = path.with_name(f"{path.stem}-before-restore-{_moment(now)}{path.suffix}")
    if aside.exists():
        raise StoreError(f"{aside} exists already; try again in a second", str(aside))
    for end in _BESIDE:  # of a damaged file; a sound one has none any more
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
    try:
        aside.hardlink_to(path)
    except OSError:  # a file system without links
        path.rename(aside)
    part.replace(path)
    return aside
