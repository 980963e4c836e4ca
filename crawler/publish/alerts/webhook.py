"""One POST to a web address that a person wrote into the configuration.

Names are looked up here and every address is shown to the guard; the
connection is made to the address that passed, so a name cannot change in
between. Redirects are not followed: an answer must not lead us elsewhere.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from crawler.errors import PublishError

#: why an IP address must not be connected to; None when it may
Refusal = Callable[[str], str | None]
#: a receiver that has not answered wholly by then has failed, in seconds
_TIMEOUT_S = 10.0
_MOST_READ = 4096


def post(
    url: str,
    content: bytes,
    headers: Sequence[tuple[str, str]],
    refusal: Refusal,
    *,
    timeout_s: float = _TIMEOUT_S,
) -> None:
    """Send *content*; returns when the receiver took it (2xx).

    Raises:
        PublishError: with a sentence that names the host and no more of the address.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as problem:
        raise PublishError("the address of a webhook is no web address", "webhook") from problem
    if parts.scheme not in ("http", "https") or not host:
        raise PublishError("the address of a webhook is no web address", "webhook")
    connection = _Connection(host, port or (443 if parts.scheme == "https" else 80), refusal, timeout_s)
    if parts.scheme == "https":
        connection.context = ssl.create_default_context()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(
            "POST",
            path,
            body=content,
            headers={**dict(headers), "User-Agent": "Spacereel", "Connection": "close"},
        )
        answer = connection.getresponse()
        answer.read(_MOST_READ)
    except PublishError:
        raise
    except TimeoutError as problem:
        raise PublishError(f"{host} did not answer within {timeout_s:g} s", host) from problem
    except (OSError, http.client.HTTPException, ValueError) as problem:
        if connection.is_cut:
            raise PublishError(f"{host} did not answer within {timeout_s:g} s", host) from problem
        raise PublishError(f"{host} cannot be reached: {_why(problem)}", host) from problem
    finally:
        connection.close()
    if connection.is_cut:
        raise PublishError(f"{host} did not answer within {timeout_s:g} s", host)
    if 300 <= answer.status < 400:
        raise PublishError(
            f"{host} redirects ({answer.status}), which is not followed; write its new address", host
        )
    if not 200 <= answer.status < 300:
        raise PublishError(
            f"{host} answered {answer.status} {http.client.responses.get(answer.status, '')}".rstrip(), host
        )


def _why(problem: Exception) -> str:
    if isinstance(problem, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({problem.verify_message})"
    return getattr(problem, "strerror", None) or type(problem).__name__


class _Connection(http.client.HTTPConnection):
    """A connection to the first address of a host that the guard lets pass."""

    def __init__(self, host: str, port: int, refusal: Refusal, timeout_s: float) -> None:
        super().__init__(host, port, timeout=timeout_s)
        self.context: ssl.SSLContext | None = None
        self._refusal = refusal
        #: the time was over, whatever the receiver still had to say
        self.is_cut = False
        self._clock = threading.Timer(timeout_s, self._cut)
        self._clock.daemon = True

    def connect(self) -> None:
        """Look the host up, ask the guard, and connect to what it was asked about."""
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        reasons = {address: self._refusal(address) for address in addresses}
        open_ones = [address for address in addresses if reasons[address] is None]
        if not open_ones:
            reason = next(iter(reasons.values()), None) or "it has no address"
            raise PublishError(
                f"{self.host} is not sent to: {reason}; [fetch] allow_private opens networks", self.host
            )
        self.sock = socket.create_connection((open_ones[0], self.port), self.timeout)
        self._clock.start()
        if self.context is not None:
            self.sock = self.context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def _cut(self) -> None:
        """End the connection: bytes that drip, and hints without end, keep every single wait short."""
        self.is_cut = True
        with suppress(OSError, AttributeError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)  # also below TLS

    def close(self) -> None:
        """Close the connection."""
        self._clock.cancel()
        super().close()
