"""A link that leads nowhere but opens what stands below it: the question of an answer, the title of a part that is folded."""

from __future__ import annotations

from itertools import islice

from lxml.html import HtmlElement

#: what is opened holds a text of so many characters that is no link; so many elements of it are looked at
_LEAST_CHARS, _MOST_ELEMENTS = 60, 60
#: boxes around the link that it fills
_MOST_BOXES = 2
_PANELS = frozenset({"div", "section", "dd", "article"})
_NO_TEXT = frozenset({"a", "script", "style", "option", "label", "textarea"})
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6", "dt"})
_AROUND = frozenset({"h2", "h3", "h4", "h5", "h6", "dt", "p", "div", "header"})


def is_toggle(link: HtmlElement) -> bool:
    """Whether a link opens the element behind it, or behind the box that it fills: it is a heading, not a way to somewhere else.

    Its address is `#`, or that element's own name; it stands in a heading, or is one of several.
    """
    href = (link.get("href") or "").strip()
    if not href.startswith("#"):
        return False
    panel, filled = link.getnext(), link
    for _ in range(_MOST_BOXES):
        box = filled.getparent()
        if panel is not None or href == "#" or box is None or box.tag not in _AROUND or len(box) != 1:
            break
        panel, filled = box.getnext(), box
    if panel is None or panel.tag not in _PANELS:
        return False
    is_own = href == "#" or panel.get("id") == href[1:]
    return is_own and (_is_heading(link) or _is_one_of_several(filled)) and _has_prose(panel)


def _is_heading(link: HtmlElement) -> bool:
    return any(box.tag in _HEADINGS for box in islice(link.iterancestors(), _MOST_BOXES))


def _is_one_of_several(filled: HtmlElement) -> bool:
    """Whether the box around it stands beside another that begins with such a link too."""
    box = filled.getparent()
    beside = [] if box is None else [box.getprevious(), box.getnext()]
    return any(other is not None and other.tag == box.tag and _begins_with_link(other) for other in beside)


def _begins_with_link(box: HtmlElement) -> bool:
    first = next(box.iter("a"), None)
    return first is not None and (first.get("href") or "").startswith("#")


def _has_prose(panel: HtmlElement) -> bool:
    """Whether it holds a text of some length that is no link, or a table; a menu and a form hold labels."""
    inside = islice(panel.iter(), _MOST_ELEMENTS)
    return any(
        each.tag == "table" or (each.tag not in _NO_TEXT and len((each.text or "").strip()) >= _LEAST_CHARS)
        for each in inside
    )
