"""Who signs in a line near the headline, below the text, or anywhere on the page: asked when neither markup nor an element marked as a byline says."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import TypeAlias

from lxml.html import HtmlElement

from crawler.extract.metadata.byline_forms import plain_byline
from crawler.extract.metadata.byline_words import (
    is_agency,
    may_sign,
    names_position,
    names_source,
    parts_of,
    starts_byline,
    without_rest,
)
from crawler.extract.metadata.names import Signature, signatures
from crawler.extract.metadata.person_names import is_caseless
from crawler.extract.metadata.picture_lines import is_alone_with_picture, is_of_picture
from crawler.extract.page.blocks import text_size
from crawler.extract.page.declared import Declared, class_names, is_comment, pieces_of, text_of
from crawler.extract.page.head import LONG_CHARS, Head, is_furniture
from crawler.extract.text.bylines import is_date_line
from crawler.lang import patterns
from crawler.lang.dates import parse_moment, speaks_of_publication

#: a line with a name is not longer
_MAX_LINE_CHARS = 120
#: nor one near the headline
_MOST_NEAR_CHARS = 150
#: `signed_line` for one site; boxes in boxes say the same, so its answers are remembered
SignedBy: TypeAlias = Callable[[str], tuple[Signature, ...]]
_LINES = ("p", "div", "span", "em", "i", "b", "strong", "small", "li", "td", "font", "section", "address")
_MOST_NAME_WORDS = 5
_SIGNATURE_WORDS = range(2, 6)
#: a name in Han or Hangul, which is one word
_SIGNS = re.compile("[\u3400-\u9fff]{2,4}|[\uac00-\ud7af]{3,4}")
_MOST_SOURCE_WORDS, _MOST_ABOVE_DATE = 6, 2
_SOURCED = re.compile(rf"(?:^|[\s_-]){patterns('addresses', 'source')}(?=[\s_-]|$)", re.IGNORECASE)
_GAP = re.compile(r"[\s,:;]+")
_RIGHT = re.compile(
    r"text-align\s*:\s*(?:right|end)|align-?right|right-?align|signature|author", re.IGNORECASE
)


def signed_line(text: str, sites: Collection[str]) -> tuple[Signature, ...]:
    """Who signs in a line, or a part of one, that begins with "By" in some language and holds names and little else.

    >>> [each.name for each in signed_line("3 May 2026 | By Jane Doe", ())]
    ['Jane Doe']
    """
    text = plain_byline(text)
    if not may_sign(text):
        return ()
    for part in parts_of(text):
        found = signatures(part, sites) if starts_byline(part) else ()
        is_signed = any(each.is_person for each in found) or (found and all(map(_is_known_group, found)))
        if is_signed and len(without_rest(part).split()) <= 4 + 4 * len(found):
            return found
    return _behind_date(text, sites)


def _is_known_group(signature: Signature) -> bool:
    """Whether a group signs that is known as one, or is written as a name is."""
    return signature.is_team or is_agency(signature.name) or not any(map(str.islower, signature.name.split()))


def _behind_date(text: str, sites: Collection[str]) -> tuple[Signature, ...]:
    """`Posted on October 31, 2026 by Jane Doe`: "by" inside a line that gives the date of publication, or behind a date."""
    has_digit = any(map(str.isnumeric, text))
    gaps = [gap for gap in _GAP.finditer(text) if starts_byline(text[gap.end() :])] if has_digit else ()
    if not gaps or parse_moment(text, day_first=True) is None:
        return ()
    is_labelled = speaks_of_publication(text)
    for gap in gaps:
        if not is_labelled and not is_date_line(text[: gap.start()]):
            continue
        found = signatures(text[gap.end() :], sites)
        if found and all(each.is_person for each in found):
            return found
    return ()


def _signed_beside(node: HtmlElement, text: str, sites: Collection[str]) -> tuple[Signature, ...]:
    """Who signs in a line without "By" that is nothing but a name and a date, a name and a position, or a name above a date."""
    return _beside_date(text, sites) or _beside_position(text, sites) or _above_date(node, text, sites)


def _above_date(node: HtmlElement, text: str, sites: Collection[str]) -> tuple[Signature, ...]:
    below = node.getnext()
    if not _is_name_long(text) or below is None or not is_date_line(text_of(below, LONG_CHARS)):
        return ()
    found = signatures(text, sites)
    return found if 1 <= len(found) <= _MOST_ABOVE_DATE and all(each.is_person for each in found) else ()


def _is_name_long(text: str) -> bool:
    return len(text.split()) in _SIGNATURE_WORDS or _SIGNS.fullmatch(text) is not None


def _beside_date(text: str, sites: Collection[str]) -> tuple[Signature, ...]:
    """`11.12.2019 - Jane Doe`: a line of two parts, a date and a name."""
    parts = parts_of(text) if any(map(str.isnumeric, text)) else ()
    if len(parts) != 2:
        return ()
    for when, who in (parts, parts[::-1]):
        if len(who.split()) <= _MOST_NAME_WORDS and parse_moment(when, day_first=True):
            found = signatures(who, sites)
            return found if all(each.is_person for each in found) else ()
    return ()


def _beside_position(text: str, sites: Collection[str]) -> tuple[Signature, ...]:
    """`Jane Doe, staff writer`: a person and a position, and nothing else."""
    found = signatures(text, sites) if names_position(text) else ()
    if len(found) != 1 or not found[0].is_person:
        return ()
    if len(found[0].name.split()) < 2 and not is_caseless(found[0].name):
        return ()
    rest = text.casefold().replace(found[0].name.casefold(), " ")
    return found if not signatures(rest, sites) and rest.casefold() != text.casefold() else ()


def signed_near(head: Head, sites: Collection[str], signed_by: SignedBy) -> tuple[Signature, ...]:
    """A line near the headline, or a part of it, that begins with "By" in some language; one alone with a picture comes last."""
    below: tuple[Signature, ...] = ()
    for node in head.nodes:
        text = head.line_of(node) if len(node) <= 8 else ""
        if not 4 < len(text) <= _MOST_NEAR_CHARS or text.endswith((".", "?", "!")):
            continue
        found = signed_by(text) or signed_by("\n".join(pieces_of(node))) or _signed_beside(node, text, sites)
        if not found or is_of_picture(node):
            continue
        if not is_alone_with_picture(node):
            return found
        below = below or found
    return below


def marked_source(head: Head, sites: Collection[str]) -> tuple[Signature, ...]:
    """The organisation in an element near the headline whose class calls it the source: it signs where no person does."""
    for node in head.nodes:
        text = head.line_of(node)
        if not 1 < len(text.split()) <= _MOST_SOURCE_WORDS:
            continue
        box = node.getparent()
        classes = f"{class_names(node)} {class_names(box) if box is not None else ''}"
        if not _SOURCED.search(classes) or is_of_picture(node):
            continue
        if found := [each for each in signatures(text, sites) if not each.is_person]:
            return (found[0],)
        if found := _named_source(text, sites):
            return (found[0],)
    return ()


def _named_source(text: str, sites: Collection[str]) -> list[Signature]:
    """What a line calls its source by one word: an agency that no list knows."""
    name = names_source(text)
    found = signatures(name, sites, may_be_short=True) if name and len(name.split()) == 1 else ()
    return [Signature(name, is_person=False) for each in found[:1] if name and not each.is_handle]


def closing_signatures(
    declared: Declared, head: Head, sites: Collection[str], signed_by: SignedBy
) -> Iterator[tuple[str, tuple[Signature, ...]]]:
    """Lines of the page that sign it: with "By", below the text, and at last the agency it names as its source."""
    lines = [
        (node, text)
        for node, text in declared.lines.of(_LINES, _MAX_LINE_CHARS)
        if (len(text) > 3 or _SIGNS.fullmatch(text))
        and len(node) <= 6
        and (":" in text or not text.endswith((".", "?", "!")))
    ]
    place = _Place(head)
    signed = (
        found
        for node, text in lines
        if (found := signed_by(text)) and any(each.is_person for each in found) and place.is_own(node)
    )
    yield "byline text", next(signed, ())
    closing = (
        found for node, text in lines if (found := _signature(node, text, sites)) and place.is_own(node)
    )
    yield "signature", next(closing, ())
    sources = (
        signatures(name, sites, may_be_short=True)
        for node, text in lines
        if (name := names_source(text)) and is_agency(name) and place.is_own(node)
    )
    yield "source", next(sources, ())


class _Place:
    """Where lines stand: neither beside the article, nor in a link, nor among comments."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._apart: dict[HtmlElement, bool] = {}

    def is_own(self, node: HtmlElement) -> bool:
        """Whether a line may be the article's."""
        box = node.getparent()
        if (
            box is None
            or box.tag == "a"
            or is_of_picture(node)
            or (node not in self._head.around and is_furniture(node))
        ):
            return False
        if box not in self._apart:
            self._apart[box] = self._head.is_beside(box) or is_comment(box)
        return not self._apart[box]


def _signature(node: HtmlElement, text: str, sites: Collection[str]) -> tuple[Signature, ...]:
    """A paragraph that is nothing but a name, set off by its type, right below the last paragraph of the text."""
    if node.tag not in ("p", "div") or not _is_name_long(text) or not _is_set_off(node, text):
        return ()
    before = node.getprevious()
    if (
        before is None
        or text_size(text_of(before, LONG_CHARS)) < LONG_CHARS / 3
        or any(len(text_of(after, LONG_CHARS)) >= LONG_CHARS / 4 for after in node.itersiblings())
    ):
        return ()
    found = signatures(text, sites)
    return found if len(found) == 1 and found[0].is_person else ()


def _is_set_off(node: HtmlElement, text: str) -> bool:
    """Whether a paragraph is bold or italic as a whole, or stands at the right."""
    about = f"{node.get('style') or ''} {node.get('align') or ''} {node.get('class') or ''}"
    inner = node[0] if len(node) == 1 else None
    is_strong = inner is not None and inner.tag in ("strong", "b", "em", "i") and text_of(inner) == text
    return is_strong or bool(_RIGHT.search(about)) or node.get("align") == "right"
