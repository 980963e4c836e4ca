"""The entries of an XML feed, read by fastfeedparser and, where that fails, by feedparser."""

from __future__ import annotations

import html
import io
import re
from calendar import timegm
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import fastfeedparser
import feedparser

from crawler.discover.decoding import web_address
from crawler.discover.feed_head import Entry

#: entries that the forgiving, slow parser is given at each end of a long feed
SLOW_ENTRIES = 500
_ENTRY = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_XHTML_TITLE = re.compile(r"<title[^<>]{1,60}xhtml")
_PUBLISHED = re.compile(
    r"<(?:[A-Za-z][\w.-]*:)?(?:published|issued|pubdate|date|created)(?:\s[^<>]*)?>(?!\s*</)", re.IGNORECASE
)
_UPDATED = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(?:updated|modified)(?=[\s>])", re.IGNORECASE)
_DATE = re.compile(
    r"(<(?:[A-Za-z][\w.-]*:)?(?:published|issued|pubdate|date|created|updated|modified|lastbuilddate)(?:\s[^<>]*)?>)"
    r"\s*+(<!\[CDATA\[)?([^<]*?)(\]\]>)?\s*(?=</)",
    re.IGNORECASE,
)
_GUID = re.compile(r"(<guid(?:\s[^<>]*)?>)\s*+(?:<!\[CDATA\[)?([^<]*?)(?:\]\]>)?(</guid\s*>)", re.IGNORECASE)
#: what a date may look like; anything else would be guessed at, from today's date on, by slow parsers
_SOUND_DATE = re.compile(
    r"\s*(?:[A-Za-z]{2,9}\.?,?\s+)?"
    r"(?:\d{1,2}[ -][A-Za-z]{3,9}\.?,?[ -]\d{2,4}|(?:19|20)\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?|[A-Za-z]{3,9}\.? \d{1,2},? (?:19|20)\d\d|(?:19|20)\d{6}(?=T|\s*$))"
    r"[\sT,]{0,3}[0-9:.,+\-/A-Za-z_() ]{0,40}\s*"
)
_NOT_A_PAGE = frozenset(
    ("enclosure", "replies", "edit", "edit-media", "self", "hub", "license", "next", "search", "icon")
)


def entry_starts(xml: str) -> list[int]:
    """Where each entry begins."""
    return [found.start() for found in _ENTRY.finditer(xml)]


def both_ends(xml: str, starts: list[int], most: int) -> str:
    """The feed with its first and last *most* entries: it may be sorted either way, and one end is newest."""
    return xml if len(starts) <= 2 * most else xml[: starts[most]] + xml[starts[-most] :]


def read_entries(xml: str, base: str) -> list[Entry]:
    """The entries in the feed's order.

    Args:
        xml: clean (`text.clean_xml`) and of bounded length.
        base: absolute URL at which relative links start.
    """
    starts = entry_starts(xml)
    entries = _fast(xml, base)
    linked = _linked(entries)
    is_long = len(starts) > 2 * SLOW_ENTRIES
    if (linked >= len(starts) and not _has_quirks(xml[starts[0] :] if starts else "")) or (
        entries and is_long
    ):
        return entries
    forgiving = _forgiving(both_ends(xml, starts, SLOW_ENTRIES), base)
    return forgiving if _linked(forgiving) >= linked else entries


def _linked(entries: list[Entry]) -> int:
    return sum(entry.link is not None for entry in entries)


def _has_quirks(entries: str) -> bool:
    """Whether entries use what fastfeedparser leaves out."""
    low = entries.lower()
    return (
        "xml:base" in low or ":origlink" in low or ("xhtml" in low and _XHTML_TITLE.search(low) is not None)
    )


def _fast(xml: str, base: str) -> list[Entry]:
    sound = _without_guesses(xml)
    try:
        feed = fastfeedparser.parse(
            sound.encode("utf-8", "replace"), include_content=True, include_tags=False, include_media=False
        )
    except (ValueError, TypeError, AttributeError, KeyError, IndexError):
        return []  # feedparser tries next
    found, starts = feed["entries"], entry_starts(sound)
    if len(found) != len(starts):
        return []
    return [
        Entry(
            link=web_address(_page_link(entry), base),
            title=entry.get("title"),
            # fastfeedparser takes a missing date of publication from the update, or from a guid
            published_at=_instant(entry.get("published")) if _PUBLISHED.search(sound, start, end) else None,
            modified_at=_instant(entry.get("updated")),
            guid=guid,
            summary=entry.get("description"),
            content=_content(entry),
        )
        for entry, guid, start, end in zip(
            found, _guids(xml, found), starts, [*starts[1:], len(sound)], strict=True
        )
    ]


def _guids(xml: str, found: Sequence[Mapping[str, Any]]) -> Iterator[str | None]:
    """The name of each entry, as written: what `_without_guesses` left out is read here."""
    starts = entry_starts(xml)
    for entry, start, end in zip(found, starts, [*starts[1:], len(xml)], strict=True):
        guid = _GUID.search(xml, start, end)
        identity = html.unescape(guid[2]).strip() if guid else entry.get("id")
        yield identity if isinstance(identity, str) and identity else None


def _content(entry: Mapping[str, Any]) -> str | None:
    """The longest of an entry's contents that is text."""
    values = [each.get("value") for each in entry.get("content") or () if isinstance(each, Mapping)]
    return max((value for value in values if isinstance(value, str)), key=len, default=None)


def _without_guesses(xml: str) -> str:
    """Without dates that are none, and guids that are no addresses: fastfeedparser would guess, and slowly."""
    dated = _DATE.sub(lambda found: found[0] if _SOUND_DATE.fullmatch(found[3]) else found[1], xml)

    def address(found: re.Match[str]) -> str:
        text = found[2].strip()
        return f"{found[1]}{text}{found[3]}" if text.lower().startswith(("http://", "https://")) else ""

    return _GUID.sub(address, dated)


def _page_link(entry: Mapping[str, Any]) -> str | None:
    """The link that names the page: rel=alternate as HTML first, a permalink guid last."""
    links = [link for link in entry.get("links") or () if link.get("href")]
    pages = [link for link in links if link.get("rel") in (None, "", "alternate")]
    readable = [link for link in pages if "html" in (link.get("type") or "html")]
    written = entry.get("link")
    rels = {link["href"]: link.get("rel") for link in links}
    enclosed = {each.get("url") for each in entry.get("enclosures") or ()}
    for address in (
        *(link["href"] for link in readable),
        written,
        *(link["href"] for link in pages),
        entry.get("id"),
    ):
        if (
            address
            and rels.get(address) not in _NOT_A_PAGE
            and address not in enclosed
            and _is_address(address, entry)
        ):
            return str(address)
    return None


def _is_address(address: str, entry: Mapping[str, Any]) -> bool:
    return (
        address != entry.get("id")
        or address == entry.get("link")
        or address.startswith(("http://", "https://"))
    )


def _forgiving(xml: str, base: str) -> list[Entry]:
    try:
        feed = feedparser.parse(
            io.BytesIO(xml.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": base},
            sanitize_html=False,
            resolve_relative_uris=True,
        )
    except (KeyError, ValueError, TypeError, AttributeError, IndexError):  # its faults, found by fuzzing
        return []
    has_updates = _UPDATED.search(xml) is not None
    return [_forgiven(entry, base, has_updates) for entry in feed.entries]


def _forgiven(entry: Mapping[str, Any], base: str, has_updates: bool) -> Entry:
    original = entry.get("feedburner_origlink")
    updated_at = _utc(entry, "updated_parsed")
    return Entry(
        link=web_address(original or _page_link(entry), base),
        title=entry.get("title"),
        # feedparser takes the dc:date of RSS 0.90 and 1.0 for an update
        published_at=_utc(entry, "published_parsed") or (None if has_updates else updated_at),
        modified_at=updated_at if has_updates else None,
        guid=entry.get("id"),
        summary=entry.get("summary"),
        content=_content(entry),
    )


def _utc(entry: Mapping[str, Any], name: str) -> datetime | None:
    # get() would answer for a missing update with the date of publication, and warn
    parsed = entry[name] if name in entry else None  # noqa: SIM401
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _instant(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
