"""Texts that wait in the queue, packed."""

from __future__ import annotations

import zlib

#: bytes of a feed's own text that are unpacked
_MOST_BYTES = 32 << 20


def packed(text: str | None) -> bytes | None:
    """A text as `frontier.content` holds it."""
    return zlib.compress(text.encode("utf-8", "replace")) if text else None


def unpacked_text(data: bytes | None) -> str | None:
    """A text that `packed` made, as far as any feed's text may go; None when something else stands there.

    >>> unpacked_text(packed("Съёмки")), unpacked_text(b"else")
    ('Съёмки', None)
    """
    if not data:
        return None
    try:
        return zlib.decompressobj().decompress(data, _MOST_BYTES).decode("utf-8", "ignore")
    except (zlib.error, TypeError):
        return None
