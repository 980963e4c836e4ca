"""The headline of an article: the one its readers see, without the site's name around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.extract.metadata.sites import declared_names, is_name, label_of, menu_words, printed_names
from crawler.extract.metadata.title_choice import Spelling, chosen_of, in_common
from crawler.extract.metadata.title_parts import (
    SEPARATOR,
    begins_part,
    ends_part,
    is_most_of,
    strip_site,
    without_label,
    words_of,
)
from crawler.extract.page.blocks import text_size
from crawler.extract.page.declared import Declared, absolute, text_of
from crawler.extract.page.head import Head
from crawler.extract.page.schema import readable, squeeze, texts_of

#: a headline longer than this is a paragraph in the wrong element
MAX_WORDS = 60
#: strings of a heading that are read, and elements that are searched for the headline
MAX_PIECES = 300
MAX_SEARCHED = 20_000
MAX_HEADINGS, MAX_PARTS, MIN_PART_CHARS = 40, 4, 8
#: characters of a line in bold that may be the headline
MIN_BOLD_CHARS, MAX_BOLD_CHARS = 12, 160
#: size of a headline in a script without blanks
_UNSPACED_SIZE = 24
#: between the parts of a way back to the front page
_CRUMBS = re.compile(r"\s+[<«‹]\s+")
#: what a link from a heading to itself is drawn as
_ANCHORS = frozenset(("¶", "#", "§", "🔗", ""))
_KICKER = re.compile(
    r"kicker|roof-?line|top-?line|pre-?title|super-?title|label|badge|flag|tag|live|overline|eyebrow|rubric|category|section|sr-only|visually-?hidden|screen-reader|number|count",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """The headline, every other spelling of it, and its element on the page."""

    text: str | None
    origin: str | None
    #: as spelled anywhere, with and without the site's name, no repeats
    spellings: tuple[str, ...]
    element: HtmlElement | None
    #: the last part of <title> behind the headline
    suffix: str | None


def read_title(declared: Declared, feed_title: str | None = None) -> Title:
    """The headline of the page.

    The visible headline goes first wherever og:title or JSON-LD bears it out,
    also when they add a part set off by a bar or dash, or break off. Where they
    agree with each other on something else, they outvote it. Else it must be
    the only heading of its rank and share a telling word with what is stated,
    or half its words: or it is the heading of something else.
    """
    names = [name for name, _ in declared_names(declared)]
    names += [name for name in printed_names(declared) if name not in names]
    label = label_of(declared.url)
    visible = _visible(declared, names, label)
    stated = _stated(declared, names, label)
    printed = _printed_parts(declared.tree, stated)
    mastheads = {spelling.words for spelling in _mastheads(visible, printed, stated)}
    visible = [spelling for spelling in visible if spelling.words not in mastheads]
    chosen = chosen_of(visible, stated, printed, declared.url) or (
        Spelling(squeeze(feed_title), "feed") if feed_title else _in_bold(declared.tree)
    )
    raw = [chosen.text] if chosen else []
    raw += [spelling.text for spelling in visible if _is_alike(spelling, stated)]
    raw += [text for spelling in stated for text in (spelling.text, spelling.raw)]
    raw += [text for text in _alternatives(declared) if text]
    chosen = replace(chosen, text=without_label(chosen.text)) if chosen else None
    return Title(
        text=chosen.text if chosen else None,
        origin=chosen.origin if chosen else None,
        spellings=tuple(dict.fromkeys([chosen.text, *(text for text in raw if text)])) if chosen else (),
        element=_element_of(declared, chosen),
        suffix=_suffix(declared.page_title or "", chosen.text if chosen else ""),
    )


def _in_bold(tree: HtmlElement) -> Spelling | None:
    """The first heading or line in bold of a page that names its headline nowhere: several words, and no sentence."""
    for node in islice(tree.iter("h2", "h3", "h4", "b", "strong"), MAX_HEADINGS):
        text = squeeze("".join(islice(_pieces(node, ""), MAX_PIECES)))
        is_line = MIN_BOLD_CHARS <= len(text) <= MAX_BOLD_CHARS and not text.endswith((".", ":", ",", "。"))
        if is_line and not Head().is_beside(node) and not (node.tail and node.tail.strip()):
            return Spelling(text, "bold line" if node.tag in ("b", "strong") else node.tag, node)
    return None


def _suffix(page_title: str, headline: str) -> str | None:
    """The last part of <title> behind the headline: what the site calls itself."""
    if not headline or not page_title.startswith(headline):
        return None
    parts = [part.strip() for part in SEPARATOR.split(page_title[len(headline) :]) if part.strip()]
    return parts[-1].strip("|-–—: ") or None if parts else None


def _visible(declared: Declared, names: Sequence[str], label: str) -> list[Spelling]:
    """Headings that may be the headline, in several readings each: as written, spaced, without a kicker."""
    found = []
    marked = [node for node in declared.items.get("headline", ()) if node.tag not in ("meta", "h1")][:30]
    for node in (*declared.h1s[:20], *marked):
        if _is_logo(node, declared.url):
            continue
        for text in _readings(node):
            if 0 < len(words_of(text)) <= MAX_WORDS and not is_name(text, names, label):
                found.append(Spelling(text, "h1" if node.tag == "h1" else "itemprop headline", node))
    return found


def _is_logo(node: HtmlElement, url: str) -> bool:
    """Whether a heading links to the front page of its site."""
    links = [address for link in node.iter("a") if (address := absolute(link.get("href"), url))]
    return len(links) == 1 and urlsplit(links[0]).path in ("", "/") and urlsplit(url).path not in ("", "/")


def _readings(node: HtmlElement) -> list[str]:
    """A heading as written, spaced and without a kicker, then the elements in it and what follows the first, each of which may be the headline."""
    plain_text = squeeze("".join(islice(_pieces(node, ""), MAX_PIECES)))
    spaced = squeeze("".join(islice(_pieces(node, " "), MAX_PIECES)))
    without = squeeze("".join(islice(_pieces(node, "", skip=True), MAX_PIECES)))
    parts = [squeeze("".join(islice(_pieces(child, ""), MAX_PIECES))) for child in node[:MAX_PARTS]]
    whole = [text for text in (plain_text, spaced, without) if text]
    if parts and parts[0] and (rest := spaced.removeprefix(parts[0]).strip()) != spaced:
        parts.append(rest)
    return list(dict.fromkeys([*whole, *(text for text in parts if _is_long(text))]))


def _is_long(text: str, least: int = 3) -> bool:
    """Whether a part of a heading or title has so many words, or is as long in a script without blanks."""
    return len(words_of(text)) >= least or text_size(text) >= max(_UNSPACED_SIZE, 2 * len(text))


def _pieces(node: HtmlElement, gap: str, *, skip: bool = False) -> Iterable[str]:
    """A heading's strings; a line break or a block parts words, and *skip* leaves kickers out."""
    if node.text:
        yield node.text
    for child in node:
        if not isinstance(child.tag, str):
            continue
        is_left_out = (
            child.tag in ("script", "style", "svg", "button", "rt", "rp")
            or (skip and _KICKER.search(child.get("class") or ""))
            or (child.tag == "a" and "".join(child.itertext()).strip() in _ANCHORS)
        )
        if not is_left_out:
            between = " " if child.tag in ("br", "div", "p", "h2", "small", "time") else gap
            yield between
            yield from _pieces(child, gap, skip=skip)
            yield between
        if child.tail:
            yield child.tail


def _stated(declared: Declared, names: Sequence[str], label: str) -> list[Spelling]:
    """What the page says its headline is, out of sight, in order of trust."""
    raw = [(text, "og:title") for text in declared.metas.get("og:title", ())[:2]]
    raw += [
        (text, "json-ld headline") for value in declared.schema.values("headline") for text in texts_of(value)
    ]
    for key in ("twitter:title", "sailthru.title", "parsely-title", "dc.title", "dcterms.title", "title"):
        raw += [(text, key) for text in declared.metas.get(key, ())[:1]]
    if declared.page_title:
        raw.append((readable(declared.page_title), "title element"))
    sections = menu_words(declared)
    stated = [Spelling(strip_site(text, names, label, sections), origin, raw=text) for text, origin in raw]
    if len({spelling.words for spelling in stated}) == 1 and stated[-1].origin == "title element":
        text = stated[-1].text
        found = _as_printed(text, declared.tree) if len(stated) == 1 else None
        found = found or (_without_bar(text) if len(stated) == 1 or not declared.h1s else text)
        stated = [replace(spelling, text=found, raw=spelling.raw or text) for spelling in stated]
    return [spelling for spelling in stated if spelling.words and not is_name(spelling.text, names, label)]


def _as_printed(title: str, tree: HtmlElement) -> str | None:
    """A title that nothing else confirms, up to a separator or from one on, when that is a line of the page."""
    cuts = list(SEPARATOR.finditer(title))
    heads = [title[: cut.start()].strip() for cut in reversed(cuts)]
    tails = [tail for cut in cuts if 2 * len(tail := title[cut.end() :].strip()) > len(title)]
    known = {words_of(part): part for part in (*heads, *tails) if _is_long(part, 4)}
    if not known or words_of(title) in (lines := _lines(tree)):
        return None
    return next((part for words, part in known.items() if words in lines), None)


def _printed_parts(tree: HtmlElement, stated: Sequence[Spelling]) -> list[Spelling]:
    """Headings below the first rank that are most of a title, set off from the rest of it; the longest first."""
    found = []
    for node in islice(tree.iter("h2", "h3", "h4"), MAX_HEADINGS):
        text = squeeze("".join(islice(_pieces(node, ""), MAX_PIECES)))
        is_part = len(text) >= MIN_PART_CHARS and any(is_most_of(text, each.text) for each in stated)
        if is_part and not Head().is_beside(node):
            found.append(Spelling(text, node.tag, node))
    return sorted(found, key=lambda spelling: -len(spelling.text))


def _mastheads(
    visible: Sequence[Spelling], printed: Sequence[Spelling], stated: Sequence[Spelling]
) -> Iterator[Spelling]:
    """Headings of the first rank that are the name of the site: titles end with them and begin with another heading."""
    for spelling in visible:
        titles = [title.text for title in stated if ends_part(spelling.text, title.text)]
        if any(begins_part(part.text, title) for part in printed for title in titles):
            yield spelling


def _lines(tree: HtmlElement) -> set[tuple[str, ...]]:
    """The words of each short string that begins an element."""
    nodes = islice(tree.iter("p", "div", "span", "td", "strong", "b", "h2", "h3"), MAX_SEARCHED)
    return {words_of(node.text) for node in nodes if node.text and len(node.text) < 400}


def _without_bar(title: str) -> str:
    """A title that nothing else on the page confirms, without a short last part behind a bar."""
    if len(crumbs := _CRUMBS.split(title)) > 2 and _is_long(crumbs[0]):
        return crumbs[0]
    head, bar, tail = title.rpartition(" | ")
    is_long = len(words_of(head)) >= 4 or (not head.isascii() and _is_long(head, 4))
    return head if bar and is_long and len(tail.split()) <= 4 else title


def _alternatives(declared: Declared) -> list[str]:
    found = [
        text
        for value in declared.schema.values("alternativeHeadline", "alternateName")
        for text in texts_of(value)
    ]
    return found[:3]


def _is_alike(heading: Spelling, stated: Sequence[Spelling]) -> bool:
    """A heading that speaks of the same thing, or is marked as the headline."""
    if in_common(heading, stated) >= 0.5:
        return True
    element = heading.element
    return (
        element is not None
        and element.tag == "h1"
        and len(heading.words) > 3
        and not Head().is_beside(element)
    )


def _element_of(declared: Declared, chosen: Spelling | None) -> HtmlElement | None:
    """Where the headline stands on the page: byline and date stand near it."""
    if chosen is None:
        return None
    if chosen.element is not None:
        return chosen.element
    for node in declared.tree.iter("h1", "h2", "h3", "h4"):
        if words_of(text_of(node)) == chosen.words:
            return node
    for node in islice(declared.tree.iter("p", "div", "span", "td", "strong", "b"), MAX_SEARCHED):
        if node.text and len(node.text) < 400 and words_of(node.text) == chosen.words:
            return node
    return next(iter(declared.h1s), None)
