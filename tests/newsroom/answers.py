"""What a newspaper is asked and what it sends back, down to the wire."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass, field
from urllib.parse import unquote

HTML = "text/html; charset=utf-8"
XML = "application/xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it came in."""

    host: str
    path: str
    headers: dict[str, str]
    #: monotonic seconds
    at: float

    @property
    def is_conditional(self) -> bool:
        """Whether it carried a validator."""
        return "if-none-match" in self.headers or "if-modified-since" in self.headers

    @property
    def query(self) -> str:
        """What stands behind the question mark of the path."""
        return unquote(self.path.partition("?")[2])


def asked_in(head: bytes, host: str, at: float) -> Asked:
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Asked(host=host, path=first.split(" ")[1], headers=headers, at=at)


@dataclass(slots=True, kw_only=True)
class Answer:
    """What is sent back."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Closed(Exception):  # noqa: N818  # not an error: what the path promises
    """The connection ends here."""


def status_page(status: int) -> Answer:
    return Answer(status=status, body=f"<h1>{status}</h1>".encode(), headers={"content-type": HTML})


def or_not_modified(asked: Asked, answer: Answer) -> Answer:
    """304 when the validator that was sent still holds."""
    etag, sent = answer.headers.get("etag"), asked.headers.get("if-none-match")
    modified, since = answer.headers.get("last-modified"), asked.headers.get("if-modified-since")
    is_same = etag == sent if etag and sent else bool(not sent and modified and modified == since)
    return Answer(status=304, headers=answer.headers) if is_same and answer.status == 200 else answer


async def send(writer: asyncio.StreamWriter, answer: Answer) -> None:
    lines = [f"HTTP/1.1 {answer.status} Told"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    if answer.status != 304:
        lines.append(f"Content-Length: {len(answer.body)}")
    writer.write(
        "\r\n".join([*lines, "", ""]).encode("latin-1") + (answer.body if answer.status != 304 else b"")
    )
    await writer.drain()


async def send_raw(writer: asyncio.StreamWriter, piece: bytes, open_s: float = 0.0) -> Answer:
    """Whatever is no answer; the connection stays open a little for those who need the time to read it."""
    writer.write(piece)
    await writer.drain()
    await asyncio.sleep(open_s)
    raise Closed


async def send_for_ever(
    writer: asyncio.StreamWriter, piece: bytes, pause_s: float, first: bytes = b""
) -> Answer:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    if first:
        writer.write(f"{len(first):x}\r\n".encode() + first + b"\r\n")
    while not writer.is_closing():
        writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        await writer.drain()
        await asyncio.sleep(pause_s)
    raise Closed


def listen_everywhere(addresses: list[str], port: int) -> list[socket.socket]:
    """The same port on every address; another one when somebody has it on one of them."""
    for _ in range(20):
        found: list[socket.socket] = []
        try:
            for address in addresses:
                found.append(_listen(address, found[0].getsockname()[1] if found else port))
        except OSError:
            for each in found:
                each.close()
        else:
            return found
    raise OSError("no port is free on all addresses of the newsroom")


def _listen(address: str, port: int) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((address, port))
    listening.listen(128)
    listening.setblocking(False)
    return listening
