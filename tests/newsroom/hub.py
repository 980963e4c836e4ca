"""A WebSub hub on the loopback that does as it should, or lies. A real HTTP server, on a thread of its own."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import http.server
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit


@dataclass
class Asked:
    """A form that a subscriber sent."""

    mode: str
    topic: str
    callback: str
    secret: str
    lease_s: int


class Hub:
    """The hub, as a context manager.

    Args:
        lease_s: granted to everybody.
        status: of the answer to a request for a subscription; beyond 299 nothing is verified.
    """

    def __init__(self, lease_s: int = 864_000, status: int = 202) -> None:
        self.asked: list[Asked] = []
        self.verified: list[tuple[int, bytes]] = []
        self.lease_s = lease_s
        self.status = status
        hub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                first = {name: values[0] for name, values in form.items()}
                asked = Asked(
                    first["hub.mode"], first["hub.topic"], first["hub.callback"], first["hub.secret"],
                    int(first["hub.lease_seconds"]),
                )  # fmt: skip
                self.send_response(hub.status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                hub.asked.append(asked)
                if hub.status < 300:
                    threading.Thread(target=hub.verify, args=(asked,), daemon=True).start()

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> Hub:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.die()

    def die(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()

    def verify(self, asked: Asked, **lies: str) -> tuple[int, bytes]:
        """Ask a subscriber whether it means it; returns its answer."""
        told = {
            "hub.mode": "subscribe",
            "hub.topic": asked.topic,
            "hub.challenge": "as-you-like-it",
            "hub.lease_seconds": str(self.lease_s),
            **{f"hub.{name}": value for name, value in lies.items()},
        }
        mark = "&" if "?" in asked.callback else "?"
        answer = call("GET", f"{asked.callback}{mark}{urlencode(told)}")
        self.verified.append(answer)
        return answer

    def push(self, body: bytes, **lies: str) -> int:
        """Send a feed to the last subscriber, signed; returns the status of its answer."""
        asked = self.asked[-1]
        signature = "sha256=" + hmac.new(asked.secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/rss+xml",
            "X-Hub-Signature": lies.get("signature", signature),
            "Link": f'<{self.url}>; rel="hub", <{lies.get("topic", asked.topic)}>; rel="self"',
        }
        return call("POST", lies.get("callback", asked.callback), body, headers)[0]

    def wait(self, what: str, times: int = 1, timeout_s: float = 60.0) -> None:
        """Until so many were `asked` or `verified`."""
        end = time.monotonic() + timeout_s
        while len(getattr(self, what)) < times:
            if time.monotonic() > end:
                raise TimeoutError(f"{len(getattr(self, what))} {what}, not {times}")
            time.sleep(0.05)


def call(
    method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """One request; returns status and body."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=10)
    try:
        connection.request(
            method, f"{parts.path}{'?' if parts.query else ''}{parts.query}", body, headers or {}
        )
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
