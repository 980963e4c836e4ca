"""Small boxes around a picture or a few lines: captions, teasers of other articles, invitations to a newsletter."""

from __future__ import annotations

from lxml.html import HtmlElement

from crawler.extract.page.blocks import HEADINGS, Node
from crawler.extract.text.captions import credit_line
from crawler.extract.text.lines import Line

#: most characters of an image's box that is read as its caption
_BOX_SIZE = 250
#: boxes: so many elements around a line, so much text in them
_BOX_DEPTH, _TEASER_SIZE = 5, 800
_BOXES = frozenset({"div", "center", "td", "span", "a", "figure", "dl", "dd"})
#: boxes that invite: these too, so many lines and characters, and no more than this share of the page's text
_INVITING = _BOXES | {"section", "aside", "form"}
_INVITATION_LINES, _INVITATION_SIZE, _INVITATION_SHARE = 4, 400, 0.3


def judge_boxes(lines: list[Line], paths: list[list[Node]]) -> None:
    """Small boxes of a few lines are judged by what else is in them."""
    boxes: dict[Node, list[Line]] = {}
    for line, path in zip(lines, paths, strict=True):
        for node in path[:_BOX_DEPTH]:
            if node.size <= _TEASER_SIZE and node.tag in _INVITING:
                boxes.setdefault(node, []).append(line)
    prose = sum(len(line.text) for line in lines if line.is_prose)
    for node, box in boxes.items():
        if _is_invitation(node, box, prose):
            for line in box:
                line.region = line.region or "newsletter"
        if node.tag not in _BOXES:
            continue
        if not 1 < len(box) <= 6 or any(line.kind in ("cell", "item", "quote", "code") for line in box):
            continue
        if node.has_image and _is_teaser(box):
            for line in box:
                line.region = line.region or "related"
        elif len(box) <= 3:
            for line in _captions(box):
                line.is_boxed = True


def _is_invitation(node: Node, box: list[Line], prose: int) -> bool:
    """A short box with a title of its own and a field for the reader's address; *prose* is how many characters the page has."""
    if not 1 < len(box) <= _INVITATION_LINES or not _is_title(box[0]) or node.size > _INVITATION_SIZE:
        return False
    said = sum(len(line.text) for line in box if line.is_prose)
    return said <= _INVITATION_SHARE * prose and any(map(_asks_for_address, node.element.iter("input")))


def _is_title(line: Line) -> bool:
    return not line.is_prose and (line.kind == "heading" or line.is_strong)


def _asks_for_address(field: HtmlElement) -> bool:
    """Whether somebody is to write an address for mail into a field."""
    if (field.get("type") or "text").lower() == "email":
        return True
    return "mail" in (field.get("name") or "").lower() and field.get("type") in (None, "text")


def _captions(box: list[Line]) -> list[Line]:
    """What stands between a picture and its credit; a paragraph above the picture or below the credit is the author's."""
    credits = [index for index, line in enumerate(box) if credit_line(line.text)]
    pictured = [index for index, line in enumerate(box) if line.has_image]
    if not credits or not pictured:
        return []
    return box[pictured[0] : credits[-1] + 1]


def _is_teaser(box: list[Line]) -> bool:
    """A headline that links to the site, and one paragraph: another article."""
    heads = [line for line in box if line.is_own_link and line.linked >= 0.9 and len(line.text) >= 20]
    return bool(heads) and sum(line.is_prose for line in box) == 1


def _has_heading(node: Node) -> bool:
    """Whether a box has a heading: then it is a part of the article, not a picture with its caption."""
    return next(node.element.iter(*HEADINGS), None) is not None


def _is_pictured_table(path: list[Node]) -> bool:
    """Whether the line stands alone in a table whose other cell holds a picture, as captions do on old pages."""
    table = next((node for node in path if node.tag == "table"), None)
    if table is None or path[0].has_image or table.size > path[0].size:
        return False
    return table.size <= _BOX_SIZE and next(table.element.iter("img"), None) is not None


def is_boxed(path: list[Node]) -> bool:
    """Whether the line shares a box with an image and with hardly any other text."""
    if path and path[0].tag == "td":
        return _is_pictured_table(path)
    for node in path[:3]:
        if node.has_image:
            return node.tag in _BOXES and node.size <= _BOX_SIZE and not _has_heading(node)
        if node.tag not in _BOXES:
            return False
    return False
