"""OPML, the list of feeds that readers exchange: in and out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

from crawler.commands.beatfile import add_sources, name_for
from crawler.commands.terminal import safe_line
from crawler.dedupe.urls import source_key, source_url
from crawler.discover.decoding import clean_xml, decoded, local_name
from crawler.discover.markup_tree import tree_of
from crawler.errors import ConfigError
from db.model import Source

_MOST_BYTES = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did."""

    added: tuple[str, ...]
    #: feeds that were there already
    known: int
    #: outlines without a web address
    unfit: int


def opml_of(sources: Sequence[Source], title: str) -> str:
    """The feeds among *sources* as OPML 2.0; no reader knows the other kinds."""
    lines = [
        f'    <outline type="rss" text={quoteattr(each.title)} title={quoteattr(each.title)} xmlUrl={quoteattr(each.url)}/>'
        for each in sources
        if each.kind == "feed"
    ]
    head = f"<head><title>{quoteattr(title)[1:-1]}</title></head>"
    return "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">', f"  {head}", "  <body>", *lines, "  </body>", "</opml>", ""]
    )  # fmt: skip


def outlines(body: bytes, path: str) -> tuple[tuple[str, str], ...]:
    """(address, title) of every feed of an OPML file, in its order; entities are never expanded.

    Raises:
        ConfigError: not OPML, or larger than 10 MB.
    """
    if len(body) > _MOST_BYTES:
        raise ConfigError(f"{path} is larger than 10 MB", path)
    text = clean_xml(decoded(body))
    root = tree_of(text[max(text.find("<opml"), text.find("<OPML"), 0) :]).root
    if root is None or local_name(root.tag) != "opml":
        raise ConfigError(f"{path} is not an OPML file", path)
    found: list[tuple[str, str]] = []
    for element in root.iter(etree.Element):
        attributes = _attributes(element) if local_name(element.tag) == "outline" else {}
        if attributes.get("xmlurl"):
            title = safe_line(attributes.get("title") or attributes.get("text") or "")
            found.append((attributes["xmlurl"].strip(), title))
    return tuple(found)


def _attributes(element: Any) -> dict[str, str]:
    """Name in small letters -> value."""
    return {str(name).lower(): str(value) for name, value in element.attrib.items()}


def import_opml(source_file: Path, beat: Path, known: Sequence[Source]) -> Imported:
    """Add the feeds of an OPML file to a beat; those that are listed already, under any spelling, are passed over.

    Raises:
        ConfigError: a file that cannot be read, or a beat that cannot be written.
    """
    try:
        with source_file.open("rb") as file:
            body = file.read(_MOST_BYTES + 1)  # devices and pipes have no end
    except OSError as problem:
        raise ConfigError(f"{source_file} cannot be read ({problem.strerror})", str(source_file)) from problem
    feeds = outlines(body, str(source_file))
    keys, taken = {source_key(each.url) for each in known}, {each.id for each in known}
    tables, doubled, unfit = [], 0, 0
    for address, title in feeds:
        url = source_url(address)
        if url is None:
            unfit += 1
        elif source_key(url) in keys:
            doubled += 1
        else:
            name = name_for(url, "feed", taken)
            tables.append({"id": name, "title": title or name, "kind": "feed", "url": url})
            taken.add(name)
            keys.add(source_key(url))
    if tables:
        add_sources(beat, tables)
    return Imported(added=tuple(table["id"] for table in tables), known=doubled, unfit=unfit)
