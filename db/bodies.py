"""Bytes of pages, packed with zstd; an earlier page of the same host may serve as prefix."""

from __future__ import annotations

import zstandard

#: bytes of a body that are unpacked; `[fetch] max_bytes` is 10 MB unless somebody sets it
MOST_PAGE_BODY_BYTES = 256 << 20
#: zstd level: 9 costs three to four times as much and saves an eighth of the space
_LEVEL = 3
#: how much of a page serves as prefix; longer ones bring nothing and cost memory
_PREFIX_BYTES = 1 << 20


def compressed(body: bytes, prefix: bytes, level: int = _LEVEL) -> bytes:
    """A body as the archive holds it.

    Args:
        prefix: a page that is like it; b"" for none.
        level: of zstd.
    """
    prefix = prefix[:_PREFIX_BYTES]
    parameters = zstandard.ZstdCompressionParameters.from_level(
        level, source_size=len(body), dict_size=len(prefix), write_content_size=1, write_checksum=1
    )
    return zstandard.ZstdCompressor(compression_params=parameters, dict_data=_raw(prefix)).compress(body)


def decompressed(packed: bytes, prefix: bytes) -> bytes:
    """What was packed.

    Raises:
        ZstdError: it is damaged, or says that it is larger than any page; somebody else may have made the file.
    """
    size = zstandard.get_frame_parameters(packed).content_size
    if size > MOST_PAGE_BODY_BYTES:
        raise zstandard.ZstdError(f"{size} bytes unpacked")
    return zstandard.ZstdDecompressor(dict_data=_raw(prefix[:_PREFIX_BYTES])).decompress(packed)


def _raw(prefix: bytes) -> zstandard.ZstdCompressionDict | None:
    return zstandard.ZstdCompressionDict(prefix, dict_type=zstandard.DICT_TYPE_RAWCONTENT) if prefix else None
