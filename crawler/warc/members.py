"""The shell of a WARC file: plain, or gzip members; where its pieces begin, also behind damaged bytes.

A piece is read as a stream of records: a gzip member, which holds one record as
the standard wants it or the whole file as `gzip FILE` makes it, or everything
from an offset of a plain file. Where a member ends says its own data, so a
record whose length is wrong costs that record only; bytes are searched for the
next beginning only where the gzip data itself is damaged. Memory stays the same
however much a piece unpacks to.

Source: WARC 1.1 (ISO 28500), annex D, "Compression recommendations"; RFC 1952.
"""

from __future__ import annotations

import re
import zlib
from typing import BinaryIO

from isal import isal_zlib

from crawler.errors import WarcSyntaxError

_CHUNK = 32 << 10
#: a member that unpacks to no more is unpacked at once
_MOST_AT_ONCE = 4 << 20
_GZIP = b"\x1f\x8b\x08"
#: of every version, 0.17 and 0.18 of the Heritrix of 2009 included
_RECORD = b"WARC/"
#: what stands before a record of a plain file: the end of the one before, or a block that was never written
_BEFORE = (b"\n", b"\x00")
_LENGTH = re.compile(rb"^content-length:[ \t]*([0-9]{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_HEADERS = re.compile(rb".*?\n\r?\n", re.DOTALL)
#: beginnings that turned out to be none, after which nothing more is looked for
_MOST_FALSE = 10_000
#: what stands at the beginning of files that are something else
_OTHERS = (
    (b"\x28\xb5\x2f\xfd", "compressed with zstd; unpack it with `zstd -d` first"),
    (b"\x04\x22\x4d\x18", "compressed with lz4; unpack it with `lz4 -d` first"),
    (b"BZh", "compressed with bzip2; unpack it with `bunzip2` first"),
    (b"\xfd7zXZ", "compressed with xz; unpack it with `unxz` first"),
)


class Damage(WarcSyntaxError):  # noqa: N818 - the base class says Error
    """Bytes that cannot be read as a record."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "")


class Piece:
    """A stream of records, read once from front to back; what it needs to be to stand in for a file is below."""

    def __init__(self, file: BinaryIO, offset: int) -> None:
        self._file = file
        self._at = offset
        self._given = 0

    def read(self, size: int = -1) -> bytes:
        """Up to *size* unpacked bytes, a chunk when it is negative; b"" at the end.

        Raises:
            Damage: what is there cannot be unpacked, or the file ends before the piece does.
        """
        data = self._next(min(size, _CHUNK) if size >= 0 else _CHUNK)
        self._given += len(data)
        return data

    def _next(self, size: int) -> bytes:
        return self._raw(size)

    def _raw(self, size: int) -> bytes:
        self._file.seek(self._at)  # others read the file, too
        data = self._file.read(size)
        self._at += len(data)
        return data

    def tell(self) -> int:
        """Unpacked bytes given so far."""
        return self._given

    def seek(self, offset: int, whence: int = 0) -> int:
        """The position, for those who ask in this way; nothing is ever read again."""
        if (offset, whence) != (0, 1):
            raise ValueError("a piece of a WARC file is read once")
        return self._given

    def close(self) -> None:
        """The file stays open; whoever opened it closes it."""


class _Member(Piece):
    """Nearly all are sound and small; zlib, which takes twice as long as isal, gives all others up to where they are not."""

    def __init__(self, file: BinaryIO, offset: int) -> None:
        super().__init__(file, offset)
        self._whole = self._unpacked_at_once(offset)
        self._unpacker = zlib.decompressobj(wbits=31)
        # in words: an error would hold on to its frames, they to the reader, and the reader, unseen by gc, to this
        self._damage: str | None = None

    def _unpacked_at_once(self, offset: int) -> bytes | None:
        """All that it holds, its checksum included; None when it is damaged, cut off or large."""
        unpacker, parts, room = isal_zlib.decompressobj(wbits=31), [], _MOST_AT_ONCE + 1
        try:
            while room and not unpacker.eof and (packed := unpacker.unconsumed_tail or self._raw(_CHUNK)):
                parts.append(unpacker.decompress(packed, room))
                room -= len(parts[-1])
        except isal_zlib.error:  # type: ignore[misc]  # their stub takes the class for one of its errors
            room = 0
        if unpacker.eof and room:
            self._at -= len(unpacker.unused_data)
            return b"".join(parts)
        self._at = offset
        return None

    def _next(self, size: int) -> bytes:
        if self._whole is not None:
            return self._whole[self._given : self._given + size]
        if self._damage is not None:
            raise Damage(self._damage)
        try:
            return self._unpack(size)
        except Damage as damage:
            self._damage = str(damage)
            raise

    def _unpack(self, size: int) -> bytes:
        data = b""
        while size and not data and not self._unpacker.eof:
            packed = self._unpacker.unconsumed_tail or self._raw(_CHUNK)
            if not packed:
                raise Damage("the file ends inside it")
            try:
                data = self._unpacker.decompress(packed, size)
            except zlib.error as problem:
                raise Damage("its gzip data is damaged") from problem
        return data

    def end(self) -> int:
        """The offset behind the member; what was not read of it is unpacked and dropped.

        Raises:
            Damage: as `read`.
        """
        if self._whole is not None:
            return self._at
        while self.read(_CHUNK):
            pass
        return self._at - len(self._unpacker.unused_data)


def member_at(file: BinaryIO, offset: int) -> Piece:
    """What begins at *offset*: a gzip member, or plain bytes."""
    file.seek(offset)
    return (_Member if file.read(3) == _GZIP else Piece)(file, offset)


class Shell:
    """Where the pieces of a WARC file begin.

    Args:
        file: open for reading in binary; it is sought in.
        name: for people.

    Raises:
        WarcSyntaxError: it is something else.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self.size_bytes = file.seek(0, 2)
        self._false = 0
        head = self._at(0, 512)
        self.is_packed = head.startswith(_GZIP)
        start = _unpacked_head(head) if self.is_packed else head
        if start.startswith(_RECORD):
            return
        kind = next((what for magic, what in _OTHERS if start.startswith(magic)), None)
        kind = kind or ("empty" if not head else "something else")
        raise WarcSyntaxError(f"{name} is not a WARC file that can be read: it is {kind}", name)

    def _at(self, offset: int, size: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(size)

    def piece(self, offset: int) -> Piece:
        """The piece that begins there."""
        return _Member(self._file, offset) if self.is_packed else Piece(self._file, offset)

    def begins(self, offset: int) -> bool:
        """Whether a piece begins there, or the file ends."""
        return offset == self.size_bytes or self._is_record(self._at(offset, 512))

    def _is_record(self, head: bytes) -> bool:
        return (_unpacked_head(head) if self.is_packed else head).startswith(_RECORD)

    def behind(self, piece: Piece, offset: int) -> int:
        """The offset of what comes after a piece that was read without trouble.

        Raises:
            Damage: it was not without trouble after all: a wrong checksum, or no end.
        """
        if not isinstance(piece, _Member):
            return self.size_bytes
        end = piece.end()
        while (filler := self._at(end, _CHUNK)) and not filler.strip(b"\x00\r\n"):
            end += len(filler)
        return end + len(filler) - len(filler.lstrip(b"\x00\r\n"))

    def next_of_plain(self, offset: int) -> int | None:
        """Where the record of a plain file at *offset* says that the next one begins, when one does."""
        head = _HEADERS.match(self._at(offset, _CHUNK))
        length = _LENGTH.search(head[0]) if head else None
        if self.is_packed or head is None or length is None:
            return None
        end = offset + head.end() + int(length[1])
        following = self._at(end, 64)
        end += len(following) - len(following.lstrip(b"\r\n"))
        begin = self._at(end, len(_RECORD))  # the file may end in it
        return end if begin and _RECORD.startswith(begin) else None

    def next_beginning(self, offset: int) -> int | None:
        """Where a piece begins at *offset* or later; None when none does, or too much only looks like one."""
        magic = _GZIP if self.is_packed else _RECORD
        while chunk := self._at(offset, _CHUNK):
            found = chunk.find(magic)
            if found < 0:
                offset += max(len(chunk) - len(magic) + 1, 1)
                continue
            offset += found
            if self._is_beginning(offset):
                return offset
            self._false += 1
            if self._false > _MOST_FALSE:
                return None
            offset += 1
        return None

    def _is_beginning(self, offset: int) -> bool:
        if self.is_packed:
            return self.begins(offset)
        return self._at(offset - 1, 1) in _BEFORE


def _unpacked_head(packed: bytes) -> bytes:
    """The first bytes of a gzip member; b"" when there are none."""
    try:
        return zlib.decompressobj(wbits=31).decompress(packed, 16)
    except zlib.error:
        return b""
