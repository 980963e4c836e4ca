"""What a page's data says of its article, in the words of schema.org, so that it is read as JSON-LD is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from crawler.extract.unseen.bodies import embedded_title

#: names of a field in a publisher's system, the best first; compared without case and what parts words
_PUBLISHED = (
    "datepublished", "publishedat", "firstpublishedat", "firstpublished", "firstpublishdate", "publishdate", "publisheddate", "publishedon", "publicationdate",
    "publishtime", "publishedtime", "published", "pubdate", "displaydate", "firstpublishtime", "releasedate", "date", "createdat",
)  # fmt: skip
_MODIFIED = (
    "datemodified",
    "updatedat",
    "lastupdated",
    "lastupdateddate",
    "modifiedat",
    "lastmodified",
    "modified",
    "updated",
)
_AUTHORS = ("author", "authors", "byline", "bylines", "creator", "writers", "credits", "contributors")
_NAMES = ("name", "fullname", "displayname", "title", "text")
_MOST_AUTHORS = 20
_NO_LETTER = re.compile("[^a-z]+")
#: seconds and milliseconds since 1970, from 1990 to 2100
_SECONDS = range(631_152_000, 4_102_444_800)


def article_node(owner: Mapping[str, Any]) -> dict[str, Any]:
    """An object of a page's data as a node of JSON-LD."""
    fields = {_plain(key): value for key, value in owner.items() if value not in (None, "", [], {})}
    node: dict[str, Any] = {"@type": "NewsArticle"}
    if title := embedded_title(owner):
        node["headline"] = title
    if published := _instant(fields, _PUBLISHED):
        node["datePublished"] = published
    if modified := _instant(fields, _MODIFIED):
        node["dateModified"] = modified
    if authors := _authors(fields):
        node["author"] = [{"@type": "Person", "name": name} for name in authors]
    return node


def _plain(name: str) -> str:
    return _NO_LETTER.sub("", name.lower())


def _instant(fields: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """The first of these fields that holds a time, as text."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, dict):
            value = next((each for each in value.values() if isinstance(each, str | int)), None)
        if type(value) is int:
            value = value if value in _SECONDS else value // 1000
            if value in _SECONDS:
                return datetime.fromtimestamp(value, UTC).isoformat()
        if isinstance(value, str) and 8 <= len(value) <= 60 and any(map(str.isdigit, value)):
            return value
    return None


def _authors(fields: Mapping[str, Any]) -> list[str]:
    """Names under the first of the fields that has some."""
    for name in _AUTHORS:
        if name in fields and (found := list(dict.fromkeys(_people(fields[name], 0)))):
            return found[:_MOST_AUTHORS]
    return []


def _people(value: Any, depth: int) -> Iterator[str]:
    """Names in a text, an object, or a list of them."""
    if isinstance(value, str):
        if 2 < len(value) <= 100:
            yield value
    elif isinstance(value, list) and depth < 4:
        for each in value[:_MOST_AUTHORS]:
            yield from _people(each, depth + 1)
    elif isinstance(value, dict) and depth < 4:
        fields = {_plain(key): each for key, each in value.items()}
        first, last = fields.get("firstname"), fields.get("lastname")
        if isinstance(first, str) and isinstance(last, str):
            yield f"{first} {last}".strip()
            return
        held = next((fields[name] for name in ("by", "data", "nodes", *_NAMES) if fields.get(name)), None)
        yield from _people(held, depth + 1)
