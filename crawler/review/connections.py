"""Connections to the review: a request has so long to arrive, and an address so many of them, so that nobody keeps all others out."""

from __future__ import annotations

import asyncio
from collections import Counter
from ipaddress import ip_address
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from crawler.review.throttle import network_of

#: seconds in which a request must have arrived, form and all
ARRIVES_S = 20.0
#: connections of one address; a browser opens six. Those of this machine are not counted: a proxy brings everybody's
MOST_OF_ADDRESS = 32
_UNFINISHED = (h11.IDLE, h11.SEND_BODY)


class PatientProtocol(H11Protocol):
    """uvicorn's protocol, which waits for ever for a request that has begun, and takes any number of them."""

    _of: ClassVar[Counter[str]] = Counter()
    _address = ""
    _arriving: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Take a connection, or close one too many."""
        super().connection_made(transport)
        peer = str((transport.get_extra_info("peername") or ("",))[0])
        if not _is_here(peer):
            self._address = network_of(peer)
            self._of[self._address] += 1
        if self._of[self._address] > MOST_OF_ADDRESS:
            transport.close()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        if self._address:
            self._of[self._address] -= 1
            if self._of[self._address] <= 0:
                del self._of[self._address]
        self._rest()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes of a request."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """What came behind a request is looked at now."""
        super().on_response_complete()
        self._look()

    def _look(self) -> None:
        if self.conn.their_state not in _UNFINISHED:
            self._rest()
        elif self._arriving is None:
            self._arriving = self.loop.call_later(ARRIVES_S, self._give_up)

    def _rest(self) -> None:
        if self._arriving is not None:
            self._arriving.cancel()
            self._arriving = None

    def _give_up(self) -> None:
        self._arriving = None
        if self.conn.their_state in _UNFINISHED and not self.transport.is_closing():
            self.transport.abort()


def _is_here(peer: str) -> bool:
    try:
        return ip_address(peer.partition("%")[0]).is_loopback
    except ValueError:  # a socket of this machine
        return True
