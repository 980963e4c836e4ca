"""The body of an HTTP answer as it came over the wire, without its chunks and its packing; bounded."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Sequence

import brotli
import zstandard

from crawler.errors import TooLarge, WarcSyntaxError

#: packed in itself more often than that, an answer is an attack
MOST_LAYERS = 3
_STEP = 64 << 10
#: the largest window that zstd may ask for in HTTP (RFC 9659), in bytes
ZSTD_WINDOW = 8 << 20
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
_MARKUP = re.compile(rb"[\s\xef\xbb\xbf]*<")


def plain_body(body: bytes, headers: Sequence[tuple[str, str]], most_bytes: int, url: str) -> bytes:
    """What a browser would show of an answer.

    Many writers of WARC files keep the headers of the wire beside a body that
    they have unpacked. A body that is not chunked, and one that is not packed
    and looks like markup, is therefore taken as it is.

    Args:
        body: as received.
        headers: names in lower case.
        most_bytes: also at every step of unpacking.

    Raises:
        TooLarge: it unpacks to more, or is packed too often.
        WarcSyntaxError: bytes that are not what the headers say.
    """
    if "chunked" in _values(headers, "transfer-encoding"):
        body = without_chunks(body)
    layers = _values(headers, "content-encoding")
    if len(layers) > MOST_LAYERS:
        raise TooLarge(f"packed in itself {len(layers)} times", url)
    for name in reversed(layers):
        if name not in _UNPACKERS:
            break
        try:
            body = _unpacked(body, name, most_bytes, url)
        except (zlib.error, brotli.error, zstandard.ZstdError) as problem:
            if _MARKUP.match(body):
                break
            raise WarcSyntaxError(
                f"the packed answer is damaged ({type(problem).__name__})", url
            ) from problem
    return body


def _values(headers: Sequence[tuple[str, str]], name: str) -> list[str]:
    values = ",".join(value for key, value in headers if key == name)
    return [each for part in values.split(",") if (each := part.strip().lower())]


def without_chunks(body: bytes) -> bytes:
    """A body without the frames of `Transfer-Encoding: chunked` (RFC 9112, section 7.1); one that has none as it is.

    >>> without_chunks(b"3\\r\\nabc\\r\\n2;x=y\\r\\nde\\r\\n0\\r\\n\\r\\n")
    b'abcde'
    """
    parts: list[bytes] = []
    at = 0
    while head := _CHUNK_SIZE.match(body, at):
        size = int(head[1], 16)
        if size == 0:
            return b"".join(parts)
        parts.append(body[head.end() : head.end() + size])
        at = head.end() + size
        at += 2 if body[at : at + 2] == b"\r\n" else 1 if body[at : at + 1] == b"\n" else 0
    is_cut_off = at >= len(body)
    return b"".join(parts) if parts and is_cut_off else body


def _unpacked(body: bytes, name: str, most_bytes: int, url: str) -> bytes:
    whole = _UNPACKERS[name](body, most_bytes)
    if len(whole) > most_bytes:
        raise TooLarge(f"more than {most_bytes:,} bytes once it is unpacked", url)
    return whole


def _gzip(body: bytes, most: int) -> bytes:
    return zlib.decompressobj(wbits=31).decompress(body, most + 1)


def _deflate(body: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(body, most + 1)
    except zlib.error:  # some servers leave the zlib frame out
        return zlib.decompressobj(wbits=-15).decompress(body, most + 1)


def _brotli(body: bytes, most: int) -> bytes:
    unpacker = brotli.Decompressor()
    parts = [unpacker.process(body, output_buffer_limit=_STEP)]
    size = len(parts[0])
    while parts[-1] and size <= most:
        parts.append(unpacker.process(b"", output_buffer_limit=_STEP))
        size += len(parts[-1])
    return b"".join(parts)


def _zstd(body: bytes, most: int) -> bytes:
    unpacker = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
    with unpacker.stream_reader(io.BytesIO(body)) as reader:
        return reader.read(most + 1)


_UNPACKERS = {"gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate, "br": _brotli, "zstd": _zstd}
