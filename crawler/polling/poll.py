"""One poll from its first answer to its row; what is asked for beside that is its kind's to say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from urllib.parse import urljoin

from crawler.discover.autodiscovery import Surfaces
from crawler.errors import DiscoverError, FetchError
from crawler.frontier.errands import Poll
from crawler.frontier.timetable import cached_s
from crawler.ingest.pool import Broken, ReadingTooLong
from crawler.ingest.session import CrawlSession
from crawler.ingest.verdict import bad_status, missed, sentence
from crawler.ingest.visits import answered
from crawler.polling.health import Named
from crawler.polling.kinds import ParsedAnswer, kind_of
from crawler.polling.parse import sitemaps_in, surfaces_of, take_apart
from crawler.polling.results import (
    EntryCounts,
    enqueue_candidates,
    file_source,
    is_since,
    miss_source,
    note_headlines,
    sitemaps_beside,
)
from db.model import Candidate, FetchRecord, Outcome, Page, Source, SourceKind
from db.watched import SourceState

AskAddress = Callable[..., Awaitable[Page]]

#: what a body that is not what the source should be weighs, as failures go
MISREAD = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class PollAnswer:
    """The first answer to a poll."""

    poll: Poll
    page: Page
    #: its row, the outcome still open
    record: FetchRecord
    #: the answer came from there, by permanent redirects
    moved_to: str | None = None
    #: it was larger than it may be, and only its beginning was read
    is_cut: bool = False
    #: what its row says of its scripts, as a sentence
    drawn: str | None = None


@dataclass(slots=True)
class RunningPoll:
    """A poll that was answered, and what it has gathered so far."""

    session: CrawlSession
    answer: PollAnswer
    fetch: AskAddress
    found: EntryCounts = field(default_factory=EntryCounts)
    candidates: list[Candidate] = field(default_factory=list)
    #: pieces of the reason in its row
    notes: list[str] = field(default_factory=list)
    #: sitemaps that were read because of a gap
    filled_from: list[str] = field(default_factory=list)
    #: addresses that were asked for beside the first
    looks: int = 0
    #: whether every request of it was answered
    is_whole: bool = True

    @property
    def state(self) -> SourceState:
        """What was known of the source before."""
        return self.answer.poll.state

    @property
    def source(self) -> Source:
        """The source polled."""
        return self.state.source

    @property
    def now(self) -> datetime:
        """When the poll began."""
        return self.answer.record.started_at

    async def take(self, candidates: Sequence[Candidate]) -> EntryCounts:
        """Queue what was named."""
        queue = note_headlines if kind_of(self.source).is_headline_only(self.source) else enqueue_candidates
        more = await queue(self.session, self.source, candidates, self.now)
        self.found += more
        self.candidates += candidates
        return more

    async def look(
        self, url: str, kind: SourceKind, since: datetime | None = None
    ) -> tuple[ParsedAnswer, EntryCounts] | None:
        """Ask for one more address, queue what it names and write its row; None when it failed.

        Args:
            since: leave out what is older, or has no date.
        """
        session = self.session
        self.looks += 1
        source = replace(self.source, kind=kind)
        record = replace(
            self.answer.record, url=url, final_url=None, status=None, received_bytes=0, page_sha256=None
        )
        session.frontier.move(self.answer.poll)
        known = await session.remember(url)
        try:
            validators = known.validators if known else (None, None)
            page = await self.fetch(url, validators, kind)
            record = answered(record, page)
            if page.status == 304 and known and known.page:
                reason = "Not modified since it was last read (304)."
                await session.append_visit(replace(record, outcome=Outcome.NOT_MODIFIED, reason=reason))
                kept = await take_apart(session, source, known.page, self.now) if kind == "sitemap" else None
                # the sitemaps of an index may have changed although it has not
                return ParsedAnswer(candidates=(), children=kept.children if kept else ()), EntryCounts()
            if not 200 <= page.status < 300:
                raise bad_status(page.status, url)
            answer = await take_apart(session, source, page, self.now)
        except (FetchError, DiscoverError, Broken, ReadingTooLong) as problem:
            decision = missed(problem) if isinstance(problem, FetchError) else None
            outcome = decision.outcome if decision else Outcome.FAILED
            await session.append_visit(replace(record, outcome=outcome, reason=sentence(str(problem))))
            return None
        more = await self.take([each for each in answer.candidates if since is None or is_since(each, since)])
        reason = "; ".join([*more.in_words(source.max_age_s), *answer.notes]) + "."
        await session.append_visit(replace(record, outcome=Outcome.UNCHANGED, reason=reason), page)
        return answer, more

    @property
    def is_news(self) -> bool:
        """Whether it brought anything, or asked for more than its first address."""
        return bool(self.found.new or self.found.changed or self.found.crowded or self.looks)

    def has_sitemaps_beside(self) -> bool:
        """Whether sitemaps of the same site are sources themselves."""
        return bool(sitemaps_beside(self.session.sources, self.source))

    async def sitemaps_named(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of *url*'s host names."""
        robots_url = urljoin(url, "/robots.txt")
        try:
            robots = await self.fetch(robots_url)
        except FetchError:
            return ()
        return await sitemaps_in(self.session, robots) if robots.status == 200 else ()

    async def surfaces(self, page: Page | None = None) -> Surfaces:
        """Where a page, that of the first answer unless another is given, says that articles are listed."""
        return await surfaces_of(self.session, page or self.answer.page)


async def read_answer(session: CrawlSession, answer: PollAnswer, fetch: AskAddress) -> None:
    """Queue what a source names, and write its row; whatever is wrong with it ends in that row.

    Args:
        fetch: gets a further page through the same doors.
    """
    status, poll = answer.page.status, RunningPoll(session, answer, fetch)
    if status == 304 and any(answer.poll.validators):
        await _not_modified(poll)
    elif not 200 <= status < 300:
        problem = bad_status(status, answer.page.url)
        await miss_source(session, answer.poll, problem, problem.weight, answer.record)
    else:
        await _read(poll)


async def _not_modified(poll: RunningPoll) -> None:
    answer = poll.answer
    await kind_of(poll.source).read_unmodified(poll)
    notes = ["Not modified since the last poll (304)", *poll.notes]
    outcome = Outcome.UNCHANGED if poll.found.new else Outcome.NOT_MODIFIED
    await file_source(
        poll.session,
        answer.poll,
        replace(answer.record, outcome=outcome, reason="; ".join(notes) + "."),
        validators=_freshened(answer),
        cached_s=_cached_s(answer),
        named=_named(poll) if poll.candidates else None,
        moved_to=answer.moved_to,
        is_news=poll.is_news,
    )


async def _read(poll: RunningPoll) -> None:
    session, answer, kind = poll.session, poll.answer, kind_of(poll.source)
    page = answer.page
    said = hash((poll.source, page.final_url, page.header("content-type"), page.sha256))
    if session.last_said.get(poll.source.id) == said and session.pushes is None:
        await _file_same(poll)
        return
    session.last_said.pop(poll.source.id, None)
    try:
        first = await take_apart(session, poll.source, answer.page, poll.now)
    except (DiscoverError, Broken, ReadingTooLong) as problem:
        await miss_source(session, answer.poll, problem, MISREAD, answer.record)
        return
    surfaces = await kind.read_further(poll, first, await poll.take(first.candidates))
    if session.pushes is not None:
        post = partial(_posted, fetch=poll.fetch)
        note = await session.pushes.meet(poll.source, answer.page, first.hub_url, first.self_url, post)
        poll.notes += [note] if note else []
    if answer.is_cut:
        poll.notes.append(f"only its first {len(answer.page.body) / 1e6:.0f} MB were read")
    validators = (answer.page.header("etag"), answer.page.header("last-modified"))
    is_whole = poll.is_whole and not poll.found.crowded and not kind.is_moving(poll.source)
    drawn = (f"{answer.drawn[:1].lower()}{answer.drawn[1:].rstrip('.')}",) if answer.drawn else ()
    notes = (*poll.found.in_words(poll.source.max_age_s), *first.notes, *poll.notes, *drawn)
    await file_source(
        session,
        answer.poll,
        replace(answer.record, outcome=Outcome.UNCHANGED, reason="; ".join(notes) + "."),
        validators=validators if is_whole else (None, None),
        rest=first.rest,
        cached_s=_cached_s(answer),
        named=_named(poll),
        moved_to=answer.moved_to,
        surfaces=surfaces,
        filled_from=tuple(poll.filled_from),
        is_news=poll.is_news,
    )
    if is_whole and kind.is_said_at_once and not (poll.looks or answer.is_cut):
        session.last_said[poll.source.id] = said


async def _file_same(poll: RunningPoll) -> None:
    """The very bytes of the poll before it, without a 304: what they name is known."""
    answer = poll.answer
    await file_source(
        poll.session,
        answer.poll,
        replace(answer.record, outcome=Outcome.UNCHANGED, reason="The same bytes as at the last poll."),
        validators=(answer.page.header("etag"), answer.page.header("last-modified")),
        cached_s=_cached_s(answer),
        moved_to=answer.moved_to,
        is_news=False,
    )


async def _posted(url: str, form: dict[str, str], *, fetch: AskAddress) -> Page:
    return await fetch(url, form=form)


def _freshened(answer: PollAnswer) -> tuple[str | None, str | None]:
    """The validators after a 304: what it says of them replaces what was stored (RFC 9111, 3.2 and 4.3.4)."""
    etag, last_modified = answer.poll.validators
    return answer.page.header("etag") or etag, answer.page.header("last-modified") or last_modified


def _cached_s(answer: PollAnswer) -> float:
    said = ", ".join(value for name, value in answer.page.headers if name == "cache-control")
    return cached_s(said, answer.page.header("age"), answer.poll.state.source.every_s)


def _named(poll: RunningPoll) -> Named:
    return Named(candidates=tuple(poll.candidates), new=poll.found.new)
