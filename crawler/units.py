"""Durations and sizes as people write them: `15m`, `10MB`."""

from __future__ import annotations

import re

_DURATION = r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)"
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SIZE = r"(\d+(?:\.\d+)?)\s*(B|kB|KB|MB|GB)"
_BYTES = {"B": 1, "kB": 1000, "KB": 1000, "MB": 1000**2, "GB": 1000**3}


def duration_s(text: str) -> float:
    """Seconds in a duration such as "500ms", "30s", "15m", "2h", "30d" or "1h 30m".

    Raises:
        ValueError: with a sentence that shows the accepted spelling.

    >>> duration_s("15m")
    900.0
    """
    parts = re.findall(_DURATION, text)
    if not parts or re.sub(_DURATION, "", text).strip():
        raise ValueError(f'"{text}" is not a duration; write for example "30s", "15m" or "2h"')
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


def size_bytes(text: str) -> int:
    """Bytes in a size such as "500kB" or "10MB" (decimal, SI).

    Raises:
        ValueError: with a sentence that shows the accepted spelling.

    >>> size_bytes("10MB")
    10000000
    """
    match = re.fullmatch(_SIZE, text.strip())
    if match is None:
        raise ValueError(f'"{text}" is not a size; write for example "500kB" or "10MB"')
    return int(float(match[1]) * _BYTES[match[2]])


def many(count: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun.

    >>> many(1, "page"), many(31204, "page"), many(2, "copy", "copies")
    ('1 page', '31,204 pages', '2 copies')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
