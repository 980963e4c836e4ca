"""What the writer finds in the outbox: the oldest answers, within bounds whoever wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import zstandard

from crawler.cluster.form import unpacked_bytes
from crawler.errors import ClusterError

#: answers of one batch
_A_BATCH = 100
#: bytes of an answer that is no page, when unpacked; a sitemap may have 50 MB
_MOST_BODY_BYTES = 64_000_000
#: bytes of an answer as it stands in the outbox, and of a batch; who writes the table must not fill our memory
_MOST_PACKED_BYTES, _A_BATCH_BYTES = 64_000_000, 64_000_000
#: the oldest answers that fit into a batch; of one that is too large only that it is there
_ROWS = """SELECT id, kind, key, form, rules, CASE WHEN size <= %(most)s THEN fields ELSE '' END,
    CASE WHEN size <= %(most)s THEN body END FROM (
        SELECT id, kind, key, form, rules, fields, body, size,
            sum(least(size, %(most)s)) OVER (ORDER BY id) - least(size, %(most)s) AS before FROM (
            SELECT id, kind, left(key, 4000) AS key, form, left(rules, 100) AS rules, fields, body,
                octet_length(fields) + coalesce(octet_length(body), 0) AS size FROM outbox
            WHERE id <> ALL(%(held)s) AND (kind <> 'poll' OR %(polls)s) ORDER BY id LIMIT %(limit)s) AS oldest) AS summed
WHERE before <= %(bytes)s ORDER BY id"""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One answer as it stands in the outbox."""

    id: int
    kind: str
    key: str
    form: int
    rules: str
    fields: bytes
    body: bytes | None

    def unpacked_body(self) -> bytes:
        """The bytes of an answer that is no page.

        Raises:
            ClusterError: they are not what was put in.
        """
        try:
            return unpacked_bytes(self.body, _MOST_BODY_BYTES) if self.body else b""
        except (zstandard.ZstdError, MemoryError) as problem:
            raise ClusterError("what stands in PostgreSQL cannot be unpacked") from problem


async def oldest_answers(conn: Any, held: Sequence[int], *, with_polls: bool) -> list[OutboxRow]:
    """Answers in the order in which they came.

    Args:
        held: numbers of those that are under way already.
    """
    values = {
        "held": held, "polls": with_polls, "limit": _A_BATCH, "most": _MOST_PACKED_BYTES, "bytes": _A_BATCH_BYTES,
    }  # fmt: skip
    cursor = await conn.execute(_ROWS, values)
    return [OutboxRow(*row) for row in await cursor.fetchall()]
