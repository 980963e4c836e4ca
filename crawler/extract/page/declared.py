"""One pass over a page: everything it declares about itself, before anybody interprets it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from ahocorasick_rs import AhoCorasick, MatchKind
from lxml import etree
from lxml.html import HtmlElement

from crawler.extract.page.document import Document
from crawler.extract.page.schema import Schema, readable, squeeze
from crawler.lang.lines import announces_comments
from crawler.memory import remembers

#: characters of an element that are read
MAX_TEXT_CHARS = 2000
MAX_META_CHARS = 10_000
#: a line that labels, signs or dates something is not longer
MAX_LINE_CHARS = 400
#: elements with microdata or a rel that are looked at
MAX_MARKED = 1000
_MICRODATA = etree.XPath("descendant::*/@itemprop/..")
_PROPERTIES = etree.XPath("descendant::*/@property/..")
_ITEMS = etree.XPath("descendant::*/@itemprop/.. | descendant::*[not(self::meta)]/@property/..")
#: elements that are asked for by their name, looked for in one walk
_ASKED = ("meta", "title", "h1", "a", "link", "img")
#: spellings of the attribute in markup; React writes the second
_ITEM_SIGNS = frozenset(("itemprop", "itemProp", "ItemProp", "ITEMPROP"))
#: what of a page shows that it has RDFa
_RDFA_SIGNS = frozenset(("typeof=", "dc:", "schema:"))
_SIGNS = AhoCorasick([*_ITEM_SIGNS, *_RDFA_SIGNS], matchkind=MatchKind.LeftmostFirst)
#: names of Dublin Core for ours
_OF_DUBLIN_CORE = {
    "date": "datepublished",
    "issued": "datepublished",
    "created": "datecreated",
    "modified": "datemodified",
}
_ITEM_NAMES = frozenset(
    (
        "author",
        "creator",
        "headline",
        "datepublished",
        "datecreated",
        "datemodified",
        "articlesection",
        "keywords",
    )
)
_COMMENT = re.compile(
    r"(?:^|\s)(?:entry-|post-|article-|user-|blog-)?comment(?:s|[-_]?list|[-_]?body|[-_]?author|[-_]?meta|[-_]?content|[-_]?item|[-_]?text|[-_]?published)*(?=\s|$)"
    r"|(?:^|\s)comments[-_](?:area|section|list|wrap\w*|container|thread)|disqus|respond(?=\s|$)",
    re.IGNORECASE,
)
_SUB_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
#: elements whose text nobody reads
UNREAD = frozenset(
    (
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "iframe",
        "select",
        "option",
        "button",
        "title",
        "desc",
        "rt",
        "rp",
    )
)


def text_of(element: HtmlElement, most: int = MAX_TEXT_CHARS) -> str:
    """What is read on screen inside an element, on one line; of more than *most* characters only the beginning."""
    return " ".join(pieces_of(element, most))


def pieces_of(element: HtmlElement, most: int = MAX_TEXT_CHARS) -> list[str]:
    """The strings inside an element in page order, one for each piece of markup; scripts and styles left out.

    At most *most* characters and a piece, an element that says nothing counting as one: nothing longer than the default is a
    byline, a date or a caption. Each of many children may ask its parent, so this never takes as long as there are children.
    """
    pieces: list[str] = []
    _collect(element, pieces, most)
    return pieces


def _collect(element: HtmlElement, pieces: list[str], most: int) -> int:
    """Add an element's strings; returns how many characters may follow."""
    text = element.text
    if (
        text
        and not text.isspace()
        and element.tag not in UNREAD
        and (piece := squeeze(text[:MAX_TEXT_CHARS]))
    ):
        pieces.append(piece)
        most -= len(piece)
    else:
        most -= 1
    for child in element:
        if most < 0:
            break
        most = _collect(child, pieces, most)
        text = child.tail
        if text and not text.isspace() and (piece := squeeze(text[:MAX_TEXT_CHARS])):
            pieces.append(piece)
            most -= len(piece)
    return most


class ShortLines:
    """The elements of a page that say little, each with what it says, in page order; looked for when somebody asks."""

    def __init__(self, tree: HtmlElement) -> None:
        self._tree = tree
        self._found: list[tuple[HtmlElement, str]] | None = None

    def of(self, tags: Collection[str], most: int) -> Iterator[tuple[HtmlElement, str]]:
        """Those with these names that say something, in at most *most* characters; *most* is `MAX_LINE_CHARS` or less.

        What stands below the heading of the readers' comments is left out.
        """
        if self._found is None:
            body = self._tree.find("body")
            found = _short_lines(self._tree if body is None else body)
            self._found = found[: _comments_at(found)]
        return ((node, text) for node, text in self._found if len(text) <= most and node.tag in tags)


def _comments_at(lines: Sequence[tuple[HtmlElement, str]]) -> int:
    """Where the heading of the readers' comments stands: the first behind the last heading of the first rank."""
    at = len(lines)
    for place, (node, text) in enumerate(lines):
        if node.tag == "h1":
            at = len(lines)
        elif at == len(lines) and heads_comments(node, text):
            at = place
    return at


def heads_comments(node: HtmlElement, text: str) -> bool:
    """Whether an element is the heading of the readers' comments."""
    return node.tag in _SUB_HEADINGS and announces_comments(text)


def _short_lines(body: HtmlElement) -> list[tuple[HtmlElement, str]]:
    """Elements that say something short, with what they say: built from the last element of the page to its first."""
    found: list[tuple[HtmlElement, str]] = []
    #: what elements say whose parents are not reached yet, each with the text behind it; None for too much
    open_lines: list[str | None] = []
    for element in reversed(list(body.iter())):
        own = element.text
        line: str | None = ""
        if own and not own.isspace() and element.tag not in UNREAD:
            line = squeeze(own[:MAX_TEXT_CHARS])
        if (size := len(element)) == 1 and not line:
            line = open_lines.pop()
        elif size:
            pieces = [line, *open_lines[: -size - 1 : -1]]
            line = None if None in pieces else " ".join(filter(None, pieces))
            del open_lines[-size:]
        if line and len(line) > MAX_LINE_CHARS:
            line = None
        elif line:
            found.append((element, line))
        tail = element.tail
        if tail and line is not None and not tail.isspace():
            line = f"{line} {squeeze(tail[:MAX_TEXT_CHARS])}".strip()
        open_lines.append(line)
    found.reverse()
    return found


def class_names(element: HtmlElement) -> str:
    """Class and id of an element, as one string."""
    return f"{element.get('class') or ''} {element.get('id') or ''}".strip()


def is_comment(element: HtmlElement) -> bool:
    """Whether an element lies among the readers' comments."""
    return any(is_comment_box(classes) for classes in surroundings(element))


@remembers(8_000, letters=500)
def is_comment_box(classes: str) -> bool:
    """Whether class and id are those of comments; "comments-open" on a whole article is not."""
    return _COMMENT.search(classes) is not None


def surroundings(element: HtmlElement) -> Iterator[str]:
    """Marks of an element and of what it lies in, up to the body."""
    for node in (element, *element.iterancestors()):
        if node.tag in ("body", "html"):
            return
        if classes := class_names(node):
            yield classes


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a page says about itself, raw."""

    url: str
    tree: HtmlElement = field(repr=False)
    #: the page's markup
    html: str = field(repr=False)
    #: `meta`, `title`, `h1`, `a`, `link` and `img` -> all elements of that name, in page order
    named: Mapping[str, Sequence[HtmlElement]]
    #: name, property, itemprop or http-equiv in lower case -> contents in page order
    metas: Mapping[str, tuple[str, ...]]
    #: itemprop or RDFa property in lower case, of `_ITEM_NAMES` -> elements in page order, comments left out
    items: Mapping[str, tuple[HtmlElement, ...]]
    #: `tag` and `author` -> links with that rel, comments left out
    links: Mapping[str, tuple[HtmlElement, ...]]
    #: addresses of <link rel="canonical">
    canonical: tuple[str, ...]
    #: text of the first <title>
    page_title: str | None
    h1s: tuple[HtmlElement, ...]
    schema: Schema
    lines: ShortLines = field(repr=False)

    def meta(self, *names: str) -> str | None:
        """The first content of the first of these names that has one."""
        return next((self.metas[name][0] for name in names if name in self.metas), None)


def read_declared(document: Document) -> Declared:
    """Collect a page's declarations; nothing is judged yet."""
    tree = document.tree
    named: dict[str, list[HtmlElement]] = {name: [] for name in _ASKED}
    for node in tree.iter(*_ASKED):
        named[node.tag].append(node)
    metas: dict[str, list[str]] = {}
    for node in named["meta"]:
        content = readable((node.get("content") or "")[:MAX_META_CHARS])
        names = {node.get(key, "").strip().lower() for key in ("property", "name", "itemprop", "http-equiv")}
        for name in names - {""} if content else ():
            metas.setdefault(name, []).append(content)
    title = next(
        (text for node in named["title"] if (text := squeeze((node.text or "")[:MAX_TEXT_CHARS]))), None
    )
    h1s = tuple(node for node in named["h1"] if len(node) or node.text)
    headlines = [text for key in ("og:title", "twitter:title") for text in metas.get(key, ())]
    headlines += [title or "", *(text_of(node) for node in h1s[:20])]
    return Declared(
        url=document.url,
        tree=tree,
        html=document.html,
        named=named,
        metas={name: tuple(values) for name, values in metas.items()},
        items=_items(document),
        links=_links(named["a"]),
        canonical=_canonical(named["link"], document.url),
        page_title=title,
        h1s=h1s,
        schema=Schema(document.json_ld, document.url, headlines),
        lines=ShortLines(tree),
    )


def _items(document: Document) -> dict[str, tuple[HtmlElement, ...]]:
    """Elements with microdata or RDFa; which of the two a page may have its markup tells sooner than its tree."""
    signs = frozenset(_SIGNS.find_matches_as_strings(document.html))
    has_rdfa = not signs.isdisjoint(_RDFA_SIGNS) and any(
        node.tag != "meta" for node in elements(_PROPERTIES, document.tree, None)
    )
    if not has_rdfa and signs.isdisjoint(_ITEM_SIGNS):
        return {}
    found: dict[str, list[HtmlElement]] = {}
    for node in elements(_ITEMS if has_rdfa else _MICRODATA, document.tree, MAX_MARKED):
        names = _ITEM_NAMES.intersection(item_names(node))
        if names and (node.tag == "meta" or not is_comment(node)):
            for name in names:
                found.setdefault(name, []).append(node)
    return {name: tuple(nodes) for name, nodes in found.items()}


def item_names(node: HtmlElement) -> list[str]:
    """What an element says it is, in microdata or RDFa, in lower case: `author`, also for `schema:author`, `dc:creator` as `creator`."""
    names = (node.get("itemprop") or "").lower().split()
    for name in (node.get("property") or "").lower().split():
        prefix, colon, rest = name.partition(":")
        names.append(_OF_DUBLIN_CORE.get(rest, rest) if prefix.startswith("dc") and colon else rest or prefix)
    return names


def _links(links: Sequence[HtmlElement]) -> dict[str, tuple[HtmlElement, ...]]:
    found: dict[str, list[HtmlElement]] = {"tag": [], "author": []}
    for node in links:
        rel = node.get("rel")
        if rel in found and len(found[rel]) < MAX_MARKED and not is_comment(node):
            found[rel].append(node)
    return {rel: tuple(nodes) for rel, nodes in found.items()}


def elements(query: etree.XPath, tree: HtmlElement, limit: int | None = 100) -> list[HtmlElement]:
    """The elements a compiled query finds, at most *limit* if there is one."""
    found = query(tree)
    return (
        [node for node in found[:limit] if isinstance(node, HtmlElement)] if isinstance(found, list) else []
    )


def _canonical(links: Sequence[HtmlElement], url: str) -> tuple[str, ...]:
    named = (node.get("href") for node in links if (node.get("rel") or "").lower() == "canonical")
    return tuple(address for href in named if (address := absolute(href, url)))


def absolute(address: str | None, base: str) -> str | None:
    """An http(s) address made absolute, or None for everything else.

    >>> absolute("/a.jpg", "https://example.org/story/1")
    'https://example.org/a.jpg'
    """
    if not address or not address.strip():
        return None
    try:
        joined = urljoin(base, "".join(address.split("\n")).strip())
        parts = urlsplit(joined)
    except ValueError:
        return None
    return joined if parts.scheme in ("http", "https") and parts.hostname else None
