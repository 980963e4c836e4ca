"""How the archive packs a page: with an earlier one of the same host as zstd prefix, where the two are alike."""

from __future__ import annotations

import sqlite3

from db.bodies import compressed, decompressed

#: zstd level of pages that nobody wants; with no other page tried they take a tenth of the time and an eighth more space;
#: and of a look whether two pages begin alike
_LEVEL_UNWANTED = 1
#: how many pages of a host are tried as prefix before a page becomes one itself; where that was in vain so often in a row, one
_TRIED, _VAIN = 4, 8
#: hosts of which that is remembered
_MOST_HOSTS = 10_000
#: a prefix has found its like when it makes the page so many times smaller
_LIKE = 12
#: ... and is of use at all when it leaves less than this share of what plain zstd leaves
_USEFUL = 0.7
#: pages that are alike begin alike: a prefix whose first bytes leave more than that share of the first bytes of a page is
#: not tried, which a quick level shows in a tenth of the time
_HEAD, _PREFIX_HEAD, _BEGINS_LIKE = 16 * 1024, 32 * 1024, 0.8


class Packer:
    """Packs pages that stay, and remembers which hosts have pages that are like no other."""

    def __init__(self) -> None:
        #: host -> pages in a row for which no prefix was of use
        self._vain: dict[str, int] = {}

    def pack(
        self, conn: sqlite3.Connection, body: bytes, host: str, *, but: int = 0
    ) -> tuple[int | None, bytes]:
        """bodies.id of the prefix, None for none, and the smallest of what the host's latest prefixes and none give.

        Args:
            but: bodies.id of the one that is no prefix, as it is the page itself.
        """
        tried = 1 if self._vain.get(host, 0) >= _VAIN else _TRIED
        prefix_id, packed = _smallest(conn, body, host, tried, but)
        if prefix_id is not None:
            self._vain.pop(host, None)
        elif len(self._vain) < _MOST_HOSTS or host in self._vain:
            self._vain[host] = self._vain.get(host, 0) + 1
        return prefix_id, packed


def _smallest(
    conn: sqlite3.Connection, body: bytes, host: str, tried: int, but: int
) -> tuple[int | None, bytes]:
    """Stops at the first prefix that is like; one that does not begin like the page is passed over."""
    rows = conn.execute(
        "SELECT id, zstd FROM bodies WHERE host = ? AND prefix_id IS NULL AND id <> ? ORDER BY id DESC LIMIT ?",
        (host, but, tried),
    ).fetchall()
    best: tuple[int | None, bytes] | None = None
    head = body[:_HEAD]
    most = len(packed_quickly(head)) * _BEGINS_LIKE if rows else 0.0
    for row in rows:
        prefix = decompressed(row["zstd"], b"")
        if len(compressed(head, prefix[:_PREFIX_HEAD], _LEVEL_UNWANTED)) > most:
            continue
        packed = compressed(body, prefix)
        if best is None or len(packed) < len(best[1]):
            best = (row["id"], packed)
        if len(packed) * _LIKE <= len(body):
            return best
    plain = compressed(body, b"")
    return best if best and len(best[1]) < len(plain) * _USEFUL else (None, plain)


def packed_quickly(body: bytes) -> bytes:
    """A page by itself."""
    return compressed(body, b"", _LEVEL_UNWANTED)
