"""JSON-LD blocks of a page -> one flat tuple of objects, however carelessly they were written."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

#: blocks and objects beyond these are ignored: no article needs them, a hostile page may have them
MAX_BLOCK_CHARS = 2_000_000
MAX_OBJECTS = 500
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[|/\*<!\[CDATA\[\*/)|(?:-->|//\]\]>|\]\]>|/\*\]\]>\*/)\s*;?\s*$|;\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
#: properties whose objects stand for the page itself or for its content
_NESTED = ("@graph", "mainEntity", "mainEntityOfPage", "itemReviewed", "hasPart")


def json_ld_objects(tree: HtmlElement) -> tuple[dict[str, Any], ...]:
    """Every JSON-LD object of the page, `@graph` and page-describing properties flattened, in page order.

    Blocks that are not JSON even after the usual repairs (CDATA and comment
    wrappers, trailing commas, HTML entities for quotes, raw newlines) are skipped.
    An object that was nested stands after its parent, which still contains it.
    """
    found: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text:
            continue
        if len(script.text) > MAX_BLOCK_CHARS:
            continue
        for item in _flatten(_parse(script.text)):
            if len(found) >= MAX_OBJECTS:
                return tuple(found)
            found.append(item)
    return tuple(found)


def _parse(text: str) -> Any:
    """The block's value, or None."""
    text = text.strip().lstrip("\ufeff")
    if text[:1] not in ("{", "[") or text[-1:] not in ("}", "]"):
        text = _WRAPPING.sub("", text).strip()
    for attempt in (str, _without_trailing_commas, html.unescape, _closed):
        try:
            return json.loads(attempt(text), strict=False)
        except (ValueError, RecursionError):
            continue
    return _first_value(text)


def _without_trailing_commas(text: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", text)


def _closed(text: str) -> str:
    """A block that was cut off, with what is open closed; a second document behind a first is none."""
    open_at: list[str] = []
    is_string = is_escaped = False
    for char in text:
        if is_string:
            is_string = is_escaped or char != '"'
            is_escaped = char == "\\" and not is_escaped
        elif char == '"':
            is_string = True
        elif char in "{[":
            open_at.append("}" if char == "{" else "]")
        elif char in "}]" and open_at:
            open_at.pop()
    ending = ('"' if is_string else "") + "".join(reversed(open_at))
    return text.rstrip().rstrip(",") + ending if open_at else ""


def _first_value(text: str) -> Any:
    """Two documents in one block: the first one counts."""
    try:
        return json.JSONDecoder(strict=False).raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None


def _flatten(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 8:
        return
    if isinstance(value, list):
        for item in value:
            yield from _flatten(item, depth + 1)
    elif isinstance(value, dict):
        if set(value) - {"@context", "@graph"}:
            yield value
        for key in _NESTED:
            if isinstance(value.get(key), dict | list):
                yield from _flatten(value[key], depth + 1)
