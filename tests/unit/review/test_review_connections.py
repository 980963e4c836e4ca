"""Who begins a request and does not end it, and who takes all connections."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
import uvicorn

from crawler.review import connections
from crawler.review.connections import PatientProtocol

POST = b"POST / HTTP/1.1\r\nHost: desk\r\nContent-Length: 100\r\n\r\n"


async def app(scope, receive, send):
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@asynccontextmanager
async def served():
    """A server with the protocol of the review; yields its port."""
    config = uvicorn.Config(app, port=0, http=PatientProtocol, lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    task = asyncio.ensure_future(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task


@pytest.mark.parametrize(
    "begun",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GET / HTTP/1.1\r\nX: ", id="half a head"),
        pytest.param(POST + b"a=1", id="half a form"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: desk\r\n\r\nGET / HT", id="half of a second one"),
    ],
)
def test_a_request_has_so_long_to_arrive(begun, monkeypatch):
    monkeypatch.setattr(connections, "ARRIVES_S", 0.2)

    async def ask():
        async with served() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(begun)
            try:
                async with asyncio.timeout(4):  # idle connections that have been answered are given 5 s
                    return await reader.read()
            except ConnectionError:
                return b""
            finally:
                writer.close()

    assert asyncio.run(ask()).count(b"200 OK") == begun.count(b"\r\n\r\n") * (b"POST" not in begun)


def test_an_address_has_so_many_connections_and_others_have_theirs(monkeypatch):
    monkeypatch.setattr(connections, "MOST_OF_ADDRESS", 3)
    monkeypatch.setattr(connections, "_is_here", lambda peer: peer == "127.0.0.2")

    async def ask(port, host):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(host, 0))
        writer.write(b"GET / HTTP/1.1\r\nHost: desk\r\n\r\n")
        try:
            return (await reader.read(12)).endswith(b"200"), writer
        except ConnectionError:
            return False, writer

    async def flood():
        async with served() as port:
            tried = [
                await ask(port, host) for host in ("127.0.0.1",) * 5 + ("127.0.0.3",) + ("127.0.0.2",) * 5
            ]
            for _, writer in tried:
                writer.close()
            await asyncio.sleep(0.1)
            again, writer = await ask(port, "127.0.0.1")
            writer.close()
            return [is_answered for is_answered, _ in tried], again

    tried, again = asyncio.run(flood())
    assert tried == [True] * 3 + [False] * 2 + [True] * 6
    assert again
