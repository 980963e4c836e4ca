"""`[websub]`: where hubs reach us."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from db.frozen import Frozen

#: where nobody listens
_LOOPBACK = r"localhost|127\.[0-9.]+|::1"


class WebSubConfig(Frozen):
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
    if parts.username is not None or parts.password is not None:
        raise ValueError("must have no user name in it; each feed's own token follows its path")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError("must have a port between 1 and 65535, or none")
    if parts.scheme == "http" and not re.fullmatch(_LOOPBACK, parts.hostname):
        raise ValueError("must begin with https://, as hubs send a secret there; http:// is for the loopback")
    return str(value).rstrip("/")
