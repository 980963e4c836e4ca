"""Subscriptions of one crawl: hubs are asked and believed, and what they push goes the way of a poll."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from crawler.dedupe.urls import why_unfit
from crawler.errors import DiscoverError, FetchError, StoreError
from crawler.ingest.pool import Broken, ReadingTooLong
from crawler.ingest.verdict import sentence
from crawler.logs import say
from crawler.memory import ByteCache
from crawler.polling.parse import take_apart
from crawler.polling.push.subscriptions import LEASE_S, is_due, is_signed, linked, slowed, verified
from db.model import FetchRecord, Outcome, Page, Source
from db.store import Store
from db.watched import SourceState, Subscription

if TYPE_CHECKING:
    from crawler.ingest.session import CrawlSession

log = logging.getLogger(__name__)

#: pushes that wait to be read; of one subscription in an hour; and bodies known by their digest
_MOST_WAITING, MOST_AN_HOUR, _MOST_REMEMBERED = 16, 120, 500

Post = Callable[[str, dict[str, str]], Awaitable[Page]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What a hub sent."""

    known: Subscription
    body: bytes
    content_type: str | None


class Pushes:
    """What one crawl does about hubs.

    Args:
        callback: the address under which hubs reach the listener, without a closing slash.
    """

    def __init__(self, session: CrawlSession, callback: str) -> None:
        self._session = session
        self._callback = callback
        self._waiting: deque[Push] = deque()
        self._news = asyncio.Event()
        self._hour: tuple[int, Counter[str]] = (0, Counter())
        self._seen = ByteCache[bytes, bool](_MOST_REMEMBERED * sha256().digest_size)

    # subscribing, after a poll

    async def meet(
        self, source: Source, page: Page, hub: str | None, topic: str | None, post: Post
    ) -> str | None:
        """Ask the hub that a feed names, when it is time; returns what to say of it in the poll's row.

        Args:
            hub, topic: as the feed itself names them; a `Link` header comes first (WebSub, 4).
            post: sends a form through the same doors as every request.
        """
        header = page.header("link") or ""
        hub, topic = linked(header, "hub") or hub, linked(header, "self") or topic or source.url
        if hub is None or why_unfit(hub) or why_unfit(topic):
            return None
        now = datetime.now(UTC)
        known = await self._session.store.run(Store.subscription, source.id)
        if not is_due(known, hub, topic, now):
            return None
        is_same = known is not None and (known.hub, known.topic) == (hub, topic)
        asked = (
            replace(known, asked_at=now)
            if known is not None and is_same
            else Subscription(
                source=source.id, hub=hub, topic=topic, token=secrets.token_urlsafe(24),
                secret=secrets.token_urlsafe(32), asked_at=now,
            )
        )  # fmt: skip
        asked = replace(asked, state="asked") if asked.state == "refused" else asked
        await self._session.store.run(Store.keep_subscription, asked)
        return await self._ask(asked, post)

    async def _ask(self, asked: Subscription, post: Post) -> str:
        form = {
            "hub.mode": "subscribe",
            "hub.topic": asked.topic,
            "hub.callback": f"{self._callback}/{asked.token}",
            "hub.lease_seconds": str(LEASE_S),
            "hub.secret": asked.secret,
        }
        try:
            answer = await post(asked.hub, form)
        except StoreError:
            raise
        except FetchError as problem:
            return f"its hub {asked.hub} could not be asked: {problem}"
        if answer.status // 100 == 2:
            return f"its hub {asked.hub} is asked to push"
        return f"its hub {asked.hub} answered {answer.status}"

    async def slowed(self, state: SourceState, new: int, now: datetime) -> SourceState:
        """The state after a poll, see `subscriptions.slowed`."""
        known = await self._session.store.run(Store.subscription, state.source.id)
        return slowed(state, known, new, now)

    # what hubs say

    async def verify(self, token: str, query: str) -> str | None:
        """Answer a verification of intent: the challenge, "" for a refusal that was noted, None for what was never asked."""
        known = await self._session.store.run(Store.subscription_of, token)
        if known is None:
            return None
        changed, challenge = verified(known, query, datetime.now(UTC))
        if changed is None:
            return None
        await self._session.store.run(Store.keep_subscription, changed)
        until = changed.lease_until
        say(
            log,
            logging.INFO,
            "websub.verified",
            source=known.source,
            hub=known.hub,
            state=changed.state,
            until=until,
        )
        return challenge or ""

    async def is_known(self, token: str) -> bool:
        """Whether there is a subscription of that name."""
        return await self._session.store.run(Store.subscription_of, token) is not None

    async def take(
        self, token: str, body: bytes, signature: str | None, content_type: str | None, link: str
    ) -> int:
        """Take a push in; returns the status to answer with.

        What is not signed by the secret of this very subscription is ignored, and
        answered like the rest, so that nobody can try signatures out.
        """
        known = await self._session.store.run(Store.subscription_of, token)
        now = datetime.now(UTC)
        if known is None or self._source_of(known) is None or not known.is_live(now):
            return 410
        if self._is_flood(token, now):
            return 429
        is_other = (linked(link, "self") or known.topic) != known.topic
        if is_other or not is_signed(body, signature, known.secret):
            say(
                log,
                logging.WARNING,
                "websub.ignored",
                source=known.source,
                because="another topic" if is_other else "its signature",
            )
            return 202
        digest = sha256(token.encode() + b" " + body).digest()
        if self._seen.get(digest):
            return 202
        if len(self._waiting) >= _MOST_WAITING:
            return 503
        self._seen.put(digest, True, len(digest))
        self._waiting.append(Push(known=known, body=body, content_type=content_type))
        self._news.set()
        return 202

    def _is_flood(self, token: str, now: datetime) -> bool:
        hour = int(now.timestamp()) // 3600
        if self._hour[0] != hour:
            self._hour = (hour, Counter())
        counts = self._hour[1]
        counts[token] += 1
        return counts[token] > MOST_AN_HOUR

    def _source_of(self, known: Subscription) -> Source | None:
        return next(
            (each for each in self._session.sources if each.id == known.source and each.is_enabled), None
        )

    # reading

    async def work(self) -> None:
        """Read pushes as they come, one after the other, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                push = self._waiting.popleft()
                try:
                    await self._read(push)
                except StoreError as fault:
                    self._session.abort(fault)
                    return
                except Exception:  # one push costs that push
                    log.exception("websub.failed source=%s", push.known.source)

    async def _read(self, push: Push) -> None:
        """Queue what a push names, and write its row."""
        from crawler.polling.results import enqueue_candidates

        source, session, now = self._source_of(push.known), self._session, datetime.now(UTC)
        if source is None:
            return
        headers = (("content-type", push.content_type),) if push.content_type else ()
        page = Page(
            url=push.known.topic, final_url=push.known.topic, status=200, headers=headers, body=push.body,
            fetched_at=now.replace(microsecond=0),
        )  # fmt: skip
        record = FetchRecord(
            url=push.known.topic, source=source.id, purpose="push", started_at=now, status=200,
            received_bytes=len(push.body), outcome=Outcome.FAILED, reason="",
        )  # fmt: skip
        try:
            parsed = await take_apart(session, source, page, now)
        except (DiscoverError, Broken, ReadingTooLong) as problem:
            reason = f"Pushed by {push.known.hub}. {sentence(str(problem))}"
            await session.append_visit(replace(record, reason=reason))
            return
        counts = await enqueue_candidates(session, source, parsed.candidates, now)
        reason = f"Pushed by {push.known.hub}: {'; '.join(counts.in_words(source.max_age_s))}."
        await session.append_visit(replace(record, outcome=Outcome.UNCHANGED, reason=reason))
        latest = await session.store.run(Store.subscription, source.id)
        if latest is not None:
            await session.store.run(Store.keep_subscription, replace(latest, pushed_at=now))
