"""Whose name stands at a picture: the photographer's, who is no author."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.page.declared import class_names, text_of
from crawler.extract.page.elements import IMAGES
from crawler.lang import patterns

#: boxes around a line that may be those of a picture, and characters of the longest caption
_MOST_BOXES, _MOST_CHARS = 3, 600
_OF_PAGE = frozenset(("body", "article", "main", "header"))
#: pixels of the smallest picture that has a credit
_LEAST_SIDE = 50
_INLINE = frozenset(("a", "b", "strong", "em", "i"))
_SIGNED = re.compile(r"author|avatar|writer|profile|user", re.IGNORECASE)
_CREDITED = re.compile(
    rf"credit|photographer|copyright|attribution|courtesy|{patterns('addresses', 'caption')}", re.IGNORECASE
)
_PICTURED = re.compile(
    r"(?:^|[\s_-])(?:photos?|pictures?|images?|img|fotos?|bild)(?=[\s_-]|$)", re.IGNORECASE
)


def is_of_picture(node: HtmlElement) -> bool:
    """Whether a line is a picture's: in its figure, or with the class of a credit or a caption in one box with an image.

    A picture that shows the author, in a box that says so, is none.
    """
    node = _innermost(node)
    is_marked = False
    for box in islice((node, *node.iterancestors()), _MOST_BOXES + 1):
        if box.tag in _OF_PAGE:
            break
        is_marked = is_marked or _CREDITED.search(class_names(box)) is not None
        if box.tag in ("figure", "figcaption"):
            return not _shows_author(box)
        if is_marked and _has_image(box) and len(text_of(box, _MOST_CHARS)) <= _MOST_CHARS:
            return not _shows_author(box)
        if is_marked and _follows_image(box):
            return True
    box = node.getparent()
    if box is not None and _PICTURED.search(class_names(box)) and is_alone_with_picture(node):
        return True
    return any(above.tag == "figure" and not _shows_author(above) for above in node.iterancestors())


def is_alone_with_picture(node: HtmlElement) -> bool:
    """Whether a line and an image before it are all there is in a box."""
    node = _innermost(node)
    box = node.getparent()
    if box is None or box.tag in _OF_PAGE or not _follows_image(node):
        return False
    return len(text_of(box, _MOST_CHARS)) == len(text_of(node, _MOST_CHARS)) and not _shows_author(box)


def _innermost(node: HtmlElement) -> HtmlElement:
    """The smallest element that says all a box says."""
    while len(node) and (size := len(text_of(node, _MOST_CHARS))):
        inner = next((each for each in node if len(text_of(each, _MOST_CHARS)) == size), None)
        if inner is None or inner.tag in _INLINE:
            break
        node = inner
    return node


def _shows_author(box: HtmlElement) -> bool:
    return any(_SIGNED.search(class_names(each)) for each in islice((box, *box.iterancestors()), 2))


def _follows_image(node: HtmlElement) -> bool:
    """Whether the element before one is an image, or a link or box with nothing but one."""
    before = node.getprevious()
    return before is not None and (_is_picture(before) or (_has_image(before) and not text_of(before, 1)))


def _has_image(box: HtmlElement) -> bool:
    return next(_images(box), None) is not None


def _images(box: HtmlElement) -> Iterator[HtmlElement]:
    return (node for node in islice(box.iterdescendants(), 60) if _is_picture(node))


def _is_picture(node: HtmlElement) -> bool:
    """Whether an element shows a picture: an image whose markup does not call it small, as that of a counter or an icon."""
    sides = (node.get("width") or "", node.get("height") or "")
    return node.tag in IMAGES and not any(side.isdecimal() and int(side) < _LEAST_SIDE for side in sides)
