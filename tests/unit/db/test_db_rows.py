"""Every field of an article reaches every place where an article is written down."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest

from crawler.commands.export import COLUMNS
from crawler.commands.extract import article_json
from crawler.commands.why import _FIELDS
from crawler.ingest.extract_jsonl import PROTOCOL, RENAMED
from db.memory import LEAST_ARTICLES
from db.model import Article, Removed
from db.rows import article_row
from db.views import ARTICLE_COLUMNS

#: a value for every field; a new one fails here first, and then wherever it is not carried on
FULL = {
    "url": "https://news.example/film-in-orbit",
    "canonical_url": "https://news.example/film-in-orbit",
    "title": "Film in orbit",
    "text": "The crew filmed.",
    "authors": ("Ann Lee",),
    "published_at": None,
    "published_raw": "2026-01-01T12:00:00Z",
    "published_precision": "second",
    "modified_at": None,
    "site_name": "News",
    "section": "Film",
    "language": "en",
    "description": "A film.",
    "tags": ("film",),
    "image_url": "https://news.example/a.jpg",
    "image_credits": ("Photo: Ann Lee",),
    "is_free": True,
    "removed": (Removed(rule="r", text="t", position=0),),
    "origins": (("title", "h1"),),
    "extractor": "x",
    "is_live": True,
}
#: not a column: said once, to the scheduler of rechecks
UNKEPT = {"is_live"}
#: how it was read, not what: no field that `why` shows the origin of
UNTOLD = {
    "url",
    "canonical_url",
    "text",
    "removed",
    "origins",
    "extractor",
    "published_raw",
    "published_precision",
    *UNKEPT,
}
#: what a table of articles does without
UNEXPORTED = {"canonical_url", "image_url", "image_credits", "is_free", "removed", "origins", "extractor",
              "published_raw", "published_precision", *UNKEPT}  # fmt: skip
NAMES = [each.name for each in fields(Article)]


@pytest.fixture
def full(now):
    assert set(FULL) == set(NAMES), "give the new field a value in FULL"
    return Article(**{**FULL, "published_at": now, "modified_at": now + timedelta(hours=1)})


def test_every_field_is_kept(full, append, rows):
    append(full)

    columns = [name for name in NAMES if name not in UNKEPT]
    values = rows(f"SELECT {', '.join(columns)} FROM current_articles")[0]
    assert [
        name for name, value in zip(columns, values, strict=True) if value in (None, "", "[]", "{}")
    ] == []
    assert set(columns) <= set(ARTICLE_COLUMNS)


def test_every_field_is_printed_by_extract_and_why(full):
    printed = article_json(full)

    assert {RENAMED.get(name, name) for name in NAMES} <= set(printed)
    assert set(PROTOCOL) <= set(printed)
    assert printed["modified_at"] == article_row(full)["modified_at"] is not None
    assert set(_FIELDS) == set(NAMES) - UNTOLD


def test_every_field_is_exported_or_left_out_on_purpose():
    assert set(NAMES) - UNEXPORTED <= set(COLUMNS)
    assert not UNEXPORTED & set(COLUMNS)


def test_the_index_of_furniture_knows_the_same_threshold_as_its_queries(rows):
    ((index,),) = rows("SELECT sql FROM sqlite_master WHERE name = 'site_lines_known'")

    assert index.endswith(f"articles >= {LEAST_ARTICLES}")
