"""One poll from its first answer to its row: the sitemaps of an index, the further pages of a section, a site's surfaces."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urljoin

from crawler.discover.queries import ENGINES, halves, requests_of
from crawler.discover.sitemaps import ChildSitemap
from crawler.errors import DiscoverError, FetchError
from crawler.frontier.frontier import Errand
from crawler.frontier.timetable import cached_s
from crawler.ingest.pool import Broken, ReadingTooLong
from crawler.ingest.session import CrawlSession, answered
from crawler.ingest.verdict import bad_status, missed, sentence
from crawler.polling.health import Seen, is_gap
from crawler.polling.parse import Report, sitemaps_in, surfaces_of, take_apart
from crawler.polling.results import (
    Found,
    file_source,
    found,
    is_since,
    miss_source,
    note_headlines,
    sitemaps_beside,
)
from db.model import Candidate, FetchRecord, Outcome, Page, Source, SourceKind

Fetch = Callable[..., Awaitable[Page]]

#: sitemaps of an index read at one poll, newest first
MOST_CHILDREN = 20
#: sitemaps that robots.txt names, of which a gap is filled
MOST_FILLING = 2
#: pages of a section read at one poll
MOST_SECTION_PAGES = 10
#: questions that one poll of a query asks
MOST_ASKED = 30
#: of a site: feeds, sitemaps and sections that are polled, and what is probed to find as many
MOST_SURFACES = {"feed": 3, "sitemap": 3, "section": 6}
MOST_PROBED = {"feed": 5, "sitemap": 7, "section": 6}
#: a site's surfaces are looked for again after that
SURFACES_FRESH = timedelta(days=7)
#: what a body that is not what the source should be weighs, as failures go
_MISREAD = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A poll that was answered."""

    errand: Errand
    page: Page
    record: FetchRecord
    #: the answer came from there, by permanent redirects
    moved_to: str | None = None
    #: it was larger than it may be, and only its beginning was read
    is_cut: bool = False

    @property
    def source(self) -> Source:
        """The source polled."""
        assert self.errand.state is not None
        return self.errand.state.source

    @property
    def now(self) -> datetime:
        """When the poll began."""
        return self.record.started_at


@dataclass(slots=True)
class Round:
    """What one poll has gathered so far."""

    session: CrawlSession
    asked: Asked
    fetch: Fetch
    found: Found = field(default_factory=Found)
    candidates: list[Candidate] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    #: sitemaps that were read because of a gap
    filled_from: list[str] = field(default_factory=list)
    #: whether every request of it was answered
    is_whole: bool = True

    async def take(self, candidates: Sequence[Candidate]) -> Found:
        """Queue what was named."""
        source = self.asked.source
        is_headline_only = source.engine is not None and ENGINES[source.engine].is_headline_only
        queue = note_headlines if is_headline_only else found
        more = await queue(self.session, source, candidates, self.asked.now)
        self.found += more
        self.candidates += candidates
        return more

    async def look(
        self, url: str, kind: SourceKind, since: datetime | None = None
    ) -> tuple[Report, Found] | None:
        """Ask for one more address, queue what it names and write its row; None when it failed.

        Args:
            since: leave out what is older, or has no date.
        """
        session = self.session
        source = replace(self.asked.source, kind=kind)
        record = replace(
            self.asked.record, url=url, final_url=None, status=None, received_bytes=0, page_sha256=None
        )
        session.frontier.move(self.asked.errand)
        known = await session.remember(url)
        try:
            validators = known.validators if known else (None, None)
            page = await self.fetch(url, validators, kind)
            record = answered(record, page)
            if page.status == 304 and known and known.page:
                told = "Not modified since it was last read (304)."
                await session.append_visit(replace(record, outcome=Outcome.NOT_MODIFIED, reason=told))
                return Report(candidates=()), Found()
            if not 200 <= page.status < 300:
                raise bad_status(page.status, url)
            report = await take_apart(session, source, page, self.asked.now)
        except (FetchError, DiscoverError, Broken, ReadingTooLong) as problem:
            decision = missed(problem) if isinstance(problem, FetchError) else None
            outcome = decision.outcome if decision else Outcome.FAILED
            await session.append_visit(replace(record, outcome=outcome, reason=sentence(str(problem))))
            return None
        more = await self.take([each for each in report.candidates if since is None or is_since(each, since)])
        told = "; ".join([*more.in_words(source.max_age_s), *report.notes]) + "."
        await session.append_visit(replace(record, outcome=Outcome.UNCHANGED, reason=told), page)
        return report, more


async def read_source(session: CrawlSession, asked: Asked, fetch: Fetch) -> None:
    """Queue what a source names, and write its row; whatever is wrong with it ends in that row.

    Args:
        fetch: gets a further page through the same doors.
    """
    status = asked.page.status
    if status == 304 and any(asked.errand.validators):
        await _not_modified(Round(session, asked, fetch))
    elif not 200 <= status < 300:
        problem = bad_status(status, asked.page.url)
        await miss_source(session, asked.errand, problem, problem.weight, asked.record)
    else:
        await _read(Round(session, asked, fetch))


async def _not_modified(round_: Round) -> None:
    asked, state = round_.asked, round_.asked.errand.state
    assert state is not None
    for kind, url in state.surfaces:
        await round_.look(url, _kind(kind))
    if asked.source.engine:
        await _ask_further(round_, Report(candidates=()))
    told = ["Not modified since the last poll (304)", *round_.told]
    if state.surfaces:
        told.append(f"{len(state.surfaces)} surfaces: {'; '.join(round_.found.in_words(None))}")
    outcome = Outcome.UNCHANGED if round_.found.new else Outcome.NOT_MODIFIED
    await file_source(
        round_.session,
        asked.errand,
        replace(asked.record, outcome=outcome, reason="; ".join(told) + "."),
        validators=asked.errand.validators,
        cached_s=_cached_s(asked),
        seen=_seen(round_) if round_.candidates else None,
        moved_to=asked.moved_to,
    )


async def _read(round_: Round) -> None:
    session, asked = round_.session, round_.asked
    try:
        report = await take_apart(session, asked.source, asked.page, asked.now)
    except (DiscoverError, Broken, ReadingTooLong) as problem:
        await miss_source(session, asked.errand, problem, _MISREAD, asked.record)
        return
    first = await round_.take(report.candidates)
    found_surfaces = None
    if report.children:
        await _read_children(round_, report.children)
    if asked.source.kind == "feed":
        await _fill_gap(round_, report)
    if asked.source.kind == "section":
        await _read_further_pages(round_, report, first)
    if asked.source.engine:
        await _ask_further(round_, report)
    if asked.source.kind == "site":
        found_surfaces = await _read_surfaces(round_)
    if asked.is_cut:
        round_.told.append(f"only its first {len(asked.page.body) / 1e6:.0f} MB were read")
    validators = (asked.page.header("etag"), asked.page.header("last-modified"))
    is_moving = asked.source.engine is not None and ENGINES[asked.source.engine].is_windowed
    is_whole = round_.is_whole and not round_.found.crowded and not is_moving
    told = (*round_.found.in_words(asked.source.max_age_s), *report.notes, *round_.told)
    reason = "; ".join(told) + "."
    await file_source(
        session,
        asked.errand,
        replace(asked.record, outcome=Outcome.UNCHANGED, reason=reason),
        validators=validators if is_whole else (None, None),
        rest=report.rest,
        cached_s=_cached_s(asked),
        seen=_seen(round_),
        moved_to=asked.moved_to,
        surfaces=found_surfaces,
        filled_from=tuple(round_.filled_from),
    )


def _cached_s(asked: Asked) -> float:
    said = ", ".join(value for name, value in asked.page.headers if name == "cache-control")
    return cached_s(said, asked.page.header("age"), asked.source.every_s)


def _seen(round_: Round) -> Seen:
    return Seen(candidates=tuple(round_.candidates), new=round_.found.new)


async def _read_children(round_: Round, children: tuple[ChildSitemap, ...]) -> None:
    """Read the sitemaps of an index that may have something new; an index among them is one as well."""
    asked = round_.asked
    assert asked.errand.state is not None
    since, max_age_s = asked.errand.state.succeeded_at, asked.source.max_age_s
    if since is None and max_age_s is not None:
        since = asked.now - timedelta(seconds=max_age_s)
    named = {asked.page.url, asked.page.final_url}
    waiting: list[ChildSitemap] = []

    def take(more: tuple[ChildSitemap, ...]) -> None:
        fresh = (each for each in more if not (since and each.modified_at and each.modified_at < since))
        waiting[:0] = [each for each in fresh if each.url not in named]
        named.update(each.url for each in more)

    take(children)
    results: list[tuple[Report, Found] | None] = []
    while waiting and len(results) < MOST_CHILDREN:
        result = await round_.look(waiting.pop(0).url, "sitemap")
        results.append(result)
        take(result[0].children if result else ())
    new = sum(result[1].new for result in results if result is not None)
    failed = results.count(None)
    round_.is_whole &= not failed and not waiting
    said = f"{len(named) - len({asked.page.url, asked.page.final_url})} sitemaps, {len(results)} read with {new} new pages"
    round_.told.append(f"{said}, {failed} failed" if failed else said)


async def _fill_gap(round_: Round, report: Report) -> None:
    """After a gap of a feed, read the sitemaps that its site's robots.txt names, unless some are sources themselves."""
    state, candidates = round_.asked.errand.state, report.candidates
    assert state is not None
    if not is_gap(state, candidates) or sitemaps_beside(round_.session.sources, state.source):
        return
    named = await _sitemaps_named(round_, candidates[0].url)
    since = (state.succeeded_at or round_.asked.now) - timedelta(days=1)
    for url in sorted(named, key=lambda each: "news" not in each.lower())[:MOST_FILLING]:
        result = await round_.look(url, "sitemap", since)
        children = result[0].children[:1] if result else ()
        for child in children:
            result = await round_.look(child.url, "sitemap", since)
        if result is not None:
            round_.filled_from.append(children[0].url if children else url)


async def _read_further_pages(round_: Round, first: Report, more: Found) -> None:
    """Follow a section back for as long as its pages bring something new, `max_pages` entries at most."""
    seen, report, pages = {round_.asked.page.final_url, round_.asked.source.url}, first, 1
    while (
        report.next_url
        and report.next_url not in seen
        and more.new
        and pages < MOST_SECTION_PAGES
        and len(round_.candidates) < round_.asked.source.max_pages
    ):
        seen.add(report.next_url)
        result = await round_.look(report.next_url, "section")
        if result is None:
            break
        report, more = result
        pages += 1
    if pages > 1:
        round_.told.append(f"{pages} pages of it read")


async def _ask_further(round_: Round, first: Report) -> None:
    """A query's other questions; one whose answer is cut off is asked again about each half of its time."""
    asked, state = round_.asked, round_.asked.errand.state
    assert state is not None
    waiting = [*requests_of(asked.source, state.succeeded_at, asked.now)[1:]]
    waiting[:0] = halves(asked.errand.url) if first.is_cut else ()
    count, failed = 1, 0
    while waiting and count < MOST_ASKED:
        url = waiting.pop(0)
        result = await round_.look(url, "query")
        count, failed = count + 1, failed + (result is None)
        if result is not None and result[0].is_cut:
            waiting[:0] = halves(url)
    round_.is_whole &= not failed and not waiting
    if count > 1:
        told = [f"{count} questions asked", *([f"{failed} failed"] if failed else [])]
        round_.told.append(", ".join([*told, *([f"{len(waiting)} left for later"] if waiting else [])]))


async def _read_surfaces(round_: Round) -> tuple[tuple[str, str], ...] | None:
    """Poll a site's feeds, sitemaps and sections; returns them when they were looked for, None otherwise."""
    asked, state = round_.asked, round_.asked.errand.state
    assert state is not None
    is_fresh = state.surfaces_at is not None and asked.now - state.surfaces_at < SURFACES_FRESH
    if is_fresh and state.surfaces:
        results = [await round_.look(url, _kind(kind)) for kind, url in state.surfaces]
        round_.told.append(f"{len(results)} surfaces, {results.count(None)} failed")
        return None if not all(result is None for result in results) else ()
    chosen: list[tuple[str, str]] = []
    for kind, urls in (await _surfaces_of(round_)).items():
        working = 0
        for url in urls[: MOST_PROBED[kind]]:
            if working < MOST_SURFACES[kind] and await round_.look(url, _kind(kind)) is not None:
                chosen.append((kind, url))
                working += 1
    names = ", ".join(f"{kind} {url}" for kind, url in chosen) or "none"
    round_.told.append(f"surfaces found: {names}")
    return tuple(chosen)


async def _surfaces_of(round_: Round) -> dict[str, tuple[str, ...]]:
    """Where a site may be looked in: what its page tells, and the sitemaps that robots.txt names."""
    page = round_.asked.page
    told = await surfaces_of(round_.session, page)
    return {
        "feed": told.feeds,
        "sitemap": await _sitemaps_named(round_, page.final_url) or told.sitemaps,
        "section": tuple(url for url, _ in told.sections),
    }


async def _sitemaps_named(round_: Round, url: str) -> tuple[str, ...]:
    """The sitemaps that the robots.txt of *url*'s host names."""
    robots_url = urljoin(url, "/robots.txt")
    try:
        robots = await round_.fetch(robots_url)
    except FetchError:
        return ()
    return await sitemaps_in(round_.session, robots) if robots.status == 200 else ()


def _kind(kind: str) -> SourceKind:
    return "feed" if kind == "feed" else "sitemap" if kind == "sitemap" else "section"
