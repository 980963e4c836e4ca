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

from crawler.extract.article import read_article
from crawler.extract.page.document import Document, parse_document
from db.model import Page

SHARED = Path(__file__).parents[4] / "shared"
SCORER = SHARED / "tools" / "score_extraction.py"

pytestmark = pytest.mark.skipif(
    not (SCORER.exists() and (SHARED / "data" / "extraction-dev").exists()),
    reason="the development pages and their scorer lie in ../shared, which is not here",
)


def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_extraction", SCORER)
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

    assert figures["f1"] >= 98.8 and figures["exact"] >= 74 and figures["leaking"] <= 1, figures


def test_text_of_the_development_pages_without_class_names() -> None:
    figures = measure(without_names)

    assert figures["f1"] >= 98.3 and figures["exact"] >= 60 and figures["leaking"] <= 8, figures
