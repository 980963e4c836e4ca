"""The HTTP server that hubs call: GET to verify, POST to push; small, and bounded in everything."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from contextlib import suppress

from crawler.errors import StoreError
from crawler.logs import say
from crawler.polling.push.pushes import Pushes

log = logging.getLogger(__name__)

#: connections at once, bytes of a request's head and body, and seconds for its head and for all of it
MOST_CONNECTIONS, _HEAD_BYTES, MOST_BODY_BYTES, _HEAD_S, _WITHIN_S = 32, 16_000, 5_000_000, 5.0, 20.0
#: seconds for which what is still sent is heard, so that the answer arrives and no reset
_LINGER_S = 1.0
_REQUEST = re.compile(
    rb"(GET|POST) /(?:[A-Za-z0-9._~/-]*/)?([A-Za-z0-9_-]{20,60})(?:\?([!-~]{0,8000}))? HTTP/1\.[01]"
)
_STATUSES = {200: "OK", 202: "Accepted", 400: "Bad Request", 404: "Not Found", 410: "Gone", 411: "Length Required", 413: "Content Too Large", 429: "Too Many Requests", 503: "Service Unavailable"}  # fmt: skip


class Listener:
    """Answers hubs as *pushes* says."""

    def __init__(self, pushes: Pushes) -> None:
        self._pushes = pushes
        self._server: asyncio.Server | None = None
        self._open = 0
        #: connections that have not said what they want, the longest silent first
        self._silent: dict[asyncio.StreamWriter, None] = {}
        self._body_bytes = 0

    async def start(self, host: str, port: int) -> int:
        """Listen; returns the port.

        Raises:
            OSError: the address is taken, or not this machine's.
        """
        self._server = await asyncio.start_server(self._met, host, port, limit=_HEAD_BYTES)
        found = int(self._server.sockets[0].getsockname()[1])
        say(log, logging.INFO, "websub.listening", host=host, port=found)
        return found

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        has_room = self._open <= MOST_CONNECTIONS or self._silence_one()
        self._silent[writer] = None
        try:
            async with asyncio.timeout(_WITHIN_S):
                status, body = await self._answer(reader, writer) if has_room else (503, "")
                head = f"HTTP/1.1 {status} {_STATUSES[status]}\r\nContent-Type: text/plain; charset=utf-8\r\n"
                content = body.encode("utf-8", "replace")
                writer.write(
                    f"{head}Content-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode() + content
                )
                await writer.drain()
                self._silent[writer] = None  # it has its answer, and may give way
                await _heard_out(reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, StoreError):
            pass  # who talks nonsense, or stops talking, gets no answer
        finally:
            self._open -= 1
            self._silent.pop(writer, None)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    def _silence_one(self) -> bool:
        """Part from who has been silent longest: a hub speaks at once. False when all of them are being heard."""
        longest = next(iter(self._silent), None)
        if longest is None:
            return False
        del self._silent[longest]
        longest.transport.abort()
        return True

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[int, str]:
        async with asyncio.timeout(_HEAD_S):
            head = await reader.readuntil(b"\r\n\r\n")
        self._silent.pop(writer, None)
        first, *lines = head.rstrip().split(b"\r\n")
        found = _REQUEST.fullmatch(first)
        if found is None:
            return 404, ""
        token, query = found[2].decode(), (found[3] or b"").decode("ascii")
        if found[1] == b"GET":
            challenge = await self._pushes.verify(token, query)
            return (404, "") if challenge is None else (200, challenge)
        return await self._pushed(reader, token, _headers(lines)), ""

    async def _pushed(self, reader: asyncio.StreamReader, token: str, headers: Mapping[str, str]) -> int:
        length = headers.get("content-length", "")
        if not re.fullmatch(r"[0-9]{1,10}", length):
            return 411
        size = int(length)
        if not await self._pushes.is_known(token):  # before a byte of the body is waited for
            return 410
        if size > MOST_BODY_BYTES or self._body_bytes + size > 4 * MOST_BODY_BYTES:
            return 413 if size > MOST_BODY_BYTES else 503
        self._body_bytes += size
        try:
            body = await reader.readexactly(size)
        finally:
            self._body_bytes -= size
        signature, link = headers.get("x-hub-signature"), headers.get("link", "")
        return await self._pushes.take(token, body, signature, headers.get("content-type"), link)


async def _heard_out(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write_eof()
    with suppress(TimeoutError):
        async with asyncio.timeout(_LINGER_S):
            while await reader.read(65_536):
                pass


def _headers(lines: list[bytes]) -> dict[str, str]:
    pairs = (line.decode("latin-1").partition(":") for line in lines[:100])
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
