"""Every page folder that teaches metadata: the page in, the expected fields out."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.extract.metadata.fields import Metadata, read_metadata
from crawler.extract.metadata.title_parts import words_of
from crawler.extract.page.document import parse_document
from db.model import Candidate, Page, from_iso, iso

PAGES = Path(__file__).parents[2] / "pages"
DEV = Path(__file__).parents[4] / "shared" / "data" / "extraction-dev"
FOLDERS = sorted(
    path.parent for path in PAGES.glob("*/expected.json") if "metadata" in json.loads(path.read_text("utf-8"))
)


def page_of(url: str, body: bytes, fetched_at: datetime) -> Page:
    return Page(url=url, final_url=url, status=200, headers=(), body=body, fetched_at=fetched_at)


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    return list(value) if isinstance(value, tuple) else value


def read_folder(folder: Path) -> tuple[Metadata, dict[str, Any]]:
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    page = page_of(expected["url"], (folder / "page.html").read_bytes(), from_iso(expected["fetched_at"]))
    feed = {
        key: from_iso(value) if key.endswith("_at") else value
        for key, value in expected.get("candidate", {}).items()
    }
    candidate = Candidate(url=page.url, source="feed", found_on="feed", found_at=page.fetched_at, **feed)
    return read_metadata(parse_document(page), candidate if feed else None), expected["metadata"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_sample_page_is_read_as_its_note_says(folder: Path) -> None:
    read, expected = read_folder(folder)

    assert {name: plain(getattr(read, name)) for name in expected} == expected
    assert (folder / "note.md").read_text("utf-8").strip()


def test_every_field_that_is_read_has_an_origin() -> None:
    for folder in FOLDERS:
        read, _ = read_folder(folder)
        known = {name for name, _ in read.origins}
        for name in (
            "title",
            "authors",
            "published_at",
            "modified_at",
            "section",
            "language",
            "tags",
            "image_url",
        ):
            assert bool(plain(getattr(read, name))) == (name in known), (folder.name, name)


@pytest.mark.skipif(not DEV.exists(), reason="the development pages lie in ../shared, which is not here")
def test_silver_metadata_of_the_development_pages() -> None:
    gold = json.loads((DEV / "gold.json").read_text("utf-8"))
    hits: dict[str, list[bool]] = {"title": [], "date": [], "authors": []}
    for key, entry in gold.items():
        silver = entry.get("silver") or {}
        if not any(silver.values()):
            continue
        body = gzip.decompress((DEV / "html" / f"{key}.html.gz").read_bytes())
        read = read_metadata(parse_document(page_of(entry["url"], body, datetime(2026, 11, 23, tzinfo=UTC))))
        if silver["title"]:
            hits["title"].append(words_of(read.title or "") == words_of(silver["title"]))
        if silver["date"]:
            hits["date"].append(silver["date"] in (read.published_day, str(read.published_at)[:10]))
        if silver["authors"]:
            hits["authors"].append(
                [name.casefold() for name in read.authors] == [name.casefold() for name in silver["authors"]]
            )
    shares = {name: sum(found) / len(found) for name, found in hits.items()}

    assert shares["title"] >= 0.98 and shares["date"] == shares["authors"] == 1.0, shares
