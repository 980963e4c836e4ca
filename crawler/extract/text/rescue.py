"""When the markup gave little or nothing: JSON-LD's articleBody, then trafilatura; and trafilatura as a witness."""

from __future__ import annotations

import html
import re
import warnings
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

from lxml import etree

from crawler.extract.page.blocks import clean_space
from crawler.extract.page.document import Document
from crawler.extract.text.lines import Line, lines_of

#: fewer characters than these make us look elsewhere
SHORT_CHARS = 250
#: an articleBody this many times as long as what the markup showed is preferred
_BODY_FACTOR = 3.0
#: longer pages are not worth the seconds trafilatura takes for them
MAX_TRAFILATURA_CHARS = 1_500_000
_BREAK = re.compile(r"<\s*(?:/p|br\s*/?|/div|/li|/h[1-6]|/blockquote)\s*>|\r?\n|\u2028|\u2029", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,2000}>")
_ITEM_MARK = re.compile(r"^(?:- |\| )(.*?)(?: \|)?$")


def declared_body(document: Document) -> list[str]:
    """Paragraphs of the longest JSON-LD articleBody; empty when there is none."""
    bodies = [item["articleBody"] for item in document.json_ld if isinstance(item.get("articleBody"), str)]
    if not bodies:
        return []
    raw = html.unescape(max(bodies, key=len))
    paragraphs = (clean_space(_TAG.sub(" ", part)) for part in _BREAK.split(raw))
    return [paragraph for paragraph in paragraphs if paragraph]


def trafilatura_lines(document: Document, *, is_precise: bool) -> list[str]:
    """Paragraphs of trafilatura's text, without its metadata part; empty when it finds none."""
    if len(document.html) > MAX_TRAFILATURA_CHARS:
        return []
    tree = deepcopy(document.tree)
    try:
        found = _extract()(tree, include_comments=False, favor_precision=is_precise, fast=is_precise)
    except (etree.LxmlError, ValueError, TypeError, AttributeError, IndexError, RecursionError):
        return []
    if found is None or isinstance(found, dict):
        return []
    lines = (clean_space(line) for line in (found.text or "").splitlines())
    return [_ITEM_MARK.sub(r"\1", line) for line in lines if line]


@cache
def _extract() -> Callable[..., Any]:
    """trafilatura's `bare_extraction`, imported when a page needs it: most never do, and it takes 0.2 s."""
    with warnings.catch_warnings():
        # its downloader, which nobody here calls, asks urllib3 for SOCKS support that is not installed
        warnings.filterwarnings("ignore", message="SOCKS support in urllib3")
        from trafilatura import bare_extraction
    return bare_extraction


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
