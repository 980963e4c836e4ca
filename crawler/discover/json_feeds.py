"""JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from crawler.discover.decoding import clean_title, language_of_tag
from crawler.discover.feed_head import Entry, FeedHead
from crawler.discover.json_mending import damage_of, mended_json
from crawler.errors import FeedSyntaxError

#: what guards a list from being run as a script, or makes it one
_WRAPPER = re.compile(
    r"(?:\)\]\}'[^\n]{0,40}\n|/\*[^*]{0,400}\*/|[A-Za-z_$][\w.$]{0,80}\s?\()\s{0,40}(?=[{\[])"
)


def is_json(text: str) -> bool:
    """Whether a body begins like a JSON Feed, be it wrapped for a script.

    >>> is_json('{"items": []}'), is_json('callback({"items": []})'), is_json("<rss>")
    (True, True, False)
    """
    return text[0] in "{[" or _WRAPPER.match(text) is not None


def _unwrapped(text: str) -> str:
    found = _WRAPPER.match(text)
    return text[found.end() :].rstrip(" \t\r\n;").removesuffix(")") if found else text


def read_json_feed(text: str, url: str) -> tuple[FeedHead, list[Entry], str | None]:
    """A JSON Feed's head and its entries, links as written, and what to say of its state; None when it is JSON.

    An item's `url` is its page; `external_url` (a link blog's subject) and an
    `id` that is an address stand in for it. Of a damaged feed every item is
    read that can be.

    Raises:
        FeedSyntaxError: not JSON, or JSON without a list of items.
    """
    damage = None
    text = _unwrapped(text)
    try:
        feed = json.loads(text, strict=False)
    except (ValueError, RecursionError) as problem:
        mended = mended_json(text)
        if mended is None:
            raise FeedSyntaxError(f"{url} begins like JSON but is broken", url) from problem
        feed, damage = mended.feed, damage_of(mended)
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise FeedSyntaxError(f"{url} is JSON but not a JSON Feed: it has no list of items", url)
    hubs = feed.get("hubs")
    hub = hubs[0].get("url") if isinstance(hubs, list) and hubs and isinstance(hubs[0], dict) else None
    head = FeedHead(
        format="json",
        title=clean_title(_text(feed, "title")),
        link=_text(feed, "home_page_url"),
        language=language_of_tag(_text(feed, "language")),
        hub_url=hub if isinstance(hub, str) else None,
    )
    return head, [_entry(item) for item in feed["items"] if isinstance(item, dict)], damage


def _entry(item: dict[str, Any]) -> Entry:
    identity = _text(item, "id")
    stands_in = identity if identity and identity.startswith(("http://", "https://")) else None
    return Entry(
        link=_text(item, "url") or stands_in or _text(item, "external_url"),
        title=_text(item, "title"),
        published=_dates(item, "date_published"),
        modified=_dates(item, "date_modified"),
        guid=identity or _number(item, "id"),
        summary=_text(item, "summary"),
        content=_text(item, "content_html") or _as_html(_text(item, "content_text")),
    )


def _dates(item: dict[str, Any], key: str) -> tuple[str, ...]:
    written = _text(item, key) or _number(item, key)
    return (written,) if written else ()


def _number(table: dict[str, Any], key: str) -> str | None:
    value = table.get(key)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if is_number else None


def _as_html(text: str | None) -> str | None:
    """Plain text with its paragraphs as HTML."""
    parts = (part.strip() for part in (text or "").split("\n"))
    return "".join(f"<p>{html.escape(part)}</p>" for part in parts if part) or None


def _text(table: dict[str, Any], key: str) -> str | None:
    value = table.get(key)
    return value.strip() or None if isinstance(value, str) else None
