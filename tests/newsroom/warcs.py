"""WARC files for tests: written with fastwarc, and spoilt by hand."""

from __future__ import annotations

import gzip
import io
import uuid
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime

from fastwarc import WarcRecord, WarcRecordType

TYPES = {
    "response": WarcRecordType.response,
    "request": WarcRecordType.request,
    "metadata": WarcRecordType.metadata,
    "revisit": WarcRecordType.revisit,
    "resource": WarcRecordType.resource,
    "warcinfo": WarcRecordType.warcinfo,
}
DAY = datetime(2021, 10, 5, 12, 0, tzinfo=UTC)


def record(
    uri: str,
    content: bytes = b"",
    *,
    kind: str = "response",
    at: datetime | str = DAY,
    content_type: str = "application/http; msgtype=response",
    **headers: str,
) -> bytes:
    """One record, not packed; *headers* are further WARC headers, with `_` for `-`."""
    made = WarcRecord()
    made.init_headers(TYPES[kind], str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind} {uri} {at}")).encode())
    made.headers["WARC-Target-URI"] = uri
    made.headers["WARC-Date"] = at if isinstance(at, str) else at.strftime("%Y-%m-%dT%H:%M:%SZ")
    made.headers["Content-Type"] = content_type
    for name, value in headers.items():
        made.headers[name.replace("_", "-")] = value
    made.set_bytes_content(content)
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()


def answer(body: bytes, status: str = "200 OK", head: bytes = b"", content_type: str = "text/html") -> bytes:
    """What a server sent: status line, headers, body; *head* is further header lines."""
    return f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n".encode() + head + b"\r\n" + body


def page(uri: str, body: bytes, **told: object) -> bytes:
    """The record of a page that came without trouble."""
    return record(uri, answer(body), **told)  # type: ignore[arg-type]


def lying(whole: bytes, length: int) -> bytes:
    """A record that says it is so long."""
    head, _, rest = whole.partition(b"\r\n\r\n")
    lines = [
        b"Content-Length: %d" % length if line.lower().startswith(b"content-length:") else line
        for line in head.split(b"\r\n")
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + rest


def packed(records: Iterable[bytes]) -> bytes:
    """A .warc.gz: every record a member of its own."""
    return b"".join(gzip.compress(each, 6, mtime=0) for each in records)


def spoilt(data: bytes, at: int) -> bytes:
    """The same with one byte turned around."""
    turned = bytearray(data)
    turned[at] ^= 0xFF
    return bytes(turned)


def bomb(head: bytes, megabytes: int) -> bytes:
    """A gzip member that unpacks to *head* and so many megabytes of nothing; its checksum is wrong."""
    packer = zlib.compressobj(wbits=31)
    start = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + block * megabytes + packer.flush()
