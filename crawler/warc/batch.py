"""A batch of pages from a WARC file into the record, in one transaction with the place up to which the file was read.

A file holds a hundred thousand pages of which a few belong to a beat. What
scores leaves a row in the ledger as in a crawl, and so does what could not be
had; a page whose words or whose judgement rule it out is counted in its run
only, or a year of files would bury the record (docs/architecture.md, "WARC files").
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from crawler.dedupe.urls import canonical_url, site_of, why_unfit
from crawler.errors import SpacereelError
from crawler.ingest.append import append, weigh
from crawler.ingest.verdict import Decision, KeepBand, best, decide, sentence
from crawler.warc.entries import Faulty, WarcResponse
from crawler.warc.sifted import Sifted
from crawler.warc.window import ReadUpTo
from db.backfills import WarcPlace
from db.memory import LEAST_ARTICLES
from db.model import Capture, FetchRecord, Outcome, Page
from db.store import Store

#: what stands in articles.source for pages that no source of a beat has named
SOURCE = "warc"
#: rows that the troubles of one file leave; more are counted
MOST_TROUBLES = 200
TROUBLES = frozenset({Outcome.FAILED, Outcome.TOO_LARGE, Outcome.BLOCKED})

#: site -> hashes of lines
SiteLines = Mapping[str, frozenset[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResult:
    """What became of one page of a file."""

    place: WarcPlace
    #: what was read in it, what is wrong with its record, or the verdict when that is all there is to keep
    what: Capture | Faulty | Outcome

    @property
    def held_bytes(self) -> int:
        """Size of the page that is held for it."""
        return len(self.what.page.body) if isinstance(self.what, Capture) else 0


def addressed(entry: WarcResponse | Faulty) -> Page | Faulty:
    """The page of a record under the one spelling of its address; a fault when nothing may be fetched from there."""
    if isinstance(entry, Faulty):
        return entry
    asked = entry.page.url
    url, unfit = canonical_url(asked), why_unfit(asked)
    if url is None or unfit is not None:
        reason = unfit or "it is not a web address"
        return Faulty(place=entry.place, url=asked, outcome=Outcome.BLOCKED, reason=reason)
    return replace(entry.page, url=url)


def result_of(place: WarcPlace, what: Capture | Faulty | Outcome) -> PageResult:
    """A page as it waits to be appended: only the verdict of what leaves nothing else."""
    if isinstance(what, Capture) and what.article is None:
        outcome = decide(what, None, "all").outcome
        return PageResult(place=place, what=what if outcome in TROUBLES else outcome)
    return PageResult(place=place, what=what)


def shared_lines(captures: Iterable[Capture]) -> SiteLines:
    """Lines that stand on so many of the articles read together that they are their site's: an article that gained one was not edited."""
    pages: dict[tuple[str, int], set[str]] = defaultdict(set)
    for capture in captures:
        if capture.article is not None:
            site = site_of(capture.page.final_url)
            for line in capture.line_hashes:
                pages[site, line].add(capture.article.canonical_url)
    found: dict[str, set[int]] = defaultdict(set)
    for (site, line), articles in pages.items():
        if len(articles) >= LEAST_ARTICLES:
            found[site].add(line)
    return {site: frozenset(lines) for site, lines in found.items()}


class FileAppender:
    """What one WARC file brings to the record.

    Args:
        done: up to where the record has it, and the size at which it was read to its end.
        key: what makes two readings of the file the same one.
        name: of the file, for people.
        sifted: what a sift left out of it; counted with the end of the file.
    """

    def __init__(
        self,
        run_id: int,
        done: tuple[WarcPlace, int],
        key: str,
        name: str,
        keep: KeepBand,
        sifted: Sifted | None = None,
    ) -> None:
        self._run_id = run_id
        self._key = key
        self._name = name
        self._keep: KeepBand = keep
        self._sifted = sifted
        self._troubles = 0
        #: up to where the record has it
        self.done = ReadUpTo(place=done[0], size_bytes=done[1])

    def append(self, store: Store, batch: Sequence[PageResult], after: ReadUpTo) -> Counter[Outcome]:
        """Append, count, and remember the place, all or nothing; returns how many pages had which verdict.

        Raises:
            SpacereelError: somebody else is reading the same file into the record.
        """
        counts: Counter[Outcome] = Counter()
        shared = shared_lines(each.what for each in batch if isinstance(each.what, Capture))
        with store.as_one():
            if store.warc_place(self._key) != (self.done.place, self.done.size_bytes):
                raise SpacereelError(f"another backfill is reading {self._name} into this record")
            for each in batch:
                is_listed = self._troubles + sum(counts[outcome] for outcome in TROUBLES) < MOST_TROUBLES
                counts[self._settle(store, each, shared, is_listed)] += 1
            if after.size_bytes and self._sifted is not None:
                counts += self._settle_sifted(store, self._sifted)
            store.count_verdicts(self._run_id, counts)
            store.keep_warc_place(self._key, after.place, after.size_bytes)
        self.done = after
        self._troubles += sum(counts[outcome] for outcome in TROUBLES)
        return counts

    def _settle(self, store: Store, page: PageResult, shared: SiteLines, is_listed: bool) -> Outcome:
        """The verdict on a page; the article and the row are written, when it leaves any."""
        where = f"From {self._name}, record at {page.place.offset}."
        if isinstance(page.what, Outcome):
            return page.what
        if isinstance(page.what, Capture) and page.what.article is not None:
            return self._settle_article(store, page.what, shared, where)
        record = (
            _row_of_faulty(page.what, self._name, where)
            if isinstance(page.what, Faulty)
            else _row(page.what, decide(page.what, None, self._keep), where)
        )
        if is_listed:
            store.append_visit(record, self._run_id)
        return record.outcome

    def _settle_sifted(self, store: Store, sifted: Sifted) -> Counter[Outcome]:
        """What the sift left out: counted, and rows for what could not be had."""
        for fault in sifted.troubles[: max(MOST_TROUBLES - self._troubles, 0)]:
            where = f"From {sifted.file}, record at {fault.place.offset}."
            store.append_visit(_row_of_faulty(fault, sifted.file, where), self._run_id)
        return sifted.pages

    def _settle_article(self, store: Store, capture: Capture, shared: SiteLines, where: str) -> Outcome:
        weighed = weigh(store, capture, self._keep, is_late=True)
        if weighed.doubted is not None:
            site = site_of(capture.page.final_url)
            came = shared.get(site, frozenset()).intersection(capture.line_hashes)
            store.learn_lines(site, came, capture.page.fetched_at)
            furniture = store.site_memory(site) | came
            weighed = weigh(store, capture, self._keep, is_late=True, furniture=furniture)
        record = _row(capture, weighed.decision, where)
        if weighed.decision.keeps:
            store.keep_page(capture.page)
            return append(store, weighed, record, self._run_id, recheck_after=datetime.now(UTC)).outcome
        if record.outcome is not Outcome.OFF_TOPIC or record.score:
            store.append_visit(record, self._run_id)
        return record.outcome


def _row(capture: Capture, decision: Decision, where: str) -> FetchRecord:
    page, judgement = capture.page, best(capture.judgements)
    return FetchRecord(
        url=page.url,
        final_url=page.final_url,
        source=SOURCE,
        purpose="backfill",
        started_at=page.fetched_at,
        status=page.status,
        outcome=decision.outcome,
        reason=f"{decision.reason} {where}",
        received_bytes=len(page.body),
        page_sha256=page.sha256 if decision.keeps else None,
        score=judgement.score if judgement else None,
        evidence=judgement.evidence if judgement else (),
    )


def _row_of_faulty(fault: Faulty, name: str, where: str) -> FetchRecord:
    named = (canonical_url(fault.url) or fault.url[:2048]) if fault.url else None
    return FetchRecord(
        url=named or f"{name}#{fault.place.offset}",
        source=SOURCE,
        purpose="backfill",
        started_at=datetime.now(UTC),
        outcome=fault.outcome,
        reason=f"{sentence(fault.reason)} {where}",
    )
