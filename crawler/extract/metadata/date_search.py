"""Where a date may stand when neither markup nor the head of the article has one: the last resorts, in order of trust."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice
from urllib.parse import urlsplit

import htmldate
from lxml.html import HtmlElement

from crawler.extract.metadata.stated_dates import StatedDate, time_dates, url_date, visible_dates
from crawler.extract.page.declared import MAX_LINE_CHARS, Declared, absolute, is_comment, text_of
from crawler.extract.page.head import Head, without_furniture
from crawler.lang.dates import Moment, parse_moment, posted_at

#: markup beyond this is not handed to htmldate, whose time grows with the square of nested elements
MAX_SEARCHED_CHARS = 500_000
#: links that are looked at, and what of scripts is searched for a variable
MAX_ELEMENTS = 4000
MAX_SCRIPT_CHARS = 300_000
#: a line that is nothing but a date is not longer
_MOST_CHARS, _MOST_WORDS = 60, 6
#: boxes around a date that may be those of a teaser, words of its linked headline, and elements of a box that are looked at
_TEASER_BOXES, _TEASER_WORDS, _TEASER_ELEMENTS = 2, 3, 300
#: more lines that are nothing but a date are a calendar or an index
_MOST_LINES = 1000
_DATED_ATTRIBUTE = re.compile(
    r"data-(?:[a-z-]*-)?(?:date|datetime|published|pubdate|publish-?(?:date|time|ed-at)|published-?at|timestamp)$"
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_VARIABLE = re.compile(
    r"[\"']?\b(?:date_?published|published_?(?:at|on|date|time)|publish_?(?:date|time|on)|pub_?date|publication_?date|article_?date|first_?published)\\?[\"']?"
    r"\s*[:=]\s*\\?[\"']([^\"'\\]{8,40})",
    re.IGNORECASE,
)
_CALL = re.compile(r"\w\(\s*[\"']([^\"']{8,40})[\"']\s*[,)]")
_LINES = (
    "time",
    "span",
    "p",
    "div",
    "td",
    "dd",
    "li",
    "small",
    "em",
    "i",
    "b",
    "strong",
    "font",
    "abbr",
    "h4",
    "h5",
    "h6",
)


def searched_dates(
    declared: Declared, head: Head, *, day_first: bool | None, latest: date, earliest: date
) -> Iterator[StatedDate]:
    """Dates of the publication from places that are asked only when all others are silent, one place after another."""
    named = url_date(declared.url)
    if named:
        yield named
    yield from _from_scripts(declared.tree, head)
    yield from _from_lines(declared, head, day_first)
    yield from _from_sentences(declared, day_first)
    yield from _from_attributes(head, day_first)
    yield from _from_own_teaser(declared, day_first)
    if len(declared.html) <= MAX_SEARCHED_CHARS:
        yield from _from_htmldate(declared, latest, earliest)


def _from_scripts(tree: HtmlElement, head: Head) -> Iterator[StatedDate]:
    """A variable that names the day of publication, when all of that name agree; or the date a script prints.

    Of several printed ones, which may be those of replies, the first near the headline.
    """
    near = frozenset(head.nodes)
    close: list[Moment] = []
    named, printed, size = [], [], 0
    for script in tree.iter("script"):
        text = script.text or ""
        size += len(text)
        if "json" in (script.get("type") or "") or size > MAX_SCRIPT_CHARS:
            continue
        named += [moment for value in _VARIABLE.findall(text) if (moment := parse_moment(value))]
        if (
            len(text) < 2 * _MOST_CHARS
            and script.getparent() is not None
            and script.getparent().tag not in ("head", "body", "html")
        ):
            found = [moment for value in _CALL.findall(text) if (moment := parse_moment(value))]
            printed += found
            close += found[:1] if script.getparent() in near and not close else []
    for found in (named, printed, close):
        if len({moment.day for moment in found}) == 1:
            yield StatedDate(moment=found[0], kind="published", origin="script")


def _from_lines(declared: Declared, head: Head, day_first: bool | None) -> Iterator[StatedDate]:
    """Lines that are nothing but a date, when they agree on one day; those beside the article only when no others are there."""
    nodes = [
        node
        for node, text in declared.lines.of(_LINES, _MOST_CHARS)
        if len(node) < 4 and _is_bare_date(text) and not is_comment(node)
    ]
    if len(nodes) > _MOST_LINES:  # a calendar, an index: what no page says of itself
        return
    own = [node for node in nodes if not head.is_beside(node)]
    for place in (own, [node for node in nodes if not _is_of_teaser(node)]):
        for dates in (time_dates(place, day_first=day_first), visible_dates(place, day_first=day_first)):
            published = [stated for stated in dates if stated.kind == "published"]
            if len({stated.moment.day for stated in published}) == 1:
                yield published[0]


def _is_of_teaser(node: HtmlElement) -> bool:
    """Whether a line stands beside a linked headline in one box."""
    boxes = islice(node.iterancestors(), _TEASER_BOXES)
    return any(
        len(text_of(link, _MOST_CHARS).split()) >= _TEASER_WORDS
        for box in boxes
        if box.tag in ("li", "div", "p", "article")
        for link in islice((each for each in islice(box.iter(), _TEASER_ELEMENTS) if each.tag == "a"), 3)
    )


def _from_sentences(declared: Declared, day_first: bool | None) -> Iterator[StatedDate]:
    """`This entry was posted on May 19, 2010 at 11:03 pm and is filed under ...`: below the text of a blog."""
    for node, text in declared.lines.of(("p", "div", "small", "em", "li"), MAX_LINE_CHARS):
        if len(node) > 12 or len(text) <= _MOST_CHARS:
            continue
        said = posted_at(text, day_first)
        if said and not is_comment(node):
            yield StatedDate(moment=said, kind="published", origin="posted line")
            return


def _from_attributes(head: Head, day_first: bool | None) -> Iterator[StatedDate]:
    """`data-date`, `data-published` of elements near the headline, when they agree on one day."""
    values = (
        value
        for node in head.nodes
        for name, value in node.attrib.items()
        if isinstance(name, str) and _DATED_ATTRIBUTE.match(name)
    )
    found = [moment for value in values if (moment := parse_moment(value, day_first=day_first))]
    if len({moment.day for moment in found}) == 1:
        yield StatedDate(moment=found[0], kind="published", origin="data attribute")


def _from_own_teaser(declared: Declared, day_first: bool | None) -> Iterator[StatedDate]:
    """A date inside a link to the page itself, as in the list of the site's latest."""
    own = urlsplit(declared.url)
    if own.path in ("", "/"):
        return
    found = []
    for link in declared.named["a"][:MAX_ELEMENTS]:
        address = absolute(link.get("href"), declared.url)
        if address is None or urlsplit(address)[1:3] != own[1:3] or urlsplit(address).fragment:
            continue
        found += [stated.moment for stated in visible_dates(link.iter(), day_first=day_first)]
    if len({moment.day for moment in found}) == 1:
        yield StatedDate(moment=found[0], kind="published", origin="own teaser")


def _is_bare_date(line: str) -> bool:
    """Whether a line holds a number and few words: not a sentence, nor a work with its year."""
    if not 6 <= len(line) <= _MOST_CHARS or not any(map(str.isdecimal, line)):
        return False
    return len(_WORD.findall(line)) <= _MOST_WORDS


def _from_htmldate(declared: Declared, latest: date, earliest: date) -> Iterator[StatedDate]:
    """What `htmldate` finds without its free-text search: that one finds copyright years."""
    try:
        found = htmldate.find_date(
            without_furniture(declared.tree), extensive_search=False, original_date=True, url=declared.url,
            min_date=earliest.isoformat(), max_date=latest.isoformat(),
        )  # fmt: skip
    except (
        ValueError,
        TypeError,
        AttributeError,
        OverflowError,
        RecursionError,
    ):  # a hostile page; htmldate states no errors
        return
    moment = parse_moment(found) if found else None
    if moment:
        yield StatedDate(moment=moment, kind="published", origin="htmldate")
