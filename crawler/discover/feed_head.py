"""What a feed says about itself, and the noun for one of its entries."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from crawler.discover.decoding import clean_title, language_of_tag, local_name
from crawler.discover.markup_tree import named, text_of_first
from db.watched import NO_REST, Rest

_PERIODS_S = {"hourly": 3600.0, "daily": 86400.0, "weekly": 7 * 86400.0, "monthly": 30 * 86400.0}
_XML = "{http://www.w3.org/XML/1998/namespace}"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FORMATS = {"rss": "rss", "channel": "rss", "rdf": "rdf", "feed": "atom"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as written, its link absolute or None."""

    link: str | None
    title: str | None = None
    #: dates as written, the best first
    published: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    #: the feed's name for it, as written
    guid: str | None = None
    summary: str | None = None
    #: HTML
    content: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHead:
    """A feed without its entries."""

    #: rss | rdf | atom | json
    format: str
    title: str | None = None
    #: the site's address, as written
    link: str | None = None
    #: xml:base of the whole feed, as written
    base: str | None = None
    #: ISO 639-1
    language: str | None = None
    rest: Rest = NO_REST
    hub_url: str | None = None
    #: its own address, as it says
    self_url: str | None = None


def read_head(root: etree._Element) -> FeedHead:
    """What a feed says besides its entries.

    `ttl` counts minutes; `sy:updatePeriod` and `sy:updateFrequency` are RSS
    1.0's syndication module; the longer wins. A feed that would be skipped at
    every hour, or on every day, says nothing.
    """
    channel = next((child for child in root if local_name(child.tag) == "channel"), root)
    parts = [child for child in channel if isinstance(child.tag, str)]
    return FeedHead(
        format=_FORMATS.get(local_name(root.tag), "rss"),
        title=clean_title(text_of_first(parts, "title")),
        link=_link(parts),
        base=channel.get(_XML + "base") or root.get(_XML + "base"),
        language=language_of_tag(text_of_first(parts, "language") or root.get(_XML + "lang")),
        rest=_rest(parts),
        hub_url=next((part.get("href") for part in parts if _rel(part) == "hub"), None),
        self_url=next((part.get("href") for part in parts if _rel(part) == "self"), None),
    )


def _rel(element: etree._Element) -> str:
    return (element.get("rel") or "").lower() if local_name(element.tag) == "link" else ""


def _link(parts: list[etree._Element]) -> str | None:
    for part in named(parts, "link"):
        address = (part.get("href") or part.text or "").strip()
        if address and _rel(part) in ("", "alternate"):
            return address
    return None


def _rest(parts: list[etree._Element]) -> Rest:
    ttl_s = max(_number(text_of_first(parts, "ttl")) * 60, _period_s(parts))
    hours = {int(text) % 24 for text in _items(parts, "skiphours") if _number(text) or text == "0"}
    days = {_DAYS.index(text.lower()) for text in _items(parts, "skipdays") if text.lower() in _DAYS}
    return Rest(
        ttl_s=ttl_s or None,
        skip_hours=tuple(sorted(hours)) if len(hours) < 24 else (),
        skip_days=tuple(sorted(days)) if len(days) < 7 else (),
    )


def _number(text: str | None) -> float:
    return float(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else 0.0


def _period_s(parts: list[etree._Element]) -> float:
    period = _PERIODS_S.get((text_of_first(parts, "updateperiod") or "").lower(), 0.0)
    return period / max(_number(text_of_first(parts, "updatefrequency")), 1.0)


def _items(parts: Iterable[etree._Element], name: str) -> list[str]:
    return [(child.text or "").strip() for part in parts if local_name(part.tag) == name for child in part]
