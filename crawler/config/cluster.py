"""`[cluster]`: where the machines of one crawl meet."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from typing import Any

from db.frozen import Frozen

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}"


class ClusterConfig(Frozen):
    """`[cluster]`: several machines fetch, one of them writes the record."""

    #: of PostgreSQL, as libpq reads it; None crawls in one process
    dsn: str | None = field(default=None, repr=False)
    #: what this machine is called; None as its system calls it
    node: str | None = None
    #: page bodies on their way to the writer: a folder that nodes and writer share
    bodies: Path = Path("bodies")
    #: a host is a node's for that long without a sign of life
    lease_s: float = 120.0
    #: with so many answers waiting for the writer nodes ask no more hosts
    outbox: int = 10_000

    @property
    def name(self) -> str:
        """What this machine is called; also part of names of files."""
        import socket  # its constants take a while, and are asked for by nodes alone

        return self.node or re.sub(r"[^A-Za-z0-9._-]", "-", socket.gethostname()).strip("-._")[:63] or "node"


def _data_source(value: Any) -> str:
    """Where PostgreSQL is, as libpq reads it.

    Raises:
        ValueError: it is no such text.
    """
    text = value.strip() if isinstance(value, str) else ""
    if not text.startswith(("postgresql://", "postgres://")) and "=" not in text:
        raise ValueError("must say where PostgreSQL is, such as postgresql://crawl@db.example/spacereel")
    return text


def _machine_name(value: Any) -> str:
    """A name of a node, which is also part of names of files.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(value, str) or not re.fullmatch(_NAME, value):
        raise ValueError("must be letters, digits, dots and dashes, such as node-1")
    return value


#: key as written -> (attribute, reader); those that are read as in other sections stand there
CLUSTER_KEYS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "dsn": ("dsn", _data_source),
    "node": ("node", _machine_name),
}
