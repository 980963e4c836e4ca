"""A message: as text for people, and as JSON for programs. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crawler.publish.alerts.events import AlertEvent
from crawler.publish.display import moment_in_words, one_line

#: kind -> how its line begins
HEADS = {
    "new": "New", "edited": "Edited", "corrected": "Corrected", "removed": "Taken down", "story": "New story",
    "source": "Source", "test": "Test",
}  # fmt: skip
#: things that are reported in full in one text message; of the others the headlines; what is left is counted
IN_FULL, MOST_HEADLINES = 5, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent to one target at once."""

    #: idempotency key
    key: str
    alert: str
    events: tuple[AlertEvent, ...]
    #: how many things happened; *events* has the first
    count: int


def subject(message: Message) -> str:
    """One line.

    >>> subject(Message(key="k", alert="desk", events=(), count=12))
    'desk: 12 things happened'
    """
    if message.count == 1 and message.events:
        event = message.events[0]
        return one_line(f"{HEADS[event.kind]}: {event.title}", 200)
    return one_line(f"{message.alert}: {message.count} things happened", 200)


def message_text(message: Message) -> str:
    """The message as plain text."""
    parts = [_in_full(event) for event in message.events[:IN_FULL]]
    headlines = [
        f"{HEADS[event.kind]}: {event.title} ({event.site})"
        for event in message.events[IN_FULL:MOST_HEADLINES]
    ]
    if headlines:
        parts.append("\n".join(headlines))
    left = message.count - min(len(message.events), MOST_HEADLINES)
    if left > 0:
        parts.append(f"… and {left} more.")
    return "\n\n".join(parts)


def _in_full(event: AlertEvent) -> str:
    when = moment_in_words(event.published_at, event.precision) if event.published_at else ""
    found = f"found {moment_in_words(event.found_at)}" if event.found_at else ""
    why = (
        f"Why: {', '.join(event.terms)} (score {event.score:.2f})"
        if event.terms and event.score is not None
        else ""
    )
    changed = (
        f"What changed: {event.changes}"
        if event.kind in ("edited", "corrected") and event.changes
        else event.changes
    )
    lines = (
        f"{HEADS[event.kind]}: {event.title}",
        " · ".join(each for each in (event.site, event.language or "", when, found) if each),
        why,
        changed,
        event.url or "",
        f"Review: {event.review_url}" if event.review_url else "",
    )
    return "\n".join(line for line in lines if line)


def payload(message: Message) -> bytes:
    """The message as JSON: one thing with its fields, or `items` of a bundle."""
    items = [_item(event) for event in message.events]
    if message.count == 1 and items:
        payload: dict[str, Any] = {**items[0], "id": message.key, "alert": message.alert}
    else:
        payload = {
            "id": message.key,
            "alert": message.alert,
            "kind": "bundle",
            "count": message.count,
            "items": items,
        }
    return json.dumps(payload, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def _item(event: AlertEvent) -> dict[str, Any]:
    return {
        "id": event.key,
        "kind": event.kind,
        "beat": event.beat,
        "title": event.title,
        "site": event.site,
        "url": event.url,
        "source": event.source,
        "language": event.language,
        "published_at": event.published_at,
        "found_at": event.found_at,
        "score": event.score,
        "terms": list(event.terms),
        "changes": event.changes or None,
        "review_url": event.review_url,
    }


def page_payload(key: str, title: str, html: str, text: str) -> bytes:
    """A digest as JSON."""
    payload = {"id": key, "kind": "digest", "title": title, "html": html, "markdown": text}
    return json.dumps(payload, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def headers(key: str, content: bytes, secret: str | None) -> Sequence[tuple[str, str]]:
    """What goes with a POST: the idempotency key, and the signature when there is a secret.

    >>> dict(headers("k", b"{}", "s"))["X-Spacereel-Signature"][:15]
    'sha256=143ca8d5'
    """
    headers = [("Content-Type", "application/json"), ("Idempotency-Key", key)]
    if secret is not None:
        digest = hmac.new(secret.encode("utf-8"), content, hashlib.sha256).hexdigest()
        headers.append(("X-Spacereel-Signature", f"sha256={digest}"))
    return headers
