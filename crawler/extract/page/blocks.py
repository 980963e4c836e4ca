"""A parsed page -> its text in page order, block by block, with the markup around each block."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from crawler.extract.page.elements import BLOCKS, FINE, HEADINGS, IMAGES, INLINE, SKIPPED, STRONG
from crawler.extract.page.regions import region_of
from crawler.extract.page.toggles import is_toggle
from crawler.lang.lines import labels_advertisement

__all__ = ["HEADINGS", "Block", "Node", "clean_space", "nodes_around", "read_blocks", "text_size"]

#: regions that cut an inline element out of its paragraph
CUTTING = frozenset({"popup", "hidden", "ad", "share", "newsletter", "comments"})
#: characters of the shortest paragraph
PROSE_SIZE = 50
#: blocks of a page that are looked at
MAX_BLOCKS = 10_000
#: name of an element -> what becomes of it
_ROLES = {
    **dict.fromkeys(INLINE, "inline"),
    **dict.fromkeys(BLOCKS, "block"),
    **dict.fromkeys(("br", "hr"), "break"),
    **dict.fromkeys(IMAGES, "image"),
    **dict.fromkeys(SKIPPED, "skipped"),
}
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_NOTE_MARK = re.compile(r"^[\[(]?(?:\d{1,3}|[a-z]|[ivx]{1,5}|[*†‡§]+)[\])]?$")
#: what parts two letters of a word in Arabic and Indian scripts is seen, and stays
_INVISIBLE = re.compile(
    "(?<![\u0600-\u0dff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u0dff])|[\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufff9-\ufffc]"
)
#: what of it Python takes for white space or for a sign
_SEEN_AS_SPACE = re.compile("[\u2028\u2029\ufffc]")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


class Node:
    """A block-level element, or a marked inline one, on the way from the root to a block."""

    __slots__ = (
        "depth",
        "element",
        "has_image",
        "is_furniture",
        "parent",
        "prose",
        "region",
        "size",
        "tag",
        "weight",
    )

    def __init__(self, element: HtmlElement, tag: str, parent: Node | None, region: str = "") -> None:
        self.element = element
        self.tag = tag
        #: by its own marks; known once the page is read, see `read_blocks`
        self.region = region
        self.parent = parent
        self.depth: int = parent.depth + 1 if parent else 0
        #: an image stands in it, or in a box in it
        self.has_image = False
        #: it or an element around it is marked
        self.is_furniture = False
        #: characters of text below it
        self.size = 0
        #: characters of prose below it, marked or not
        self.prose = 0
        #: evidence that the article is below it
        self.weight = 0.0

    def is_within(self, box: Node) -> bool:
        """Whether it is this node, or lies in it."""
        node: Node | None = self
        while node is not None and node.depth > box.depth:
            node = node.parent
        return node is box

    def ancestors(self) -> Iterator[Node]:
        """The node itself, then its parents up to the root."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent


@dataclass(slots=True)
class Block:
    """One run of text between two block boundaries."""

    #: position on the page, from 0
    index: int
    text: str
    #: innermost block-level element around it
    node: Node = field(repr=False)
    #: (href, characters) of each link in it
    links: tuple[tuple[str, int], ...] = ()
    #: characters in bold
    strong: int = 0
    #: characters in italic or small print
    fine: int = 0
    #: an image stands between the block before and this one, or inside this one
    has_image: bool = False
    #: positions of the blocks that were joined to this one
    joined: tuple[int, ...] = ()
    #: characters; those of scripts without spaces count threefold
    size: int = field(init=False)
    #: characters that stand in links
    linked: int = field(init=False)
    #: it is long enough, and linked little enough, to be a paragraph
    is_prose: bool = field(init=False)

    def __post_init__(self) -> None:
        self.size = text_size(self.text)
        self.linked = sum(length for _, length in self.links) if self.links else 0
        self.is_prose = self._is_prose()

    def join(self, cell: Block) -> None:
        """Take in what stands beside it in the row of a table; its size stays what it was."""
        self.text = f"{self.text} | {cell.text}"
        self.links += cell.links
        self.linked += cell.linked
        self.strong += cell.strong
        self.fine += cell.fine
        self.joined += (cell.index,)
        self.is_prose = self._is_prose()

    def _is_prose(self) -> bool:
        is_long = self.size >= PROSE_SIZE and self.linked * 2 < len(self.text)
        return is_long and self.node.tag not in HEADINGS


def text_size(text: str) -> int:
    """Length of a text, comparable between scripts: a Han or Kana character counts as three.

    >>> text_size("film"), text_size("映画")
    (4, 6)
    """
    return len(text) if text.isascii() else len(text) + 2 * len(_CJK.findall(text))


def clean_space(text: str) -> str:
    """White space folded, characters nobody sees taken out.

    >>> clean_space(" Lift\\u200b-off\\u00a0 at  dawn\\n")
    'Lift-off at dawn'
    """
    folded = " ".join(text.split())
    if text.isascii() or (folded.isprintable() and not _SEEN_AS_SPACE.search(text)):
        return folded
    return " ".join(_INVISIBLE.sub("", text).split())


class _Reader:
    """Walks the tree once and collects blocks."""

    def __init__(self, dropped: frozenset[HtmlElement]) -> None:
        self._dropped = dropped
        self.blocks: list[Block] = []
        self._parts: list[str] = []
        self._links: list[tuple[str, int]] = []
        self._strong = self._fine = 0
        self._has_image = False
        #: white space stands where a text may begin
        self._is_blank = False

    def visit(self, element: HtmlElement, node: Node, href: str | None, style: str) -> None:
        """Read one element, its children and their tails; the element's own tail is the caller's."""
        tag = element.tag
        role = _ROLES.get(tag) or _role_of(element)
        if role == "skipped" or (self._dropped and element in self._dropped):
            return
        if role == "block":
            self.flush(node)
            node = Node(element, tag, node)
        elif role == "image":
            self._image(element, node)
            return
        elif role == "break":
            self.flush(node)
            return
        else:
            target = (element.get("href") or "") if tag == "a" else ""
            if (tag == "sup" and _is_note_mark(element)) or ("#" in target and _is_anchor(element)):
                return
            region = region_of(element)
            if (region in CUTTING and not self._goes_on(element, region)) or (
                tag == "span" and (self._parts or self._is_blank) and len(element) and _is_card(element)
            ):
                self._visit_apart(element, Node(element, tag, node, region or "popup"), href, style)
                return
            if tag == "a":
                href = None if "#" in target and is_toggle(element) else target
            elif tag in STRONG or tag in FINE:
                style = "fine" if tag in FINE else style or "strong"
        if tag == "pre":
            self._preformatted(element, node)
            return
        if text := element.text:
            self._text(text, href, style)
        for child in element:
            if len(self.blocks) >= MAX_BLOCKS:
                break
            self.visit(child, node, href, style)
            if text := child.tail:
                self._text(text, href, style)
        if role == "block":
            self.flush(node)

    def _goes_on(self, element: HtmlElement, region: str) -> bool:
        """Whether a sentence runs through an inline element: what is said on both sides makes it text.

        An advertisement's label says itself what its class says.
        """
        if region == "hidden" or (region == "ad" and labels_advertisement("".join(element.itertext()))):
            return False
        return any(map(str.strip, self._parts)) and bool((element.tail or "").strip())

    def _preformatted(self, element: HtmlElement, node: Node) -> None:
        """Paragraphs of typed text: blank lines divide them."""
        for part in _BLANK_LINE.split("".join(element.itertext())):
            self._text(part, None, "")
            self.flush(node)

    def _image(self, element: HtmlElement, node: Node) -> None:
        """Note a picture for the next block and for the boxes around it; tracking pixels do not count."""
        if element.get("width") in ("0", "1") or element.get("height") in ("0", "1"):
            return
        self._has_image = True
        for box, _ in zip(node.ancestors(), range(3), strict=False):
            box.has_image = True
            if box.tag == "figure":
                break

    def _visit_apart(self, element: HtmlElement, node: Node, href: str | None, style: str) -> None:
        """Read a marked inline element as a block of its own, and let the paragraph around it go on."""
        kept = self._parts, self._links, self._strong, self._fine, self._has_image, self._is_blank
        self._parts, self._links, self._strong, self._fine, self._has_image = [], [], 0, 0, False
        self._is_blank = False
        self._text(element.text or "", href, style)
        for child in element:
            self.visit(child, node, href, style)
            self._text(child.tail or "", href, style)
        self.flush(node)
        self._parts, self._links, self._strong, self._fine, self._has_image, self._is_blank = kept

    def _text(self, text: str, href: str | None, style: str) -> None:
        if not self._parts and text.isspace():
            self._is_blank = True
            return
        self._parts.append(text)
        if href is None and not style:
            return
        length = len(text.strip())
        if href is not None and length:
            self._links.append((href, length))
        if style == "strong":
            self._strong += length
        elif style == "fine":
            self._fine += length

    def flush(self, node: Node) -> None:
        """End the current block; *node* is the element it stands in."""
        self._is_blank = False
        if not self._parts:
            return
        text = clean_space("".join(self._parts))
        if text and len(self.blocks) < MAX_BLOCKS:
            self.blocks.append(
                Block(
                    len(self.blocks),
                    text,
                    node,
                    tuple(self._links),
                    self._strong,
                    self._fine,
                    self._has_image,
                )
            )
            self._has_image = False
        self._parts, self._links, self._strong, self._fine = [], [], 0, 0


def _is_note_mark(element: HtmlElement) -> bool:
    """A raised number or sign that links to a note on the same page."""
    if not _NOTE_MARK.match("".join(element.itertext()).strip()):
        return False
    return any((link.get("href") or "").startswith("#") for link in element.iter("a"))


def _role_of(element: HtmlElement) -> str:
    """The role of an element of no known name (`ps-promo`): a block when it wraps blocks; what has no name is not read."""
    if not isinstance(element.tag, str):
        return "skipped"
    tags = (child.tag for child in element)
    is_block = any(isinstance(tag, str) and tag not in INLINE and tag not in SKIPPED for tag in tags)
    return "block" if is_block else "inline"


def _is_anchor(element: HtmlElement) -> bool:
    """The sign in a heading that links to the heading itself: `#`, `¶`, `§`."""
    sign = (element.text or "").strip()
    if not sign or len(sign) > 2 or any(map(str.isalnum, sign)) or len(element):
        return False
    return (element.get("href") or "").startswith("#")


def _is_card(element: HtmlElement) -> bool:
    """A card that opens over running text: the smallest span with a picture and several links in a sentence."""
    return _holds_card(element) and not any(_holds_card(child) for child in element.iterchildren("span"))


def _holds_card(element: HtmlElement) -> bool:
    return next(element.iter("img"), None) is not None and sum(1 for _ in element.iter("a")) > 1


def read_blocks(tree: HtmlElement, dropped: Collection[HtmlElement] = ()) -> list[Block]:
    """The page's text in page order, without that of *dropped* elements.

    A block ends where a block-level element begins or ends and at `<br>`; a
    marked inline element (a hover card, a hidden label) is a block of its own,
    placed before the paragraph it was cut out of.
    """
    reader = _Reader(frozenset(dropped))
    root = Node(tree, "html", None)
    reader.visit(tree, root, None, "")
    reader.flush(root)
    for node in nodes_around(block.node for block in reader.blocks):
        if node is not root:
            node.region = node.region or region_of(node.element)
    return reader.blocks


def nodes_around(inner: Iterable[Node]) -> dict[Node, None]:
    """These nodes and all they stand in, each once."""
    nodes: dict[Node, None] = {}
    for each in inner:
        node: Node | None = each
        while node is not None and node not in nodes:
            nodes[node] = None
            node = node.parent
    return nodes
