"""Lines that a page parts with `<br>` and puts into no element of their own: each becomes a paragraph, as its readers see it."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.page.elements import INLINE

#: elements that hold paragraphs; `<br>` in others divides one
_PARTED = frozenset({"body", "div", "td", "center", "article", "section", "main", "font", "form"})
#: breaks that are looked at, and the fewest in an element that divides its text with them
_MOST, _FEWEST = 20_000, 2


def with_lines(tree: HtmlElement) -> HtmlElement:
    """A copy in which each run of text between breaks has a `<p>`; the tree itself where no element holds two breaks."""
    if not _holders(tree):
        return tree
    copy = deepcopy(tree)
    for holder in _holders(copy):
        _divide(holder)
    return copy


def _holders(tree: HtmlElement) -> list[HtmlElement]:
    """Elements that divide their text with breaks."""
    found: Counter[HtmlElement] = Counter()
    for line_break in islice(tree.iter("br"), _MOST):
        parent = line_break.getparent()
        if parent is not None and parent.tag in _PARTED:
            found[parent] += 1
    return [holder for holder, count in found.items() if count >= _FEWEST]


def _divide(holder: HtmlElement) -> None:
    """Give the lines of one element elements of their own; a line without a letter stays as it is."""
    line = holder.makeelement("p")
    line.text, holder.text = holder.text, None
    for child in list(holder):
        if child.tag in INLINE:
            line.append(child)  # with its tail
            continue
        _put_before(child, line)
        line = holder.makeelement("p")
        line.text, child.tail = child.tail, None
    if _has_text(line):
        holder.append(line)


def _put_before(child: HtmlElement, line: HtmlElement) -> None:
    """Put a line before the break, or the box, that ends it."""
    if _has_text(line) or len(line):
        child.addprevious(line)


def _has_text(line: HtmlElement) -> bool:
    return any(map(str.strip, line.itertext()))
