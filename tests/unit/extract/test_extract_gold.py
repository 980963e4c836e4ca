"""The development pages keep their score, with their class names and without: what we read does not hang on names."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lxml.html import tostring

from crawler.errors import ExtractError
from crawler.extract.article import read_article
from crawler.extract.page.document import Document, parse_document
from db.model import Page

SHARED = Path(__file__).parents[4] / "shared"
SCORER = SHARED / "tools" / "score_extraction.py"
SETS = SHARED / "tools" / "score_reading.py"

pytestmark = pytest.mark.skipif(
    not (SCORER.exists() and (SHARED / "data" / "extraction-dev").exists()),
    reason="the development pages and their scorer lie in ../shared, which is not here",
)


def scorer(path: Path = SCORER) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def unchanged(document: Document) -> None:
    """The page as it is."""


def without_names(document: Document) -> None:
    """Class names and ids as a build tool hashes them."""
    for element in document.tree.iter():
        for name in ("class", "id", "data-testid", "data-component"):
            if name in element.attrib:
                words = element.attrib[name].split()
                hashed = (hashlib.sha256(word.encode()).hexdigest()[:7] for word in words)
                element.attrib[name] = " ".join(f"c{digest}" for digest in hashed)


def measure(change: Callable[[Document], None]) -> dict[str, float]:
    score = scorer()
    rows, exact, leaking = [], 0, 0
    gold: dict[str, Any] = score.load(score.DATA)
    for entry in gold.values():
        page = Page(
            url=entry["url"],
            final_url=entry["url"],
            status=200,
            headers=(),
            body=entry["html"],
            fetched_at=datetime(2026, 11, 23, tzinfo=UTC),
        )
        document = parse_document(page)
        change(document)
        # other readings have the markup, not the tree
        text = read_article(parse_document(replace(page, body=tostring(document.tree)))).article.text
        rows.append(score.shingles(entry["text"], text))
        exact += score.tokens(entry["text"]) == score.tokens(text)
        leaks = score.leakage([entry["text"]], text, score.page_facts(entry["html"]))["leaked"]
        leaking += bool({kind for kind, _ in leaks} & set(score.HARD))
    pages = len(gold)
    return {
        "f1": 100 * score.macro(rows)["f1"],
        "exact": 100 * exact / pages,
        "leaking": 100 * leaking / pages,
    }


def test_text_of_the_development_pages() -> None:
    figures = measure(unchanged)

    assert figures["f1"] >= 98.7 and figures["exact"] >= 67 and figures["leaking"] <= 2, figures


def test_text_of_the_development_pages_without_class_names() -> None:
    figures = measure(without_names)

    assert figures["f1"] >= 98.0 and figures["exact"] >= 51 and figures["leaking"] <= 8, figures


def read_text(row: dict[str, Any]) -> str:
    """The text of one page of a set, or nothing where there is no article."""
    url = row["url"] or "https://pages.example/"
    fetched_at = datetime(2026, 11, 23, tzinfo=UTC)
    page = Page(url=url, final_url=url, status=200, headers=(), body=row["html"], fetched_at=fetched_at)
    try:
        return read_article(parse_document(page)).article.text
    except ExtractError:
        return ""


@pytest.mark.skipif(not SETS.exists(), reason="the further sets of pages lie beside the development pages")
@pytest.mark.parametrize(
    ("name", "floor", "falls"), [("fundus", 98.8, 0), ("naeb", 94.2, 2), ("traf", 93.6, 6)]
)
def test_text_of_sites_that_no_weight_was_fitted_on(
    name: str, floor: float, falls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages of the half `check`: F1, and how many fall far behind trafilatura."""
    monkeypatch.syspath_prepend(str(SETS.parent))
    sets = scorer(SETS)
    rows = [row for row in sets.load(name).values() if sets.half(row["url"], row["id"]) == "check"]
    figures = sets.figures(rows, {row["id"]: {"text": read_text(row)} for row in rows})

    assert figures["f1"] >= floor and figures["falls"] <= falls, figures
