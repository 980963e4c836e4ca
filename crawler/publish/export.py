"""Rows of the record as CSV, JSON Lines, Atom (RFC 4287) and Markdown: pure, row by row, and safe to open.

What stands in an article was written by strangers. Every writer is given the
names of the columns, the rows and the time, and yields pieces of text; none
of them holds more than one row.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Literal

from crawler.errors import PublishError
from crawler.publish import atom
from crawler.publish.display import defused, one_line, paragraphs, showable, web_link
from db.model import from_iso, iso

Format = Literal["csv", "jsonl", "atom", "markdown"]
ExportValues = Sequence[Any]
WriteExport = Callable[[Sequence[str], Iterable[ExportValues], datetime], Iterator[str]]

#: columns of the record that hold JSON
_JSON = frozenset(
    {"authors", "tags", "image_credits", "removed", "origins", "evidence", "verdicts", "keywords"}
)
#: ... an array of texts
_LISTS = frozenset({"authors", "tags", "image_credits", "keywords", "author"})
#: ends of line that JSON leaves as they are, and programs that read lines do not
_LINE_ENDS = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
#: every sign that Markdown, or a dialect of it, may read as markup inside a line
_MARKS = re.compile(r"([\\`*_{}\[\]<>#~|&$^@=]|(?<!\S):|:(?!\s|(?<=\d:)\d\d(?!\d)))")
#: ... and at its beginning only
_BEGINNING = re.compile(r"^(?:([-+])|(\d+)([.)]))")
_WWW = re.compile(r"\b(www)\.", re.IGNORECASE)


def csv_pieces(columns: Sequence[str], rows: Iterable[ExportValues], now: datetime) -> Iterator[str]:
    """CSV as RFC 4180 has it, with a head.

    A cell that a spreadsheet would run as a formula (it begins with `= + - @`,
    a tab or a carriage return, and is no number) begins with an apostrophe;
    control characters are left out. Lists of names read `Anna Petrova; Ben O'Hara`.
    """
    are_lists = [name in _LISTS for name in columns]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for number, row in enumerate(chain([columns], rows)):
        values = [
            _readable(value) if is_list and number else value
            for value, is_list in zip(row, are_lists, strict=True)
        ]
        writer.writerow([csv_cell(value) for value in values])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _readable(value: Any) -> Any:
    """A JSON array of texts as people write a list."""
    found = from_json(value)
    is_plain = isinstance(found, list) and all(isinstance(each, str) for each in found)
    return "; ".join(found) if is_plain else value


def csv_cell(value: Any) -> str:
    """A value as a cell shows it.

    >>> csv_cell("=1+1"), csv_cell(-1.5), csv_cell(None)
    ("'=1+1", '-1.5', '')
    """
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return defused(showable(str(value)))  # in this order: a control character would hide what comes after it


def jsonl_pieces(columns: Sequence[str], rows: Iterable[ExportValues], now: datetime) -> Iterator[str]:
    """One JSON object a line; columns that hold JSON are decoded, bytes are base64."""
    for row in rows:
        named = {name: _json_value(name, value) for name, value in zip(columns, row, strict=True)}
        text = json.dumps(named, ensure_ascii=False, allow_nan=False)
        yield _LINE_ENDS.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def _json_value(name: str, value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return None  # JSON has no word for it
    return from_json(value) if name in _JSON else value


def from_json(value: Any) -> Any:
    """A column that holds JSON, decoded; as it is when it does not."""
    try:
        return json.loads(value, parse_constant=str) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return value


def atom_pieces(columns: Sequence[str], rows: Iterable[ExportValues], now: datetime) -> Iterator[str]:
    """An Atom feed, one entry a row; texts are plain text, links are web addresses.

    Raises:
        PublishError: the rows have no title.
    """
    if "title" not in columns:
        raise PublishError(f"an Atom feed needs a column title; the query gives {', '.join(columns)}", "atom")
    yield atom.feed_head(feed_id="urn:spacereel:export", title="Spacereel", updated=iso(now))
    for row in rows:
        yield atom.feed_entry(_entry(dict(zip(columns, row, strict=True)), now))
    yield atom.FEED_END


def _entry(row: Mapping[str, Any], now: datetime) -> atom.AtomEntry:
    link = link_of(row)
    published = _instant(row.get("published_at"))
    authors = [one_line(name) for name in _names(row.get("authors"))]
    tags = [one_line(tag) for tag in _names(row.get("tags"))]
    return atom.AtomEntry(
        id=link or _urn(row),
        title=one_line(_text(row.get("title"))) or "(no title)",
        updated=_instant(row.get("modified_at")) or published or _instant(row.get("fetched_at")) or iso(now),
        published=published,
        links=[{"rel": "alternate", "href": link}] if link else [],
        authors=[name for name in authors if name] or [one_line(_text(row.get("site_name"))) or "unknown"],
        tags=[tag for tag in tags if tag],
        summary=_text(row.get("description")),
        content=_text(row.get("text")) if row.get("text") or not link else None,
    )


def link_of(row: Mapping[str, Any]) -> str | None:
    """The web address of a row, or None: other schemes are dropped."""
    found = web_link(row.get("url")) or web_link(row.get("canonical_url"))
    return found if found and atom.is_xml(found) else None


def _urn(row: Mapping[str, Any]) -> str:
    """The same name for the same row in every export."""
    said = "\x1f".join(_text(row.get(name)) for name in ("id", "canonical_url", "url", "title"))
    return uuid.uuid5(uuid.NAMESPACE_URL, said).urn


def _instant(value: Any) -> str | None:
    """An instant of the record when it is one; Atom's are written alike."""
    try:
        return iso(from_iso(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def _names(value: Any) -> list[str]:
    """A JSON array of names, or one name."""
    found = from_json(value)
    if isinstance(found, list):
        return [_text(each) for each in found]
    return [found] if isinstance(found, str) and found else []


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, bytes) else str(value)


def markdown_pieces(columns: Sequence[str], rows: Iterable[ExportValues], now: datetime) -> Iterator[str]:
    """Articles as headings with a link, a line of facts and the description; rows without a title as a table."""
    if "title" in columns and ("url" in columns or "canonical_url" in columns):
        yield "# Spacereel\n"
        for row in rows:
            yield _section(dict(zip(columns, row, strict=True)))
        return
    yield f"| {' | '.join(markdown(name) for name in columns)} |\n|{' --- |' * len(columns)}\n"
    for row in rows:
        yield f"| {' | '.join(markdown(csv_cell(value)) for value in row)} |\n"


def _section(row: Mapping[str, Any]) -> str:
    title, link = markdown(_text(row.get("title"))) or "(no title)", link_of(row)
    day = (_instant(row.get("published_at")) or "")[:10]
    details = [
        _text(row.get("site_name")) or _text(row.get("source")),
        day,
        ", ".join(_names(row.get("authors"))),
    ]
    facts = " · ".join(fact for fact in map(markdown, details) if fact)
    body = markdown(_text(row.get("description")) or next(iter(paragraphs(_text(row.get("text")))), ""))
    head = f"## [{title}](<{link_target(link)}>)" if link else f"## {title}"
    return "\n" + "\n\n".join(part for part in (head, facts, body) if part) + "\n"


def link_target(link: str) -> str:
    """A web address between angle brackets: what would end it, or be read as an entity, is percent-encoded."""
    return re.sub(r"[<>\\&]", lambda match: "&amp;" if match[0] == "&" else f"%{ord(match[0]):02X}", link)


def markdown(text: str) -> str:
    """*text* as one line that reads the same in Markdown: no markup, no HTML, no links of its own.

    >>> markdown("<b>*a*\\n1. b")
    '\\\\<b\\\\>\\\\*a\\\\* 1. b'
    >>> markdown("a:b at 06:34")
    'a\\\\:b at 06:34'
    """
    line = " ".join(showable(text).split())
    marked = _WWW.sub(r"\1\\.", _MARKS.sub(r"\\\1", line))
    return _BEGINNING.sub(lambda match: f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}", marked)


WRITERS: dict[Format, WriteExport] = {
    "csv": csv_pieces,
    "jsonl": jsonl_pieces,
    "atom": atom_pieces,
    "markdown": markdown_pieces,
}
