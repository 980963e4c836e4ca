"""The article that a script, or another kind of reader, would draw: what a page holds of it beside what it shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement, tostring

from crawler.errors import NotAnArticle
from crawler.extract.page.blocks import Block
from crawler.extract.page.document import Document, parse_document
from crawler.extract.page.overrides import Override
from crawler.extract.text.content import page_text
from crawler.extract.text.evidence import Hints
from crawler.extract.text.lines import Line
from crawler.extract.text.readings import SHORT_CHARS, letters_only
from crawler.extract.unseen.bodies import PageClaims, find_body
from crawler.extract.unseen.described import article_node
from crawler.extract.unseen.rich_text import markup_of
from crawler.extract.unseen.sources import embedded_values
from crawler.lang.tokens import word_tokens

#: a page that shows more prose than this shows its article
_SHOWN_CHARS = 1000
#: how many times as long as what the page shows a body is
_FACTOR = 1.5
#: elements with markup that is not drawn, and characters of each that are worth reading
_MOST_PIECES, _LEAST_MARKUP, _MOST_MARKUP = 20, 400, 1_000_000
#: share of a headline's longer words that stand in its article
_IN_COMMON, _LONG_WORD, _FEW_WORDS = 0.6, 4, 3
_ARTICLE = Override(site="", text=(CSSSelector("article", translator="html"),))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnseenArticle:
    """An article that a page holds and does not show."""

    lines: list[Line]
    #: where it was read: "state", or the name of the element
    origin: str
    #: what its data says of it, as a node of JSON-LD; None where there is nothing but markup
    node: dict[str, Any] | None = None


def may_be_undrawn(lines: Sequence[Line], blocks: Sequence[Block], headlines: Sequence[str]) -> bool:
    """Whether what a page shows may be no article: next to no prose, or a notice without the headline.

    Args:
        lines: what the markup gave.
        blocks: all of the page's.
        headlines: every spelling of the headline.
    """
    size = _shown(lines)
    if size < SHORT_CHARS and sum(line.is_prose for line in lines if not line.region) < 2:
        return True
    if size >= _SHOWN_CHARS:
        return False
    spelled = {letters_only(text) for text in headlines}
    return not any(letters_only(block.text) in spelled for block in blocks)


def _shown(lines: Iterable[Line]) -> int:
    return sum(len(line.text) for line in lines if not line.region)


def unseen_article(
    document: Document, lines: Sequence[Line], hints: Hints, canonical: str | None
) -> UnseenArticle | None:
    """The article that a page holds where it shows none; None where nothing of it is the page's.

    The data of scripts is asked first, then markup that is not drawn. Neither
    is taken for itself: it names the page's headline or address, or tells of
    what the headline does, and is several times as long as what is shown.

    Args:
        document: a page that shows next to nothing, see `may_be_undrawn`.
        lines: that.
        hints: what else is known about the article.
        canonical: the address that the page names as its own.
    """
    least = max(SHORT_CHARS, _FACTOR * _shown(lines))
    page = PageClaims.of(hints.headlines, (document.url, canonical))
    body = find_body(embedded_values(document.tree), page)
    if body is not None and (found := _lines_of(markup_of(body.body), document)) and _shown(found) > least:
        return UnseenArticle(
            lines=found, origin="state", node=article_node(body.owner) if body.owner else None
        )
    for origin, markup in _pieces(document.tree):
        found = _lines_of(markup, document, hints)
        if _shown(found) > least and _tells_of(found, hints, page):
            return UnseenArticle(lines=found, origin=origin)
    return None


def _lines_of(markup: str, document: Document, hints: Hints | None = None) -> list[Line]:
    """The lines of a body, all of it, or with *hints* of the article in a piece of a page.

    They are no blocks of the page that is read.
    """
    whole = markup if hints else f"<article>{markup}</article>"
    body = f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{whole}</body></html>'
    headers = (("content-type", "text/html; charset=utf-8"),)
    page = replace(document.page, url=document.url, headers=headers, body=body.encode("utf-8", "replace"))
    try:
        inner = parse_document(page)
    except NotAnArticle:
        return []
    lines = page_text(inner, None, hints).lines if hints else page_text(inner, _ARTICLE).lines
    return [replace(line, blocks=()) for line in lines]


def _pieces(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """Markup that a page holds and most readers do not draw, with the name of its element, the longest first."""
    found = []
    for element in tree.iter("noscript", "template", "iframe", "script"):
        markup = _inner_markup(element)
        if _LEAST_MARKUP <= len(markup) <= _MOST_MARKUP:
            found.append((str(element.tag), markup))
    yield from sorted(found, key=lambda each: -len(each[1]))[:_MOST_PIECES]


def _inner_markup(element: HtmlElement) -> str:
    if element.tag == "iframe":
        return element.get("srcdoc") or ""
    if element.tag == "script":
        kind = (element.get("type") or "").lower()
        is_markup = "template" in kind or "handlebars" in kind or "html" in kind
        return (element.text or "") if is_markup else ""
    return (element.text or "") + "".join(tostring(child, encoding="unicode") for child in element)


def _tells_of(lines: Sequence[Line], hints: Hints, page: PageClaims) -> bool:
    """Whether a text is that of the page: it says its headline or its description, or most words of the headline."""
    text = letters_only(" ".join(line.text for line in lines)[:300])
    described = letters_only(hints.description or "")[:60]
    if any(each in text for each in page.headlines) or (len(described) > 30 and described in text):
        return True
    words = {
        word for text in hints.headlines[:1] for word in word_tokens(text.lower()) if len(word) > _LONG_WORD
    }
    said = {word for line in lines for word in word_tokens(line.text.lower())}
    return len(words) >= _FEW_WORDS and len(words & said) >= _IN_COMMON * len(words)
