"""Every name of Scrapy and Twisted that begins with an underscore, so that a new version of them is met in one place.

`tests/unit/middlewares/test_private.py` holds them to the versions installed, and fails before anything else does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from importlib import import_module
from threading import Thread
from typing import Any

# While it is imported this one asks three times for the whole stack with its sources, half a second below a command;
# a thread has a short stack.
_importing = Thread(target=import_module, args=("scrapy.core.downloader.contextfactory",))
_importing.start()
_importing.join()

from OpenSSL import SSL  # noqa: E402  # as above
from scrapy.core.downloader.handlers.http11 import (  # noqa: E402  # it imports the one above
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from twisted.python.failure import Failure  # noqa: E402  # as above
from twisted.web._newclient import HEADER, STATUS  # noqa: E402  # as above

Wrap = Callable[[Any], Any]


def loop_of(reactor: Any) -> asyncio.AbstractEventLoop:
    """The loop that Twisted's asyncio reactor runs on."""
    loop: asyncio.AbstractEventLoop = reactor._asyncioEventloop
    return loop


class ClientProtocol(_LenientHTTP11ClientProtocol):
    """One connection of Scrapy's HTTP/1.1 handler, with what a subclass may ask and override."""

    @property
    def is_in_head(self) -> bool:
        """Whether status line and headers are still coming in."""
        return self._parser is not None and self._parser.state in (STATUS, HEADER)

    @property
    def has_answer(self) -> bool:
        """Whether an answer is under way."""
        return self._parser is not None

    def give_up(self, problem: Exception) -> None:
        """Close the connection; the request fails with *problem*."""
        self._giveUp(Failure(problem))  # type: ignore[no-untyped-call]  # Twisted's

    def answer_ended(self) -> None:
        """Called at the end of every answer, good or bad."""

    def _disconnectParser(self, reason: Any) -> None:  # noqa: N802  # Twisted's name
        super()._disconnectParser(reason)  # type: ignore[no-untyped-call]  # Twisted's
        self.answer_ended()


class _Factory(_LenientHTTP11ClientFactory):
    def __init__(self, prepare: Callable[[Any], ClientProtocol], *arguments: Any) -> None:
        super().__init__(*arguments)  # type: ignore[no-untyped-call]  # Twisted's
        self._prepare = prepare

    def buildProtocol(self, addr: Any) -> ClientProtocol:  # noqa: N802  # Twisted's name
        return self._prepare(self._quiescentCallback)


def use_protocol(handler: HTTP11DownloadHandler, make: Callable[[Any], ClientProtocol], idle_s: int) -> None:
    """Let the handler's connections be those that *make* returns; it is called with what a protocol is made of.

    Args:
        idle_s: an idle connection is kept that long.
    """
    handler._pool._factory = partial(_Factory, make)  # type: ignore[assignment]  # it is called only
    handler._pool.cachedConnectionTimeout = idle_s


def wrap_policy(handler: HTTP11DownloadHandler, wrap: Wrap) -> None:
    """Put *wrap* around what decides which certificates the handler accepts."""
    handler._contextFactory = wrap(handler._contextFactory)


def never_renegotiate(creator: Any) -> None:
    """Let no server of one host begin a handshake anew within its connection: it could do so for ever."""
    context = (
        getattr(creator, "_ctx", None) or creator._createConnection.__self__.getContext()
    )  # Twisted until 25, and from 26
    context.set_options(SSL.OP_NO_RENEGOTIATION)


def connections_of(creator: Any) -> Wrap | None:
    """What makes the TLS connections of one host, where it knows nothing of that host; None with Twisted until 25."""
    make: Wrap | None = None if hasattr(creator, "_ctx") else creator._createConnection
    return make


def wrap_connections(creator: Any, wrap: Callable[[Wrap], Wrap]) -> None:
    """Put *wrap* around what makes the TLS connections of one host."""
    creator._createConnection = wrap(creator._createConnection)
