"""Newsletters: each mail of a box is an article, or a list of what is on the web."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crawler.discover.mails import Mail, read_mail
from crawler.errors import DiscoverError
from crawler.frontier.errands import Poll
from crawler.ingest.append import append, weigh
from crawler.ingest.pool import Broken, ReadingTooLong
from crawler.ingest.verdict import best, decide, sentence
from crawler.polling.kinds.base import Kind, ParsedAnswer
from crawler.polling.mailboxes import Mailbox, mailbox_of
from crawler.units import many
from db.model import Candidate, Capture, FetchRecord, Outcome, Page, Source, SourceKind
from db.store import Store

if TYPE_CHECKING:
    from crawler.ingest.session import CrawlSession

#: mails read in one poll; the others come with the next
MOST_OF_POLL = 200
#: bytes of mails in hand, and one mail beyond
_IN_HAND_BYTES = 16_000_000
#: how far back before the last poll mails are looked for, as they may arrive late
_LATE = timedelta(days=3)


class MailKind(Kind):
    """A box of mails."""

    name: SourceKind = "mail"
    is_on_web = False
    may_be_empty = True

    def parse(self, source: Source, page: Page, now: datetime) -> ParsedAnswer:
        """What one mail lists, its bytes as a page's."""
        return ParsedAnswer(candidates=read_mail(page.body, source.id, now).links)

    async def poll_without_asking(self, session: CrawlSession, poll: Poll, now: datetime) -> str:
        """Read what is new in the box.

        Raises:
            FetchError, DiscoverError: it cannot be opened.
        """
        source = poll.state.source
        allowed = session.config.fetch.allow_private
        box = mailbox_of(source.url, source.id, allowed, os.environ)
        since = _since(poll, now)
        there = await asyncio.to_thread(box.mails, since)
        unseen = await session.store.run(Store.unseen, [_named(url, source, now) for url in there])
        chosen = [each.url for each in unseen[:MOST_OF_POLL]]
        counts = await _read_all(session, source, box, {url: there[url] for url in chosen}, now)
        notes = [f"{many(len(there), 'mail')}, {len(unseen):,} new", *counts]
        if len(unseen) > len(chosen):
            notes.append(f"{len(unseen) - len(chosen)} left for the next poll")
        return "; ".join(notes) + "."


def _since(poll: Poll, now: datetime) -> datetime | None:
    last, age = poll.state.succeeded_at, poll.state.source.max_age_s
    if last is not None and "left for the next poll" not in (poll.state.reason or ""):
        return last - _LATE
    return now - timedelta(seconds=age) if age is not None else None


def _named(url: str, source: Source, now: datetime) -> Candidate:
    return Candidate(url=url, source=source.id, found_on=url, found_at=now)


async def _read_all(
    session: CrawlSession, source: Source, box: Mailbox, places: dict[str, str], now: datetime
) -> list[str]:
    """Read mails one after the other; returns what became of them, one piece each."""
    articles = links = unread = 0
    async for url, body in _bodies(box, places):
        try:
            mail = await _mail(session, body, source, now)
        except DiscoverError as problem:
            unread += 1
            await _note(session, source, url, now, Outcome.FAILED, sentence(str(problem)))
            continue
        if mail.links:
            links += await _take_links(session, source, url, mail, now)
        else:
            articles += await _take_letter(session, source, url, mail, now)
    counts = [many(articles, "article")] if articles else []
    counts += [many(links, "new link")] if links else []
    return [*counts, f"{unread:,} not understood"] if unread else counts


async def _bodies(box: Mailbox, places: dict[str, str]) -> AsyncIterator[tuple[str, bytes | None]]:
    """Address and bytes of each mail, a few of them in hand at a time."""
    left = list(places.items())
    while left:
        some = await asyncio.to_thread(_some_of, box, [place for _, place in left])
        for (url, _), body in zip(left, some, strict=False):
            yield url, body
        left = left[len(some) :]


def _some_of(box: Mailbox, places: Sequence[str]) -> list[bytes | None]:
    bodies: list[bytes | None] = []
    held = 0
    for body in box.bodies(places):
        bodies.append(body)
        held += len(body or b"")
        if held >= _IN_HAND_BYTES:
            break
    return bodies


async def _mail(session: CrawlSession, body: bytes | None, source: Source, now: datetime) -> Mail:
    if body is None:
        raise DiscoverError("the mail is not there any more, or too large", source.url)
    try:
        return await session.pool.run(read_mail, body, source.id, now)
    except (Broken, ReadingTooLong) as problem:
        raise DiscoverError(f"reading it was given up: {problem}", source.url) from problem


async def _take_links(session: CrawlSession, source: Source, url: str, mail: Mail, now: datetime) -> int:
    """Queue what a mail lists; returns how many were new."""
    from crawler.polling.results import enqueue_candidates

    counts = await enqueue_candidates(session, source, mail.links, now)
    reason = "; ".join(["A list", *counts.in_words(source.max_age_s)]) + "."
    await _note(session, source, url, now, Outcome.NOT_ARTICLE, reason)
    return counts.new


async def _take_letter(session: CrawlSession, source: Source, url: str, mail: Mail, now: datetime) -> bool:
    """Read the text of a mail as an article; whether it was kept."""
    page = Page(
        url=url,
        final_url=url,
        status=200,
        headers=(("content-type", "text/html; charset=utf-8"),),
        body=mail.html.encode("utf-8", "replace"),
        fetched_at=now.replace(microsecond=0),
    )
    named = replace(mail.named, url=url, language=source.language)
    capture = await session.pool.read(page, named, session.topics, frozenset())
    return await session.store.run(_append, session, source, capture)


def _append(store: Store, session: CrawlSession, source: Source, capture: Capture) -> bool:
    """In the store's thread: the article and its row."""
    capture = _as_mailed(capture)
    weighed = weigh(store, capture, session.config.keep.band)
    decision = weighed.decision if capture.article else decide(capture, None, session.config.keep.band)
    judgement = best(capture.judgements)
    record = FetchRecord(
        url=capture.page.url,
        source=source.id,
        purpose="new",
        started_at=capture.page.fetched_at,
        outcome=decision.outcome,
        reason=f"{decision.reason} It was mailed.",
        received_bytes=len(capture.page.body),
        score=judgement.score if judgement else None,
        evidence=judgement.evidence if judgement else (),
    )
    if capture.article is None:
        store.append_visit(record, session.run_id)
        return False
    store.keep_page(capture.page, is_wanted=decision.keeps)
    return append(store, weighed, record, session.run_id).is_new


def _as_mailed(capture: Capture) -> Capture:
    """What a mail declares to be its address is a claim that nobody can check: it is known by its own."""
    if capture.article is None:
        return capture
    return replace(capture, article=replace(capture.article, canonical_url=capture.page.url))


async def _note(
    session: CrawlSession, source: Source, url: str, now: datetime, outcome: Outcome, reason: str
) -> None:
    await session.append_visit(
        FetchRecord(url=url, source=source.id, purpose="new", started_at=now, outcome=outcome, reason=reason)
    )
