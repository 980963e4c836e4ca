"""What an attacker sends by mail, or hands over as a file: each is made when it is asked for, the same every time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import warcs
import zstandard

_HEAD = b"Message-ID: <a@b.example>\r\nSubject: A film\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
_TEXT = b"\r\n<p>It was filmed in orbit.</p>"
_MIXED = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'


def _header(flood: bytes) -> Callable[[], bytes]:
    """A mail with one header without end before all others."""
    return lambda: flood + b"\r\n" + _HEAD + _TEXT


def _coded(coding: bytes, body: bytes, kind: bytes = b"text/html") -> Callable[[], bytes]:
    return lambda: (
        _HEAD + b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: " + coding + b"\r\n\r\n" + body
    )


def _within(levels: int, lines: int) -> bytes:
    """Parts within parts, and lines that each of them looks at."""
    return (
        b"".join(
            b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level)
            for level in range(levels)
        )
        + b"Content-Type: text/html\r\n\r\n<p>x</p>\r\n"
        + b"a\r\n" * lines
    )


MAILS: dict[str, Callable[[], bytes]] = {
    "subject-brackets": _header(b"Subject: " + b"(" * 1_000_000),
    "subject-words": _header(b"Subject: " + b"=?utf-8?q?a?= " * 100_000),
    "subject-folded": _header(b"Subject: " + b"a\r\n " * 500_000),
    "id-comments": _header(b"Message-ID: " + b"(a)" * 500_000),
    "id-brackets": _header(b"Message-ID: " + b"<" * 1_000_000),
    "date-digits": _header(b"Date: " + b"1 " * 500_000),
    "type-parameters": _header(b"Content-Type: text/html; " + b"a=b; " * 500_000),
    "type-pieces": _header(
        b"Content-Type: text/html; " + b"".join(b"a*%d=b; " % each for each in range(200_000))
    ),
    "type-comments": _header(b"Content-Type: text/html " + b"(" * 1_000_000),
    "disposition": _header(b"Content-Disposition: inline; " + b"a=b; " * 500_000),
    "headers": lambda: b"a: b\r\n" * 800_000 + _HEAD + _TEXT,
    "nameless-headers": lambda: b":\r\n" * 1_000_000 + _HEAD + _TEXT,
    "parts": lambda: _HEAD + _MIXED + b"--b\r\n\r\n" * 600_000,
    "parts-within": lambda: _HEAD + _within(3_000, 100_000),
    "parts-within-lines": lambda: _HEAD + _within(60, 1_500_000),
    "mails-within": lambda: _HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 100_000 + _TEXT,
    "base64": _coded(b"base64", b"QUFB" * 1_200_000),
    "base64-lines": _coded(b"base64", b"Q\r\n" * 1_600_000),
    "quoted": _coded(b"quoted-printable", b"=41" * 1_600_000),
    "uuencode": _coded(b"x-uuencode", b"begin 644 a\n" * 400_000),
    "plain-addresses": _coded(b"8bit", b"http://a.b/c " * 380_000, b"text/plain"),
    "plain-blanks": _coded(b"8bit", b"\n \t" * 1_600_000, b"text/plain"),
    "links": _coded(b"8bit", b"<a href=http://a.b/c>five words of a headline" * 100_000),
}

_PAGE = warcs.page("https://a.example/x", b"<p>A film in orbit</p>")
_ARC = b"filedesc://a.arc 0.0.0.0 20210101000000 text/plain 76\n1 0 Archive\nURL IP-address Archive-date Content-type Archive-length\n\n"


def _arc(length: bytes, body: bytes) -> bytes:
    return _ARC + b"https://a.example/x 1.2.3.4 20210102030405 text/html " + length + b"\n" + body


WARCS: dict[str, Callable[[], bytes]] = {
    "record-bomb": lambda: warcs.bomb(
        _PAGE[:-4].replace(b"Content-Length: ", b"Content-Length: 9"), 400
    ),
    "record-lies": lambda: warcs.lying(_PAGE, 10**15) + _PAGE,
    "record-heads": lambda: b"WARC/1.1\r\n" + b"a: b\r\n" * 800_000 + b"\r\n",
    "record-versions": lambda: b"WARC/1.1\r\n" * 500_000,
    "record-blanks": lambda: b"\r\n" * 2_000_000 + _PAGE,
    "record-noise": lambda: bytes(range(256)) * 20_000,
    "gzip-members": lambda: warcs.packed([b""]) * 100_000,
    "http-heads": lambda: warcs.record("https://a.example/x", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 500_000),
    "arc-lies": lambda: _arc(b"999999999999999", b"HTTP/1.1 200 OK\r\n\r\n<p>A film</p>\n"),
    "arc-number": lambda: _arc(b"9" * 5_000, b"x\n"),
    "arc-line": lambda: _ARC + b"https://a.example/" + b"x " * 2_000_000 + b"\n",
    "arc-lines": lambda: _ARC + b"https://a.example/x 1.2.3.4 20210102030405 text/html 0\n\n" * 60_000,
    "arc-bomb": lambda: warcs.bomb(_arc(b"400000000", b"HTTP/1.1 200 OK\r\n\r\n"), 400),
}  # fmt: skip

_COUNTS = {"form": 1, "file": "a.warc", "key": "k", "records": 1, "kept": 1, "pages": {}, "skipped": {}, "troubles": []}  # fmt: skip


def _counts(**more: object) -> Callable[[], bytes]:
    return lambda: json.dumps({**_COUNTS, **more}).encode()


COUNTS: dict[str, Callable[[], bytes]] = {
    "nested": lambda: b"[" * 4_000_000,
    "number": lambda: json.dumps(_COUNTS).replace('"kept": 1', f'"kept": {"9" * 4_000}').encode(),
    "kinds": _counts(skipped={str(number): 1 for number in range(200_000)}),
    "troubles": _counts(troubles=[{"url": None, "outcome": "gone", "reason": "", "offset": 1}] * 50_000),
    "surrogates": _counts(file="\ud800" * 100_000),
}

#: rows of the outbox of a cluster: what stands in their column `fields`
FORMS: dict[str, Callable[[], bytes]] = {
    "bomb": lambda: zstandard.compress(bytes(1 << 30)),
    "nested": lambda: zstandard.compress(b"[" * 50_000_000),
    "list": lambda: zstandard.compress(b'{"memory": [' + b"1," * 30_000_000 + b"1]}"),
    "text": lambda: zstandard.compress(b'{"url": "' + b"a" * 60_000_000 + b'"}'),
    "escapes": lambda: zstandard.compress(b'{"url": "' + b"\\ud800" * 10_000_000 + b'"}'),
    "number": lambda: zstandard.compress(b'{"wait_s": ' + b"9" * 10_000_000 + b"}"),
    "noise": lambda: bytes(range(256)) * 10_000,
}

#: cookies that come with a request to the review
COOKIES: dict[str, Callable[[], bytes]] = {
    "backslashes": lambda: b'a="' + b"\\" * 60_000 + b'"',
    "pairs": lambda: b"a=b; " * 12_000,
    "spaces": lambda: b"a" + b" " * 60_000 + b"=b",
    "escapes": lambda: b'a="' + b"\\042" * 15_000 + b'"',
}

#: kind of input -> name -> what makes it
FILES: Mapping[str, Mapping[str, Callable[[], bytes]]] = {
    "mail": MAILS,
    "warc": WARCS,
    "counts": COUNTS,
    "form": FORMS,
    "cookie": COOKIES,
}
