"""A list of pages as a tree, whatever state its XML is in, and the texts and places in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin

from lxml import etree

from crawler.discover.decoding import local_name
from crawler.discover.mending import MAX_DEPTH, Mended, mended

_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
#: vocabularies of lists themselves, as their namespaces begin; what has none belongs to the list as well
_OWN = (
    "http://www.w3.org/2005/atom", "http://purl.org/atom/", "http://purl.org/rss/", "http://my.netscape.com/", "http://backend.userland.com/",
    "http://cyber.law.harvard.edu/rss", "http://channel.netscape.com/", "http://purl.org/net/rss", "https://www.w3.org/2005/atom",
    "http://www.sitemaps.org/", "https://www.sitemaps.org/", "http://www.google.com/schemas/sitemap/", "http://blogs.law.harvard.edu/tech/rss",
)  # fmt: skip
_OWN_PREFIXES = frozenset(("", "atom", "atom10", "a10", "rss", "sm", "sitemap"))
_DUBLIN_CORE = ("http://purl.org/dc/", "https://purl.org/dc/")
_DUBLIN_PREFIXES = frozenset(("dc", "dcterms"))
_BREAKING = frozenset(("br", "p", "div", "li", "tr", "td", "h1", "h2", "h3", "h4"))
_SILENT = frozenset(("script", "style"))


@dataclass(frozen=True, slots=True)
class Tree:
    """What could be read of a list."""

    root: etree._Element | None
    #: what to say of its state; None when it is well-formed
    damage: str | None = None


def tree_of(xml: str) -> Tree:
    """The tree of a list; one that is not well-formed is mended first.

    Args:
        xml: clean (`decoding.clean_xml`), from its root element on.
    """
    parser = _parser()
    root = _parsed(xml, parser)
    if root is not None and not is_malformed(parser.error_log):
        return Tree(root)
    sound = mended(xml)
    return Tree(_parsed(sound.xml, _parser()), damage(sound))


def damage(sound: Mended) -> str:
    """The sentence's part that a poll's row says of a list that is not well-formed.

    >>> damage(Mended(xml="", faults=1, lost_bytes=1)), damage(Mended(xml="", faults=2, lost_bytes=40, is_cut=True))
    ('damaged in 1 place, 1 byte not understood', 'damaged in 2 places, 40 bytes not understood; it breaks off')
    """
    faults = max(sound.faults, 1)
    places = f"damaged in {faults} place{'s' * (faults != 1)}"
    lost = f"{sound.lost_bytes:,} byte{'s' * (sound.lost_bytes != 1)} not understood"
    return f"{places}, {lost}{'; it breaks off' * sound.is_cut}"


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )


def _parsed(xml: str, parser: etree.XMLParser) -> etree._Element | None:
    try:
        root: etree._Element | None = etree.fromstring(xml.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    return root


def is_malformed(log: Iterable[etree._LogEntry]) -> bool:
    """Whether a parser met more than undeclared or odd namespaces."""
    return any(entry.domain_name != "NAMESPACE" for entry in log)


def rank(element: etree._Element) -> int:
    """Whose word an element is: 0 the list's own, 1 Dublin Core's, 2 an extension's (`media:title`)."""
    tag = str(element.tag)
    if tag.startswith("{"):
        place = tag[1:].partition("}")[0].lower()
        known = (0, _OWN), (1, _DUBLIN_CORE)
        return next((number for number, places in known if place.startswith(places)), _rank_of(element))
    return _by_prefix(tag.rpartition(":")[0].lower())


def _rank_of(element: etree._Element) -> int:
    """By its prefix; without one it stands in the namespace that its list, right or wrong, declares for itself."""
    return _by_prefix((element.prefix or "").lower())


def _by_prefix(prefix: str) -> int:
    return 0 if prefix in _OWN_PREFIXES else 1 if prefix in _DUBLIN_PREFIXES else 2


def named(parts: Iterable[etree._Element], *names: str) -> list[etree._Element]:
    """The elements with one of these local names: by the order of the names, then the list's own before others'."""
    found = [
        (names.index(name), rank(part), part) for part in parts if (name := local_name(part.tag)) in names
    ]
    return [part for _, _, part in sorted(found, key=lambda each: each[:2])]


def text_in(element: etree._Element | None) -> str | None:
    """An element's text with that of the markup in it; a break is a blank, a script is nothing."""
    if element is None:
        return None
    if not len(element):
        return (element.text or "").strip() or None
    pieces: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, part in walk:
        name = local_name(part.tag)
        is_start = event == "start"
        if is_start and name in _SILENT and part is not element:
            walk.skip_subtree()
        elif name in _BREAKING:
            pieces.append(" ")
        text = part.text if is_start else part.tail if part is not element else None
        pieces.append(text if text and not (is_start and name in _SILENT) else "")
    return "".join(pieces).strip() or None


def markup_in(element: etree._Element | None) -> str | None:
    """What stands in an element as HTML: its own markup, or the markup that its text is."""
    if element is None:
        return None
    inner = "".join(
        etree.tostring(child, encoding="unicode", method="html", with_tail=True) for child in element
    )
    return f"{element.text or ''}{inner}".strip() or None


def text_of_first(parts: Iterable[etree._Element], *names: str) -> str | None:
    """The first text that one of these elements holds, in the order of `named`."""
    return next((text for part in named(parts, *names) if (text := text_in(part))), None)


def base_of(element: etree._Element, base: str) -> str:
    """Where relative links of an element start: `xml:base` of it and of what it stands in, from *base* on."""
    above = islice(element.iterancestors(), MAX_DEPTH)
    steps = [step for each in (element, *above) if (step := (each.get(_XML_BASE) or "").strip())]
    for step in reversed(steps):
        try:
            base = urljoin(base, step)
        except ValueError:  # `xml:base="http://["`
            continue
    return base
