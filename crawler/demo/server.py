"""Serves the sample newsroom on the loopback: an address per publisher, entity tags, nothing else."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

from crawler.demo.newsroom import DemoResponse, answers, publishers


class Newsroom:
    """The sample newsroom as a context manager.

    Every publisher listens on its own loopback address, so that they are hosts
    of their own; where only 127.0.0.1 exists (macOS) they differ by port.

    Args:
        now: the newest articles are a few hours older than that.

    >>> from datetime import UTC
    >>> with Newsroom(datetime.now(UTC)) as newsroom:
    ...     all(address.startswith("http://127.0.0.") for address in newsroom.addresses.values())
    True
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._servers: dict[str, ThreadingHTTPServer] = {}
        self._threads: list[threading.Thread] = []
        self._answers: dict[str, dict[str, DemoResponse]] = {}
        port = 0
        for number, publisher in enumerate(publishers(), start=11):
            server = _listen(f"127.0.0.{number}", port, partial(_PageHandler, self._answers, publisher.host))
            port = port or server.server_port
            self._servers[publisher.host] = server
        self.edition = 1
        self.publish(1)

    @property
    def addresses(self) -> Mapping[str, str]:
        """Host as the pages write it -> address it is served at."""
        return {
            host: "http://{}:{}".format(*server.server_address[:2]) for host, server in self._servers.items()
        }

    def publish(self, edition: int) -> None:
        """Answer with that edition from now on; 2 has an edit and a removal."""
        self.edition = edition
        for publisher in publishers():
            self._answers[publisher.host] = answers(publisher, edition, self.addresses, self._now)

    def with_addresses(self, text: str) -> str:
        """*text* with every host replaced by its address."""
        for host, address in self.addresses.items():
            text = text.replace(host, address)
        return text

    def __enter__(self) -> Newsroom:
        for server in self._servers.values():
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers.values():
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join()


def _listen(address: str, port: int, handler: partial[_PageHandler]) -> ThreadingHTTPServer:
    for place in ((address, port), (address, 0), ("127.0.0.1", 0)):
        with suppress(OSError):
            return ThreadingHTTPServer(place, handler)
    raise OSError(f"no port of {address} is free")


class _PageHandler(BaseHTTPRequestHandler):
    """Answers for one publisher."""

    protocol_version = "HTTP/1.1"

    def __init__(self, all_answers: dict[str, dict[str, DemoResponse]], host: str, *args: object) -> None:
        self._all_answers = all_answers
        self._host = host
        super().__init__(*args)  # type: ignore[arg-type]  # the socket, address and server that socketserver passes

    def do_GET(self) -> None:
        missing = DemoResponse(status=404, content_type="text/html", body=b"<h1>Not found</h1>")
        answer = self._all_answers[self._host].get(urlsplit(self.path).path, missing)
        etag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
        is_known = answer.status == 200 and self.headers.get("If-None-Match") == etag
        self.send_response(304 if is_known else answer.status)
        if answer.status == 200:
            self.send_header("ETag", etag)
        if answer.location:
            self.send_header("Location", answer.location)
        if not is_known:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if not is_known:
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing; the ledger tells what was asked."""
