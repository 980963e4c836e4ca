"""Pages as records of WARC files (ISO 28500), each packed by itself."""

from __future__ import annotations

import uuid

from isal import isal_zlib

from db.model import Page

#: of isal, which packs a page in a fifth of the time that zlib takes for 3 % less; gzip's head with it
_PACKED_LEVEL, _GZIP = 2, isal_zlib.MAX_WBITS | 16


def info_record(name: str, date: str) -> bytes:
    """The first record of what is left of a file (ISO 28500, warcinfo), packed.

    Args:
        date: WARC-Date of the first record of the file; "" when it has none.
    """
    block = f"software: spacereel sift\r\nisPartOf: {name}\r\nformat: WARC File Format 1.0\r\n".encode()
    seed = f"warcinfo {name} {date}"
    return _record("warcinfo", "application/warc-fields", date or "1970-01-01T00:00:00Z", seed, block)


def page_record(page: Page) -> bytes:
    """A page as a response record, packed; chunks and packing of its body are undone, as `records` undoes them."""
    head = "".join(f"{name}: {value}\r\n" for name, value in page.headers)
    block = f"HTTP/1.1 {page.status} OK\r\n{head}\r\n".encode("utf-8", "surrogateescape") + page.body
    date = page.fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    kind = "application/http; msgtype=response"
    return _record("response", kind, date, f"{page.url} {date} {page.sha256}", block, page.url)


def _record(kind: str, content_type: str, date: str, seed: str, block: bytes, url: str = "") -> bytes:
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, seed)}>",
        *([f"WARC-Target-URI: {url}"] if url else []),
        f"WARC-Date: {date}",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(block)}",
    ]
    head = "\r\n".join(lines).encode("utf-8", "surrogateescape")
    return isal_zlib.compress(head + b"\r\n\r\n" + block + b"\r\n\r\n", _PACKED_LEVEL, _GZIP)
