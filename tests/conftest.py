"""The vocabulary of the tests: a record on disk, a fixed clock and makers of nouns."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import settings

from db import passwords
from db.model import (
    Article,
    Candidate,
    Capture,
    FetchRecord,
    Fingerprint,
    Likeness,
    Outcome,
    Page,
    Revision,
)
from db.store import Store

sys.path.insert(0, str(Path(__file__).parent / "kits"))  # sets and makers that several test files share

os.environ.pop("COLUMNS", None)  # pytest-xdist sets it, and tables are cut to it
settings.register_profile("long", max_examples=2000, stateful_step_count=50, deadline=None)
settings.register_profile("ours", deadline=None)  # a busy machine is no fault
settings.load_profile("ours")

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://news.example/film-in-orbit"


@pytest.fixture
def now() -> datetime:
    """The clock of every test: 2026-11-23 12:00 UTC."""
    return NOW


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`run("beat", "new")`: a verb, called in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SPACEREEL_DB", raising=False)

    def call(*words: object, **more: Any) -> Result:
        from crawler.cli import main

        return CliRunner().invoke(main, [str(word) for word in words], **more)

    return call


@pytest.fixture
def store(tmp_path: Path, now: datetime) -> Iterator[Store]:
    """An empty record, real SQLite on disk."""
    opened = Store.open(tmp_path / "articles.db", now=now)
    yield opened
    opened.close()


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that cost nothing to look at; what they cost otherwise is a test of its own."""
    costs = f"${passwords._N}$"
    monkeypatch.setattr(passwords, "_N", 2)
    monkeypatch.setattr(passwords, "DECOY", passwords.DECOY.replace(costs, "$2$"))


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


@pytest.fixture
def make_fingerprint() -> Callable[..., Fingerprint]:
    """`make_fingerprint(article)`: title and text make the digest; no bands unless told."""

    def make(article: Article, **fields: Any) -> Fingerprint:
        digest = hashlib.sha256(f"{article.title}\n{article.text}".encode("utf-8", "replace")).hexdigest()
        return replace(Fingerprint(content_sha256=digest, simhash=1, bands=(), site="news.example"), **fields)

    return make


@pytest.fixture
def append(
    store: Store,
    make_page: Callable[..., Page],
    make_candidate: Callable[..., Candidate],
    make_fingerprint: Callable[..., Fingerprint],
) -> Callable[..., Revision | None]:
    """`append(article)` into `store`, as a visit at `NOW` would: new, or changed when the URL is known.

    `kind`, `original` (articles.id, for copies), `outcome`, `keeps`, `run_id`, `judgements`, `lines`,
    `fingerprint`, `page`, `purpose` and `at` say otherwise.
    """

    def put(article: Article, **told: Any) -> Revision | None:
        fingerprint = told.get("fingerprint") or make_fingerprint(article)
        at = told.get("at", NOW)
        known = [
            k for k in store.neighbours(article, fingerprint) if k.canonical_url == article.canonical_url
        ]
        kind = told.get("kind") or ("changed" if known else "new")
        outcome = Outcome(kind if kind in ("new", "changed", "unchanged") else "copy")
        earlier = known[0].article_id if known and kind in ("changed", "unchanged") else None
        capture = Capture(
            candidate=make_candidate(article.url),
            page=told.get("page") or make_page(article.url, fetched_at=at),
            article=article,
            judgements=told.get("judgements", ()),
            line_hashes=told.get("lines", ()),
        )
        record = FetchRecord(
            url=capture.page.url,
            final_url=capture.page.final_url,
            source="wire",
            purpose=told.get("purpose", "new"),
            started_at=at,
            outcome=told.get("outcome", outcome),
            reason="as the test says",
            status=200,
        )
        store.keep_page(capture.page)
        likeness = Likeness(
            kind=kind, article_id=told.get("original", earlier), similarity=told.get("similarity", 1.0)
        )
        run_id, keeps = told.get("run_id"), told.get("keeps", True)
        return store.append(capture, likeness, record, run_id, keeps=keeps, fingerprint=fingerprint)

    return put


@pytest.fixture
def rows(store: Store) -> Callable[..., list[tuple[Any, ...]]]:
    """`rows(sql, *values)`: what another reader of the record's file sees."""

    def read(sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(store.path)) as conn:
            return conn.execute(sql, values).fetchall()

    return read
