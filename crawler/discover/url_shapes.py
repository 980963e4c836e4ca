"""What an address looks like: an article's, a section's, or a trap's. Only the address is looked at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, unquote, urlsplit

from courlan.filters import is_not_crawlable

from crawler.lang import patterns

_YEAR = r"(?:19[5-9]|20[0-9])[0-9]"
_MONTH = r"(?:0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_DATED = re.compile(
    rf"/{_YEAR}[/-]{_MONTH}[/-](?:[0-3]?[0-9])(?=[/-]|$)"  # /2026/11/23/slug
    rf"|/{_YEAR}/{_MONTH}/(?=[^/]*[^/0-9])"  # /2026/11/slug
    rf"|(?<![0-9]){_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9])",  # slug-20261123
    re.IGNORECASE,
)
_DAY = re.compile(rf"/({_YEAR})[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12][0-9]|3[01])(?=[/-]|$)")
_DAY_RUN = re.compile(rf"(?<![0-9])({_YEAR})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])(?![0-9])")
_MONTH_ONLY = re.compile(rf"/({_YEAR})/(0?[1-9]|1[0-2])/(?=[^/]*[^/0-9])")
#: in the address of a sitemap: 2026, 2026-11, 2026/11/23, 20261123; and what stands between when it is asked for
_PERIOD = re.compile(
    r"(?<![0-9])(20[0-9]{2})(?:[-_/.]?(0[1-9]|1[0-2])(?:[-_/.]?(0[1-9]|[12][0-9]|3[01]))?)?(?![0-9])"
)
_DATE_ASKED = re.compile(r"&(?:amp;)?(?:mm|month|m|dd|day|d)=", re.IGNORECASE)
_CALENDAR = re.compile(rf"/{_YEAR}(?:/{_MONTH}(?:/[0-3]?[0-9])?)?/?$", re.IGNORECASE)
#: collections, below which an article may lie after all
_COLLECTION = re.compile(rf"/{patterns('addresses', 'collection')}(?:/|$)", re.IGNORECASE)
_TRAP = re.compile(
    rf"/(?:{patterns('addresses', 'no_article')}|rss|feeds?|sitemaps?|wp-admin|wp-content|wp-login\.php|cdn-cgi|ajax|api|oembed)"
    r"(?:/|\.[a-z]{3,4}$|$)|/pages?/[0-9]+/?$",
    re.IGNORECASE,
)
_TRAP_TAIL = re.compile(r"/(?:feed|comments?|print|share|amp|embed|page/[0-9]+)/?$", re.IGNORECASE)
_FACETS = frozenset(
    "sort order orderby filter filters facet view per_page perpage limit offset start replytocom share print do action".split()  # noqa: SIM905 - one line of names
)
_DATES_ASKED = frozenset(("date", "day", "month", "year", "from", "to", "week", "calendar"))
_PAGER = patterns("addresses", "pager")
_PAGED = re.compile(rf"/(?:{_PAGER}|pages|p)[/-]?([0-9]{{1,5}})/?$", re.IGNORECASE)
_PAGERS = re.compile(rf"{_PAGER}|paged|pg|p|offset|start", re.IGNORECASE)
_FILE = re.compile(r"\.[a-z0-9]{2,5}$", re.IGNORECASE)
_PAGE_FILE = re.compile(r"\.(?:s?html?|php[0-9]?|aspx?|jspx?|cfm|do|phtml|xhtml|ece|story)$", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]+")
_WORD_END = re.compile(r"[-_.+]")


@dataclass(frozen=True, slots=True)
class Shape:
    """What an address shows of itself."""

    #: 0 and up; from about 3 it is an article by its address alone
    weight: float
    #: addresses of one kind of page share it
    pattern: str


def is_trap(url: str) -> bool:
    """Whether following *url* leads nowhere or for ever: tags, authors, searches, calendars, facets, logins, files.

    >>> is_trap("https://e.org/tag/space/"), is_trap("https://e.org/2026/11/"), is_trap("https://e.org/film-crew-lands")
    (True, True, False)
    """
    parts = urlsplit(url)
    path = unquote(parts.path)
    if _TRAP_TAIL.search(path) or _CALENDAR.search(path) or is_not_crawlable(url):
        return True
    found = _COLLECTION.search(path)
    if _TRAP.search(path) or (found and not _is_deep_article(path[found.end() :])):
        return True
    if _FILE.search(path) and not _PAGE_FILE.search(path) and "." in path.rpartition("/")[2][-6:]:
        return True
    asked = [name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    facets = sum(name in _FACETS or "[" in name for name in asked)
    return facets > 0 or len(asked) > 3 or any(name in _DATES_ASKED for name in asked)


def _is_deep_article(rest: str) -> bool:
    """A long slug or a date, as under `/topics/space/`."""
    return (
        _DATED.search("/" + rest) is not None or len(_WORD_END.split(rest.strip("/").rpartition("/")[2])) >= 5
    )


def dated(url: str) -> datetime | None:
    """The last instant of the day, or month, that an address carries; None without one.

    >>> dated("https://e.org/2026/11/23/crew"), dated("https://e.org/film-471020-20261123"), dated("https://e.org/film")
    (datetime.datetime(2026, 11, 24, 0, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2026, 11, 24, 0, 0, tzinfo=datetime.timezone.utc), None)
    """
    path = urlsplit(url).path
    found = _DAY.search(path) or _DAY_RUN.search(path) or _MONTH_ONLY.search(path)
    if found is None:
        return None
    try:
        first = datetime(
            int(found[1]), int(found[2]), int(found[3]) if found.lastindex == 3 else 1, tzinfo=UTC
        )
    except ValueError:
        return None
    return first + timedelta(days=1 if found.lastindex == 3 else 31)


def period_end(url: str) -> datetime | None:
    """The last instant of the year, month or day that the address of a sitemap names; None without one.

    >>> period_end("https://e.org/sitemap-2026-11.xml"), period_end("https://e.org/sitemap.xml?yyyy=2026&mm=11&dd=23")
    (datetime.datetime(2026, 12, 1, 0, 0, tzinfo=datetime.timezone.utc), datetime.datetime(2026, 11, 24, 0, 0, tzinfo=datetime.timezone.utc))
    """
    parts = urlsplit(url)
    asked = _DATE_ASKED.sub("-", parts.query)
    found = _PERIOD.search(f"{parts.path}?{asked}")
    if found is None:
        return None
    year, month, day = (int(each) if each else None for each in found.groups())
    try:
        first = datetime(year or 1, month or 1, day or 1, tzinfo=UTC)
    except ValueError:
        return None
    if day:
        return first + timedelta(days=1)
    if not month or month == 12:
        return datetime(first.year + 1, 1, 1, tzinfo=UTC)
    return first.replace(month=month + 1)


def page_number(url: str) -> int | None:
    """The number of a paginated address, from `/page/3` or `?page=3`; None when it has none.

    >>> page_number("https://e.org/news/page/3/"), page_number("https://e.org/news?page=2"), page_number("https://e.org/")
    (3, 2, None)
    """
    parts = urlsplit(url)
    if found := _PAGED.search(parts.path):
        return int(found[1])
    numbers = [value for name, value in parse_qsl(parts.query) if _PAGERS.fullmatch(name)]
    return int(numbers[0]) if numbers and re.fullmatch(r"[0-9]{1,5}", numbers[0]) else None


def shape_of(url: str) -> Shape:
    """How much an address looks like an article's, and what kind of address it is."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    segments = [segment for segment in path.split("/") if segment]
    last = _PAGE_FILE.sub("", segments[-1]) if segments else ""
    words = [word for word in _WORD_END.split(last) if word]
    is_dated = _DATED.search(path) is not None
    weight = 3.0 * is_dated + _slug_weight(words) + 0.5 * (len(segments) > 1)
    weight += 1.5 * any(len(number) >= 4 for number in _NUMBER.findall(last)) * (not is_dated)
    weight += 0.5 * (_PAGE_FILE.search(path) is not None)
    weight += 1.0 * any(re.fullmatch(r"[0-9]{3,}", value) for _, value in parse_qsl(parts.query))
    if len(words) <= 1 and not is_dated and not _NUMBER.search(last):
        weight -= 2.0
    return Shape(weight=weight, pattern=_pattern(segments, parts.query))


def _slug_weight(words: list[str]) -> float:
    letters = [word for word in words if not word.isdigit()]
    if len(letters) >= 5:
        return 3.0
    if len(letters) >= 3:
        return 2.0
    return 0.5 if len(letters) == 2 else 0.0


def _pattern(segments: list[str], query: str) -> str:
    kinds = [_kind(segment, is_last=index == len(segments) - 1) for index, segment in enumerate(segments)]
    asked = ",".join(sorted(name for name, _ in parse_qsl(query)))
    return f"/{'/'.join(kinds)}?{asked}"


def _kind(segment: str, *, is_last: bool) -> str:
    stem = _PAGE_FILE.sub("", segment)
    ending = segment[len(stem) :].lower()
    words = [word for word in _WORD_END.split(stem) if word]
    numbers = [len(word) for word in words if word.isdigit()]
    if stem.isdigit():
        return f"9{ending}" if len(stem) > 4 else f"{'9' * len(stem)}{ending}"
    if len(words) < 3 and not numbers:
        return f"w{ending}" if is_last else "w"
    tail = f"9{numbers[-1]}" if numbers and words[-1].isdigit() and numbers[-1] >= 4 else ""
    return f"slug{tail}{ending}" if len(words) - len(numbers) >= 2 else f"id{tail}{ending}"


def by_promise(sitemaps: Sequence[str]) -> tuple[str, ...]:
    """Those with "news" in their name first, else in their own order."""
    return tuple(sorted(sitemaps, key=lambda each: "news" not in each.lower()))
