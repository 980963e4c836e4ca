"""`[websub]`: where hubs reach us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSubConfig:
    """`[websub]`: hubs may push what feeds have new."""

    #: the address under which hubs reach `listen`; None subscribes to nothing
    callback: str | None = None
    listen: tuple[str, int] = ("127.0.0.1", 8790)


def callback_address(value: Any) -> str:
    """A callback as it is written, without a closing slash.

    Raises:
        ValueError: it is none.
    """
    parts = urlsplit(value if isinstance(value, str) else "")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be a web address without a question mark, such as https://news.example/push")
    return str(value).rstrip("/")
