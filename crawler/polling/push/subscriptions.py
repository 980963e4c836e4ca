"""What becomes of a subscription: pure functions of what a hub says and the clock."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from db.watched import SourceState, Subscription

#: asked of a hub, in seconds; what it grants is believed up to three times that
LEASE_S = 10 * 86400
#: a subscription is renewed so long before it ends, and a hub that did not answer is asked again after that
RENEWED_BEFORE, ASKED_AGAIN = timedelta(days=2), timedelta(hours=6)
#: a hub that has refused is asked again after that
REFUSED_FOR = timedelta(days=7)
#: so long a hub may take to verify what was asked of it
VERIFIED_WITHIN = timedelta(hours=1)
#: pushes that came so recently say that more will
LIVELY = timedelta(hours=24)
#: how much slower a feed is polled then, and at most
SLOWER, _SLOWEST_S = 4.0, 6 * 3600.0
#: SHA-256 at least (WebSub, 8.1, names SHA-1 too)
_DIGESTS = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
_LINK = re.compile(r"<([^<>]{1,2000})>((?:\s*;\s*[a-z]+\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]+))*)", re.IGNORECASE)
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)


def is_due(known: Subscription | None, hub: str, topic: str, now: datetime) -> bool:
    """Whether a hub is to be asked for a feed, for the first time or again."""
    if known is None or (known.hub, known.topic) != (hub, topic):
        return True
    if known.state == "refused":
        return now - known.asked_at >= REFUSED_FOR
    if now - known.asked_at < ASKED_AGAIN and not _is_ending(known, now):
        return False
    return known.lease_until is None or now >= known.lease_until - RENEWED_BEFORE


def _is_ending(known: Subscription, now: datetime) -> bool:
    """A lease shorter than what it takes to be asked again."""
    return known.state == "active" and known.lease_until is not None and now >= known.lease_until


def verified(known: Subscription, query: str, now: datetime) -> tuple[Subscription | None, str | None]:
    """What a hub's verification of intent (WebSub, 5.3) makes of a subscription, and what to answer.

    Returns:
        The subscription when it changes, and the challenge to give back; (None, None) for
        what we have not asked for: another topic, another mode, or nothing at all.
    """
    try:
        parameters = dict(reversed(parse_qsl(query, keep_blank_values=True, max_num_fields=50)))
    except ValueError:  # more fields than any hub has
        return None, None
    mode, topic = parameters.get("hub.mode"), parameters.get("hub.topic")
    if topic != known.topic:
        return None, None
    if mode == "denied":
        return replace(known, state="refused", asked_at=now, lease_until=None), None
    challenge, lease = parameters.get("hub.challenge", ""), parameters.get("hub.lease_seconds", "")
    is_asked = now - known.asked_at <= VERIFIED_WITHIN and known.state != "refused"
    if mode != "subscribe" or not challenge or len(challenge) > 4_000 or not is_asked:
        return None, None
    granted = min(int(lease), 3 * LEASE_S) if re.fullmatch(r"[0-9]{1,10}", lease) else LEASE_S
    return replace(known, state="active", lease_until=now + timedelta(seconds=granted)), challenge


def is_signed(body: bytes, signature: str | None, secret: str) -> bool:
    """Whether `X-Hub-Signature` is of these bytes, by SHA-256 or stronger.

    >>> is_signed(b"a", "sha1=" + "0" * 40, "s"), is_signed(b"a", None, "s")
    (False, False)
    """
    method, _, digest = (signature or "").strip().partition("=")
    make = _DIGESTS.get(method.lower())
    if make is None:
        return False
    ours = hmac.new(secret.encode(), body, make).hexdigest()
    return hmac.compare_digest(ours.encode(), digest.strip().lower().encode("utf-8", "replace"))


def slowed(state: SourceState, known: Subscription | None, new: int, now: datetime) -> SourceState:
    """The state after a poll, its next one later while pushes arrive and leave nothing for a poll to find.

    Args:
        new: entries that the poll found and no push had brought.
    """
    is_live = known is not None and known.is_live(now) and known.pushed_at is not None
    if not is_live or known is None or known.pushed_at is None or now - known.pushed_at > LIVELY or new:
        return state
    if state.next_due_at is None or state.failures:
        return state
    after = (state.next_due_at - now).total_seconds()
    later = now + timedelta(seconds=max(after, min(after * SLOWER, _SLOWEST_S)))
    return replace(state, next_due_at=later)


def linked(header: str, rel: str) -> str | None:
    """The first address of that relation in a `Link` header (RFC 8288).

    >>> linked('<https://hub.e.org/>; rel="hub", <https://e.org/feed>; rel=self', "self")
    'https://e.org/feed'
    """
    for found in _LINK.finditer(header[:8_000]):
        relations = _REL.search(found[2])
        if relations and rel in (relations[1] or relations[2] or "").lower().split():
            return found[1]
    return None
