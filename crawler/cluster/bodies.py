"""Bytes of pages on their way from a node to the writer: WARC files in a folder that both see."""

from __future__ import annotations

import gzip
import logging
import os
import re
import secrets
import zlib
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

from isal import isal_zlib

from crawler.cluster.form import BodyPlace
from crawler.ingest.warc_out import info_record, page_record
from crawler.logs import say
from db.model import Page, iso

log = logging.getLogger(__name__)

#: a file is closed when it is as large as that, or as old, in seconds
_MOST_BYTES, _LONGEST_S = 256_000_000, 3600.0
#: bytes of one record when unpacked, beyond what a page may have
_MOST_RECORD_BYTES = 100_000_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}\.warc\.gz")


class BodyFiles:
    """What one node writes: one file at a time, each page on the disk before anybody is told of it.

    Args:
        folder: shared with the writer; it is made.
    """

    def __init__(self, folder: Path, node: str) -> None:
        self._folder = folder
        self._node = node
        self._file: FileIO | None = None
        self._begun = 0.0
        #: the file that is open
        self.name = ""

    def append(self, page: Page, at: float) -> BodyPlace:
        """Write a page; in whichever thread, one at a time.

        Args:
            at: monotonic seconds.

        Raises:
            OSError: it could not be written, and is not there.
        """
        file = self._open(at)
        offset = file.tell()
        record = page_record(page)
        try:
            _write(file, record)
            os.fdatasync(file.fileno())
        except OSError:
            self._take_back(file, offset)
            raise
        return BodyPlace(file=self.name, offset=offset, length=len(record))

    def _open(self, at: float) -> FileIO:
        if self._file is not None and (self._file.tell() > _MOST_BYTES or at - self._begun > _LONGEST_S):
            self.close()
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            now = datetime.now(UTC)
            self.name = f"{self._node}-{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}.warc.gz"
            self._file = FileIO(self._folder / self.name, "x", opener=_for_its_group)
            self._begun = at
            try:
                _write(self._file, info_record(self.name, iso(now)))
            except OSError:
                self.close()
                raise
        return self._file

    def _take_back(self, file: FileIO, offset: int) -> None:
        """Half a record is none: the file ends where it did. One that cannot be cut is left for another."""
        with suppress(OSError):
            file.seek(offset)
            file.truncate()
            return
        self.close()

    def close(self) -> None:
        """Write no more into the file."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                file.close()

    def remove_taken(self, wanted: Collection[str], now: float) -> int:
        """Remove files of this node that nobody refers to any more; returns how many.

        Args:
            wanted: names that are still referred to.
            now: of the wall clock, which names when files were written.
        """
        gone = 0
        for path in self._folder.glob(f"{self._node}-*.warc.gz"):
            with suppress(OSError):
                is_old = now - path.stat().st_mtime > _LONGEST_S
                if is_old and path.name != self.name and path.name not in wanted:
                    path.unlink()
                    gone += 1
        return gone


def _for_its_group(path: str, flags: int) -> int:
    """Pages are for nodes and writer: other users of the machine read none."""
    return os.open(path, flags, 0o640)


def _write(file: FileIO, data: bytes) -> None:
    """All of it, at once, without a buffer that would try again later."""
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]


def body_at(folder: Path, place: BodyPlace, sha256: str) -> bytes | None:
    """The bytes of a page; None, with a line in the log, when they are not there or are others."""
    try:
        return found_body(folder, place, sha256)
    except (OSError, ValueError, EOFError, zlib.error) as problem:
        say(
            log,
            logging.WARNING,
            "cluster.body_missing",
            file=place.file,
            offset=place.offset,
            because=problem,
        )
        return None


def found_body(folder: Path, place: BodyPlace, sha256: str) -> bytes:
    """The bytes of a page.

    Raises:
        OSError, ValueError, EOFError, zlib.error: they are not there, or are others.
    """
    if not _NAME.fullmatch(place.file):
        raise ValueError(f"{place.file!r} is no name of such a file")
    if place.offset < 0 or place.length < 0:
        raise ValueError("it is before the beginning")
    with (folder / place.file).open("rb") as file:
        file.seek(place.offset)
        record = _unpacked(file.read(min(place.length, _MOST_RECORD_BYTES)))
    body = _body_of(record)
    if (
        Page(url="", final_url="", status=0, headers=(), body=body, fetched_at=datetime.now(UTC)).sha256
        != sha256
    ):
        raise ValueError("it is another page")
    return body


def _unpacked(data: bytes) -> bytes:
    unpacking = isal_zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        record = unpacking.decompress(data, _MOST_RECORD_BYTES)
    except isal_zlib.error as problem:  # type: ignore[misc]  # their stub takes the class for one of its errors
        raise zlib.error(str(problem)) from problem
    if not unpacking.eof:
        raise gzip.BadGzipFile("the record is cut off, or too large")
    return record


def _body_of(record: bytes) -> bytes:
    """What stands behind the heads of the record and of the answer in it."""
    head, _, block = record.partition(b"\r\n\r\n")
    length = re.search(rb"\r\nContent-Length: (\d{1,12})", head)
    if length is None:
        raise ValueError("the record has no length")
    return block[: int(length[1])].partition(b"\r\n\r\n")[2]
