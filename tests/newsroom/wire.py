"""Answers that two readers of HTTP/1.1 would take apart differently, as bytes on the wire; the connection stays open."""

from __future__ import annotations

_BODY = b"<html><body><p>the first answer</p></body></html>"
_SMUGGLED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n<p>second"
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
_LENGTH = b"Content-Length: %d\r\n" % len(_BODY)
_CHUNKED = b"Transfer-Encoding: chunked\r\n"
_AS_CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(_BODY), _BODY)

#: name -> everything that is sent
ANSWERS: dict[str, bytes] = {
    "two-lengths": _OK + _LENGTH + b"Content-Length: 5\r\n\r\n" + _BODY + _SMUGGLED,
    "length-and-chunks": _OK + _LENGTH + _CHUNKED + b"\r\n" + _AS_CHUNKS + _SMUGGLED,
    "length-below-zero": _OK + b"Content-Length: -1\r\n\r\n" + _BODY,
    "length-with-sign": _OK + b"Content-Length: +49\r\n\r\n" + _BODY,
    "length-beyond-count": _OK + b"Content-Length: " + b"9" * 4000 + b"\r\n\r\n" + _BODY,
    "length-of-letters": _OK + b"Content-Length: 0x31\r\n\r\n" + _BODY,
    "chunk-size-beyond-count": _OK + _CHUNKED + b"\r\n" + b"f" * 30 + b"\r\n" + _BODY,
    "chunk-size-below-zero": _OK + _CHUNKED + b"\r\n-1\r\n" + _BODY,
    "chunk-extension": _OK + _CHUNKED + b"\r\n1;" + b"x" * 100_000 + b"\r\n<\r\n0\r\n\r\n",
    "trailer-flood": _OK + _CHUNKED + b"\r\n1\r\n<\r\n0\r\n" + b"X: y\r\n" * 100_000 + b"\r\n",
    "bare-cr": b"HTTP/1.1 200 OK\rContent-Type: text/html\r\r" + _BODY,
    "bare-lf": b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 49\n\n" + _BODY,
    "early-flood": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 20_000 + _OK + _LENGTH + b"\r\n" + _BODY,
    "folded": _OK + b"X-Folded: a\r\n b\r\n\tc\r\n" + _LENGTH + b"\r\n" + _BODY,
    "no-name": _OK + b": nothing\r\n" + _LENGTH + b"\r\n" + _BODY,
    "nul-in-head": _OK + b"X-Nul: a\0b\r\n" + _LENGTH + b"\r\n" + _BODY,
    "no-status": b"HTTP/1.1\r\nContent-Type: text/html\r\n\r\n" + _BODY,
    "odd-status": b"HTTP/1.1 99999 Odd\r\n" + _LENGTH + b"\r\n" + _BODY,
    "status-beyond-count": b"HTTP/1.1 99999999999999999999 OK\r\nContent-Type: text/html\r\n" + _LENGTH + b"\r\n" + _BODY,
    "old-version": b"HTTP/0.9 200 OK\r\n\r\n" + _BODY,
    "new-version": b"HTTP/2.0 200 OK\r\n" + _LENGTH + b"\r\n" + _BODY,
    "changes-protocol": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n" + _SMUGGLED,
    "part-unasked": b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-48/9999999999\r\n" + _LENGTH + b"\r\n" + _BODY,
    "location-endless": b"HTTP/1.1 302 Found\r\nLocation: /" + b"a" * 200_000 + b"\r\nContent-Length: 0\r\n\r\n",
    "nobody-asked": _OK + _LENGTH + b"\r\n" + _BODY + _SMUGGLED * 1_000,
}  # fmt: skip
