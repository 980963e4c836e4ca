"""What a poll leaves behind: pages in the queue, the source's row, its next time, and how it is doing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from crawler.dedupe.parameters import as_learned, taught_by_titles
from crawler.dedupe.urls import host_of, site_of
from crawler.discover.url_shapes import dated
from crawler.errors import FetchError
from crawler.frontier.errands import Poll
from crawler.frontier.timetable import next_state
from crawler.ingest.drift import reading_of, template_drift, with_reading
from crawler.ingest.session import CrawlSession
from crawler.ingest.verdict import missed, sentence
from crawler.ingest.visits import FetchedPage
from crawler.logs import say
from crawler.polling.health import Named, diagnosed, is_as_before, learned
from crawler.polling.spelled import INLINE_LETTERS, fitting
from crawler.relevance.judge import Fields, judge_all
from crawler.relevance.topic import Topic
from crawler.units import many
from db.model import Candidate, FetchRecord, Outcome, Source, iso
from db.store import Store
from db.watched import Habit, Rest, SourceState

log = logging.getLogger(__name__)

#: more titles than that are judged in a reader process, so that the loop does not wait
_INLINE_TITLES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCounts:
    """What became of the entries that a source named."""

    entries: int = 0
    new: int = 0
    #: not looked at because of their age
    old: int = 0
    #: no web addresses
    unfit: int = 0
    #: of known articles that the source says have changed
    changed: int = 0
    #: left out because the queue is full; they come with a later poll
    crowded: int = 0

    def __add__(self, other: EntryCounts) -> EntryCounts:
        return EntryCounts(
            entries=self.entries + other.entries,
            new=self.new + other.new,
            old=self.old + other.old,
            unfit=self.unfit + other.unfit,
            changed=self.changed + other.changed,
            crowded=self.crowded + other.crowded,
        )

    def in_words(self, max_age_s: float | None) -> list[str]:
        """What to say of it, one piece each."""
        parts = [f"{many(self.entries, 'entry', 'entries')}, {self.new:,} new"]
        if self.old and max_age_s is not None:
            parts.append(f"{self.old} older than {max_age_s / 86400:g} d left out")
        if self.unfit:
            parts.append(f"{self.unfit} not web addresses")
        if self.changed:
            parts.append(f"{self.changed} changed, looked at again")
        if self.crowded:
            parts.append(f"{self.crowded} left for later because the queue is full")
        return parts


async def enqueue_candidates(
    session: CrawlSession, source: Source, candidates: Sequence[Candidate], now: datetime
) -> EntryCounts:
    """Put what a source named into the durable queue, what looks most like the beats' subject first."""
    fit = await session.store.run(_as_learned, await fitting(session, candidates), now)
    unseen = await session.store.run(Store.unseen, fit) if fit else ()
    young = await asyncio.to_thread(_young, unseen, source.max_age_s, now)
    hints = await _hints(session, young, source.language)
    ranked = [replace(each, hint=hint) for each, hint in zip(young, hints, strict=True)]
    ranked.sort(key=lambda each: -each.hint)
    changed = await _recheck(session, fit, unseen, now)
    new = await session.store.run(Store.enqueue, ranked, now) if ranked else 0
    if new or changed:
        session.frontier.queued()
    session.tally.candidates += new
    session.figures.candidates += new
    return EntryCounts(
        entries=len(candidates),
        new=new,
        old=len(unseen) - len(young),
        unfit=len(candidates) - len(fit),
        changed=changed,
        crowded=len(young) - new,
    )


async def note_headlines(
    session: CrawlSession, source: Source, candidates: Sequence[Candidate], now: datetime
) -> EntryCounts:
    """Put headlines whose links must not be fetched into the ledger, each once, with the score of the headline."""
    fit = await fitting(session, candidates)
    unseen = await session.store.run(Store.unseen, fit) if fit else ()
    hints = await _hints(session, unseen, source.language)
    for each, hint in zip(unseen, hints, strict=True):
        reason = f"Headline only: “{each.title or 'none'}”. The link leads to no article and is not fetched."
        record = FetchRecord(
            url=each.url,
            source=source.id,
            purpose="new",
            started_at=now,
            outcome=Outcome.NOT_ARTICLE,
            reason=reason,
            found_on=each.found_on,
            score=hint,
        )
        await session.append_visit(record)
    return EntryCounts(entries=len(candidates), new=len(unseen), unfit=len(candidates) - len(fit))


def _young(candidates: Sequence[Candidate], max_age_s: float | None, now: datetime) -> tuple[Candidate, ...]:
    return tuple(each for each in candidates if not is_old(each, max_age_s, now))


def _as_learned(store: Store, fit: list[Candidate], now: datetime) -> list[Candidate]:
    """The same, spelled as their hosts have taught, by their titles too; in their order."""
    lesson = taught_by_titles(fit)
    fit = lesson.candidates
    hosts = {host_of(each.url) for each in fit if "?" in each.url or "?" in (each.written or "")}
    habits = store.habits(hosts) if hosts else {}
    for host, names in lesson.needed.items():
        known = habits.setdefault(host, {})
        if news := sorted(name for name in names if name not in known or not known[name].is_needed):
            store.note_parameters(host, news, "", is_needed=True, now=now)
            known |= {name: Habit(pages=(), is_needed=True) for name in news}
    for host, known in habits.items():
        places = [place for place, each in enumerate(fit) if host_of(each.url) == host]
        taught = as_learned([fit[place] for place in places], known, store.title_at)
        for place, each in zip(places, taught, strict=True):
            fit[place] = each
    return fit


def is_old(candidate: Candidate, max_age_s: float | None, now: datetime) -> bool:
    """Whether an entry, by its date or the one in its address, is older than the source looks back."""
    at = candidate.published_at or candidate.modified_at or dated(candidate.url)
    return max_age_s is not None and at is not None and now - at > timedelta(seconds=max_age_s)


def is_since(candidate: Candidate, since: datetime) -> bool:
    """Whether an entry says that it is of *since* or later."""
    at = candidate.published_at or candidate.modified_at or dated(candidate.url)
    return at is not None and at >= since


def sitemaps_beside(sources: Sequence[Source], source: Source) -> list[str]:
    """Ids of the sitemaps of the same site that are polled."""
    site = site_of(source.url)
    return [
        each.id
        for each in sources
        if each.kind == "sitemap" and each.is_enabled and site_of(each.url) == site
    ]


async def _recheck(
    session: CrawlSession, fit: Sequence[Candidate], unseen: Sequence[Candidate], now: datetime
) -> int:
    """Look again at what the source says has changed: by its words on a named entry, or by a date."""
    new = {each.url for each in unseen}
    is_named = any(each.guid for each in fit)
    again = await session.store.run(Store.note_entries, fit, now) if is_named else ()
    known = [each for each in fit if each.modified_at and each.url not in new and each.url not in again]
    return len(again) + (await session.store.run(Store.recheck_changed, known, now) if known else 0)


async def _hints(session: CrawlSession, candidates: Sequence[Candidate], language: str | None) -> list[float]:
    letters = sum(len(each.url) + len(each.title or "") for each in candidates)
    if len(candidates) <= _INLINE_TITLES and letters <= INLINE_LETTERS:
        return hints_of(session.topics, candidates, language)
    return await session.pool.judge(hints_of, session.topics, tuple(candidates), language)


def hints_of(topics: Sequence[Topic], candidates: Sequence[Candidate], language: str | None) -> list[float]:
    """For each candidate the best score that its title and address reach with any beat."""
    fields = (
        Fields(title=each.title or "", url=each.url, language=each.language or language)
        for each in candidates
    )
    return [
        max((judgement.score for judgement in judge_all(each, tuple(topics))), default=0.0) for each in fields
    ]


async def file_source(
    session: CrawlSession,
    poll: Poll,
    record: FetchRecord,
    *,
    validators: tuple[str | None, str | None] = (None, None),
    rest: Rest | None = None,
    cached_s: float = 0.0,
    named: Named | None = None,
    moved_to: str | None = None,
    surfaces: tuple[tuple[str, str], ...] | None = None,
    filled_from: tuple[str, ...] = (),
    is_news: bool = True,
) -> None:
    """A source answered: its row, its validators, how it is doing, and its next poll.

    Args:
        rest: what its feed asks for; None when that was not read, so that what it asked before holds.
        cached_s: for that long its server calls the answer fresh.
        named: what it named; None for a 304.
        moved_to: it answered with a permanent redirect to there.
        surfaces: of a site, where its articles are listed, when that was looked for.
        filled_from: sitemaps that were read because of a gap.
        is_news: it brought something, or asked for more than one address, so that it has a row.
    """
    before, now = poll.state, datetime.now(UTC)
    known = replace(before, moved_to=moved_to or (before.moved_to if poll.url == before.moved_to else None))
    if surfaces is not None:
        known = replace(known, surfaces=surfaces, surfaces_at=now)
    if named is not None:
        known = learned(known, named, now)
        record = await _with_gap(session, before, known, record, now, filled_from)
    etag, last_modified = validators
    known = known if rest is None else replace(known, rest=rest)
    state = next_state(
        known, record.outcome, record.reason, now, etag=etag, last_modified=last_modified, cached_s=cached_s
    )
    state = diagnosed(before, state, now, elapsed_ms=record.elapsed_ms, named=named)
    if session.pushes is not None:
        state = await session.pushes.slowed(state, named.new if named else 0, now)
    _announce(before, state)
    await session.schedule(state, record, is_quiet=not is_news and is_as_before(before, state))
    session.count(poll, record)


async def _with_gap(
    session: CrawlSession,
    before: SourceState,
    known: SourceState,
    record: FetchRecord,
    now: datetime,
    filled_from: tuple[str, ...],
) -> FetchRecord:
    """After a gap: say so, and ask the sitemaps of the same site at once."""
    if known.gap_at == before.gap_at:
        return record
    maps = sitemaps_beside(session.sources, before.source)
    await session.store.run(Store.hasten, maps, now)
    since = f" of {iso(before.checked_at)}" if before.checked_at else ""
    filling = ", ".join([*maps, *filled_from])
    then = f"{filling} fills it" if filling else "it has no sitemap that could fill it"
    say(log, logging.WARNING, "source.gap", source=before.source.id, then=then)
    gap = f"A gap: it shares no entry with the poll{since}, so something was missed; {then}."
    return replace(record, reason=f"{record.reason} {gap}")


async def miss_source(
    session: CrawlSession, poll: Poll, problem: Exception, weight: float, record: FetchRecord
) -> None:
    """A source did not answer, or not as one: its row, and a later poll; it is never dropped."""
    before, now = poll.state, datetime.now(UTC)
    decision = missed(problem) if isinstance(problem, FetchError) else None
    outcome = decision.outcome if decision else Outcome.FAILED
    record = replace(record, outcome=outcome, reason=sentence(str(problem)))
    known = replace(before, moved_to=None) if weight >= 1 else before
    not_before_at = session.free_at(poll, problem, now)
    state = next_state(known, outcome, record.reason, now, weight=weight, not_before_at=not_before_at)
    state = diagnosed(before, state, now, problem=problem)
    _announce(before, state)
    await session.schedule(state, record)
    session.count(poll, record)


def _announce(before: SourceState, after: SourceState) -> None:
    """One line per change of state; a first answer that is as it should be needs none."""
    if after.state == before.state or (before.state, after.state) == ("waiting", "ok"):
        return
    say(
        log,
        logging.INFO if after.state == "ok" else logging.WARNING,
        "source.state",
        source=after.source.id,
        state=after.state,
        was=before.state,
        failures=after.failures,
        next=iso(after.next_due_at) if after.next_due_at else None,
        because=after.state_reason or after.reason,
    )


async def weigh_reading(session: CrawlSession, page: FetchedPage) -> FetchedPage:
    """Compare a page's text with what its site used to give: the page, marked when that is suspect."""
    if _reading(page) is None:
        return page
    page, is_news = await session.store.run(compared_reading, page)
    tell_suspect(session, page, is_news=is_news)
    return page


def compared_reading(store: Store, page: FetchedPage) -> tuple[FetchedPage, bool]:
    """In the store's thread: the page, marked when its text is suspect, and whether that is news of its source."""
    reading = _reading(page)
    if reading is None:
        return page, False
    site = site_of(page.page.final_url)
    with store.as_one():
        readings = with_reading(store.readings(site), reading)
        store.keep_readings(site, readings)
        suspect = template_drift(readings, site)
        return replace(page, suspect=suspect), store.suspect(page.visit.source, site, suspect)


def _reading(page: FetchedPage) -> tuple[int, str] | None:
    return reading_of(page.capture) if page.capture is not None and page.visit.purpose == "new" else None


def tell_suspect(session: CrawlSession, page: FetchedPage, *, is_news: bool) -> None:
    """A site is warned of once, and again only after it has recovered."""
    if _reading(page) is None:
        return
    site = site_of(page.page.final_url)
    if page.suspect and is_news and site not in session.suspects:
        say(log, logging.WARNING, "source.template_drift", source=page.visit.source, site=site, because=page.suspect)  # fmt: skip
    (session.suspects.add if page.suspect else session.suspects.discard)(site)
