"""WARC files (ISO 28500): pages that somebody else fetched, one after the other; the rest is named, not taken.

Only answers count: `response` records of HTTP with status 200 and a type that
may be an article. A record is believed when what follows it is a record or the
end, so one that is cut off or longer than it says costs itself and not its
neighbours.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from fastwarc import ArchiveIterator, WarcRecord

from crawler.discover.bodies import plain_body
from crawler.errors import TooLarge, WarcSyntaxError
from crawler.warc.arcs import first_arc_date, is_arc, read_arc
from crawler.warc.entries import Faulty, Skipped, WarcEntry, WarcResponse
from crawler.warc.members import Damage, Piece, Shell
from db.backfills import WarcPlace
from db.model import Outcome, Page

#: bytes of a record's own headers, and of its HTTP headers
MOST_HEADER_BYTES = 32 << 10
#: damaged places after which a file is not read further
MOST_DAMAGED = 1_000
#: before the web; and how far a crawler's clock may have been ahead of ours
_EARLIEST, _AHEAD = datetime(1991, 1, 1, tzinfo=UTC), timedelta(days=1)
_TYPES = frozenset({"", "text/html", "application/xhtml+xml", "text/plain"})
_LEFT_OUT = frozenset({"content-encoding", "transfer-encoding"})
#: enough to read whatever is left of a record
_ALL = 1 << 62


#: yields entries, returns where to go on, None for nowhere
WarcEntries = Generator[WarcEntry, None, int | None]


def read_records(
    file: BinaryIO, name: str, most_bytes: int, now: datetime, start: WarcPlace
) -> Iterator[WarcEntry]:
    """What a WARC or ARC file holds, in its order, from *start* on.

    Never raises for what is in the file once its beginning is that of one.

    Args:
        name: of the file, for people.
        most_bytes: of a page, as stored and unpacked.
        now: pages dated later are not believed.
        start: the place of an entry of an earlier reading of the file, which may have been shorter then.

    Raises:
        WarcSyntaxError: the file is something else.
        OSError: it cannot be read.
    """
    if is_arc(file):
        yield from read_arc(file, most_bytes, now, start)
        return
    shell = Shell(file, name)
    reading = _Reading(shell, most_bytes, now)
    begin = start if start.offset <= shell.size_bytes else WarcPlace()
    offset: int | None = begin.offset
    while offset is not None and offset < shell.size_bytes:
        offset = yield from reading.piece(offset, begin.index if offset == begin.offset else 0)


class _Reading:
    def __init__(self, shell: Shell, most_bytes: int, now: datetime) -> None:
        self._shell = shell
        self._most_bytes = most_bytes
        self._now = now
        self._damaged = 0

    def piece(self, offset: int, first: int) -> WarcEntries:
        """The entries of one piece from number *first* on, each held back until what follows it was seen."""
        piece = self._shell.piece(offset)
        held: WarcEntry | None = None
        try:
            for entry in self._entries(piece, offset):
                if held is not None and held.place.index >= first:
                    yield held
                held = entry
            following = self._shell.behind(piece, offset)
        except Damage as damage:
            return (yield from self._blame(damage, held, offset, piece))
        if held is not None and held.place.index >= first:
            yield held
        if self._shell.begins(following):
            return following
        return (
            yield from self._damage(Damage("there are bytes that are no record"), WarcPlace(offset=following))
        )

    def _blame(self, damage: Damage, held: WarcEntry | None, offset: int, piece: Piece) -> WarcEntries:
        """The record before the damage is the damaged one, unless another begins where it says that it ends."""
        following = self._shell.next_of_plain(held.place.offset) if held else None
        if held is None or following is not None:
            if held is not None:
                yield held
            return (yield from self._damage(damage, WarcPlace(offset=following or offset), piece=piece))
        return (yield from self._damage(damage, held.place, _url_of(held), piece))

    def _damage(
        self, damage: Damage, place: WarcPlace, url: str | None = None, piece: Piece | None = None
    ) -> WarcEntries:
        """The damaged record, and where the next one begins."""
        self._damaged += 1
        following = self._behind(damage, place, piece)
        is_given_up = following is not None and self._damaged >= MOST_DAMAGED
        more = f"; after {MOST_DAMAGED:,} damaged places the rest of the file is left" if is_given_up else ""
        reason = f"the record is damaged: {damage}{more}"
        yield Faulty(place=place, url=url, reason=reason, is_end=following is None)
        return None if is_given_up else following

    def _behind(self, damage: Damage, place: WarcPlace, piece: Piece | None) -> int | None:
        """Where a member ends says its own data, as long as that is sound; else beginnings are looked for."""
        if piece is not None and self._shell.is_packed:
            try:
                following = self._shell.behind(piece, place.offset)
            except Damage:
                following = -1
            if following >= 0 and self._shell.begins(following):
                return following if following < self._shell.size_bytes else None
        return self._shell.next_beginning(place.offset + 1)

    def _entries(self, piece: Piece, offset: int) -> Iterator[WarcEntry]:
        """The records of a piece as they come.

        Raises:
            Damage: what is there is no record, or not a whole one.
        """
        index = -1
        try:
            records = ArchiveIterator(
                piece, parse_http=False, stream_detect=False, max_header_len=MOST_HEADER_BYTES
            )
            for record in records:
                index += 1
                place = (
                    WarcPlace(offset=offset, index=index)
                    if self._shell.is_packed
                    else WarcPlace(offset=offset + record.stream_pos)
                )
                if "Content-Length" not in record.headers:
                    raise Damage("it does not say how long it is")
                yield self._entry(record, place)
                _pass_over(record)
        except OSError as problem:
            raise Damage(_in_words(problem)) from problem

    def _entry(self, record: WarcRecord, place: WarcPlace) -> WarcEntry:
        kind, url = str(record.record_type), _header(record, "WARC-Target-URI").strip(" <>") or None
        if kind != "response" or not record.is_http:
            return Skipped(place=place, kind="not HTTP" if kind == "response" else kind, url=url)
        try:
            record.parse_http(max_header_len=MOST_HEADER_BYTES, quirks_mode=True)  # bare line feeds, too
        except OSError as problem:
            _in_words(problem)
            reason = f"its HTTP headers are longer than {MOST_HEADER_BYTES:,} bytes"
            return Faulty(place=place, url=url, outcome=Outcome.TOO_LARGE, reason=reason)
        status = record.http_headers.status_code
        if status != 200:
            return Skipped(place=place, kind=f"status {status or 'unknown'}", url=url)
        headers = tuple((name.lower(), value) for name, value in record.http_headers.to_tuples())
        if _type_of(headers) not in _TYPES:
            return Skipped(place=place, kind="not HTML", url=url)
        try:
            return WarcResponse(place=place, page=self._page(record, url, headers))
        except Damage:
            raise
        except TooLarge as problem:
            return Faulty(place=place, url=url, outcome=Outcome.TOO_LARGE, reason=str(problem))
        except WarcSyntaxError as problem:
            return Faulty(place=place, url=url, reason=str(problem))

    def _page(self, record: WarcRecord, url: str | None, headers: tuple[tuple[str, str], ...]) -> Page:
        """The page of a record.

        Raises:
            TooLarge, WarcSyntaxError: with the reason.
        """
        if url is None:
            raise WarcSyntaxError("the record does not say of which address it is", "")
        fetched_at = self._date(_header(record, "WARC-Date"), url)
        if cut := _header(record, "WARC-Truncated"):
            cut_off = f"its crawler cut it off (WARC-Truncated: {cut[:40]})"
            raise TooLarge(cut_off, url) if cut == "length" else WarcSyntaxError(cut_off, url)
        if _header(record, "WARC-Segment-Number"):
            raise WarcSyntaxError("the record holds a part of the page only (WARC-Segment-Number)", url)
        body = _up_to(record, self._most_bytes + 1)
        if len(body) > self._most_bytes:
            raise TooLarge(f"more than {self._most_bytes:,} bytes", url)
        return Page(
            url=url,
            final_url=url,
            status=200,
            headers=tuple(each for each in headers if each[0] not in _LEFT_OUT),
            body=plain_body(body, headers, self._most_bytes, url),
            fetched_at=fetched_at,
        )

    def _date(self, text: str, url: str) -> datetime:
        """When the page was fetched, to the second.

        Raises:
            WarcSyntaxError: it does not say, or it cannot be true.
        """
        try:
            at = datetime.fromisoformat(text.strip())
            at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
        except (ValueError, OverflowError):
            raise WarcSyntaxError(f"its WARC-Date is no date ({text[:40]!r})", url) from None
        if not _EARLIEST <= at <= self._now + _AHEAD:
            raise WarcSyntaxError(f"its WARC-Date, {text[:40]}, cannot be true", url)
        return at


def _header(record: WarcRecord, name: str) -> str:
    return record.headers.get(name) or ""


def _pass_over(record: WarcRecord) -> None:
    """Read what is left of a record.

    Raises:
        Damage: it is shorter than it says.
    """
    record.reader.consume(_ALL)
    if record.reader.tell() < record.content_length:
        raise Damage("it is shorter than it says")


def _up_to(record: WarcRecord, size: int) -> bytes:
    """The first bytes of a record's payload."""
    parts: list[bytes] = []
    while size > 0 and (data := record.reader.read(size)):
        parts.append(data)
        size -= len(data)
    return b"".join(parts)


def _in_words(problem: OSError) -> str:
    """What fastwarc found; its errors are OSErrors without a number.

    Raises:
        OSError: it is the disk's.
    """
    if problem.errno is not None:
        raise problem
    return str(problem).rstrip(".").lower()


def _type_of(headers: tuple[tuple[str, str], ...]) -> str:
    value = next((value for name, value in headers if name == "content-type"), "")
    return value.partition(";")[0].strip().lower()


def _url_of(entry: WarcEntry) -> str | None:
    return entry.page.url if isinstance(entry, WarcResponse) else entry.url


def first_date(file: BinaryIO, name: str) -> str:
    """The WARC-Date of the first record as it is written, to put files in order; "" when there is none.

    Raises:
        WarcSyntaxError: the file is something else.
    """
    if is_arc(file):
        return first_arc_date(file)
    try:
        records = ArchiveIterator(Shell(file, name).piece(0), parse_http=False, stream_detect=False)
        return next((_header(record, "WARC-Date") for record in records), "")
    except (OSError, Damage) as problem:
        if isinstance(problem, OSError):
            _in_words(problem)
        return ""
