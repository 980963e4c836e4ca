"""Pages of a file are weighed together, and each gets the answer that it would get alone."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from crawler.frontier.async_store import AsyncStore
from crawler.ingest.pool import ReadingPool
from crawler.relevance.topic import parse_topic
from crawler.warc.gating import PageGate, is_out
from db.model import Page
from db.store import Store

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TOPIC = parse_topic(
    {
        "relevant": 1.0,
        "mention": 0.5,
        "concepts": {"film": {"any": ["film"]}},
        "rule": [{"name": "film", "points": 1.0, "sentence": ["film"]}],
    },
    "test",
)


def page(number: int, body: bytes) -> Page:
    url = f"https://news.example/{number}"
    return Page(url=url, final_url=url, status=200, headers=(), body=body, fetched_at=NOW)


def prose(word: str) -> bytes:
    """A page of thirty paragraphs that speak of it."""
    line = f"The {word} was shown to the mayor on Monday, and nobody had seen one like it in the town before."
    return f"<html><title>The {word}</title><body>{f'<p>{line}</p>' * 30}</body></html>".encode()


def test_pages_that_come_together_get_the_answers_they_get_alone(store: Store):
    bodies = [prose("film"), prose("garden"), b"", b"<p>short", b"\xff\xfe" * 60_000]
    pages = [page(number, body) for number, body in enumerate(bodies * 3)]

    async def ask() -> list[bool | None]:
        patient, pool = AsyncStore(store), ReadingPool(1)
        gate = PageGate(patient, pool, (TOPIC,))
        try:
            return list(await asyncio.gather(*map(gate.is_out, pages)))
        finally:
            pool.close()
            patient.close()

    answers = asyncio.run(ask())

    large = [None if len(each.body) > 100_000 else is_out((TOPIC,), each) for each in pages]
    assert answers == large
    assert {True, False, None} == set(answers)
