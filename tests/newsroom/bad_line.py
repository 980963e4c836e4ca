"""A line between a process and a server that is cut, goes silent, loses answers or is slow when a test says so."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Literal

#: good; cut: connections end and none is taken; silent: nothing passes and nobody is told; deaf: what the server says is lost;
#: false: deaf from the next commit on, which the server has and whose answer nobody hears; slow: every piece takes its time
State = Literal["good", "cut", "silent", "deaf", "false", "slow"]


class BadLine:
    """A TCP proxy on a free port of the loopback, on a thread of its own; as a context manager.

    Args:
        to: port of the server on 127.0.0.1.
        slow_s: what each piece takes in either direction while the line is slow.
    """

    def __init__(self, to: int, slow_s: float = 0.2) -> None:
        self._to = to
        self._slow_s = slow_s
        self._state: State = "good"
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        #: connections that were asked for, also those that were refused
        self.calls = 0

    def become(self, state: State) -> None:
        """From now on; a line that is good again is so for new connections: what was silent stays lost, as behind a firewall."""
        asyncio.run_coroutine_threadsafe(self._become(state), self._loop).result(10)

    async def _become(self, state: State) -> None:
        if state == "cut" or self._state in ("silent", "deaf", "false"):
            for each in list(self._writers):
                each.transport.abort()
        self._state = state

    def __enter__(self) -> BadLine:
        self._thread.start()
        return self

    def __exit__(self, *of: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _serve(self) -> None:
        loop = self._loop
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(asyncio.start_server(self._accept, sock=self._socket))
        loop.run_forever()
        server.close()
        for each in list(self._writers):
            each.transport.abort()
        for task in self._tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))
        loop.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._connected(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls += 1
        self._writers.add(writer)
        onward = None
        try:
            if self._state == "cut":
                return
            theirs, onward = await asyncio.open_connection("127.0.0.1", self._to)
            self._writers.add(onward)
            await asyncio.gather(
                self._pump(reader, onward, ("silent",)), self._pump(theirs, writer, ("silent", "deaf"))
            )
        except OSError:
            pass
        finally:
            for each in (writer, onward):
                if each is not None:
                    self._writers.discard(each)
                    each.transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lost: tuple[State, ...]
    ) -> None:
        while data := await reader.read(65536):
            if self._state == "slow":
                await asyncio.sleep(self._slow_s)
            if self._state == "false" and b"COMMIT" in data:
                self._state = "deaf"
            if self._state not in lost:
                writer.write(data)
                await writer.drain()
        writer.transport.abort()
