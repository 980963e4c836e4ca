"""Those who are told, on the loopback: a web server that takes POSTs and behaves as its path says."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """What came, in order."""

    port: int = 0
    bodies: list[bytes] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    #: what the next answers are; then 200
    statuses: list[int] = field(default_factory=list)

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def items(self) -> list[dict[str, Any]]:
        return [json.loads(each) for each in self.bodies]

    @property
    def keys(self) -> list[str]:
        return [head["Idempotency-Key"] for head in self.heads]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A server; `/to-private` redirects, `/hang` answers when it is too late, `/slow` after 3 ms."""
    receiver = Receiver()
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"] or 0)
            body = self.rfile.read(length)
            if len(body) < length:  # its sender was killed: no message
                return
            receiver.paths.append(self.path)
            path = self.path.partition("?")[0]
            receiver.bodies.append(body)
            receiver.heads.append(dict(self.headers))
            if path == "/hang":
                closing.wait(20)
            if path == "/slow":
                time.sleep(0.003)  # what a receiver takes, so that a kill can fall into it
            status = receiver.statuses.pop(0) if receiver.statuses else 200
            self.send_response(302 if path == "/to-private" else status)
            if path == "/to-private":
                self.send_header("Location", "http://169.254.169.254/latest")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who is killed does not read the answer
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
