"""Copies that the writer keeps current for the nodes: what is furniture on a site, and robots.txt as it was last read."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crawler.cluster.form import FORM, packed_form
from db.model import FetchRecord, Outcome, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCopy:
    """What the writer knows of a site, as far as reading needs it."""

    #: hashes of the lines that are furniture on it
    lines: frozenset[int] = frozenset()
    #: pages of it that were read, the last 40 at most
    readings: int = 0
    #: monotonic seconds at which it was copied
    at: float = 0.0


def packed_lines(lines: frozenset[int]) -> bytes:
    """Hashes of lines, 8 bytes each."""
    return array("q", sorted(lines)).tobytes()


def site_copy(lines: bytes, readings: int, at: float) -> SiteCopy:
    """The inverse, with the rest."""
    hashes = array("q")
    hashes.frombytes(bytes(lines)[: len(lines) // 8 * 8])
    return SiteCopy(lines=frozenset(hashes), readings=readings, at=at)


async def site_copies(conn: Any, sites: Sequence[str], at: float) -> dict[str, SiteCopy]:
    cursor = await conn.execute(
        "SELECT site, lines, readings FROM sites WHERE site = ANY(%s)", (list(sites),)
    )
    return {site: site_copy(lines, readings, at) for site, lines, readings in await cursor.fetchall()}


async def robots_copy(conn: Any, url: str) -> tuple[float, int, bytes, bytes] | None:
    cursor = await conn.execute(
        "SELECT extract(epoch FROM now() - at)::float, form, fields, body FROM robots WHERE url = %s", (url,)
    )
    row: tuple[float, int, bytes, bytes] | None = await cursor.fetchone()
    return row


async def keep_robots(conn: Any, record: FetchRecord, page: Page | None, body: bytes | None) -> None:
    """What the next node may go by, for a day: the rules, that there are none, or that they are as they were."""
    if record.outcome is Outcome.NOT_MODIFIED:
        await conn.execute("UPDATE robots SET at = now() WHERE url = %s", (record.url,))
    elif record.outcome in (Outcome.UNCHANGED, Outcome.GONE):
        await conn.execute(
            """INSERT INTO robots (url, form, fields, body) VALUES (%s, %s, %s, %s) ON CONFLICT (url) DO UPDATE
            SET at = now(), form = excluded.form, fields = excluded.fields, body = excluded.body""",
            (record.url, FORM, packed_form(page) if page else b"", body or b""),
        )
