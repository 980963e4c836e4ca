"""JSON Feeds that no parser takes: every member and every item that can be read, and what was lost counted. Pure.

What is broken costs the member it stands in. A member begins with a name and a
colon; an item with a brace that follows a comma or the bracket of `items`. So
reading goes on at the next of those that a parser takes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from crawler.units import many

#: items of a damaged feed that are read, members of one, and its letters
MOST_ITEMS, MOST_MEMBERS, MOST_ITEM_CHARS = 10_000, 2_000, 400_000
#: places that are no JSON, after which the rest is left out
MOST_FAULTS = 1_000
_DECODER = json.JSONDecoder(strict=False)
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_OBJECT = re.compile(r"\{\s*(?=[\"'A-Za-z_}])")
#: a name and its colon, where a member begins
_MEMBER = re.compile(r'"(?P<name>[A-Za-z_][A-Za-z0-9_]{0,40})"\s*:\s*')
#: the rest of a text with a bare quote in it, up to the one that another member or the end follows
_GOES_ON = re.compile(
    r'(?!\s*[,}\]]|\s*"[A-Za-z_]\w*"\s*:|\s*$)(?P<rest>[^\r\n]{0,20000}?)"(?=\s*(?:,\s*"[A-Za-z_]\w{0,40}"\s*:|\}))'
)
_BETWEEN = re.compile(r"[\s,]*")
#: a name without quotes, in single ones, or a comma too many: what people write who think that JSON is JavaScript
_NAME = re.compile(
    r"(?P<before>[{,]\s*)(?:'(?P<quoted>[A-Za-z_]\w{0,40})'|(?P<bare>[A-Za-z_]\w{0,40}))(?P<after>\s*:)"
)

#: items whose names have no quotes
_BARE = re.compile(r"items[\"']?\s*:\s*\[\s*\{\s*[A-Za-z_']|[{,]\s*'?items'?\s*:\s*\[")


@dataclass(slots=True)
class MendedJson:
    """What could be read of a JSON Feed."""

    feed: dict[str, Any] = field(default_factory=dict)
    #: places that were no JSON
    faults: int = 0
    #: bytes that were left out
    lost_bytes: int = 0
    #: it ends in the middle
    is_cut: bool = False

    def lose(self, text: str) -> None:
        """Count a piece that is left out."""
        self.faults += 1
        self.lost_bytes += len(text.encode("utf-8", "replace"))


def mended_json(text: str) -> MendedJson | None:
    """The members and the items of a damaged feed; None when it has no list of items.

    >>> mended_json('{"title": "T", "items": [{"url": "a"}, {"url": "b" "id": 1}, {"url": "c"}').feed["items"]
    [{'url': 'a'}, {'url': 'b', 'id': 1}, {'url': 'c'}]
    """
    if _BARE.search(text):
        text = _quoted(text)
    begin = _ITEMS.search(text)
    if begin is None:
        return None
    mended = MendedJson()
    head = _members(text[: begin.start()], MendedJson())
    items, at = _items(text, begin.end(), mended)
    tail = _members(text[at:], MendedJson())
    mended.feed = {**tail, **head, "items": items}
    mended.is_cut = not text[at:].strip()
    mended.faults = max(mended.faults, 1)
    return mended


def _quoted(text: str) -> str:
    return _NAME.sub(lambda name: f'{name["before"]}"{name["quoted"] or name["bare"]}"{name["after"]}', text)


def damage_of(mended: MendedJson) -> str:
    """What a poll's row says of it.

    >>> damage_of(MendedJson(faults=1, lost_bytes=40, is_cut=True))
    'damaged in 1 place, 40 bytes not understood; it breaks off'
    """
    places, lost = many(mended.faults, "place"), many(mended.lost_bytes, "byte")
    return f"damaged in {places}, {lost} not understood{'; it breaks off' * mended.is_cut}"


def _items(text: str, at: int, mended: MendedJson) -> tuple[list[dict[str, Any]], int]:
    """Items from there on, and where they end."""
    found: list[dict[str, Any]] = []
    while len(found) < MOST_ITEMS and mended.faults < MOST_FAULTS:
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
        if at >= len(text) or text[at] == "]":
            return found, at + 1
        begin = _OBJECT.search(text, at)
        if begin is None:
            mended.lose(text[at:])
            return found, len(text)
        if begin.start() > at:
            mended.lose(text[at : begin.start()])
        item, at = _item(text, begin.start(), mended)
        if item:
            found.append(item)
    mended.lose(text[at:])
    return found, len(text)


def _item(text: str, at: int, mended: MendedJson) -> tuple[dict[str, Any] | None, int]:
    """The item that begins there, and where it ends; of a broken one the members that can be read."""
    try:
        item, size = _DECODER.raw_decode(text[at : at + MOST_ITEM_CHARS])
    except (ValueError, RecursionError):
        end, before = _end_of(text, at), mended.faults
        members = _members(text[at:end], mended)
        mended.faults += mended.faults == before  # a comma too few
        return members or None, end
    return item if isinstance(item, dict) else None, at + size


def _end_of(text: str, at: int) -> int:
    """Where a broken item ends: before the next one that begins as this does, else with the list or the text."""
    head = _quoted(text[at : at + 200])
    first = _MEMBER.match(head, _after_brace(head, 0))
    name = first["name"] if first else None
    limit = min(len(text), at + MOST_ITEM_CHARS)
    begin = re.compile(rf'\{{\s*(?="{re.escape(name)}"\s*:)') if name else _OBJECT
    following = begin.search(text, at + 1, limit)
    if following:  # what parts them is stripped: a pattern for it takes the cube of blanks without end
        return at + 1 + len(text[at + 1 : following.start()].rstrip().removesuffix(",").rstrip())
    close = text.rfind("}", at, limit)
    # the last brace is the feed's own when a bracket stands before it
    bracket = text.rfind("]", at, limit)
    close = text.rfind("}", at, bracket) if at < bracket < close else close
    return close + 1 if close > at else limit


def _after_brace(text: str, at: int) -> int:
    found = _OBJECT.match(text, at)
    return found.end() if found else at


def _members(text: str, mended: MendedJson) -> dict[str, Any]:
    """Members of a broken object whose values can be read; the first of each name counts."""
    text = _quoted(text)
    found: dict[str, Any] = {}
    at = 0
    for _ in range(MOST_MEMBERS):
        member = _MEMBER.search(text, at)
        if member is None or mended.faults >= MOST_FAULTS:
            break
        lost = text[at : member.start()].strip(" \t\r\n,{}")
        if lost:
            mended.lose(lost)
        try:
            value, at = _DECODER.raw_decode(text, member.end())
        except (ValueError, RecursionError):
            at = _after_value(text, member.end())
            mended.lose(text[member.start() : at])
            continue
        if isinstance(value, str) and (more := _GOES_ON.match(text, at)):
            mended.faults += 1  # a quote inside that nobody escaped
            value, at = f'{value}"{more["rest"]}', more.end()
        found.setdefault(member["name"], value)
    rest = text[at:].strip(" \t\r\n,{}")
    if rest:
        mended.lose(rest)
    return found


def _after_value(text: str, at: int) -> int:
    """Where reading goes on behind a value that is broken: behind its brackets, else at the next member."""
    closing = {"{": "}", "[": "]"}.get(text[at : at + 1])
    if closing and (end := text.find(closing, at)) >= 0:
        return end + 1
    following = _MEMBER.search(text, at)
    return following.start() if following else len(text)
