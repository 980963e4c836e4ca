"""The head of an article: what stands near its headline, where byline and date are printed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import islice, takewhile

from lxml.html import HtmlElement

from crawler.extract.page.declared import (
    MAX_LINE_CHARS,
    UNREAD,
    class_names,
    heads_comments,
    is_comment_box,
    text_of,
)
from crawler.extract.page.elements import HEADINGS
from crawler.memory import remembers

#: elements that are looked at behind and before the headline
MAX_AFTER = 160
MAX_BEFORE = 40
#: long paragraphs after which the head is over
MAX_PARAGRAPHS = 3
LONG_CHARS = 140
#: boxes around a byline in which another article's headline may stand
_CARD_BOXES = 3
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:related|recommend\w*|teasers?|trending|sidebar|newsletter|promo|popular|recirc\w*|carousel|slider|"
    r"most-?(?:read|popular|viewed)|latest|more-(?:stories|news|from)|read-?(?:more|next)|up-?next|ticker)(?=[\s_-]|$)",
    re.IGNORECASE,
)


_BOXES = ("aside", "nav", "footer", "section", "div", "ul", "ol", "li")


@dataclass(frozen=True, slots=True)
class Head:
    """Elements near the headline, and the boxes the headline stands in."""

    #: those behind it in page order, then those before it, the nearest first; no comments, no lists of other articles
    nodes: tuple[HtmlElement, ...] = ()
    around: frozenset[HtmlElement] = frozenset()
    _lines: dict[HtmlElement, str] = field(default_factory=dict, repr=False, compare=False)

    def line_of(self, element: HtmlElement) -> str:
        """What an element says in at most `MAX_LINE_CHARS` characters, else nothing; several ask for the same."""
        line = self._lines.get(element)
        if line is None:
            line = text_of(element, MAX_LINE_CHARS)
            self._lines[element] = line = line if len(line) <= MAX_LINE_CHARS else ""
        return line

    def is_beside(self, element: HtmlElement) -> bool:
        """Whether an element lies in a list of other articles, a side bar or a menu.

        Boxes that hold the headline too say nothing: a whole page may be "latest".
        """
        for node in (element, *element.iterancestors()):
            if node in self.around or node.tag in ("body", "html"):
                return False
            if is_furniture(node):
                return True
        return False


def is_furniture(node: HtmlElement) -> bool:
    """Whether an element by itself is a list of other articles, a side bar, a menu or a box of comments."""
    if node.tag == "footer":
        return not any(above.tag == "article" for above in node.iterancestors())
    if node.tag in ("nav", "aside"):
        return True
    classes = class_names(node)
    return bool(classes) and _are_of_furniture(classes)


@remembers(8_000, letters=500)
def _are_of_furniture(classes: str) -> bool:
    return _FURNITURE.search(classes) is not None or is_comment_box(classes)


def is_of_teaser(node: HtmlElement, around: Collection[HtmlElement]) -> bool:
    """Whether an element stands in one box with the linked headline of another article; *around* is the own headline's boxes."""
    if not around:
        return False
    for box in islice(node.iterancestors(), _CARD_BOXES):
        if box in around or box.tag == "body":
            return False
        if any(
            title.find(".//a") is not None or _is_in_link(title, box) for title in box.iter("h2", "h3", "h4")
        ):
            return True
    return False


def _is_in_link(node: HtmlElement, box: HtmlElement) -> bool:
    return any(above.tag == "a" for above in takewhile(lambda above: above is not box, node.iterancestors()))


def without_furniture(tree: HtmlElement) -> HtmlElement:
    """A copy of a page without lists of other articles, side bars, menus and comments."""
    copy = deepcopy(tree)
    for node in list(copy.iter(*_BOXES)):
        if is_furniture(node) and node.find(".//h1") is None:
            node.drop_tree()
    heading = next((node for node in copy.iter(*HEADINGS) if _heads_comments(node)), None)
    for node in list(heading.itersiblings()) if heading is not None else ():
        if node.find(".//h1") is None:
            node.drop_tree()
    return copy


def near_headline(headline: HtmlElement | None) -> Head:
    """What stands near a headline; empty when there is none on the page."""
    if headline is None:
        return Head()
    found: list[HtmlElement] = []
    paragraphs = 0
    for node in _after(headline):
        if node.tag == "p" and len("".join(node.itertext())) > LONG_CHARS:
            paragraphs += 1
        if paragraphs >= MAX_PARAGRAPHS or len(found) >= MAX_AFTER or _heads_comments(node):
            break
        found.append(node)
    return Head((*found, *_before(headline)), frozenset(headline.iterancestors()))


def _heads_comments(node: HtmlElement) -> bool:
    return heads_comments(node, text_of(node, LONG_CHARS)) if node.tag in HEADINGS else False


def _after(element: HtmlElement) -> Iterator[HtmlElement]:
    """Elements behind one in page order."""
    here: HtmlElement | None = element
    while here is not None and here.tag != "body":
        for sibling in here.itersiblings():
            yield from _readable(sibling)
        here = here.getparent()


def _before(element: HtmlElement) -> list[HtmlElement]:
    """Elements before one, the nearest first, inside the next three boxes around it."""
    found: list[HtmlElement] = []
    here = element
    for _ in range(3):
        for sibling in here.itersiblings(preceding=True):
            found.extend(_readable(sibling))
            if len(found) > MAX_BEFORE:
                return found[:MAX_BEFORE]
        parent = here.getparent()
        if parent is None or parent.tag == "body":
            break
        here = parent
    return found


def _readable(element: HtmlElement) -> Iterator[HtmlElement]:
    """An element and what is in it, in page order, without furniture and what nobody reads."""
    waiting = [element]
    while waiting:
        node = waiting.pop()
        if not isinstance(node.tag, str) or node.tag in UNREAD or is_furniture(node):
            continue
        yield node
        waiting.extend(reversed(node))
