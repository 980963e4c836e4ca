"""A message: as text for people, and as JSON for programs. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crawler.publish.alerts.facts import EventFacts
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
    facts: tuple[EventFacts, ...]
    #: how many things happened; *facts* has the first
    count: int


def subject(message: Message) -> str:
    """One line.

    >>> subject(Message(key="k", alert="desk", facts=(), count=12))
    'desk: 12 things happened'
    """
    if message.count == 1 and message.facts:
        fact = message.facts[0]
        return one_line(f"{HEADS[fact.kind]}: {fact.title}", 200)
    return one_line(f"{message.alert}: {message.count} things happened", 200)


def message_text(message: Message) -> str:
    """The message as plain text."""
    parts = [_in_full(fact) for fact in message.facts[:IN_FULL]]
    headlines = [
        f"{HEADS[fact.kind]}: {fact.title} ({fact.site})" for fact in message.facts[IN_FULL:MOST_HEADLINES]
    ]
    if headlines:
        parts.append("\n".join(headlines))
    left = message.count - min(len(message.facts), MOST_HEADLINES)
    if left > 0:
        parts.append(f"… and {left} more.")
    return "\n\n".join(parts)


def _in_full(fact: EventFacts) -> str:
    when = moment_in_words(fact.published_at, fact.precision) if fact.published_at else ""
    found = f"found {moment_in_words(fact.found_at)}" if fact.found_at else ""
    why = (
        f"Why: {', '.join(fact.terms)} (score {fact.score:.2f})"
        if fact.terms and fact.score is not None
        else ""
    )
    changed = (
        f"What changed: {fact.changes}"
        if fact.kind in ("edited", "corrected") and fact.changes
        else fact.changes
    )
    lines = (
        f"{HEADS[fact.kind]}: {fact.title}",
        " · ".join(each for each in (fact.site, fact.language or "", when, found) if each),
        why,
        changed,
        fact.url or "",
        f"Review: {fact.review_url}" if fact.review_url else "",
    )
    return "\n".join(line for line in lines if line)


def payload(message: Message) -> bytes:
    """The message as JSON: one thing with its fields, or `items` of a bundle."""
    items = [_item(fact) for fact in message.facts]
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


def _item(fact: EventFacts) -> dict[str, Any]:
    return {
        "id": fact.key,
        "kind": fact.kind,
        "beat": fact.beat,
        "title": fact.title,
        "site": fact.site,
        "url": fact.url,
        "source": fact.source,
        "language": fact.language,
        "published_at": fact.published_at,
        "found_at": fact.found_at,
        "score": fact.score,
        "terms": list(fact.terms),
        "changes": fact.changes or None,
        "review_url": fact.review_url,
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
