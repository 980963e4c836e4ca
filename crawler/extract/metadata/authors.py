"""Who signs an article: people first, in the order they sign; an organisation only where nobody else does."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial

from ahocorasick_rs import AhoCorasick, MatchKind
from lxml import etree
from lxml.html import HtmlElement

from crawler.extract.metadata.byline_words import joins_names, starts_byline
from crawler.extract.metadata.names import Signature, signatures
from crawler.extract.metadata.person_names import full_name
from crawler.extract.metadata.picture_lines import is_of_picture
from crawler.extract.metadata.signed_lines import closing_signatures, marked_source, signed_line, signed_near
from crawler.extract.page.declared import (
    UNREAD,
    Declared,
    class_names,
    elements,
    is_comment,
    item_names,
    text_of,
)
from crawler.extract.page.head import Head, is_of_teaser
from crawler.extract.page.schema import first_text, squeeze, texts_of, types_of
from crawler.lang import alternatives, patterns, word_set
from crawler.memory import remembers

#: a byline is not longer; what is, is a biography
MAX_BYLINE_CHARS = 300
MAX_AUTHORS = 30
#: origin of names from several elements with the class names of a byline
BYLINES = "bylines"
META_NAMES = (
    "author", "article:author", "og:article:author", "article.author", "article_author", "dc.creator", "dcterms.creator", "dc.author",
    "parsely-author", "sailthru.author", "byl", "byline", "authors", "author.name", "citation_author", "cxenseparse:author", "rnews:author",
    "vr:author", "og:author", "analyticsattributes.author", "mediator_author", "creator", "twitter:data1",
)  # fmt: skip
_SIGNED = re.compile(
    rf"by-?line|author|(?:^|[\s_-]){patterns('addresses', 'signed')}(?=[\s_-]|$)",
    re.IGNORECASE,
)
_NOT_SIGNED = re.compile(
    r"bio|avatar|img|image|photo|thumb|social|twitter|follow|comment|date|time|descri|about|tooltip|popup|author-?_?(?:title|role|info-?row)|job|icon|related|more-?from|share",
    re.IGNORECASE,
)
_SIGNED_NAMES = ("byline", "author-name", "author__name", "authorName")
_SIGNED_NAME = AhoCorasick(_SIGNED_NAMES, matchkind=MatchKind.LeftmostFirst)
_SIGNED_ANYWHERE = etree.XPath(
    f"descendant::*/@class[{' or '.join(f'contains(., {name!r})' for name in _SIGNED_NAMES)}]/.."
)
_OTHER_THING = re.compile(r"/(?:ImageObject|VideoObject|Comment|Product|Review|Recipe)$")
_MOST_NAME_WORDS, _NAME_PARTS = 5, ("givenName", "additionalName", "familyName")
_AUTHOR_PAGE = re.compile(
    rf"/{patterns('addresses', 'author_page')}(?:/|=|-)[\w.%+-]{{2,}}/?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Authors:
    """Names and where they were read."""

    names: tuple[str, ...] = ()
    origin: str | None = None


def read_authors(declared: Declared, head: Head, sites: Collection[str] = ()) -> Authors:
    """Who signs the article.

    Asked in turn: JSON-LD, meta elements, microdata, byline markup and lines
    like "By Jane Doe" near the headline, `rel=author` anywhere. The first that
    names people decides; a later one that names the same and more is taken
    instead, one that spells them in mixed case lends its spelling.

    Args:
        declared: what the page declares.
        head: what stands near the headline.
        sites: names of the site and its publisher, in lower case.
    """
    asked = list(_sources(declared, head, sites))
    origin, signed = _people(asked)
    if not signed:
        groups = [(each.is_team, each.name, origin) for origin, found in asked for each in found]
        best = min(groups, key=lambda group: group[0], default=None)
        return Authors((best[1],), best[2]) if best else Authors()
    printed = [each.name for _, found in asked for each in found]
    names = (_best_spelling(each, printed) for each in signed)
    return Authors(tuple(names)[:MAX_AUTHORS], origin)


def _best_spelling(signature: Signature, printed: Sequence[str]) -> str:
    """A name from capitals, as another place spells it: the one with most capitals knows of McDonald and O'Hain."""
    if not signature.was_upper:
        return signature.name
    alike = [signature.name, *(name for name in printed if name.casefold() == signature.name.casefold())]
    return max(alike, key=lambda name: sum(char.isupper() for char in name))


def _people(asked: Sequence[tuple[str, tuple[Signature, ...]]]) -> tuple[str, tuple[Signature, ...]]:
    """The people of the first place that names some; others correct it in two cases.

    A later place may name the same people and more. But where two places agree
    on fewer, more in several elements are the people of teasers and pictures. And a
    meta element may name the site's technician: a byline on the page that names
    other people is believed.
    """
    has_name = any(_is_named(each) for _, found in asked for each in found)
    signed = [
        (origin, people)
        for origin, found in asked
        if (people := tuple(each for each in found if each.is_person and not (has_name and each.is_handle)))
    ]
    best: tuple[str, tuple[Signature, ...]] = ("", ())
    for origin, people in signed:
        mine, theirs = _keys(best[1]), _keys(people)
        agreed = {where for where, names in signed if _keys(names) == mine}
        is_stray = len(agreed) > 1 and (origin == BYLINES or origin.startswith("itemprop"))
        is_fuller = bool(mine) and mine < theirs and not is_stray
        is_seen = best[0].startswith("meta") and not origin.startswith("meta") and not mine & theirs
        if not mine or is_fuller or is_seen:
            best = origin, people
    return best


def _is_named(signature: Signature) -> bool:
    """Whether somebody signs with a name."""
    return signature.is_person and not signature.is_handle


def _keys(found: Sequence[Signature]) -> set[str]:
    return {each.name.casefold() for each in found}


def _sources(
    declared: Declared, head: Head, sites: Collection[str]
) -> Iterator[tuple[str, tuple[Signature, ...]]]:
    """Every place that may name authors; the page as a whole is searched only when the rest is silent."""
    is_signed = False
    for value in declared.schema.values("author", "creator"):
        found = _from_schema(declared, value, sites)
        is_signed = is_signed or any(map(_is_named, found))
        yield "json-ld author", found
    for name in META_NAMES:
        if name in declared.metas and _is_authors_meta(declared, name):
            yield (
                f"meta {name}",
                _joined(signatures(text, sites, may_be_short=True) for text in declared.metas[name]),
            )
    for name in ("author", "creator"):
        found = _from_items(declared.items.get(name, ()), head, sites)
        is_signed = is_signed or any(map(_is_named, found))
        yield f"itemprop {name}", found
    marked = _from_byline(head.nodes, sites, head.around)
    found = _joined(iter(marked))
    yield ("byline" if len(marked) < 2 else BYLINES), found
    if is_signed or any(map(_is_named, found)):
        return
    signed_by = cache(partial(signed_line, sites=sites))
    yield "byline text", signed_near(head, sites, signed_by)
    yield "author link", _from_links(head.nodes, sites)
    yield "source", marked_source(head, sites)
    is_named = bool(_SIGNED_NAME.find_matches_as_strings(declared.html))
    named = elements(_SIGNED_ANYWHERE, declared.tree, 20) if is_named else []
    anywhere = [
        node
        for node in (*declared.links["author"], *named)
        if not head.is_beside(node) and not is_comment(node)
    ]
    yield "rel author", _joined(iter(_from_byline(anywhere, sites)))
    yield from closing_signatures(declared, head, sites, signed_by)


@cache
def _written_by() -> re.Pattern[str]:
    return re.compile(alternatives(word_set("names", "written_by")), re.IGNORECASE)


def _is_authors_meta(declared: Declared, name: str) -> bool:
    """`twitter:data1` names the author only when its label says so."""
    return name != "twitter:data1" or _written_by().search(declared.meta("twitter:label1") or "") is not None


def _joined(groups: Iterator[tuple[Signature, ...]]) -> tuple[Signature, ...]:
    found: dict[str, Signature] = {}
    for group in groups:
        for signature in group:
            found.setdefault(signature.name.casefold(), signature)
    return tuple(found.values())


def _from_schema(declared: Declared, value: object, sites: Collection[str]) -> tuple[Signature, ...]:
    """Names in a JSON-LD author: a string, an object, a reference, or lists of them."""
    found: list[Signature] = []
    for entry in value if isinstance(value, list) else [value]:
        node = declared.schema.resolve(entry)
        is_typed = isinstance(node, dict) and bool(types_of(node))
        is_group = isinstance(node, dict) and any("organi" in name for name in types_of(node))
        for text in texts_of(node, "name") if first_text(node, "name") else _full_names(node):
            signed = signatures(text, sites, may_be_short=is_typed, is_field=True)
            found += [Signature(each.name, is_person=False) for each in signed] if is_group else signed
    return _joined(iter([tuple(found)]))


def _full_names(node: object) -> Iterator[str]:
    """The name of a schema.org Person given in parts."""
    if isinstance(node, dict):
        yield full_name(*(first_text(node.get(name)) for name in _NAME_PARTS))
    yield from () if isinstance(node, dict) else texts_of(node)


def _from_items(nodes: Sequence[HtmlElement], head: Head, sites: Collection[str]) -> tuple[Signature, ...]:
    """Microdata authors of the article, not of its pictures, comments or teasers."""
    signed = [
        node
        for node in nodes[:20]
        if node.tag != "meta" and not _is_about_something_else(node) and not head.is_beside(node)
    ]
    return _joined(_named(node, sites, may_be_short=True) for node in signed)


def _is_about_something_else(node: HtmlElement) -> bool:
    return is_of_picture(node) or any(
        above.tag in ("figure", "figcaption") or _OTHER_THING.search(above.get("itemtype") or "")
        for above in node.iterancestors()
    )


def _named(node: HtmlElement, sites: Collection[str], *, may_be_short: bool) -> tuple[Signature, ...]:
    """The names in an element: its `itemprop=name`, else its text piece by piece, else as one line."""
    inner = [child for child in node.iter() if child is not node and "name" in item_names(child)]
    for part in inner[:10] or [node]:
        if part.get("content"):
            return _joined(
                signatures(child.get("content") or "", sites, may_be_short=may_be_short)
                for child in inner or [node]
            )
    for texts in ([text_of(child) for child in inner], ["\n".join(_alike(node, sites))], [text_of(node)]):
        found = _joined(
            signatures(text, sites, may_be_short=may_be_short)
            for text in texts
            if len(text) <= MAX_BYLINE_CHARS
        )
        if found:
            return found
    return ()


def _alike(node: HtmlElement, sites: Collection[str]) -> list[str]:
    """The strings of a byline up to its first name, and those after it that are marked alike or joined by "and".

    What else follows a name in markup of its own is a place, a position, a section, a button.
    """
    found: list[str] = []
    style: tuple[str, str] | None = None
    for owner, text in _strings(node):
        key = (str(owner.tag), owner.get("class") or "")
        if style is None or key == style or joins_names(text):
            found.append(text)
        if style is None and any(each.is_person for each in signatures(text, sites)):
            style = key
    return found


def _strings(node: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Every string inside an element, with the element it stands in."""
    for child in node.iter():
        if child.text and child.tag not in UNREAD and (text := squeeze(child.text)):
            yield child, text
        above = child.getparent()
        if child is not node and above is not None and child.tail and (text := squeeze(child.tail)):
            yield above, text


def _from_byline(
    nodes: Sequence[HtmlElement], sites: Collection[str], around: Collection[HtmlElement] = ()
) -> list[tuple[Signature, ...]]:
    """The names in the first element marked as a byline, and in those marked alike."""
    found: list[tuple[Signature, ...]] = []
    first = None
    for node in nodes:
        about = class_names(node) if node.get("rel") != "author" else "author"
        if (
            not about
            or not _are_signed(about)
            or (first is not None and about != first)
            or any(above.tag in ("figure", "figcaption") for above in node.iterancestors())
            or is_of_picture(node)
        ):
            continue
        text = text_of(node)
        if not text or len(text) > MAX_BYLINE_CHARS or (found and is_of_teaser(node, around)):
            continue
        signed = _named(node, sites, may_be_short=len(text.split()) == 1 + starts_byline(text))
        signed = signed or _in_small_letters(node, text, sites)
        if signed:
            found.append(signed)
            first = first or about
    return found


def _in_small_letters(node: HtmlElement, text: str, sites: Collection[str]) -> tuple[Signature, ...]:
    """A name without capitals in an element that holds an author's name, by its class or by its link; its spelling is a guess."""
    if not text.islower() or len(text.split()) > _MOST_NAME_WORDS:
        return ()
    is_named = starts_byline(text) or any(name in class_names(node) for name in _SIGNED_NAMES[1:])
    return signatures(text.upper(), sites) if is_named or any(map(_leads_to_author, node.iter("a"))) else ()


def _leads_to_author(link: HtmlElement) -> bool:
    return link.get("rel") == "author" or _AUTHOR_PAGE.search(link.get("href") or "") is not None


@remembers(8_000, letters=500)
def _are_signed(classes: str) -> bool:
    """Whether class and id are those of a byline, and of nothing else about its author."""
    return _SIGNED.search(classes) is not None and not _NOT_SIGNED.search(classes)


def _from_links(nodes: Sequence[HtmlElement], sites: Collection[str]) -> tuple[Signature, ...]:
    """The first link near the headline that leads to a page about an author, and those right beside it."""
    found: list[tuple[Signature, ...]] = []
    line = None
    for node in nodes:
        if node.tag != "a" or not _leads_to_author(node) or (found and node.getparent() is not line):
            continue
        text = text_of(node)
        signed = signatures(text, sites) if len(text.split()) <= _MOST_NAME_WORDS else ()
        if any(each.is_person for each in signed):
            found.append(signed)
            line = node.getparent()
    return _joined(iter(found))
