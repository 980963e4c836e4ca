"""The last door before the wire: a host's turn, its Retry-After, and errors in our own words."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from OpenSSL import SSL
from scrapy import exceptions, signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import Response
from twisted.internet import defer
from twisted.internet import error as tx
from twisted.web.client import ResponseFailed

from crawler.dedupe.urls import host_of
from crawler.errors import FetchError, ForbiddenAddress, TooLarge, Unreachable
from crawler.frontier.budget import Budget
from crawler.frontier.hosts import MOST_HELD_BYTES, HostBusy, Hosts, Manners
from crawler.frontier.pace import retry_after_s
from crawler.frontier.protocols import HostPace
from crawler.frontier.turn import turn
from crawler.middlewares.certificates import ReportingPolicy, certificate_fault
from crawler.middlewares.guard import why_refused
from crawler.middlewares.private import ClientProtocol, use_protocol, wrap_policy
from db.model import Page

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

#: a request whose host's turn is further away goes back to the frontier instead of holding a place
_PATIENCE_S = 5.0
#: an idle connection is kept that long; with thousands of hosts Twisted's 240 s would run out of descriptors
_IDLE_S = 15
#: bytes of status line and headers, far more than any server needs
MOST_HEAD_BYTES = 256 * 1024
#: that much of an answer comes in however much is in hand; most pages are smaller
FREE_BYTES = 256 * 1024
_REFUSALS = (429, 503)


class HeadTooLongError(Exception):
    """Status line and headers are longer than any server needs."""


class NotAdmittedError(Exception):
    """Between the host's turn and the first byte the right to ask it was lost."""


class _BoundedProtocol(ClientProtocol):
    """Twisted bounds a header line, not how many there are, and reads on however much is in hand.

    A connection that is not read keeps its bytes in the sender, as TCP does it.
    """

    def __init__(self, pace: HostPace, held: Budget, waiting: set[str], *arguments: Any) -> None:
        super().__init__(*arguments)  # type: ignore[no-untyped-call]  # Twisted's
        self.pace = pace
        self.held = held
        #: hosts whose answer waits for room
        self.waiting = waiting
        self._head_bytes = 0
        self._host = ""

    def request(self, request: Any) -> Any:
        self._head_bytes = 0
        self._host = request.headers.getRawHeaders(b"host")[0].decode("latin-1").lower()
        if not self.pace.is_admitted(self._host):
            self._socket.loseConnection()
            return defer.fail(NotAdmittedError())
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  # Twisted's name
        if self.is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self.give_up(HeadTooLongError())
                return
        size = self.held.grow(self, len(data))
        super().dataReceived(data)  # type: ignore[no-untyped-call]  # Twisted's
        if not self.has_answer:
            self.held.drop(self)
        elif size > FREE_BYTES and not self.held.is_free_to_grow(self):
            self.waiting.add(self._host)
            self._socket.pauseProducing()
            self.held.ask(self, 0, self._go_on)

    def _go_on(self) -> None:
        self.waiting.discard(self._host)
        self._socket.resumeProducing()

    @property
    def _socket(self) -> Any:
        return self.transport

    def answer_ended(self) -> None:
        self.held.drop(self)


class PoliteHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler that waits for the host's turn and heeds its answer."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        wrap_policy(self, ReportingPolicy)
        crawler.signals.connect(_cut, signals.bytes_received)
        self.manners: Manners | None = getattr(crawler.spider, "manners", None)
        held = self.manners.held if self.manners else Budget(MOST_HELD_BYTES)
        self._waiting: set[str] = set()
        self.hosts = self.manners.hosts if self.manners else Hosts(1.0, (), datetime.now(UTC), 0.0)
        use_protocol(self, partial(_BoundedProtocol, self.hosts, held, self._waiting), _IDLE_S)

    async def download_request(self, request: Request) -> Response:
        """The answer, as a plain `Response`.

        Plain, because a text response detects its charset, and does so on the
        compressed bytes when the middlewares copy it.

        A list of links (`meta["is_list"]`) is cut off at its largest size, as
        its beginning is worth as much as before; a page that is too large is not read.

        Raises:
            FetchError: the narrowest; HostBusy when the host's turn is far away.
        """
        host, asked = host_of(request.url), request
        if request.meta.get("is_list"):
            meta = {**request.meta, "download_maxsize": 0, "left": request.meta["download_maxsize"]}
            asked = request.replace(meta=meta)
        async with turn(self.hosts, host, request.url, _PATIENCE_S):
            begun = asyncio.get_running_loop().time()
            self._waiting.discard(host)
            try:
                answer = await super().download_request(asked)
                _refuse_odd_status(answer.status, request.url)
            except Exception as problem:
                if isinstance(problem, exceptions.DownloadTimeoutError) and host in self._waiting:
                    why = "too many large answers were in hand at once"
                    raise HostBusy(why, request.url, _PATIENCE_S) from problem
                await self._time(host, begun, is_good=False)
                raise fetch_error(problem, request) from problem
            await self._time(host, begun, is_good=True)
            await self._heed(host, answer)
        return Response(
            answer.url,
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            flags=answer.flags,
            certificate=answer.certificate,
            ip_address=answer.ip_address,
            protocol=answer.protocol,
        )

    async def _time(self, host: str, begun: float, *, is_good: bool) -> None:
        """Leave a slow host more time, and remember that when it is news."""
        tick = asyncio.get_running_loop().time()
        state = self.hosts.took(host, tick - begun, datetime.now(UTC), tick, is_good=is_good)
        if state is not None and self.manners:
            await self.manners.keep_host(state)

    async def _heed(self, host: str, answer: Response) -> None:
        """Remember a 429, a 503 or a Retry-After, and that they are over."""
        now, tick = datetime.now(UTC), asyncio.get_running_loop().time()
        asked = retry_after_s((answer.headers.get(b"Retry-After") or b"").decode("latin-1"), now)
        if answer.status in _REFUSALS or (asked and not 200 <= answer.status < 300):
            state = self.hosts.refuse(host, answer.status, asked, now, tick)
        elif answer.status < 500:
            state_or_none = self.hosts.answered(host, now, tick)
            if state_or_none is None:
                return
            state = state_or_none
        else:
            return
        if self.manners:
            await self.manners.keep_host(state)


def _refuse_odd_status(status: int, url: str) -> None:
    """Twisted takes any whole number; no code is larger than three digits (RFC 9110, 15), and SQLite ends at 64 bits.

    Raises:
        Unreachable: such an answer is not HTTP.
    """
    if not 100 <= status <= 999:
        raise Unreachable("its answer is not HTTP: its status has not three digits", url)


def _cut(data: bytes, request: Request) -> None:
    """End the download of a list that is larger than it may be; what has come is kept."""
    left = request.meta.get("left")
    if left is not None:
        request.meta["left"] = left - len(data)
        if request.meta["left"] < 0:
            raise exceptions.StopDownload(fail=False)


def is_cut(response: Response) -> bool:
    """Whether only the beginning of an answer was read."""
    return "download_stopped" in response.flags


def page_of(asked: str, response: Response) -> Page:
    """A response as the noun that travels on."""
    headers = tuple(
        (name.decode("latin-1").lower(), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
    return Page(
        url=asked,
        final_url=response.url,
        status=response.status,
        headers=headers,
        body=response.body,
        fetched_at=datetime.now(UTC).replace(microsecond=0),
    )


def fetch_error(problem: BaseException | None, request: Request) -> FetchError:
    """What went wrong on the wire, as the narrowest `FetchError` with a sentence for a person."""
    url = request.url
    if isinstance(problem, FetchError):
        return problem
    if isinstance(problem, exceptions.CannotResolveHostError):
        refused = why_refused(url)
        return ForbiddenAddress(refused, url) if refused else Unreachable("its host name was not found", url)
    if isinstance(problem, exceptions.DownloadTimeoutError):
        return Unreachable(f"no whole answer within {request.meta.get('download_timeout', 0):g} s", url)
    if isinstance(problem, exceptions.DownloadCancelledError):
        return TooLarge(f"more than {request.meta.get('download_maxsize', 0):,} bytes", url)
    if isinstance(problem, exceptions.ResponseDataLossError):
        return Unreachable("the connection ended before the whole answer had come", url)
    if isinstance(problem, exceptions.DownloadConnectionRefusedError):
        return Unreachable("the connection was refused", url)
    causes = _causes(problem)
    if any(isinstance(cause, NotAdmittedError) for cause in causes):
        return HostBusy("somebody else may ask its host by now", url, _PATIENCE_S)
    if any(isinstance(cause, HeadTooLongError) for cause in causes):
        return TooLarge(f"more than {MOST_HEAD_BYTES:,} bytes of headers", url)
    faults = (certificate_fault(cause, urlsplit(url).hostname or "") for cause in causes)
    return Unreachable(next(filter(None, faults), None) or _connection_fault(causes), url)


def _causes(problem: BaseException | None) -> list[BaseException]:
    """What failed, and all that Twisted knows of why."""
    causes = [cause for cause in (problem, problem.__cause__ if problem else None) if cause is not None]
    for cause in tuple(causes):
        if isinstance(cause, ResponseFailed):
            causes += [failure.value for failure in cause.reasons]
    return causes


def _connection_fault(causes: list[BaseException]) -> str:
    """The reason in words."""
    for cause in causes:
        if isinstance(cause, SSL.Error):
            details = (
                "; ".join(str(part[-1]) for part in cause.args[0]) if cause.args and cause.args[0] else "TLS"
            )
            return f"its TLS is not acceptable ({details})"
        if isinstance(cause, tx.ConnectionLost | tx.ConnectionDone):
            return "the connection was dropped"
        if isinstance(cause, tx.ConnectError):
            return f"no connection ({type(cause).__name__})"
    return f"the answer was not understood ({', '.join(type(cause).__name__ for cause in causes[-1:])})"
