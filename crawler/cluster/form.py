"""What travels through PostgreSQL: names and values as packed JSON, and no code.

Who can write to its tables can put a wrong text into the record, and no more.
`FORM` changes with whatever an older program would misread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar

import zstandard
from cattrs.errors import BaseValidationError

from crawler.cluster.schema import too_new
from crawler.errors import (
    BadStatus,
    ClusterError,
    FetchError,
    ForbiddenAddress,
    RobotsDenied,
    TooLarge,
    Unreachable,
)
from crawler.frontier.errands import Errand, Poll, Visit
from crawler.frontier.hosts import HostBusy, RobotsAway, RobotsClosed
from crawler.ingest.shards import bounded_converter
from db.model import Capture, FetchRecord, Page, SourceKind
from db.watched import FrontierEntry, SourceState

#: of what is written; another one is not read
FORM = 1
#: bytes of one piece when unpacked; a page's text has 10 million characters at most
_MOST_BYTES = 64_000_000
#: commas and brackets of a piece: what is between them takes a hundred times their room
_MOST_THINGS = 4_000_000
_CONVERTER = bounded_converter()
T = TypeVar("T")

WorkKind = Literal["visit", "poll", "ask"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Poll):
    """One more address that the writer wants for a poll."""

    #: what it is; None for a page
    what: SourceKind | None = None
    asked: tuple[str | None, str | None] = (None, None)

    @property
    def key(self) -> tuple[str, str]:
        """An address is asked for once at a time for each source."""
        return ("ask", ask_key(self.source, self.url))

    @property
    def validators(self) -> tuple[str | None, str | None]:
        """ETag and Last-Modified of its last answer."""
        return self.asked


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPlace:
    """Where the bytes of a page lie on their way."""

    #: name of a WARC file in the folder that nodes and writer share
    file: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why something did not come, as it travels."""

    kind: str
    message: str
    url: str
    status: int | None = None
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMarks:
    """What a node has reckoned of an article for the writer, as far as it takes long."""

    simhash: int
    bands: tuple[int, ...]
    terms: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came of an errand, or a row of the ledger that ends none; times are PostgreSQL's."""

    record: FetchRecord
    #: without its body, which has a place of its own
    page: Page | None = None
    sha256: str | None = None
    place: BodyPlace | None = None
    problem: Problem | None = None
    #: seconds until its host may be asked again
    wait_s: float = 0.0
    #: of a page
    entry: FrontierEntry | None = None
    capture: Capture | None = None
    marks: SentMarks | None = None
    is_gated: bool = False
    #: hashes of the lines that were furniture of its site when it was read
    memory: tuple[int, ...] = ()
    drawn: str | None = None
    #: of a poll
    url: str | None = None
    validators: tuple[str | None, str | None] = (None, None)
    moved_to: str | None = None
    is_cut: bool = False
    #: our own code failed on it: the name of the error
    fault: str | None = None


def ask_key(source: str, url: str) -> str:
    """What an address that is wanted for a poll is known by."""
    return f"{source}\n{url}"


def packed_form(thing: Any) -> bytes:
    """A noun as it travels. Letters go as they are: escaped, ten million of them hold a loop up for 0.3 s where they come out."""
    text = _CONVERTER.dumps(thing, ensure_ascii=False)
    return zstandard.ZstdCompressor(level=3).compress(text.encode("utf-8", "surrogatepass"))


def unpacked_size(data: bytes) -> int:
    """How large a piece says that it is; one that does not say it cannot be unpacked.

    Raises:
        ZstdError: it is damaged.
    """
    return zstandard.get_frame_parameters(data).content_size


def unpacked_bytes(data: bytes, most: int) -> bytes:
    """What was packed.

    Raises:
        ZstdError: it is damaged, or larger than *most* bytes, as its head says before anything is made room for.
    """
    size = unpacked_size(data)
    if size > most:
        raise zstandard.ZstdError(f"{size} bytes unpacked")
    return zstandard.ZstdDecompressor().decompress(data)


def unpacked_form(data: bytes, kind: type[T], form: int = FORM) -> T:
    """The noun.

    Raises:
        ClusterError: it is none of that kind, or of another form.
    """
    if form != FORM:
        raise ClusterError(too_new(form))
    try:
        text = unpacked_bytes(data, _MOST_BYTES)
        if sum(map(text.count, (b",", b"[", b"{"))) > _MOST_THINGS:
            raise ValueError("too many things")
        found: T = _CONVERTER.loads(text.decode("utf-8", "surrogatepass"), kind)
    except (
        BaseValidationError,
        zstandard.ZstdError,
        ValueError,
        TypeError,
        RecursionError,
        MemoryError,
    ) as problem:
        raise ClusterError(f"what stands in PostgreSQL is no {kind.__name__}") from problem
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _PollFields:
    state: SourceState
    url: str
    gap_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _AskFields:
    state: SourceState
    url: str
    what: SourceKind | None
    asked: tuple[str | None, str | None]


def kind_of_errand(errand: Errand) -> WorkKind:
    """What it is called in the tables."""
    if isinstance(errand, Ask):
        return "ask"
    return "poll" if isinstance(errand, Poll) else "visit"


def errand_fields(errand: Errand) -> bytes:
    """What a node has to know of it."""
    if isinstance(errand, Visit):
        return packed_form(errand.entry)
    state = replace(errand.state, last_entries=(), surfaces=())
    if isinstance(errand, Ask):
        return packed_form(_AskFields(state=state, url=errand.url, what=errand.what, asked=errand.asked))
    return packed_form(_PollFields(state=state, url=errand.url, gap_s=errand.gap_s))


def errand_of(kind: str, form: int, fields: bytes) -> Errand:
    """The errand.

    Raises:
        ClusterError: it is none.
    """
    if kind == "visit":
        return Visit(entry=unpacked_form(fields, FrontierEntry, form))
    if kind == "ask":
        ask = unpacked_form(fields, _AskFields, form)
        source = replace(ask.state.source, kind=ask.what or "page")
        return Ask(state=replace(ask.state, source=source), url=ask.url, what=ask.what, asked=ask.asked)
    poll = unpacked_form(fields, _PollFields, form)
    return Poll(state=poll.state, url=poll.url, gap_s=poll.gap_s)


_PROBLEMS: dict[str, type[FetchError]] = {
    each.__name__: each
    for each in (
        ForbiddenAddress,
        RobotsDenied,
        TooLarge,
        Unreachable,
        BadStatus,
        HostBusy,
        RobotsClosed,
        RobotsAway,
    )
}


def problem_form(problem: FetchError) -> Problem:
    """An error as it travels."""
    return Problem(
        kind=type(problem).__name__,
        message=str(problem),
        url=problem.url,
        status=problem.status if isinstance(problem, BadStatus) else None,
        wait_s=problem.wait_s if isinstance(problem, HostBusy | RobotsClosed | RobotsAway) else 0.0,
    )


def problem_from(sent: Problem) -> FetchError:
    """The error; one that is not known is a `FetchError`."""
    kind = _PROBLEMS.get(sent.kind, FetchError)
    if issubclass(kind, HostBusy | RobotsClosed | RobotsAway):
        return kind(sent.message, sent.url, sent.wait_s)
    if kind is BadStatus:
        return BadStatus(sent.message, sent.url, sent.status or 0)
    return kind(sent.message, sent.url)


def shifted(delivery: Delivery, by_s: float) -> Delivery:
    """The same by another clock."""
    by = timedelta(seconds=round(by_s))
    page = delivery.page
    if page is not None:
        page = replace(page, fetched_at=_moved(page.fetched_at, by))
    capture = delivery.capture
    if capture is not None:
        seen = replace(capture.page, fetched_at=_moved(capture.page.fetched_at, by))
        capture = replace(capture, page=seen)
    record = replace(delivery.record, started_at=_moved(delivery.record.started_at, by))
    return replace(delivery, record=record, page=page, capture=capture)


def _moved(at: datetime, by: timedelta) -> datetime:
    try:
        return at + by
    except OverflowError:
        return at
