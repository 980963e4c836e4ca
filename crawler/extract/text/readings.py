"""Other readings of the same page, to be asked what they hold: resiliparse, trafilatura, a declared articleBody."""

from __future__ import annotations

import html
import re
import warnings
from collections.abc import Callable, Iterable
from copy import deepcopy
from functools import cache
from typing import Any, Protocol

from lxml import etree
from lxml.html import HtmlElement

from crawler.extract.page.blocks import Block, clean_space
from crawler.extract.page.document import Document
from crawler.lang.tokens import joined_words
from crawler.memory import remembers

#: fewer characters than these make us look elsewhere
SHORT_CHARS = 250
#: longer pages are not worth the seconds trafilatura takes for them
MAX_TRAFILATURA_CHARS = 1_500_000
#: ... nor those of more tags: the time of both other readers grows with the square of what stands in one element
MOST_TAGS = 25_000
#: letters of JSON-LD that trafilatura sees: it looks for forums there, in the square of `"@type": [` without an end
_MOST_JSON_LD = 100_000
#: what is kept of an opinion, and how much of a paragraph it is asked for
_OPINION_CHARS, _ASKED_CHARS = 200_000, 300
#: a shorter text is only held where it is a line of its own
_PART_CHARS = 20
_BREAK = re.compile(r"<\s*(?:/p|br\s*/?|/div|/li|/h[1-6]|/blockquote)\s*>|\r?\n|\u2028|\u2029", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,2000}>")
_ITEM_MARK = re.compile(r"^(?:- |\| )(.*?)(?: \|)?$")


@remembers(2048, letters=_ASKED_CHARS)
def letters_only(text: str) -> str:
    """Letters and digits only, without case: what two renderings of one text have in common."""
    return joined_words(text.lower())


class Sized(Protocol):
    """Blocks, and how many characters they have together."""

    blocks: list[Block]
    size: int


class Opinion:
    """Another reader's text, to be asked whether it holds a paragraph."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        squeezed = [joined_words(line.lower()) for line in lines]
        self._lines = frozenset(squeezed)
        self._text = "".join(squeezed)[:_OPINION_CHARS]

    def holds(self, text: str) -> bool:
        """Whether the text is one of its lines or, if it is long enough, part of one."""
        short = letters_only(text[:_ASKED_CHARS])
        return bool(short) and (short in self._lines or (len(short) > _PART_CHARS and short in self._text))

    def share_of(self, segment: Sized) -> float:
        """How much of some blocks it holds, 0 to 1."""
        return sum(block.size for block in segment.blocks if self.holds(block.text)) / segment.size


def declared_body(document: Document) -> list[str]:
    """Paragraphs of the longest JSON-LD articleBody; empty when there is none."""
    bodies = [item["articleBody"] for item in document.json_ld if isinstance(item.get("articleBody"), str)]
    if not bodies:
        return []
    return paragraphs_of(html.unescape(max(bodies, key=len)))


def paragraphs_of(markup: str) -> list[str]:
    """The paragraphs of a piece of text with or without tags.

    >>> paragraphs_of("<p>Lift-off.</p>It went <b>well</b>.")
    ['Lift-off.', 'It went well .']
    """
    paragraphs = (clean_space(_TAG.sub(" ", part)) for part in _BREAK.split(markup))
    return [paragraph for paragraph in paragraphs if paragraph]


def main_content(document: Document) -> list[str]:
    """Lines of resiliparse's main content: a rough opinion for a twentieth of what trafilatura costs."""
    if document.html.count("<") > MOST_TAGS:
        return []
    try:
        text = _plain_text()(
            document.html,
            main_content=True,
            preserve_formatting=True,
            list_bullets=False,
            alt_texts=False,
            comments=False,
            post_meta=False,
        )
    except (ValueError, TypeError, RuntimeError):
        return []
    return [line for line in text.splitlines() if line.strip()]


def trafilatura_lines(document: Document, *, is_precise: bool) -> list[str]:
    """Paragraphs of trafilatura's text, without its metadata part; empty when it finds none."""
    if len(document.html) > MAX_TRAFILATURA_CHARS or document.html.count("<") > MOST_TAGS:
        return []
    tree = document.tree
    if sum(len(each.text or "") for each in _json_of(tree)) > _MOST_JSON_LD:
        tree = deepcopy(tree)
        for each in _json_of(tree):
            each.text = None
    try:
        found = _extract()(tree, include_comments=False, favor_precision=is_precise, fast=True)
    except (etree.LxmlError, ValueError, TypeError, AttributeError, IndexError, RecursionError):
        return []
    if found is None or isinstance(found, dict):
        return []
    lines = (clean_space(line) for line in (found.text or "").splitlines())
    return [_ITEM_MARK.sub(r"\1", line) for line in lines if line]


def _json_of(tree: HtmlElement) -> list[HtmlElement]:
    return [each for each in tree.iter("script") if "json" in (each.get("type") or "")]


@cache
def _plain_text() -> Callable[..., str]:
    """resiliparse's text of a page, imported with the first page."""
    from resiliparse.extract.html2text import extract_plain_text

    return extract_plain_text


@cache
def _extract() -> Callable[..., Any]:
    """trafilatura's `bare_extraction`, imported when a page needs it: most never do, and it takes 0.2 s."""
    with warnings.catch_warnings():
        # its downloader, which nobody here calls, asks urllib3 for SOCKS support that is not installed
        warnings.filterwarnings("ignore", message="SOCKS support in urllib3")
        from trafilatura import bare_extraction
    return bare_extraction
