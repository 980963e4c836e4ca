"""How SQLite is opened and written: pragmas, immediate transactions, and errors in words."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISREG

from db.errors import Corrupt, DiskFull, Locked, StoreError

#: how long a writer waits for another one, in milliseconds
BUSY_TIMEOUT_MS = 30_000
_BUSY_PAUSE_S = 0.01
#: of a value and of a row: far more than we write, and a stranger's record takes no more memory than that
MOST_VALUE_BYTES = 100_000_000
#: the smallest page, and so the smallest database
_LEAST_BYTES = 512

#: what the primary result codes of SQLite mean to a person
_SENTENCES: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_FULL: (DiskFull, "no space is left to write {path}"),
    sqlite3.SQLITE_IOERR: (
        DiskFull,
        "{path} cannot be read or written ({detail}); is the disk full or failing?",
    ),
    sqlite3.SQLITE_READONLY: (DiskFull, "{path} is read-only"),
    sqlite3.SQLITE_BUSY: (Locked, "{path} is being written by another process that does not let go"),
    sqlite3.SQLITE_LOCKED: (Locked, "{path} is being written by another process that does not let go"),
    sqlite3.SQLITE_NOTADB: (Corrupt, "{path} is not an SQLite database"),
    sqlite3.SQLITE_CORRUPT: (
        Corrupt,
        "{path} is damaged ({detail}); restore a backup, or try `sqlite3 {path} .recover`",
    ),
    sqlite3.SQLITE_TOOBIG: (
        Corrupt,
        "{path} holds a value larger than any that Spacereel writes; somebody else made it, restore a backup",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        StoreError,
        "{path} cannot be opened; does the folder exist, and may it be written?",
    ),
    sqlite3.SQLITE_PERM: (StoreError, "{path} cannot be opened: access is denied"),
}


def store_error(problem: sqlite3.Error, path: Path) -> StoreError:
    """The `StoreError` that says in one sentence what SQLite reported about *path*."""
    code = getattr(problem, "sqlite_errorcode", None) or 0
    kind, sentence = _SENTENCES.get(code & 0xFF, (StoreError, "{path} refused a statement: {detail}"))
    return kind(sentence.format(path=path, detail=problem), str(path))


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Raise what SQLite reports inside the block as a `StoreError` about *path*."""
    try:
        yield
    except sqlite3.Error as problem:
        raise store_error(problem, path) from problem
    except UnicodeDecodeError as problem:  # what SQLite says of a damaged file may quote its bytes
        why = (
            f"{path} is damaged (names in it are no text); restore a backup, or try `sqlite3 {path} .recover`"
        )
        raise Corrupt(why, str(path)) from problem


def tidy(conn: sqlite3.Connection) -> None:
    """Refresh the planner's statistics and move the write-ahead log into the file, if that is possible now.

    Nothing waits for it and nothing depends on it: a reader, another writer,
    a full disk or a closed connection only put it off.
    """
    with suppress(sqlite3.Error):
        conn.execute("PRAGMA busy_timeout = 0")
        conn.execute("PRAGMA optimize")
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    with suppress(sqlite3.Error):
        conn.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


@contextmanager
def transaction(conn: sqlite3.Connection, path: Path) -> Iterator[sqlite3.Connection]:
    """One `BEGIN IMMEDIATE` transaction: all of the block is kept, or nothing.

    IMMEDIATE takes the write lock before the first read, so what was read
    cannot be changed by another process before it is written.

    Raises:
        StoreError: what SQLite reported, in words; nothing was kept.
    """
    with in_words(path):
        conn.execute("BEGIN IMMEDIATE")
        try:
            yield conn
            conn.execute("COMMIT")
        except BaseException:
            if conn.in_transaction:  # a full disk has rolled back already
                conn.execute("ROLLBACK")
            raise


@contextmanager
def to_write(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction on a record that is there, on a connection of its own: nobody who writes beside us waits longer.

    Raises:
        StoreError: it is missing, locked, read-only or full.
    """
    if not path.is_file():
        raise StoreError(f"{path} does not exist", str(path))
    conn = connect(path)
    try:
        with transaction(conn, path):
            yield conn
    finally:
        with in_words(path):
            conn.close()


@contextmanager
def durable(conn: sqlite3.Connection) -> Iterator[None]:
    """Transactions of the block, and all before them, are on the disk when they are acknowledged."""
    before = conn.execute("PRAGMA synchronous").fetchone()[0]
    conn.execute("PRAGMA synchronous = FULL")
    try:
        yield
    finally:
        conn.execute(f"PRAGMA synchronous = {before}")


def begin_private(path: Path) -> None:
    """Begin *path* as a file that nobody but its owner reads; one that is there stays as it is.

    What SQLite puts beside a database has the database's own permissions.
    """
    with suppress(OSError):  # SQLite says in its words what hinders it
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def make_folder(path: Path) -> None:
    """Make the folder that *path* is to lie in.

    Raises:
        DiskFull: it cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise DiskFull(f"the folder {path.parent} cannot be made: {problem.strerror}", str(path)) from problem


def _refuse_short_files(path: Path) -> None:
    """SQLite itself takes a short text for an empty database and writes over it; longer ones it refuses.

    The file is not opened for that: closing it would give up every lock that
    this process has on it, also those of SQLite's connections
    (https://www.sqlite.org/howtocorrupt.html, section 2.2). Another process
    that closes the record would then think itself the last one, and delete
    the log that is being written.

    Raises:
        Corrupt: the file is something else.
        FileNotFoundError: there is none.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        raise
    except OSError as problem:
        raise StoreError(f"{path} cannot be opened: {problem.strerror}", str(path)) from problem
    if S_ISREG(found.st_mode) and 0 < found.st_size < _LEAST_BYTES:
        raise Corrupt(f"{path} is not an SQLite database", str(path))


def connect(path: Path, *, can_shrink: bool = False, is_durable: bool = False) -> sqlite3.Connection:
    """A connection that writes, with our pragmas; creates the file, not its folder.

    One thread at a time may use it: the caller sees to that.

    Args:
        can_shrink: a file that is begun now can give freed pages back later.
        is_durable: a transaction that was acknowledged survives a power cut, not only the end of the process.

    Raises:
        StoreError: not a database, not writable, or locked.
    """
    with suppress(FileNotFoundError):
        _refuse_short_files(path)
    begin_private(path)
    with in_words(path):
        conn = sqlite3.connect(
            path, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None, check_same_thread=False
        )
        try:
            conn.row_factory = sqlite3.Row
            conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_VALUE_BYTES)
            conn.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            if (
                can_shrink and path.stat().st_size == 0
            ):  # later it would do nothing, and wait for whoever writes
                conn.execute("PRAGMA auto_vacuum = INCREMENTAL")
            _use_log(conn)
            conn.execute(f"PRAGMA synchronous = {'FULL' if is_durable else 'NORMAL'}")
            conn.execute("PRAGMA foreign_keys = ON")
            conn.execute("PRAGMA cache_size = -32000")  # 32 MB: indexes are written at random places
            # 16 MB of log: a page that many articles in turn write to is copied into the file once
            conn.execute("PRAGMA wal_autocheckpoint = 4000")
            conn.execute("PRAGMA analysis_limit = 400")  # bounds what `PRAGMA optimize` reads
        except BaseException:
            conn.close()
            raise
    return conn


def _use_log(conn: sqlite3.Connection) -> None:
    """Switch to the write-ahead log.

    Two who begin a file at once may refuse each other here: SQLite turns a read
    lock into a write lock for it, and does not wait for that. So we do.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            conn.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_BUSY_PAUSE_S)
        else:
            return


def open_read_only(path: Path) -> sqlite3.Connection:
    """A connection that cannot write and never creates a file.

    A record in a folder that may not be written is read too, as long as
    nobody has it open.

    Raises:
        StoreError: there is no such file, it may not be read, or it is not a database.
    """
    try:
        _refuse_short_files(path)
    except FileNotFoundError:
        raise StoreError(f"{path} does not exist", str(path)) from None
    with in_words(path):
        try:
            return _reader(path, "mode=ro")
        except sqlite3.OperationalError:
            if not _is_at_rest(path):
                raise
            return _reader(path, "immutable=1")


def _is_at_rest(path: Path) -> bool:
    """Whether the record is all in its one file: it exists, and no log lies beside it."""
    log = path.with_name(f"{path.name}-wal")
    try:
        return path.is_file() and not (log.exists() and log.stat().st_size)
    except OSError:
        return False


def _reader(path: Path, how: str) -> sqlite3.Connection:
    conn = sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True, isolation_level=None)
    try:
        conn.row_factory = sqlite3.Row
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_VALUE_BYTES)
        conn.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        conn.close()
        raise
    return conn
