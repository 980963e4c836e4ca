"""The vocabulary of the tests: a record on disk, a fixed clock and makers of nouns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from db.model import Article, Candidate, Page
from db.store import Store

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://news.example/film-in-orbit"


@pytest.fixture
def now() -> datetime:
    """The clock of every test: 2026-11-23 12:00 UTC."""
    return NOW


@pytest.fixture
def store(tmp_path: Path, now: datetime) -> Iterator[Store]:
    """An empty record, real SQLite on disk."""
    opened = Store.open(tmp_path / "articles.db", now=now)
    yield opened
    opened.close()


@pytest.fixture
def make_article() -> Callable[..., Article]:
    """`make_article(title=...)`: an article whose canonical URL is its URL unless told otherwise."""

    def make(url: str = URL, **fields: Any) -> Article:
        article = Article(
            url=url,
            canonical_url=url,
            title="A film is shot in orbit",
            text="The crew filmed on the station.\nThey land on Sunday.",
            authors=("Anna Petrova",),
            published_at=NOW,
            published_precision="second",
            language="en",
            tags=("space", "film"),
            extractor="test 1",
        )
        return replace(article, **fields)

    return make


@pytest.fixture
def make_candidate() -> Callable[..., Candidate]:
    """`make_candidate(url=...)`: a link that the source `wire` pointed at."""

    def make(url: str = URL, **fields: Any) -> Candidate:
        candidate = Candidate(url=url, source="wire", found_on="https://news.example/rss", found_at=NOW)
        return replace(candidate, **fields)

    return make


@pytest.fixture
def make_page() -> Callable[..., Page]:
    """`make_page(body=...)`: a 200 response, final URL equal to the URL unless told otherwise."""

    def make(url: str = URL, **fields: Any) -> Page:
        page = Page(
            url=url,
            final_url=url,
            status=200,
            headers=(("content-type", "text/html; charset=utf-8"),),
            body=b"<html><body><p>The crew filmed on the station.</p></body></html>",
            fetched_at=NOW,
        )
        return replace(page, **fields)

    return make
