"""TLS on connections that a test's server has accepted."""

from __future__ import annotations

import socket
import ssl


def talked(context: ssl.SSLContext, made: socket.socket) -> ssl.SSLSocket:
    """A connection that speaks TLS; one whose peer has already gone is closed, which `wrap_socket` forgets.

    Raises:
        OSError: the peer has gone, or does not trust the certificate.
    """
    try:
        made.getpeername()
    except OSError:
        made.close()
        raise
    return context.wrap_socket(made, server_side=True)
