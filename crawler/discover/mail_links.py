"""The address that a link of a newsletter leads to, as far as the link itself says it. Pure: nobody is asked.

Services that count clicks carry the address in a parameter, in the path, in
base64 or in JSON in base64. Others (a bare number of Mailchimp or SendGrid) say
nothing: such a link stays as it is.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

#: a link is unwrapped so often, as a mail server's guard wraps what a newsletter has wrapped
_MOST_LAYERS = 4
_MOST_CHARS = 8_000
#: names of parameters that hold where a click leads
_TARGETS = ("url", "u", "q", "target", "targeturl", "dest", "destination", "redirect", "redirect_url", "redirecturl", "link", "to", "a", "p", "e", "goto")  # fmt: skip
_WEB = re.compile(r"https?://[^\s/]+\.[^\s/]+", re.IGNORECASE)
_ESCAPED = re.compile(r"https?(?:%3A|:)%2F%?2?F?[^/?&#]+", re.IGNORECASE)
_BASE64 = re.compile(r"(?:aHR0c|eyJ)[A-Za-z0-9_-]{8,}={0,2}")
_GUARD_V2 = re.compile(r"-([0-9A-F]{2})")
_GUARD_V3 = re.compile(r"/v3/__(.+?)__;")


def target_of(link: str) -> str:
    """Where a click on *link* leads; *link* itself when it does not say so.

    >>> target_of("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fe.org%2Fa&data=05")
    'https://e.org/a'
    >>> target_of("https://list.example/track/click?u=17&id=9")
    'https://list.example/track/click?u=17&id=9'
    """
    for _ in range(_MOST_LAYERS):
        inner = _inner(link) if len(link) <= _MOST_CHARS else None
        if inner is None or inner == link:
            break
        link = inner
    return link


def _inner(link: str) -> str | None:
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    if host.endswith("urldefense.proofpoint.com"):
        return _guarded(dict(parse_qsl(parts.query)).get("u", ""))
    if guarded := _GUARD_V3.search(link) if host.endswith("urldefense.com") else None:
        return guarded[1]
    return next(_carried(parts.path, parts.query), None)


def _guarded(text: str) -> str | None:
    """Proofpoint's second spelling: `https-3A__e.org_a`."""
    plain = _GUARD_V2.sub(lambda found: chr(int(found[1], 16)), text).replace("_", "/")
    return plain if _WEB.match(plain) else None


def _carried(path: str, query: str) -> Iterator[str]:
    values = {name.lower(): value for name, value in reversed(parse_qsl(query))}
    yield from (values[name] for name in _TARGETS if _WEB.match(values.get(name, "")))
    if found := _ESCAPED.search(path):
        yield unquote(found[0])
    for found in _BASE64.finditer(f"{path} {unquote(query)}"):
        if inner := _decoded(found[0]):
            yield inner


def _decoded(text: str) -> str | None:
    """The web address in base64, or in JSON in base64."""
    try:
        plain = base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)).decode()
    except (binascii.Error, ValueError):
        return None
    if _WEB.match(plain):
        return plain.split()[0]
    try:
        return next(_addresses(json.loads(plain), 3), None)
    except (ValueError, RecursionError):
        return None


def _addresses(value: Any, depth: int) -> Iterator[str]:
    """Web addresses in JSON, which may hold JSON as text again (Mandrill)."""
    if isinstance(value, str) and _WEB.match(value):
        yield value
    elif isinstance(value, str) and value.startswith("{") and depth:
        yield from _addresses(json.loads(value), depth - 1)
    elif isinstance(value, dict) and depth:
        for inner in value.values():
            yield from _addresses(inner, depth - 1)
