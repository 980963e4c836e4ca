"""A source's body without its packing, whatever its headers say of it; bounded."""

from __future__ import annotations

import contextlib
import zlib

import zstandard

from crawler.discover.bodies import ZSTD_WINDOW

#: a source of more unpacked bytes is cut there
MAX_UNPACKED_BYTES = 50_000_000
_GZIP = b"\x1f\x8b"
_ZLIB, _ZSTD = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"), b"\x28\xb5\x2f\xfd"


def unpacked(body: bytes) -> bytes:
    """The body without gzip, zlib or zstd, recognised by their first bytes, cut at 50 MB; a broken end is left off.

    Some servers pack what is packed already, so that is undone twice.
    """
    for _ in range(2):
        if body.startswith(_GZIP):
            body = _members(body)
        elif body.startswith(_ZLIB):
            with contextlib.suppress(zlib.error):
                body = zlib.decompressobj().decompress(body, MAX_UNPACKED_BYTES)
        elif body.startswith(_ZSTD):
            with contextlib.suppress(zstandard.ZstdError):
                unpacker = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).stream_reader(body)
                body = unpacker.read(MAX_UNPACKED_BYTES)
        else:
            break
    return body[:MAX_UNPACKED_BYTES]


def _members(body: bytes) -> bytes:
    """All members of a gzip file, one behind the other."""
    whole = b""
    for _ in range(100):  # each costs a copy of what is left
        if not body.startswith(_GZIP) or len(whole) >= MAX_UNPACKED_BYTES:
            break
        unpacker = zlib.decompressobj(wbits=31)
        try:
            whole += unpacker.decompress(body, MAX_UNPACKED_BYTES - len(whole))
        except zlib.error:
            return whole + _what_unpacks(body)
        body = unpacker.unused_data
    return whole


def _what_unpacks(body: bytes) -> bytes:
    """As much as a damaged gzip member gives, 64 bytes at a time."""
    unpacker, parts, size = zlib.decompressobj(wbits=31), [], 0
    for start in range(0, len(body), 64):
        try:
            parts.append(unpacker.decompress(body[start : start + 64], MAX_UNPACKED_BYTES - size))
        except zlib.error:
            break
        size += len(parts[-1])
        if size >= MAX_UNPACKED_BYTES:
            break
    return b"".join(parts)
