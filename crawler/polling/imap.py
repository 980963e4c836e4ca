"""A connection to a mail server, with bounds on time and on bytes."""

from __future__ import annotations

import imaplib
import socket
import ssl
import threading
import time
from contextlib import suppress

from crawler.discover.mails import MOST_MAIL_BYTES

#: seconds for one answer, and for all of a poll
_ANSWER_S, _ALL_S = 30.0, 120.0


class MailServer(imaplib.IMAP4):
    """A connection to an address that was checked, with bounds on time and on bytes.

    Args:
        name: of the server, which its certificate must have; None without TLS.
    """

    def __init__(self, address: str, port: int, name: str | None) -> None:
        self._name = name
        self._until = time.monotonic() + _ALL_S
        self._left = MOST_MAIL_BYTES * 8
        super().__init__(address, port, timeout=_ANSWER_S)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        made = socket.create_connection((self.host, self.port), timeout)
        self._cut = threading.Timer(_ALL_S, _end, (made,))  # bytes that drip keep every single wait short
        self._cut.daemon = True
        self._cut.start()
        if self._name is None:
            return made
        try:
            made = ssl.create_default_context().wrap_socket(
                made, server_hostname=self._name, do_handshake_on_connect=False
            )
            self._cut.args = (made,)
            made.do_handshake()
        except (OSError, ValueError):
            self._cut.cancel()  # it would hold the connection open for as long as a poll may take
            made.close()
            raise
        return made

    def read(self, size: int) -> bytes:
        """Read a literal.

        Raises:
            OSError: it is longer than a mail may be, or the poll takes too long.
        """
        self._spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        """Read a line; raises as `read`."""
        line = super().readline()
        self._spend(len(line))
        return line

    def _spend(self, size: int) -> None:
        self._left -= size
        if size > MOST_MAIL_BYTES * 2 or self._left < 0:
            raise OSError("it sends more than a mailbox may")
        if time.monotonic() > self._until:
            raise OSError("it takes too long")

    def shutdown(self) -> None:
        """Close the connection."""
        self._cut.cancel()
        super().shutdown()

    def leave(self) -> None:
        """Log out, if that can still be done, and close the connection."""
        with suppress(OSError, imaplib.IMAP4.error):
            self.logout()
        with suppress(OSError):
            self.shutdown()


def _end(connection: socket.socket) -> None:
    """End it, whatever another thread waits for."""
    with suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)  # also below TLS
