"""The way of one page in a crawl, when its bytes are kept (`keeping`): it is read, it is appended; or it did not come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from crawler.dedupe.parameters import ParameterLesson, lesson_of, missed_names, written_address
from crawler.dedupe.urls import canonical_url, host_of, site_of
from crawler.errors import BadStatus, FetchError
from crawler.frontier.errands import Visit
from crawler.frontier.timetable import next_recheck_at, retry_at
from crawler.ingest.append import Weighed, append, weigh
from crawler.ingest.asking import furniture_among, saw_removed
from crawler.ingest.edits import came_lines
from crawler.ingest.lessons import learn_site
from crawler.ingest.marks import ArticleMarks
from crawler.ingest.session import CrawlSession
from crawler.ingest.verdict import Decision, absent, best, is_passing, missed, next_look_at, sentence
from db.model import Article, Candidate, Capture, FetchRecord, Outcome, Page, Revision, from_iso, iso
from db.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPage:
    """A page on its way from the wire to the record; an item of the pipelines."""

    visit: Visit
    page: Page
    started_at: datetime
    elapsed_ms: int
    capture: Capture | None = None
    #: whether it may stay unread when its words rule its topics out, and nobody has looked yet
    is_gated: bool = False
    #: hashes of the lines that were known as furniture of its site when it was read
    memory: frozenset[int] = frozenset()
    #: whether the archive has it as pages of articles are kept
    is_packed: bool = True
    #: what its scripts did, or why they did not
    drawn: str | None = None
    #: why what was read of it is suspect
    suspect: str | None = None
    #: what was reckoned of its article where it was read
    marks: ArticleMarks | None = None
    #: its row is written, there is nothing more to do
    is_recorded: bool = False


async def read(session: CrawlSession, fetched: FetchedPage) -> FetchedPage:
    """Read and judge the page in a reader process."""
    candidate = fetched.visit.entry.candidate
    if not candidate.source:  # a watched page that has never been an article
        candidate = replace(candidate, source=session.source_of(candidate.url))
    capture, memory = await _read(session, fetched, candidate)
    if await learn_site(session, capture):
        session.frontier.move(fetched.visit)
        capture, memory = await _read(session, fetched, candidate)
    session.frontier.move(fetched.visit)
    return replace(fetched, capture=capture, memory=memory, marks=None)


async def _read(
    session: CrawlSession, fetched: FetchedPage, candidate: Candidate
) -> tuple[Capture, frozenset[int]]:
    """What a page says by today's memory of its site, and that memory."""
    memory = await session.store.run(Store.site_memory, site_of(fetched.page.final_url))
    capture = await session.pool.read(
        fetched.page, candidate, session.topics, memory, is_gated=fetched.is_gated
    )
    return capture, memory


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doubt:
    """The page of the version that a page seems to change, from the archive."""

    page: Page
    candidate: Candidate


async def append_page(
    session: CrawlSession, fetched: FetchedPage, *, may_wait: bool = True
) -> Revision | None:
    """The last step of a page: verdict, article, ledger row and queue entry, in one transaction.

    Before a change is believed the page of the version in question is read again, with the same
    memory and the same extractor, and other articles are asked for lines that came: what differs then is the publisher's.

    Args:
        may_wait: for looks at others; where not, lines that the record does not know yet are believed.
    """
    await saw_removed(session, fetched.page, fetched.capture)
    settled = await session.store.run(_append, session, fetched)
    if isinstance(settled, _Doubt):
        earlier = (await session.pool.read(settled.page, settled.candidate, (), fetched.memory)).article
        fetched = await _with_witnesses(session, fetched, earlier, may_wait)
        settled = await session.store.run(_append_as, session, fetched, earlier)
    revision, record = settled
    session.count(fetched.visit, record)
    return revision


async def _with_witnesses(
    session: CrawlSession, fetched: FetchedPage, earlier: Article | None, may_wait: bool
) -> FetchedPage:
    """The page as it is read once it is known which of the lines that came to it are the site's."""
    capture = fetched.capture
    if earlier is None or capture is None or capture.article is None or fetched.visit.purpose != "recheck":
        return fetched
    came = came_lines(earlier, capture.article, fetched.memory)
    if not came:
        return fetched
    address = capture.article.canonical_url
    learned = await furniture_among(session, fetched.visit, fetched.page, address, came, may_wait)
    if not learned:
        return fetched
    memory = fetched.memory | learned
    read = await session.pool.read(fetched.page, capture.candidate, session.topics, memory)
    return replace(fetched, capture=read, memory=memory, marks=None)


def _append(
    store: Store, session: CrawlSession, fetched: FetchedPage
) -> tuple[Revision | None, FetchRecord] | _Doubt:
    """In the store's thread: the page into the record, with its version and its row; or what has to be read first."""
    capture = fetched.capture
    assert capture is not None
    gone = absent(capture) if fetched.visit.purpose == "recheck" else None
    if gone is not None:
        record = _row(session, fetched, gone)
        _append_missed(store, session, fetched.visit, record)
        return None, record
    weighed = weigh(store, capture, session.config.keep.band, furniture=fetched.memory, marks=fetched.marks)
    doubted = weighed.doubted
    page = store.page(doubted.page_sha256) if doubted and doubted.page_sha256 else None
    if page is not None:
        return _Doubt(page=page, candidate=store.candidate_of(page.url) or capture.candidate)
    return append_weighed(store, session, fetched, weighed)


def weighed_alone(store: Store, session: CrawlSession, fetched: FetchedPage) -> Weighed | None:
    """What becomes of a page that needs nothing but the record; None for one that `append_page` has to take. Writes nothing."""
    capture = fetched.capture
    assert capture is not None
    if fetched.visit.purpose == "recheck" and absent(capture) is not None:
        return None
    weighed = weigh(store, capture, session.config.keep.band, furniture=fetched.memory, marks=fetched.marks)
    return None if weighed.doubted is not None else weighed


def _append_as(
    store: Store, session: CrawlSession, fetched: FetchedPage, earlier: Article | None
) -> tuple[Revision | None, FetchRecord]:
    """The same, with what the page of the version in question gives today."""
    assert fetched.capture is not None
    weighed = weigh(
        store,
        fetched.capture,
        session.config.keep.band,
        earlier=earlier,
        furniture=fetched.memory,
        marks=fetched.marks,
    )
    return append_weighed(store, session, fetched, weighed)


def append_weighed(
    store: Store, session: CrawlSession, fetched: FetchedPage, weighed: Weighed
) -> tuple[Revision | None, FetchRecord]:
    """In the store's thread: version and row of a page that was weighed."""
    record = _row(session, fetched, weighed.decision)
    if weighed.capture.article is None:
        _append_missed(store, session, fetched.visit, record)
        return None, record
    lesson = _lesson(store, fetched, weighed)
    appended = append(store, weighed, record, session.run_id, recheck_after=fetched.started_at)
    _learn(store, fetched, lesson)
    if appended.revision is not None and not fetched.is_packed:
        store.pack_page(fetched.page)
    session.measure(store)
    return appended.revision, replace(record, outcome=appended.outcome)


def _lesson(store: Store, fetched: FetchedPage, weighed: Weighed) -> ParameterLesson | None:
    """What the page shows of parameters of its host: a new address, of which it says that it has too many."""
    url, article = fetched.visit.url, weighed.capture.article
    if article is None or fetched.visit.purpose != "new" or "?" not in url:
        return None
    return lesson_of(url, article.canonical_url, weighed.likeness, store.visited_like(url))


def _learn(store: Store, fetched: FetchedPage, lesson: ParameterLesson | None) -> None:
    url, now = fetched.visit.url, fetched.started_at
    if lesson is not None:
        store.note_parameters(host_of(url), lesson.names, lesson.page, is_needed=lesson.is_needed, now=now)
    ours = canonical_url(url)
    if ours is not None and ours != url:  # only there as its source wrote it
        missed = missed_names(url)
        store.note_parameters(host_of(url), missed, "", is_needed=True, now=now)
        for spelling in {ours, canonical_url(url, kept=frozenset(missed)) or ours} - {url}:
            store.keep_alias(spelling, url)


async def not_modified(session: CrawlSession, visit: Visit, page: Page, record: FetchRecord) -> None:
    """A page answered 304: one row, its validators, and the next look."""
    record = replace(record, outcome=Outcome.NOT_MODIFIED, reason="Not modified since the last visit (304).")
    await session.store.run(_append_not_modified, session, visit, page, record)
    session.count(visit, record)


def _append_not_modified(
    store: Store, session: CrawlSession, visit: Visit, page: Page, record: FetchRecord
) -> None:
    with store.as_one():
        store.freshen_validators(page)
        store.append_visit(record, session.run_id)
        _look_again(store, session, visit, record)


def _look_again(store: Store, session: CrawlSession, visit: Visit, record: FetchRecord) -> None:
    """Put a page of the record back into the queue at its next time."""
    row = store.article_of(visit.url)
    at = next_recheck_at(from_iso(row["fetched_at"]), record.started_at) if row else None
    if row and record.outcome is Outcome.GONE:
        at = next_look_at(row["removed_at"] and from_iso(row["removed_at"]), record.started_at, at)
    if at is not None:
        store.schedule_recheck(visit.url, at)


async def miss(session: CrawlSession, visit: Visit, problem: FetchError, record: FetchRecord) -> None:
    """A page did not come: tried again later when that may help, else its verdict."""
    attempts, now = visit.entry.attempts + 1, datetime.now(UTC)
    if await _is_asked_as_written(session, visit, problem, record, now):
        return
    until = retry_at(attempts, now, session.free_at(visit, problem, now)) if is_passing(problem) else None
    if until is None:
        decision = _given_up(problem, attempts)
        record = replace(record, outcome=decision.outcome, reason=decision.reason)
        await session.store.run(_append_missed, session, visit, record)
    else:
        reason = f"{sentence(str(problem))} Attempt {attempts}; tried again at {iso(until)}."
        record = replace(record, outcome=Outcome.DEFERRED, reason=reason)
        await session.defer(visit, record, until, attempts)
    session.count(visit, record)


async def _is_asked_as_written(
    session: CrawlSession, visit: Visit, problem: FetchError, record: FetchRecord, now: datetime
) -> bool:
    """Ask for a page that is not there as we spell it once more as its source wrote it; whether that is done."""
    candidate = visit.entry.candidate
    is_absent = isinstance(problem, BadStatus) and problem.status in (404, 410)
    written = written_address(visit.url, candidate.written) if is_absent and visit.purpose == "new" else None
    if written is None:
        return False
    reason = f"{sentence(str(problem))} It is asked for as its source wrote it: {written}"
    deferred = replace(record, outcome=Outcome.DEFERRED, reason=reason)

    def write(store: Store) -> None:
        with store.as_one():
            store.append_visit(deferred, session.run_id)
            store.ask_as_written(candidate, written, now)

    await session.store.run(write)
    session.frontier.queued()
    session.count(visit, deferred)
    return True


def _append_missed(store: Store, session: CrawlSession, visit: Visit, record: FetchRecord) -> None:
    with store.as_one():
        store.append_visit(record, session.run_id)
        if visit.purpose == "recheck":  # one look does not declare a removal
            _look_again(store, session, visit, record)


def _given_up(problem: FetchError, attempts: int) -> Decision:
    decision = missed(problem)
    if attempts == 1:
        return decision
    return replace(decision, reason=f"{decision.reason} Given up after {attempts} attempts.")


def _row(session: CrawlSession, fetched: FetchedPage, decision: Decision) -> FetchRecord:
    assert fetched.capture is not None
    judgement = best(fetched.capture.judgements)
    suspect = f"Suspect: {fetched.suspect}" if fetched.suspect else None
    reasons = (decision.reason, fetched.capture.feed_note, fetched.drawn, suspect)
    return replace(
        answered(session.row(fetched.visit, fetched.started_at, fetched.elapsed_ms), fetched.page),
        outcome=decision.outcome,
        reason=" ".join(each for each in reasons if each),
        score=judgement.score if judgement else None,
        evidence=judgement.evidence if judgement else (),
    )


def answered(record: FetchRecord, page: Page) -> FetchRecord:
    """The row with what the wire said."""
    return replace(
        record,
        final_url=page.final_url,
        status=page.status,
        received_bytes=len(page.body),
        page_sha256=page.sha256 if 200 <= page.status < 300 else None,
    )
