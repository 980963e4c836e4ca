"""Readers of configuration values: what TOML gives, as the program uses it, or a ValueError that says what it must be."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crawler.config.home import without_tilde
from crawler.units import duration_s, size_bytes

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def quoted_text(value: Any) -> str:
    """A text."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text in quotes")
    return value


def whole_from(least: int) -> Callable[[Any], int]:
    """Reads a whole number from *least*."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ValueError(f"must be a whole number from {least}")
        return value

    return read


def duration_from(least_s: float) -> Callable[[Any], float]:
    """Reads a duration, in seconds, from *least_s*."""

    def read(value: Any) -> float:
        seconds = duration_s(quoted_text(value))
        if seconds < least_s:
            raise ValueError(f"must be at least {least_s:g}s")
        return seconds

    return read


def keeping(value: Any) -> float | None:
    """How long, in seconds; None is forever."""
    return None if value == "forever" else duration_from(0.0)(value)


def keeping_a_month(value: Any) -> float | None:
    """The health of a source looks back thirty days."""
    return None if value == "forever" else duration_from(31 * 86400.0)(value)


def size_in(value: Any) -> int:
    """A size in bytes."""
    return size_bytes(quoted_text(value))


def one_of(*names: str) -> Callable[[Any], str]:
    """Reads one of *names*."""

    def read(value: Any) -> str:
        if value not in names:
            raise ValueError(f"must be one of {', '.join(names)}")
        return str(value)

    return read


def list_in(value: Any) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise ValueError("must be a list in square brackets")
    return value


def networks_in(value: Any) -> tuple[Network, ...]:
    """Networks."""
    return tuple(ipaddress.ip_network(quoted_text(item)) for item in list_in(value))


def path_in(value: Any) -> Path:
    """A path."""
    return without_tilde(quoted_text(value))


def address_in(value: Any) -> tuple[str, int]:
    """A host and a port."""
    host, colon, port = quoted_text(value).rpartition(":")
    if not (host and colon and port.isdecimal() and int(port) < 65536):
        raise ValueError("must be a host and a port, such as 127.0.0.1:9107")
    return host.strip("[]"), int(port)


def paths_in(value: Any) -> tuple[Path, ...]:
    """At least one path."""
    paths = tuple(path_in(item) for item in list_in(value))
    if not paths:
        raise ValueError("must name at least one beat file")
    return paths
