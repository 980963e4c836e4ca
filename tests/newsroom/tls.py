"""TLS on connections that a test's server has accepted."""

from __future__ import annotations

import errno
import socket
import ssl


class _Connection(ssl.SSLSocket):
    """A connection that is closed when its peer has gone before the handshake: `wrap_socket` leaves it open then."""

    def getpeername(self) -> object:
        try:
            return super().getpeername()
        except OSError as problem:
            self.close()
            raise ConnectionResetError(errno.ECONNRESET, "the peer has gone") from problem


def talked(context: ssl.SSLContext, made: socket.socket) -> ssl.SSLSocket:
    """A connection that speaks TLS.

    Raises:
        OSError: the peer has gone, or does not trust the certificate.
    """
    context.sslsocket_class = _Connection
    return context.wrap_socket(made, server_side=True)
