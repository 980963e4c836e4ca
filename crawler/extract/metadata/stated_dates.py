"""Where a page states when it was published or changed: every date, in the order it is trusted."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from itertools import islice
from typing import Literal
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.extract.page.declared import Declared, class_names, text_of
from crawler.extract.page.elements import IMAGES
from crawler.extract.page.schema import texts_of
from crawler.lang.date_labels import dated_parts
from crawler.lang.dates import (
    Moment,
    month_number,
    parse_moment,
    speaks_of_change,
    speaks_of_publication,
)
from crawler.lang.lines import announces_comments

#: a line with a date is not longer than this, or it is a sentence
_MAX_LINE_CHARS = 140
MAX_LINE_WORDS = 18
#: a line of more words below a picture says what it shows
_SIGNED_WORDS = 8
#: origin of a clock without a zone that was shown to be UTC
BARE_CLOCK = "time beside its text"
#: differences of clocks between two zones are multiples of this, up to the widest
_STEP_S = 15 * 60
_WIDEST_S = 14 * 3600
DateKind = Literal["published", "modified"]

#: meta names without punctuation, the most trusted first
PUBLISHED_METAS = (
    "articlepublishedtime", "ogarticlepublishedtime", "articlepublished", "datepublished", "ogdatepublished", "rnewsdatepublished",
    "publishedtime", "ogpublishedtime", "parselypubdate", "sailthrudate", "dctermsissued", "dcdateissued", "dctermsdate", "dcdate",
    "cxenseparserecspublishtime", "ogpubdate", "pubdate", "publishdate", "publicationdate", "publisheddate", "publishdatetime",
    "published", "publishedat", "originalpublicationdate", "analyticsattributesarticledate", "articledateoriginal", "daterelease",
    "citationpublicationdate", "citationdate", "btpubdate", "vrpublishedtime", "shareaholicarticlepublishedtime", "mediatorpublishedtime",
    "articledate", "articlepublicationdate", "dateofpublication", "newspubdate", "postdate", "pdate", "displaydate", "releasedate",
)  # fmt: skip
CREATED_METAS = (
    "dctermscreated",
    "dcdatecreated",
    "datecreated",
    "articlecreated",
    "created",
    "createdate",
    "date",
)
MODIFIED_METAS = (
    "articlemodifiedtime", "ogarticlemodifiedtime", "ogupdatedtime", "datemodified", "articlemodified", "articleupdated",
    "dctermsmodified", "dcdatemodified", "modifiedtime", "modifieddate", "updateddate", "dateupdated", "articledateupdated",
    "moddate", "revisiondate", "updatedat", "lastmodified", "lastmod", "lastupdated",
)  # fmt: skip
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})([/_.-]?)(\d{1,2}|[a-z]{3,9})\2(\d{1,2})(?!\d)", re.IGNORECASE)
#: a shorter headline may be part of any line
_LEAST_HEADLINE = 12
_DATED = re.compile(r"date|time|publish|posted|meta|byline|dateline", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[^a-z]")
_PARTS = re.compile(r"\s+[|•·/]\s+|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedDate:
    """One statement about a date."""

    moment: Moment
    kind: DateKind
    origin: str


def declared_dates(declared: Declared, *, day_first: bool | None) -> Iterator[StatedDate]:
    """What markup meant for machines says: JSON-LD, meta elements, microdata, in order of trust."""
    squeezed: dict[str, str] = {}
    for name, values in declared.metas.items():
        squeezed.setdefault(_PUNCTUATION.sub("", name), values[0])
    for kind, origin, text in (*_published(declared, squeezed), *_modified(declared, squeezed)):
        if moment := parse_moment(text, day_first=day_first):
            yield StatedDate(moment=moment, kind=kind, origin=origin)


def _published(declared: Declared, metas: Mapping[str, str]) -> Iterator[tuple[DateKind, str, str]]:
    for value in declared.schema.values("datePublished"):
        yield from (("published", "json-ld datePublished", text) for text in texts_of(value))
    yield from (("published", f"meta {name}", metas[name]) for name in PUBLISHED_METAS if name in metas)
    for node in declared.items.get("datepublished", ())[:3]:
        yield "published", "itemprop datePublished", _written(node)
    for value in declared.schema.values("dateCreated", "uploadDate"):
        yield from (("published", "json-ld dateCreated", text) for text in texts_of(value))
    yield from (("published", f"meta {name}", metas[name]) for name in CREATED_METAS if name in metas)


def _modified(declared: Declared, metas: Mapping[str, str]) -> Iterator[tuple[DateKind, str, str]]:
    for value in declared.schema.values("dateModified"):
        yield from (("modified", "json-ld dateModified", text) for text in texts_of(value))
    yield from (("modified", f"meta {name}", metas[name]) for name in MODIFIED_METAS if name in metas)
    for node in declared.items.get("datemodified", ())[:3]:
        yield "modified", "itemprop dateModified", _written(node)


def _written(node: HtmlElement) -> str:
    """What an element with a date says to machines, or to people."""
    return node.get("content") or node.get("datetime") or node.get("title") or text_of(node)


def time_dates(head: Iterable[HtmlElement], *, day_first: bool | None) -> Iterator[StatedDate]:
    """What `<time>` elements in the head of the article say, to machines and to people."""
    for node in head:
        if node.tag == "time" or (node.tag == "abbr" and node.get("title")):
            yield from _time_dates(node, day_first)


def _time_dates(node: HtmlElement, day_first: bool | None) -> Iterator[StatedDate]:
    shown = text_of(node)
    about = f"{node.get('class') or ''} {node.get('itemprop') or ''} {_words_before(node, shown)} {shown}"
    is_published = "published" in about or "pubdate" in node.attrib
    kind: DateKind = "modified" if speaks_of_change(about) and not is_published else "published"
    written = parse_moment(node.get("datetime") or node.get("title") or "", day_first=day_first)
    seen = parse_moment(shown, day_first=day_first)
    if written and seen and _is_utc_clock(written, seen):
        written = replace(written, offset_s=0)
        yield StatedDate(moment=written, kind=kind, origin=BARE_CLOCK)
    elif written:
        yield StatedDate(moment=written, kind=kind, origin="time")
    if seen:
        yield StatedDate(moment=seen, kind=kind, origin="time text")


def _words_before(node: HtmlElement, shown: str) -> str:
    """The end of the line before a date: `Updated <time>...`."""
    parent = node.getparent() if shown else None
    if parent is None or len(text := text_of(parent, _MAX_LINE_CHARS)) > _MAX_LINE_CHARS:
        return ""
    return text.partition(shown)[0][-30:]


def _is_utc_clock(written: Moment, seen: Moment) -> bool:
    """Whether a clock for machines and one for people, both without a zone, differ by a zone.

    The one for people is the site's own, so the other can only be UTC.
    """
    if written.offset_s is not None or seen.offset_s is not None or not written.clock or not seen.clock:
        return False
    apart = datetime.combine(written.day, written.clock, UTC) - datetime.combine(seen.day, seen.clock, UTC)
    return is_zone_apart(apart.total_seconds()) and abs(apart) > timedelta(minutes=5)


def is_zone_apart(seconds: float) -> bool:
    """Whether two clocks that far apart may show one instant in two zones."""
    seconds = abs(seconds)
    return seconds <= _WIDEST_S and min(seconds % _STEP_S, _STEP_S - seconds % _STEP_S) < 60


def visible_dates(
    nodes: Iterable[HtmlElement],
    *,
    day_first: bool | None,
    headlines: Collection[str] = (),
    read: Callable[[HtmlElement], str] = text_of,
) -> Iterator[StatedDate]:
    """Lines with a date; of nested elements that say the same, the smallest.

    Lines that say of themselves that they tell when something was published go
    first, in their words or in their class, then those with a clock.

    Args:
        nodes: those in the head of the article.
        headlines: a line that holds one of them tells a date of its subject.
        read: what an element says, if that is a line.
    """
    lowered = [headline.casefold() for headline in headlines if len(headline) > _LEAST_HEADLINE]
    found: dict[tuple[object, ...], tuple[bool, StatedDate]] = {}
    dates_of = cache(partial(_line_dates, day_first=day_first))
    for node in nodes:
        if any(True for _ in islice(node.iterdescendants(), 12, None)):
            continue
        text = read(node)
        if not 6 <= len(text) <= _MAX_LINE_CHARS or not any(map(str.isnumeric, text)):
            continue
        if _is_sentence(node, text) or any(each in text.casefold() for each in lowered):
            continue
        if announces_comments(text):
            continue
        is_labelled = _DATED.search(class_names(node)) is not None or speaks_of_publication(text)
        if not is_labelled and _is_caption(node, text):
            continue
        for stated in dates_of(text):
            key = (stated.kind, stated.moment.day, stated.moment.clock, stated.moment.offset_s)
            known = found.get(key)
            if known is None or len(stated.moment.raw) < len(known[1].moment.raw):
                found[key] = (is_labelled or (known is not None and known[0]), stated)
    ranked = sorted(found.values(), key=lambda pair: (not pair[0], pair[1].moment.clock is None))
    yield from (stated for _, stated in ranked)


def _is_caption(node: HtmlElement, text: str) -> bool:
    """Whether a line says what a picture shows: right below it, or with it in their box, and more than a date and a name."""
    near = (node.getprevious(), next(iter(node), None))
    return len(text.split()) > _SIGNED_WORDS and any(each is not None and each.tag in IMAGES for each in near)


def _is_sentence(node: HtmlElement, text: str) -> bool:
    """Whether it has too many words for a line; a paragraph sooner, unless it is cut in parts or says what date it gives."""
    words = len(text.split())
    if "\u3002" in text and not (speaks_of_change(text) or speaks_of_publication(text)):
        return True
    if words > MAX_LINE_WORDS or node.tag != "p" or words <= MAX_LINE_WORDS // 2:
        return words > MAX_LINE_WORDS
    return not ("|" in text or _PARTS.search(text) or speaks_of_change(text) or speaks_of_publication(text))


def _line_dates(text: str, day_first: bool | None) -> list[StatedDate]:
    """The dates of a line in parts, or of it as a whole where bars stand between day, month and year."""
    parts = [
        (part, parse_moment(part, day_first=day_first))
        for piece in _PARTS.split(text)
        for part in dated_parts(piece)
    ]
    if not any(moment for _, moment in parts):
        parts = [(text, parse_moment(text, day_first=day_first))]
    return [
        StatedDate(
            moment=moment, kind="modified" if speaks_of_change(part) else "published", origin="visible date"
        )
        for part, moment in parts
        if moment
    ]


def url_date(url: str) -> StatedDate | None:
    """The day in an address: `/2019/11/18/`, `/2019/nov/18/`, `-20191118`."""
    for match in _URL_DAY.finditer(urlsplit(url).path):
        month = match[3] if match[3].isdigit() else month_number(match[3])
        is_joined = not match[2] and (len(str(match[3])) != 2 or len(match[4]) != 2)
        if month is None or is_joined:
            continue
        try:
            day = date(int(match[1]), int(month), int(match[4]))
        except ValueError:
            continue
        return StatedDate(moment=Moment(day=day, raw=match[0]), kind="published", origin="url")
    return None
