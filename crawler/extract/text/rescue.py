"""When the markup gave little or nothing: JSON-LD's articleBody, then trafilatura."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extract.page.document import Document
from crawler.extract.text.lines import Line, lines_of
from crawler.extract.text.readings import SHORT_CHARS, declared_body, trafilatura_lines

#: an articleBody this many times as long as what the markup showed is preferred
_BODY_FACTOR = 3.0
#: less is not what an article's page was made for
LITTLE_CHARS = 140


def rescued(document: Document, lines: list[Line]) -> tuple[list[Line], str]:
    """The lines to go on with and where they were read: "markup", "json-ld" or "trafilatura".

    Another source is taken only when the markup gave almost nothing (pages
    drawn by scripts) or a fraction of what the page declares as its body. Two
    paragraphs side by side are a short notice, and stay.
    """
    size = sum(len(line.text) for line in lines if not line.mark)
    body = declared_body(document)
    body_size = sum(map(len, body))
    if body_size > SHORT_CHARS and (size < SHORT_CHARS or body_size > _BODY_FACTOR * size):
        return lines_of(body), "json-ld"
    if size < SHORT_CHARS and sum(line.is_prose for line in lines if not line.mark) < 2:
        other = trafilatura_lines(document, is_precise=False)
        if sum(map(len, other)) > 2 * size:
            return lines_of(other), "trafilatura"
    return lines, "markup"


def fuller(document: Document, left: Sequence[Line]) -> list[Line]:
    """trafilatura's lines for a page of whose text the rules left next to nothing; empty where it has no more.

    Args:
        document: of a page that says it is an article.
        left: the lines that were left.
    """
    size = sum(len(line.text) for line in left)
    if size >= LITTLE_CHARS or sum(line.is_prose for line in left) > 1:
        return []
    other = trafilatura_lines(document, is_precise=False)
    return lines_of(other) if sum(map(len, other)) > max(SHORT_CHARS, 2 * size) else []
