"""The entries of an XML feed: which link names the page, and what else is published of it. One reader for all of them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from lxml import etree

from crawler.discover.decoding import local_name, web_address
from crawler.discover.feed_head import Entry
from crawler.discover.markup_tree import base_of, markup_in, named, text_in, text_of_first

_ENTRY = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(?:item|entry)(?=[\s>/])", re.IGNORECASE)
MEDIA_FILE = re.compile(
    r"\.(?:mp3|m4a|m4v|mp4|mov|avi|ogg|oga|ogv|wav|flac|aac|webm|jpe?g|png|gif|webp|svg|pdf|zip|torrent|exe|dmg|epub)(?:[?#]|$)",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|&(?:#?\w{2,8});")
_IANA = "http://www.iana.org/assignments/relation/"
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_PUBLISHED = ("published", "pubdate", "issued", "publicationdate", "date", "created")
_MODIFIED = ("updated", "modified")
_SUMMARIES = ("description", "summary")
_CONTENTS = ("encoded", "content", "body", "fulltext")


def entry_starts(xml: str) -> list[int]:
    """Where each entry begins."""
    return [found.start() for found in _ENTRY.finditer(xml)]


def both_ends(xml: str, starts: list[int], most: int) -> str:
    """The feed with its first and last *most* entries: it may be sorted either way, and one end is newest."""
    return xml if len(starts) <= 2 * most else xml[: starts[most]] + xml[starts[-most] :]


def read_entries(root: etree._Element, base: str) -> list[Entry]:
    """The entries in the feed's order, however they stand in each other.

    Args:
        base: absolute URL at which relative links start.
    """
    return [
        _entry(element, base_of(element, base))
        for element in root.iter(etree.Element)
        if local_name(element.tag) in ("item", "entry")
    ]


def _entry(element: etree._Element, base: str) -> Entry:
    parts = [
        part
        for part in element
        if isinstance(part.tag, str) and local_name(part.tag) not in ("item", "entry")
    ]
    contents = [text for part in named(parts, *_CONTENTS) if (text := _html_of(part))]
    return Entry(
        link=_page_link(element, parts, base),
        title=text_of_first(parts, "title"),
        published=tuple(text for part in named(parts, *_PUBLISHED) if (text := text_in(part))),
        modified=tuple(text for part in named(parts, *_MODIFIED) if (text := text_in(part))),
        guid=text_of_first(parts, "guid", "id") or element.get(_RDF_ABOUT),
        summary=next((text for part in named(parts, *_SUMMARIES) if (text := _html_of(part))), None),
        content=max(contents, key=len, default=None),
    )


def _html_of(element: etree._Element) -> str | None:
    """An element's content as HTML; plain text that says so is escaped."""
    kind = (element.get("type") or "").lower()
    text = markup_in(element)
    if text and kind in ("text", "text/plain") and not len(element) and not _MARKUP.search(text):
        return html.escape(text, quote=False)
    return text


def _page_link(element: etree._Element, parts: Sequence[etree._Element], base: str) -> str | None:
    """The address of the page: the best of those the entry names that is no file of sound, film or picture.

    The same address may stand under several relations (RFC 4287, 4.2.7.2): what
    one of them calls it takes nothing from what another does.
    """
    names = (
        address
        for part, written in _addresses(element, parts)
        if (address := web_address(written, base_of(part, base) if part is not None else base))
    )
    return next((address for address in names if not MEDIA_FILE.search(address)), None)


def _addresses(
    element: etree._Element, parts: Sequence[etree._Element]
) -> Iterator[tuple[etree._Element | None, str | None]]:
    """(where it stands, address as written), best first: FeedBurner's original, pages, permalinks, what is left."""
    for part in named(parts, "origlink"):
        yield part, part.text
    links = [(part, *_link(part)) for part in named(parts, "link")]
    pages = [each for each in links if each[1] == "alternate"]
    yield from ((part, href) for part, _, kind, href in pages if not kind or "html" in kind)
    yield from ((part, href) for part, _, kind, href in pages if kind and "html" not in kind)
    for part in named(parts, "guid"):
        if (part.get("isPermaLink") or part.get("ispermalink") or "true").strip().lower() != "false":
            yield part, _whole(part.text)
    for part in named(parts, "id"):
        yield part, _whole(part.text)
    yield None, _whole(element.get(_RDF_ABOUT))
    yield None, element.get("href")  # Microsoft's CDF
    yield from ((part, href) for part, rel, _, href in links if rel == "self")


def _link(part: etree._Element) -> tuple[str, str, str | None]:
    """(relation, media type, address) of a link; the text of RSS, the attribute of Atom, or what stands behind `<link/>`."""
    rel = (part.get("rel") or "alternate").strip().lower().removeprefix(_IANA)
    kind = (part.get("type") or "").strip().lower()
    return rel, kind, part.get("href") or text_in(part) or _whole(part.tail)


def _whole(text: str | None) -> str | None:
    """An address with its scheme; a name such as `42` is none."""
    text = (text or "").strip()
    return text if text.lower().startswith(("http://", "https://")) else None
