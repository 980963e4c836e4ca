"""The listener for hubs: who holds its connections open and says nothing keeps nobody out."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from crawler.polling.push import listener as listening
from crawler.polling.push.listener import MOST_CONNECTIONS, Listener

TOKEN = "t" * 32


class OneSubscription:
    """What the listener asks of `Pushes`."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.asked = 0

    async def is_known(self, token: str) -> bool:
        self.asked += 1
        return token == TOKEN

    async def verify(self, token: str, query: str) -> str | None:
        return "challenge" if token == TOKEN else None

    async def take(self, token: str, body: bytes, *_: object) -> int:
        self.taken.append(body)
        return 202


@contextmanager
def callers(port: int, count: int, words: bytes) -> Iterator[None]:
    """Connections that say no more than that."""
    with ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(socket.create_connection(("127.0.0.1", port))).sendall(words)
        yield


async def said(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.partition(b"\r\n")[0]


def push(body: bytes = b"news", token: str = TOKEN) -> bytes:
    return b"POST /push/%s HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (token.encode(), len(body), body)


def listened(scene: Any) -> Any:
    async def play() -> Any:
        pushes: Any = OneSubscription()
        listener = Listener(pushes)
        port = await listener.start("127.0.0.1", 0)
        try:
            return await scene(port, pushes)
        finally:
            await listener.stop()
            while len(asyncio.all_tasks()) > 1:  # those that were met see who is gone
                await asyncio.sleep(0)

    return asyncio.run(play())


@pytest.mark.parametrize("begin", [b"", b"POST /push/ttttt"], ids=["nothing", "half a line"])
def test_whoever_says_nothing_gives_way_to_a_hub(begin):
    async def scene(port, pushes):
        with callers(port, 2 * MOST_CONNECTIONS, begin):
            return await said(port, push()), pushes.taken

    assert listened(scene) == (b"HTTP/1.1 202 Accepted", [b"news"])


def test_no_body_is_waited_for_under_a_name_that_nobody_has():
    async def scene(port, pushes):
        head = b"POST /push/%s HTTP/1.1\r\nContent-Length: 4000000\r\n\r\n" % (b"x" * 32)
        return await said(port, head), pushes.taken

    assert listened(scene) == (b"HTTP/1.1 410 Gone", [])


def test_when_all_are_being_heard_a_further_one_is_asked_to_come_later():
    async def scene(port, pushes):
        head = b"POST /push/%s HTTP/1.1\r\nContent-Length: 9\r\n\r\n" % TOKEN.encode()
        with callers(port, MOST_CONNECTIONS, head):
            while pushes.asked < MOST_CONNECTIONS:
                await asyncio.sleep(0)
            return await said(port, push())

    assert listened(scene) == b"HTTP/1.1 503 Service Unavailable"


def test_a_head_has_less_time_than_a_request(monkeypatch):
    monkeypatch.setattr(listening, "_HEAD_S", 0.05)

    async def scene(port, _):
        return await said(port, b"GET /push/")

    assert listened(scene) == b""
