"""Bodies that are small on the wire and large in memory."""

from __future__ import annotations

import gzip
import zlib
from functools import cache


@cache
def markup(size: int, is_packed: bool) -> bytes:
    """A page of so many bytes that takes much more memory once it is parsed; packed with gzip if asked."""
    body = (b"<html><body><article>" + b"x<br>" * (size // 5))[:size]
    return gzip.compress(body, 1) if is_packed else body


@cache
def _gzip_bomb() -> bytes:
    packer = zlib.compressobj(1, wbits=31)
    return b"".join([*(packer.compress(_ZEROS) for _ in range(100)), packer.flush()])


@cache
def _brotli_bomb() -> bytes:
    import brotli

    packer = brotli.Compressor(quality=1)
    return b"".join([*(packer.process(_ZEROS) for _ in range(100)), packer.finish()])


@cache
def _zstd_bomb() -> bytes:
    import zstandard

    return zstandard.ZstdCompressor().compress(_ZEROS * 100)


_ZEROS = bytes(1_000_000)
#: coding -> 100 MB of zeros, packed
BOMBS = {"gzip": _gzip_bomb, "br": _brotli_bomb, "zstd": _zstd_bomb}
