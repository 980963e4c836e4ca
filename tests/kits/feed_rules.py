"""What the W3C's feed validator asks of a feed, written down: it is in no registry, and its service is on the network.

Atom: the grammar of RFC 4287, appendix B, as RELAX NG, and the sentences that a grammar cannot say; names behind a rule
are the validator's own. JSON Feed: the sentences of version 1.1. Each function yields a line for whatever is broken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
#: RFC 3339 as RFC 4287, 3.3 has it: T and Z in capitals
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_TAG = re.compile(r"tag:[A-Za-z0-9.@-]+,\d{4}(?:-\d\d(?:-\d\d)?)?:[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*")
_URI = re.compile(
    r"[a-z][a-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2}|[^\x00-\x7f\s])*",
    re.IGNORECASE,
)
_MIME = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*")
#: registered relations that we have a use for: RFC 4287, 4.2.7.2, and RFC 5005
_RELATIONS = {"alternate", "related", "self", "enclosure", "via", "first", "last", "next", "previous"}
#: what the validator calls a risk in content, and what it does not know
_UNSAFE = {
    "script",
    "object",
    "embed",
    "iframe",
    "frame",
    "frameset",
    "style",
    "link",
    "meta",
    "base",
    "form",
    "input",
    "applet",
}
_JSON_KEYS = {
    "feed": {"version", "title", "home_page_url", "feed_url", "description", "user_comment", "next_url", "icon", "favicon",
             "authors", "language", "expired", "hubs", "items"},
    "item": {"id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image",
             "date_published", "date_modified", "authors", "tags", "language", "attachments"},
    "author": {"name", "url", "avatar"},
}  # fmt: skip

_GRAMMAR = """<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.w3.org/2005/Atom"
 datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
<start><element name="feed"><ref name="common"/><interleave>
  <oneOrMore><ref name="author"/></oneOrMore><zeroOrMore><ref name="category"/></zeroOrMore><zeroOrMore><ref name="contributor"/></zeroOrMore>
  <optional><element name="generator"><ref name="common"/><optional><attribute name="uri"/></optional><optional><attribute name="version"/></optional><text/></element></optional>
  <optional><ref name="icon"/></optional><ref name="id"/><zeroOrMore><ref name="link"/></zeroOrMore><optional><ref name="logo"/></optional>
  <optional><ref name="rights"/></optional><optional><ref name="subtitle"/></optional><ref name="title"/><ref name="updated"/></interleave>
  <zeroOrMore><ref name="entry"/></zeroOrMore></element></start>
<define name="entry"><element name="entry"><ref name="common"/><interleave>
  <zeroOrMore><ref name="author"/></zeroOrMore><zeroOrMore><ref name="category"/></zeroOrMore><optional><ref name="content"/></optional>
  <zeroOrMore><ref name="contributor"/></zeroOrMore><ref name="id"/><zeroOrMore><ref name="link"/></zeroOrMore><optional><ref name="published"/></optional>
  <optional><ref name="rights"/></optional><optional><ref name="summary"/></optional><ref name="title"/><ref name="updated"/></interleave></element></define>
<define name="common"><optional><attribute name="xml:base"/></optional><optional><attribute name="xml:lang"><data type="string"><param name="pattern">[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*</param></data></attribute></optional></define>
<define name="plain"><ref name="common"/><optional><attribute name="type"><choice><value>text</value><value>html</value></choice></attribute></optional><text/></define>
<define name="person"><ref name="common"/><interleave><element name="name"><text/></element><optional><element name="uri"><text/></element></optional>
  <optional><element name="email"><data type="string"><param name="pattern">.+@.+</param></data></element></optional></interleave></define>
<define name="author"><element name="author"><ref name="person"/></element></define><define name="contributor"><element name="contributor"><ref name="person"/></element></define>
<define name="category"><element name="category"><ref name="common"/><attribute name="term"/><optional><attribute name="scheme"/></optional><optional><attribute name="label"/></optional></element></define>
<define name="content"><element name="content"><ref name="plain"/></element></define>
<define name="icon"><element name="icon"><ref name="common"/><text/></element></define><define name="logo"><element name="logo"><ref name="common"/><text/></element></define>
<define name="id"><element name="id"><ref name="common"/><text/></element></define>
<define name="link"><element name="link"><ref name="common"/><attribute name="href"/><optional><attribute name="rel"/></optional><optional><attribute name="type"><data type="string"><param name="pattern">.+/.+</param></data></attribute></optional>
  <optional><attribute name="hreflang"/></optional><optional><attribute name="title"/></optional><optional><attribute name="length"/></optional></element></define>
<define name="published"><element name="published"><ref name="common"/><data type="dateTime"/></element></define>
<define name="updated"><element name="updated"><ref name="common"/><data type="dateTime"/></element></define>
<define name="rights"><element name="rights"><ref name="plain"/></element></define><define name="subtitle"><element name="subtitle"><ref name="plain"/></element></define>
<define name="summary"><element name="summary"><ref name="plain"/></element></define><define name="title"><element name="title"><ref name="plain"/></element></define>
</grammar>"""


def broken_in_atom(body: bytes, place: str | None = None) -> list[str]:
    """What is wrong with an Atom feed; *place* is where it was fetched."""
    if not body.startswith(b'<?xml version="1.0" encoding="utf-8"?>'):
        return ["it does not begin with its encoding"]
    root = etree.fromstring(body, etree.XMLParser(resolve_entities=False))
    grammar = etree.RelaxNG(etree.fromstring(_GRAMMAR))
    if not grammar.validate(root):
        return [f"{error.line}: {error.message}" for error in grammar.error_log]
    return [
        *_of_feed(root, place),
        *(line for entry in root.iter(f"{ATOM}entry") for line in _of_entry(entry)),
    ]


def _of_feed(root: Any, place: str | None) -> Iterator[str]:
    own = [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if place is not None and own != [place]:
        yield f"SelfDoesntMatchLocation: {own}"
    ids = Counter(each.text for each in root.iter(f"{ATOM}id"))
    yield from (f"DuplicateEntries: {name}" for name, count in ids.items() if count > 1)
    yield from (f"InvalidTAG: {name}" for name in ids if not _TAG.fullmatch(name or ""))
    for name in ("updated", "published"):
        yield from (
            f"InvalidRFC3339Date: {each.text}"
            for each in root.iter(f"{ATOM}{name}")
            if not is_instant(each.text)
        )
    for link in root.iter(f"{ATOM}link"):
        if not is_address(link.get("href")):
            yield f"InvalidFullLink: {link.get('href')}"
        if link.get("rel") not in _RELATIONS:
            yield f"UnregisteredAtomLinkRel: {link.get('rel')}"
        if link.get("type") and not _MIME.fullmatch(link.get("type")):
            yield f"InvalidMIMEType: {link.get('type')}"
    for name in root.iter(f"{ATOM}name", f"{ATOM}title"):
        if not (name.text or "").strip():
            yield f"NotBlank: {name.getparent().tag} {name.tag}"
    for category in root.iter(f"{ATOM}category"):
        if not category.get("term").strip():
            yield "MissingAttribute: term"


def _of_entry(entry: Any) -> Iterator[str]:
    kinds = Counter(
        (link.get("type"), link.get("hreflang"))
        for link in entry.findall(f"{ATOM}link")
        if link.get("rel") == "alternate"
    )
    yield from (f"DuplicateAtomLink: {kind}" for kind, count in kinds.items() if count > 1)
    content = entry.find(f"{ATOM}content")
    if content is None and not kinds:
        yield "MissingAlternateLink"
    if content is not None and content.get("type") == "html":
        yield from broken_in_html(content.text or "")


class _Reader(HTMLParser):
    """Elements and addresses of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSAFE:
            self.problems.append(f"SecurityRisk: {tag}")
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.problems.append(f"SecurityRiskAttr: {name}")
            if name in ("href", "src") and urljoin("https://x.example/", value or "") != value:
                self.problems.append(f"ContainsRelRef: {value}")
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.problems.append(f"NotHtml: {tag} is not open")


def broken_in_html(html: str) -> list[str]:
    """What the validator says of HTML in an entry."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.problems + ([f"NotHtml: {reader._open} is not closed"] if reader._open else [])


def is_instant(text: Any) -> bool:
    """Whether it is a date and time that exists."""
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        return False
    datetime.fromisoformat(text)
    return True


def is_address(text: Any) -> bool:
    """Whether it is a full web address without what has to be escaped."""
    return isinstance(text, str) and bool(_URI.fullmatch(text)) and urlsplit(text).scheme in ("http", "https")


def broken_in_json(feed: Any, place: str | None = None) -> list[str]:
    """What is wrong with a JSON Feed."""
    return [*_of_json(feed, place), *(line for item in feed.get("items", ()) for line in _of_item(item))]


def _of_json(feed: Any, place: str | None) -> Iterator[str]:
    yield from (f"unknown: {name}" for name in feed.keys() - _JSON_KEYS["feed"])
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield f"version: {feed.get('version')}"
    if not isinstance(feed.get("title"), str) or not feed["title"].strip():
        yield "no title"
    if not isinstance(feed.get("items"), list):
        yield "no items"
    if place is not None and feed.get("feed_url") != place:
        yield f"feed_url: {feed.get('feed_url')}"
    if feed.get("next_url") in (feed.get("feed_url"), ""):
        yield "next_url leads here"
    yield from (
        f"{name}: {feed[name]}"
        for name in ("home_page_url", "feed_url", "next_url")
        if name in feed and not is_address(feed[name])
    )
    ids = Counter(item.get("id") for item in feed.get("items", ()))
    yield from (f"twice: {name}" for name, count in ids.items() if count > 1)


def _of_item(item: Any) -> Iterator[str]:
    yield from (f"unknown: {name}" for name in item.keys() - _JSON_KEYS["item"])
    if not isinstance(item.get("id"), str) or not item["id"]:
        yield "no id"
    if not (item.get("content_html") or item.get("content_text")):
        yield "no content"
    yield from broken_in_html(item.get("content_html", ""))
    yield from (
        f"{name}: {item[name]}"
        for name in ("url", "external_url")
        if name in item and not is_address(item[name])
    )
    yield from (
        f"{name}: {item[name]}"
        for name in ("date_published", "date_modified")
        if name in item and not is_instant(item[name])
    )
    for author in item.get("authors", ()):
        if (
            not author
            or author.keys() - _JSON_KEYS["author"]
            or not all(isinstance(each, str) and each for each in author.values())
        ):
            yield f"author: {author}"
    if not all(isinstance(tag, str) and tag for tag in item.get("tags", ())):
        yield f"tags: {item['tags']}"
    if "language" in item and not _LANGUAGE.fullmatch(item["language"]):
        yield f"language: {item['language']}"
