"""The body of an article as a publisher's system keeps it -> markup: lists of paragraphs, trees of nodes, blocks, pieces of HTML.

One reading for all of them (Arc, WordPress, Contentful, Sanity, ProseMirror, Slate, Lexical, Draft.js, Editor.js, JsonML, hast):
what they share is that a node says its kind, and holds its text or its children under one of a few names.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

#: nodes in nodes, nodes of one body, and characters of its markup
_MAX_DEPTH, _MAX_NODES, _MAX_MARKUP = 40, 20_000, 600_000
#: what says the kind of a node, and what holds its text or its children, in order of preference
_KINDS = (
    "type",
    "_type",
    "nodeType",
    "__typename",
    "tagName",
    "tag",
    "component",
    "kind",
    "blockName",
    "name",
    "style",
)
_TEXTS = (
    "content_elements", "children", "content", "html", "innerHTML", "rendered", "text", "value", "body", "bodyHtml", "markup", "paragraph", "paragraphs",
    "blocks", "innerBlocks", "elements", "items", "nodes", "root", "model", "data", "attributes", "attrs", "props", "fields", "basic", "copy", "raw", "document", "json", "sections", "components",
)  # fmt: skip
_TITLES = ("title", "headline", "heading", "subheadline", "question")
_CAPTIONS = ("caption", "captionText", "subtitle", "caption_basic")
_LETTERS = re.compile("[^a-z0-9]+")
#: kinds of nodes, by a word in their name -> the element that a page would have in their place; the first that is met
_ELEMENTS = (
    ("figure", re.compile("image|photo|picture|figure|video|gallery|embed|audio|podcast|map|chart|graphic|media|slideshow|iframe|oembed|tweet|instagram|youtube")),
    ("related", re.compile("related|promo|readmore|recommend|interstitiallink|teaser|newsletter|advert|adslot|linklist|recirc|signup|subscribe|outbrain|taboola|sponsor|paywall|^ads?$")),
    ("blockquote", re.compile("quot")),
    ("li", re.compile("listitem|^li$")),
    ("ul", re.compile("list|^[uo]l$")),
    ("h2", re.compile("head|^h[1-6]$|subtitle|crosshead|intertitle")),
    ("tr", re.compile("tablerow|^tr$")),
    ("td", re.compile("tablecell|tableheader|^t[dh]$")),
    ("table", re.compile("table")),
    ("p", re.compile("paragraph|^p$|unstyled|^text$|textblock|bodytext|^block$|^normal$|^html$|rawhtml|freeform|correction")),
    ("", re.compile("^(?:span|a|link|hyperlink|strong|em|b|i|u|bold|italic|mark|br|hardbreak|linebreak|entryhyperlink)$")),
)  # fmt: skip
_BLOCK = re.compile(r"<(?:p|div|h[1-6]|ul|ol|li|blockquote|table|section|article|figure|br)\b", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
_LINE_END = re.compile(r"\r\n?|\n|\u2028|\u2029")
#: the first word of a list that is an element: `["p", "text", ["em", "…"]]`
_TAGS = frozenset(("*", "p", "div", "span", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "a", "em", "strong", "b", "i", "blockquote", "section", "article", "figure", "figcaption", "img", "br", "table", "tr", "td", "inline-embed"))  # fmt: skip
#: such lists of React: sign, element, key, properties
_REACT = ("$", 4)
_HOLDS_BLOCKS = frozenset({"ul", "ol", "table", "tr", "blockquote", "related"})


def markup_of(body: Any) -> str:
    """A body as markup.

    >>> markup_of([{"type": "text", "content": "Lift-off."}, {"type": "header", "content": "Then"}])
    '<p>Lift-off.</p><h2>Then</h2>'
    >>> markup_of("Lift-off.\\nIt went well.")
    '<p>Lift-off.</p><p>It went well.</p>'
    """
    return _Writer().whole(body)


class _Writer:
    """Writes markup, as much as one article may have."""

    def __init__(self) -> None:
        self._nodes = _MAX_NODES
        self._chars = _MAX_MARKUP

    def whole(self, body: Any) -> str:
        """A body, whatever it is."""
        return self._block(body, 0)

    def _may_go_on(self, depth: int) -> bool:
        self._nodes -= 1
        return depth <= _MAX_DEPTH and self._nodes > 0 and self._chars > 0

    def _block(self, value: Any, depth: int) -> str:
        """A value that stands by itself."""
        if not self._may_go_on(depth):
            return ""
        if isinstance(value, str):
            return self._paragraphs(value)
        if isinstance(value, list):
            if element := _element_of(value):
                return self._node(*element, depth)
            if _is_inline(value):
                return f"<p>{self._inline(value, depth + 1)}</p>"
            return "".join(self._block(each, depth + 1) for each in value)
        if isinstance(value, dict):
            return self._node(_node_kind(value), value, depth)
        return ""

    def _paragraphs(self, text: str) -> str:
        """A text that stands by itself: markup as it is, else a paragraph a line."""
        self._chars -= len(text)
        if _BLOCK.search(text):
            return text
        if _TAG.search(text):
            return f"<p>{text}</p>"
        lines = (line.strip() for line in _LINE_END.split(text))
        return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines if line)

    def _node(self, kind: str, node: Any, depth: int) -> str:
        """A node of that kind."""
        element = _element_for(kind)
        if element == "figure":
            said = self._first(node, _CAPTIONS, depth)
            return f"<figure><figcaption>{said}</figcaption></figure>" if said else ""
        title = ""
        if element is None and isinstance(node, dict):
            title = next((node[name] for name in _TITLES if isinstance(node.get(name), str)), "")
            title = f"<h2>{escape(title, quote=False)}</h2>" if title.strip() else ""
        if element is None or element in _HOLDS_BLOCKS:
            inner = title + self._children(node, depth, is_inline=False)
            if element == "related":
                return f'<aside class="related">{inner}</aside>' if inner else ""
            return (
                f"<{element}>{_items(inner) if element == 'ul' else inner}</{element}>" if element else inner
            )
        inner = self._children(node, depth, is_inline=True)
        if not element or not inner.strip():
            return inner
        return inner if _BLOCK.match(inner.lstrip()) else f"<{element}>{inner}</{element}>"

    def _children(self, node: Any, depth: int, *, is_inline: bool) -> str:
        """What a node holds."""
        write = self._inline if is_inline else self._block
        if isinstance(node, list):
            return "".join(write(each, depth + 1) for each in node)
        for name in _TEXTS:
            held = node.get(name)
            if isinstance(held, str | list | dict) and held and (text := write(held, depth + 1)):
                return text
        return ""

    def _inline(self, value: Any, depth: int) -> str:
        """A value inside a paragraph."""
        if not self._may_go_on(depth):
            return ""
        if isinstance(value, str):
            self._chars -= len(value)
            return value if _TAG.search(value) else escape(value, quote=False)
        if isinstance(value, list):
            if element := _element_of(value):
                return self._inline_node(*element, depth)
            return "".join(self._inline(each, depth + 1) for each in value)
        if isinstance(value, dict):
            return self._inline_node(_node_kind(value), value, depth)
        return ""

    def _inline_node(self, kind: str, node: Any, depth: int) -> str:
        if _element_for(kind) in ("figure", "related", "li", "ul", "blockquote"):
            return self._node(kind, node, depth)
        return self._children(node, depth, is_inline=True)

    def _first(self, node: Any, names: tuple[str, ...], depth: int) -> str:
        if not isinstance(node, dict):
            return ""
        return next((said for name in names if (said := self._inline(node.get(name), depth + 1))), "")


def _node_kind(node: dict[str, Any]) -> str:
    """What a node says it is, in small letters and digits; a style says more than that it is a block."""
    kinds = [_LETTERS.sub("", node[name].lower()) for name in _KINDS if isinstance(node.get(name), str)]
    if "listItem" in node:
        return "listitem"
    if kinds and kinds[0] in ("block", "element", "heading") and len(kinds) > 1:
        return kinds[1]
    return kinds[0] if kinds else ""


def _element_for(kind: str) -> str | None:
    """The element that a page would have for that kind of node, "" for one within a paragraph; None for what only holds others."""
    return next((element for element, words in _ELEMENTS if words.search(kind)), None) if kind else None


def _element_of(value: list[Any]) -> tuple[str, Any] | None:
    """Kind and content of a list that is an element, as JsonML and React write one."""
    if not value or not isinstance(value[0], str):
        return None
    if value[0] == _REACT[0] and len(value) == _REACT[1] and isinstance(value[1], str):
        return value[1].lower(), value[3] if isinstance(value[3], dict) else {}
    if value[0] in _TAGS and len(value) > 1:
        held = value[2:] if isinstance(value[1], dict) else value[1:]
        return ("" if value[0] in ("*", "div", "section", "article") else value[0]), held
    return None


def _is_inline(value: list[Any]) -> bool:
    """Whether a list is the inside of one paragraph: texts with nodes between, or nodes that say no more than how it is set."""
    texts = sum(isinstance(each, str) for each in value)
    nodes = [_node_kind(each) for each in value if isinstance(each, dict)]
    if texts and (nodes or any(isinstance(each, list) for each in value)):
        return True
    return bool(nodes) and len(nodes) == len(value) and all(_element_for(kind) == "" for kind in nodes)


def _items(inner: str) -> str:
    """Paragraphs of a list as its items."""
    return inner if "<li" in inner else inner.replace("<p>", "<li>").replace("</p>", "</li>")
