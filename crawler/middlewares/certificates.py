"""What is wrong with a certificate, in words: Twisted refuses it, and would only say that it did."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from OpenSSL import SSL
from OpenSSL.SSL import X509VerificationCodes as Codes
from service_identity import VerificationError
from twisted.python.failure import Failure
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from crawler.middlewares.private import connections_of, never_renegotiate, wrap_connections

if TYPE_CHECKING:
    from OpenSSL.crypto import X509

#: the authorities that this machine trusts are read again after so many seconds
TRUSTED_S = 3600.0
_UNKNOWN_AUTHORITY = "no authority that we trust vouches for its certificate"
_WORDS = {
    Codes.ERR_DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed",
    Codes.ERR_SELF_SIGNED_CERT_IN_CHAIN: _UNKNOWN_AUTHORITY,
    Codes.ERR_UNABLE_TO_GET_ISSUER_CERT: _UNKNOWN_AUTHORITY,
    Codes.ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY: _UNKNOWN_AUTHORITY,
    Codes.ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: _UNKNOWN_AUTHORITY,
    Codes.ERR_CERT_REVOKED: "its certificate was revoked",
}


class UnvouchedError(Exception):
    """A certificate that OpenSSL refuses; the message says why."""


def why_unvouched(code: int, certificate: X509) -> str:
    """What is wrong with *certificate*, one of the chain, by OpenSSL's code."""
    if code == Codes.ERR_CERT_HAS_EXPIRED:
        return f"its certificate expired on {_day(certificate.get_notAfter())}"
    if code == Codes.ERR_CERT_NOT_YET_VALID:
        return f"its certificate is not valid before {_day(certificate.get_notBefore())}"
    return _WORDS.get(code, f"its certificate is not acceptable (OpenSSL code {code})")


def _day(at: bytes | None) -> str:
    """`20261123120000Z` as a date."""
    text = (at or b"").decode("ascii", "replace")
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}"


def certificate_fault(problem: BaseException, host: str) -> str | None:
    """What a failed connection says about the certificate of *host*; None when it is about something else."""
    if isinstance(problem, UnvouchedError):
        return str(problem)
    return f"its certificate is not for {host}" if isinstance(problem, VerificationError) else None


@implementer(IPolicyForHTTPS)
class ReportingPolicy:
    """Scrapy's policy, whose connections say which certificate they refuse and why; it refuses what Scrapy's refuses.

    What all hosts have in common is made once for an hour: reading the
    authorities that this machine trusts takes 5 ms, for each connection.
    """

    def __init__(self, policy: Any) -> None:
        self._policy = policy
        self._make: Callable[[Any], SSL.Connection] | None = None
        self._made_at = 0.0

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802  # Twisted's name
        """A maker of connections to that host."""
        creator, now = self._policy.creatorForNetloc(hostname, port), time.monotonic()
        if self._make is None or now - self._made_at > TRUSTED_S:
            never_renegotiate(creator)
            self._make, self._made_at = connections_of(creator), now
        make = self._make
        wrap_connections(creator, lambda own: _reporting(make or own))
        return creator


def _reporting(make: Callable[[Any], SSL.Connection]) -> Callable[[Any], SSL.Connection]:
    def connect(protocol: Any) -> SSL.Connection:
        connection = make(protocol)
        connection.set_verify = partial(_set_verify, connection, protocol)  # type: ignore[method-assign]
        return connection

    return connect


def _set_verify(connection: SSL.Connection, protocol: Any, mode: int, callback: Callable[..., bool]) -> None:
    """Verify as *callback* does, and let *protocol* fail with what OpenSSL found."""
    del connection.set_verify  # it has been called, and holds the connection
    waiting = weakref.ref(protocol)

    def verify(conn: SSL.Connection, certificate: X509, code: int, depth: int, is_good: int) -> bool:
        is_accepted = callback(conn, certificate, code, depth, is_good)
        handshake = waiting()
        if not is_good and handshake is not None:
            fault = UnvouchedError(why_unvouched(code, certificate))
            handshake.failVerification(Failure(fault))  # type: ignore[no-untyped-call]  # Twisted's
        return is_accepted

    connection.set_verify(mode, verify)
