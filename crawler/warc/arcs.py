"""ARC files, the format before WARC (Internet Archive, 1996): a line with address, date and length, then the answer.

Of version 1 and 2, plain or with a gzip member per record. What is damaged ends
the reading of its file: ARC has no mark by which the next record could be found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from crawler.discover.bodies import plain_body
from crawler.errors import TooLarge, WarcSyntaxError
from crawler.warc.entries import Faulty, Skipped, WarcEntry, WarcResponse
from crawler.warc.members import Damage, Piece, member_at
from db.backfills import WarcPlace
from db.model import Outcome, Page

#: what the first record of every file is
MAGIC = b"filedesc:"
_LINE_BYTES, _HEAD_BYTES, _STEP = 16_000, 32 << 10, 32 << 10
#: address, IP, date, type, (version 2: status, checksum, location, offset, name,) length
_RECORD = re.compile(rb"(\S+) (\S+) (\d{8,17}) (.*?) ?(\d{1,15})\r?\n?")
_HTTP = re.compile(rb"HTTP/\d\.\d (\d{3})[^\n]*\n((?:[^\r\n][^\n]*\n)*)\r?\n")
_TYPES = frozenset(("", "text/html", "application/xhtml+xml", "text/plain"))
_LEFT_OUT = frozenset(("content-encoding", "transfer-encoding"))
_EARLIEST, _AHEAD = datetime(1991, 1, 1, tzinfo=UTC), timedelta(days=1)


def is_arc(file: BinaryIO) -> bool:
    """Whether a file begins like an ARC, packed or not."""
    try:
        return _Reader(member_at(file, 0)).line().startswith(MAGIC)
    except Damage:
        return False


def read_arc(file: BinaryIO, most_bytes: int, now: datetime, start: WarcPlace) -> Iterator[WarcEntry]:
    """What an ARC file holds, in its order, from *start* on; never raises for what is in it.

    Args:
        most_bytes: of a page, as stored and unpacked.
        now: pages dated later are not believed.
    """
    size_bytes = file.seek(0, 2)
    offset = start.offset if start.offset <= size_bytes else 0
    while offset < size_bytes:
        piece = member_at(file, offset)
        reader = _Reader(piece)
        try:
            head = reader.head()
            if head is None:
                return
            entry = _entry(reader, head, WarcPlace(offset=offset), most_bytes, now)
            reader.skip()
            following = piece.end() if hasattr(piece, "end") else offset + reader.given
        except Damage as damage:
            yield Faulty(
                place=WarcPlace(offset=offset), reason=f"the record is damaged: {damage}", is_end=True
            )
            return
        yield entry
        offset = following


def first_arc_date(file: BinaryIO) -> str:
    """The date of the first record, as WARC writes it; "" when there is none."""
    try:
        head = _Reader(member_at(file, 0)).head()
        return _date(head.date).strftime("%Y-%m-%dT%H:%M:%SZ") if head else ""
    except (Damage, ValueError):
        return ""


@dataclass(frozen=True, slots=True)
class _Head:
    url: str
    date: str
    kind: str
    length: int


class _Reader:
    """One record of a piece: its line, then so many bytes."""

    def __init__(self, piece: Piece) -> None:
        self._piece = piece
        self._buffer = b""
        self._left = 0
        #: bytes of the piece that were used
        self.given = 0

    def line(self) -> bytes:
        """The next line.

        Raises:
            Damage: it does not end.
        """
        while b"\n" not in self._buffer:
            data = self._piece.read(_STEP)
            if not data or len(self._buffer) > _LINE_BYTES:
                break
            self._buffer += data
        line, mark, self._buffer = self._buffer.partition(b"\n")
        self.given += len(line) + len(mark)
        if len(line) > _LINE_BYTES:
            raise Damage("its first line does not end")
        return line + mark

    def head(self) -> _Head | None:
        """The line that begins a record; None at the end of the file.

        Raises:
            Damage: it is none.
        """
        line = self.line()
        while line in (b"\n", b"\r\n"):
            line = self.line()
        if not line.strip(b"\x00\r\n"):
            return None
        found = _RECORD.fullmatch(line)
        if found is None:
            raise Damage("there are bytes that are no record")
        self._left = int(found[5])
        kind = found[4].split(b" ")[0].decode("latin-1").lower()
        return _Head(found[1].decode("utf-8", "replace"), found[3].decode(), kind, self._left)

    def read(self, most: int) -> bytes:
        """Up to so many bytes of the record."""
        parts, size = [], 0
        while size < most and self._left:
            data = self._buffer or self._piece.read(_STEP)
            if not data:
                raise Damage("it is shorter than it says")
            taken = data[: min(self._left, most - size)]
            self._buffer = data[len(taken) :]
            self._left -= len(taken)
            self.given += len(taken)
            size += len(taken)
            parts.append(taken)
        return b"".join(parts)

    def skip(self) -> None:
        """What is left of the record."""
        while self._left:
            self.read(_STEP)


def _entry(reader: _Reader, head: _Head, place: WarcPlace, most_bytes: int, now: datetime) -> WarcEntry:
    if not head.url.lower().startswith(("http://", "https://")):
        return Skipped(place=place, kind="not HTTP", url=head.url)
    content = reader.read(most_bytes + _HEAD_BYTES + 1)
    found = _HTTP.match(content[:_HEAD_BYTES])
    if found is None:
        return Skipped(place=place, kind="not HTTP", url=head.url)
    if found[1] != b"200":
        return Skipped(place=place, kind=f"status {int(found[1])}", url=head.url)
    headers = _headers(found[2])
    declared = next((value for name, value in headers if name == "content-type"), "")
    if declared.partition(";")[0].strip().lower() not in _TYPES:
        return Skipped(place=place, kind="not HTML", url=head.url)
    try:
        return WarcResponse(place=place, page=_page(head, headers, content[found.end() :], most_bytes, now))
    except TooLarge as problem:
        return Faulty(place=place, url=head.url, outcome=Outcome.TOO_LARGE, reason=str(problem))
    except WarcSyntaxError as problem:
        return Faulty(place=place, url=head.url, reason=str(problem))


def _page(
    head: _Head, headers: tuple[tuple[str, str], ...], body: bytes, most_bytes: int, now: datetime
) -> Page:
    if len(body) > most_bytes:
        raise TooLarge(f"more than {most_bytes:,} bytes", head.url)
    try:
        at = _date(head.date)
    except ValueError:
        raise WarcSyntaxError(f"its date is none ({head.date[:20]})", head.url) from None
    if not _EARLIEST <= at <= now + _AHEAD:
        raise WarcSyntaxError(f"its date, {head.date}, cannot be true", head.url)
    return Page(
        url=head.url,
        final_url=head.url,
        status=200,
        headers=tuple(each for each in headers if each[0] not in _LEFT_OUT),
        body=plain_body(body, headers, most_bytes, head.url),
        fetched_at=at,
    )


def _date(text: str) -> datetime:
    """The instant of fourteen digits; of fewer, as early as they allow."""
    return datetime.strptime(text[:14].ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _headers(block: bytes) -> tuple[tuple[str, str], ...]:
    lines = (line.partition(":") for line in block.decode("latin-1").splitlines()[:200])
    return tuple((name.strip().lower(), value.strip()) for name, colon, value in lines if colon)
