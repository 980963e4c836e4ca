"""The main text of a document."""

from __future__ import annotations

from copy import deepcopy

from trafilatura.core import bare_extraction

from crawler.extract.document import Document


def main_text(document: Document) -> list[str]:
    """Paragraphs of the article, in page order."""
    found = bare_extraction(deepcopy(document.tree), include_comments=False, favor_precision=True)
    text = found.text if found else ""
    if len(text) < 500:
        found = bare_extraction(deepcopy(document.tree), include_comments=False)
        other = found.text if found else ""
        text = other if len(text) < 0.6 * len(other) else text
    return [line.strip() for line in text.splitlines() if line.strip()]
