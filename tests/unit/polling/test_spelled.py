"""Addresses that a source names, however many and long they are."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from crawler.ingest.pool import ReadingPool
from crawler.polling import spelled as room
from crawler.polling.spelled import fitting

#: two milliseconds each
DEAR = "https://news.example/film?" + "&".join(f"p{number}=%41%c3%a9{number}" for number in range(100))


@pytest.fixture
def session():
    pool = ReadingPool(1)
    yield SimpleNamespace(pool=pool)
    pool.close()


def test_many_long_addresses_are_spelled_in_a_reader(session, make_candidate, monkeypatch):
    """5,000 of them held the loop of the crawl up for 14 s."""
    named = [make_candidate(f"{DEAR}&n={number}") for number in range(400)]
    named[7] = make_candidate("javascript:" + "a" * 900)

    def here(*_: object) -> None:
        raise AssertionError("it was done in the process of the crawl")

    monkeypatch.setattr(room, "canonical_url", here)
    found = asyncio.run(fitting(session, named))

    assert len(found) == 399
    assert {each.url.partition("?")[0] for each in found} == {"https://news.example/film"}
    assert all(each.key for each in found)


def test_a_few_are_spelled_at_once(make_candidate):
    named = [make_candidate("HTTPS://News.example:443/a?utm_source=x"), make_candidate("mailto:a@b.example")]

    (found,) = asyncio.run(fitting(SimpleNamespace(pool=None), named))

    assert (found.url, found.written) == ("https://news.example/a", "https://News.example:443/a?utm_source=x")
