"""Where a page keeps its data: values of scripts and of attributes, as React, Vue, Angular, Next, Nuxt, Apollo, Arc and others write them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import unquote

from lxml.html import HtmlElement

from crawler.extract.unseen.literals import LiteralError, read_call, read_literal
from crawler.extract.unseen.packed import put_together, streamed

#: shorter data has no article in it
_LEAST_CHARS = 400
#: scripts and attributes that are read, the longest first, and characters and opening brackets of them all
_MAX_SOURCES, _MAX_CHARS, _MAX_BRACKETS = 20, 3_000_000, 150_000
#: values that are tried in one script; in one that is no data nearly none is long
_TRIED = 60
#: characters that are read otherwise than as JSON, which takes a hundred times as long
_SLOW_CHARS = 1_000_000
_BEGIN = re.compile(
    r"(?:=\s*|\breturn\s+|\.enqueue\(\s*)(?:(?P<packed>JSON\.parse|decodeURIComponent|unescape)\(\s*(?:decodeURIComponent\(\s*)?)?"
    r"(?=(?P<sign>[{\[\"'`])|(?P<call>\(?\s*function\s*\())"
)
_STREAMED = re.compile(r"\s*(?:self|window)\.__next_f\.push\(")
#: how Angular writes quotes into a script
_ANGULAR = (("&q;", '"'), ("&s;", "'"), ("&l;", "<"), ("&g;", ">"), ("&a;", "&"))


@dataclass(frozen=True, slots=True)
class _Source:
    """Where data may stand."""

    text: str
    #: nothing but data
    is_data: bool


def embedded_values(tree: HtmlElement) -> Iterator[Any]:
    """The values that scripts and attributes of a page hold, those of the longest first; JSON-LD is not among them."""
    chars, brackets, scripts = _MAX_CHARS, _MAX_BRACKETS, _Scripts()
    for source in sorted(_sources(tree), key=lambda each: -len(each.text))[:_MAX_SOURCES]:
        opened = source.text.count("{") + source.text.count("[")
        if len(source.text) > chars or opened > brackets:
            continue
        chars -= len(source.text)
        brackets -= opened
        values = [_data(source.text)] if source.is_data else scripts.values(source.text)
        yield from (put_together(value) for value in values if isinstance(value, dict | list))
    if rows := _rows(tree, chars, brackets):
        yield streamed(rows)


def _rows(tree: HtmlElement, chars: int, brackets: int) -> str:
    """What React's server components of the page were streamed in; a row may begin in one script and end in the next."""
    rows: list[str] = []
    for script in tree.iter("script"):
        match = _STREAMED.match(script.text or "")
        if match is None:
            continue
        try:
            row = read_literal(match.string, match.end())[0]
        except LiteralError:
            continue
        if isinstance(row, list) and len(row) > 1 and isinstance(row[1], str):
            chars -= len(row[1])
            brackets -= row[1].count("{") + row[1].count("[")
            rows.append(row[1])
        if chars < 0 or brackets < 0:
            return ""
    return "".join(rows)


def _sources(tree: HtmlElement) -> Iterator[_Source]:
    for script in tree.iter("script"):
        kind = (script.get("type") or "").lower()
        text = script.text or ""
        is_data = "json" in kind and "ld+json" not in kind
        is_code = not kind or "javascript" in kind or "module" in kind
        if (is_data or is_code) and len(text) >= _LEAST_CHARS and not _STREAMED.match(text):
            yield _Source(text, is_data)
    for element in tree.iter():
        for value in element.attrib.values():
            if len(value) >= _LEAST_CHARS and value.lstrip()[:1] in ("{", "["):
                yield _Source(value, is_data=True)


class _Scripts:
    """Reads the values that scripts of a page give to names or hand to functions."""

    def __init__(self) -> None:
        self._left = _SLOW_CHARS

    def values(self, text: str) -> Iterator[Any]:
        """The values in one script that are long enough for an article."""
        end = 0
        for match in islice(_BEGIN.finditer(text), _TRIED):
            if match.start() < end or self._left <= 0:
                continue
            try:
                value, end = _value_at(text, match)
            except LiteralError as fault:
                self._left -= fault.at - match.end()
                continue
            if end - match.end() >= _LEAST_CHARS:
                yield _json(value) if isinstance(value, str) else value


def _value_at(text: str, match: re.Match[str]) -> tuple[Any, int]:
    if match["call"]:
        return read_call(text, match.end()), len(text)
    return read_literal(text, match.end())


def _data(text: str) -> Any:
    """A text that is nothing but data, in a comment or not, however its quotes are written."""
    begin = next((at for at, char in enumerate(text[:100]) if char in "{["), None)
    if begin is None:
        return _json(text)
    text = text[begin:]
    try:
        return read_literal(text, 0)[0]
    except LiteralError:
        pass
    if "&q;" in text:
        for written, meant in _ANGULAR:
            text = text.replace(written, meant)
        return _json(text)
    return _json(html.unescape(text)) if "&" in text else None


def _json(text: str) -> Any:
    """The value of a text of JSON, escaped as an address or not; None where it is none."""
    text = text.strip()
    if text[:3].upper() in ("%7B", "%5B"):
        text = unquote(text)
    if text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
