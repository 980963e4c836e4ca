"""The page archive: every body once, under its SHA-256, small because sites repeat themselves.

A body is compressed with an earlier page of the same host as zstd prefix (33x
on two pages of one site, against 5x without). A prefix is itself kept
without one, so reading a body never takes more than one other.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import zstandard

from db.bodies import MOST_PAGE_BODY_BYTES, decompressed
from db.connection import connect, in_words, make_folder, open_read_only, transaction
from db.errors import Corrupt, SchemaTooNew
from db.model import Page, from_iso, iso
from db.open_file import OpenFile
from db.packing import Packer, packed_quickly
from db.rows import clean, host_part, json_text

ARCHIVE_VERSION = 1

_SCHEMA = (
    """CREATE TABLE bodies (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    host TEXT NOT NULL,
    prefix_id INTEGER REFERENCES bodies(id),
    size_bytes INTEGER NOT NULL,
    zstd BLOB NOT NULL
)""",
    "CREATE INDEX bodies_prefixes ON bodies(host, id) WHERE prefix_id IS NULL",
    "CREATE INDEX bodies_dependents ON bodies(prefix_id) WHERE prefix_id IS NOT NULL",
    """CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL REFERENCES bodies(sha256),
    url TEXT NOT NULL,
    final_url TEXT NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    UNIQUE (url, fetched_at, sha256)
)""",
    "CREATE INDEX captures_body ON captures(sha256, fetched_at)",
    f"PRAGMA user_version = {ARCHIVE_VERSION}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """A page whose bytes cannot be had any more."""

    url: str
    #: not a sentence: it follows the name of the file
    reason: str


class Archive:
    """`archive.db`: bodies and the captures that brought them."""

    def __init__(self, path: Path, conn: sqlite3.Connection) -> None:
        self.path = path
        self._conn = conn
        self._place = OpenFile(path)
        self._packer = Packer()

    @classmethod
    def open(cls, path: Path, *, is_durable: bool = False) -> Archive:
        """Open an archive, or begin one.

        Args:
            is_durable: see `db.connection.connect`.

        Raises:
            StoreError: with one sentence.
        """
        make_folder(path)
        conn = connect(path, can_shrink=True, is_durable=is_durable)
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_PAGE_BODY_BYTES)  # `[fetch] max_bytes` may be set so
        try:
            _bring_up_to_date(conn, path)
        except BaseException:
            conn.close()
            raise
        return cls(path, conn)

    @classmethod
    def to_read(cls, path: Path) -> Archive:
        """An archive that is there, of which pages are only read.

        Raises:
            StoreError: it is not there, or cannot be read.
        """
        conn = open_read_only(path)
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_PAGE_BODY_BYTES)
        return cls(path, conn)

    def close(self) -> None:
        """Close the file."""
        self._conn.close()

    def keep_page(self, *pages: Page, is_wanted: bool = True) -> None:
        """Keep the bytes of pages and what came with them, in one transaction; the same capture twice is kept once.

        Args:
            is_wanted: an article comes of it; any other page goes soon, and is packed quickly and by itself until then.
        """
        self._place.check()
        with transaction(self._conn, self.path) as conn:
            for page in pages:
                self._keep_body(conn, page, is_wanted=is_wanted)
                _note_capture(conn, page)

    def _keep_body(self, conn: sqlite3.Connection, page: Page, *, is_wanted: bool) -> None:
        if conn.execute("SELECT 1 FROM bodies WHERE sha256 = ?", (page.sha256,)).fetchone():
            return
        host = host_part(page.final_url)
        prefix_id, packed = (
            self._packer.pack(conn, page.body, host) if is_wanted else (None, packed_quickly(page.body))
        )
        conn.execute(
            "INSERT INTO bodies (sha256, host, prefix_id, size_bytes, zstd) VALUES (?, ?, ?, ?, ?)",
            (page.sha256, host, prefix_id, len(page.body), packed),
        )

    def pack_page(self, page: Page) -> None:
        """Pack a page that was not wanted when it was kept as one that is."""
        self._place.check()
        with transaction(self._conn, self.path) as conn:
            row = conn.execute(
                """SELECT id FROM bodies b WHERE sha256 = ? AND prefix_id IS NULL
                AND NOT EXISTS (SELECT 1 FROM bodies WHERE prefix_id = b.id)""",
                (page.sha256,),
            ).fetchone()
            if row is not None:
                packed = self._packer.pack(conn, page.body, host_part(page.final_url), but=row["id"])
                conn.execute("UPDATE bodies SET prefix_id = ?, zstd = ? WHERE id = ?", (*packed, row["id"]))

    def page(self, sha256: str) -> Page | None:
        """The latest capture with that body, or None.

        Raises:
            Corrupt: the bytes kept are not those that were put in.
        """
        with in_words(self.path):
            row = self._conn.execute(
                "SELECT * FROM captures WHERE sha256 = ? ORDER BY fetched_at DESC, id DESC LIMIT 1", (sha256,)
            ).fetchone()
            if row is None:
                return None
            page = self._whole(row)
        if isinstance(page, Damaged):
            raise Corrupt(f"{self.path}: {page.reason}", str(self.path))
        return page

    def _whole(self, row: sqlite3.Row) -> Page | Damaged:
        """The page of a row of `captures`."""
        sha256 = row["sha256"]
        try:
            page = _page_of(row, _body(self._conn, sha256))
        except (zstandard.ZstdError, MemoryError):
            return Damaged(url=row["url"], reason=f"page {sha256} cannot be unpacked")
        except (ValueError, TypeError):
            return Damaged(url=row["url"], reason=f"what came with page {sha256} cannot be read")
        if page.sha256 != sha256:
            return Damaged(url=row["url"], reason=f"page {sha256} is not what was put in")
        return page

    def newest_of(self, url: str, limit: int) -> tuple[tuple[str, str], ...]:
        """SHA-256 and address of the bodies that came last from the URL's host and are kept without a prefix."""
        with in_words(self.path):
            rows = self._conn.execute(
                """SELECT sha256, (SELECT url FROM captures c WHERE c.sha256 = b.sha256 ORDER BY fetched_at DESC LIMIT 1)
                FROM bodies b WHERE host = ? AND prefix_id IS NULL ORDER BY id DESC LIMIT ?""",
                (host_part(url), limit),
            )
            return tuple((sha256, name) for sha256, name in rows)

    def last_capture(self) -> int:
        """captures.id of the last one; 0 when there is none."""
        with in_words(self.path):
            (last,) = self._conn.execute("SELECT max(id) FROM captures").fetchone()
        return last or 0

    def captures(
        self, after: int, limit: int, since: datetime | None, share: tuple[int, int] = (0, 1)
    ) -> tuple[tuple[int, Page | Damaged], ...]:
        """The latest capture of each page, in the order in which they came.

        Args:
            after: captures.id of the last one that was had.
            since: pages fetched before that are left out.
            share: (k, n): only those whose id leaves k when it is divided by n.

        Returns:
            (captures.id, page), *limit* at most.
        """
        with in_words(self.path):
            rows = self._conn.execute(
                """SELECT * FROM captures c WHERE id > ? AND fetched_at >= ? AND id % ? = ? AND NOT EXISTS (
                    SELECT 1 FROM captures l WHERE l.url = c.url
                        AND (l.fetched_at, l.id) > (c.fetched_at, c.id)) ORDER BY id LIMIT ?""",
                (after, iso(since) if since else "", share[1], share[0], limit),
            ).fetchall()
            return tuple((row["id"], self._whole(row)) for row in rows)

    def prune(
        self,
        is_recorded: Callable[[str], bool],
        now: datetime,
        relevant_s: float | None,
        rejected_s: float | None,
    ) -> int:
        """Delete bodies whose last capture is older than allowed, and give the space back.

        A body that is the prefix of one that stays, stays.

        Args:
            is_recorded: whether a version in the record was read from the body of that digest.
            relevant_s: how long recorded bodies stay, in seconds; None for ever.
            rejected_s: the same for all others.

        Returns:
            How many bodies went.
        """
        limits = {True: relevant_s, False: rejected_s}
        shortest = min((limit for limit in limits.values() if limit is not None), default=None)
        if shortest is None:
            return 0
        self._place.check()
        with transaction(self._conn, self.path) as conn:
            old = conn.execute(
                """SELECT b.id, b.sha256, max(c.fetched_at) AS last FROM bodies b JOIN captures c USING (sha256)
                GROUP BY b.id HAVING last < ? ORDER BY b.prefix_id IS NULL, b.id""",
                (iso(now - timedelta(seconds=shortest)),),
            ).fetchall()
            going = [row for row in old if _is_over(row["last"], now, limits[is_recorded(row["sha256"])])]
            gone = sum(_drop(conn, row["id"], row["sha256"]) for row in going)
        with in_words(self.path):
            # a plain execute() takes one step, which frees one page
            self._conn.executescript("PRAGMA incremental_vacuum")
        return gone


def _bring_up_to_date(conn: sqlite3.Connection, path: Path) -> None:
    with in_words(path):
        version = conn.execute("PRAGMA user_version").fetchone()[0]
        tables = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if version > ARCHIVE_VERSION:
        raise SchemaTooNew(
            f"{path} has archive version {version}, and this Spacereel knows versions up to {ARCHIVE_VERSION};"
            " install a newer Spacereel or use another file",
            str(path),
        )
    if version == ARCHIVE_VERSION:
        return
    if tables:
        raise Corrupt(
            f"{path} is an SQLite database, but not an archive of Spacereel; use another file", str(path)
        )
    with transaction(conn, path):
        if not conn.execute("PRAGMA user_version").fetchone()[0]:  # two processes may begin at once
            for statement in _SCHEMA:
                conn.execute(statement)


def _note_capture(conn: sqlite3.Connection, page: Page) -> None:
    """When and how it came."""
    sql = """INSERT OR IGNORE INTO captures (sha256, url, final_url, status, headers, fetched_at)
        VALUES (?, ?, ?, ?, ?, ?)"""
    url, final_url, headers = clean(page.url), clean(page.final_url), json_text(page.headers)
    conn.execute(sql, (page.sha256, url, final_url, page.status, headers, iso(page.fetched_at)))


def _body(conn: sqlite3.Connection, sha256: str) -> bytes:
    row = conn.execute(
        "SELECT b.zstd, p.zstd AS prefix FROM bodies b LEFT JOIN bodies p ON p.id = b.prefix_id WHERE b.sha256 = ?",
        (sha256,),
    ).fetchone()
    return decompressed(row["zstd"], decompressed(row["prefix"], b"") if row["prefix"] is not None else b"")


def _page_of(row: sqlite3.Row, body: bytes) -> Page:
    return Page(
        url=row["url"],
        final_url=row["final_url"],
        status=row["status"],
        headers=tuple((name, value) for name, value in json.loads(row["headers"])),
        body=body,
        fetched_at=from_iso(row["fetched_at"]),
    )


def _is_over(last: str, now: datetime, limit_s: float | None) -> bool:
    return limit_s is not None and from_iso(last) < now - timedelta(seconds=limit_s)


def _drop(conn: sqlite3.Connection, body_id: int, sha256: str) -> int:
    """Delete one body with its captures; 0 when another body needs it."""
    if conn.execute("SELECT 1 FROM bodies WHERE prefix_id = ? LIMIT 1", (body_id,)).fetchone():
        return 0
    conn.execute("DELETE FROM captures WHERE sha256 = ?", (sha256,))
    return conn.execute("DELETE FROM bodies WHERE id = ?", (body_id,)).rowcount
