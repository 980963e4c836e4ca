"""Archived pages are read and judged again with today's extractor, memory and rules, without the network.

Nothing is overwritten: what reads differently, in any field, becomes a version
of the kind `extraction`, which is no edit; what is judged differently a new
judgement, made from the newest version; and each of them a row in the ledger.
"""

from __future__ import annotations

import asyncio
import difflib
import hashlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from crawler.catalogue import Beat
from crawler.config import Config
from crawler.dedupe.fingerprint import content_sha256
from crawler.dedupe.urls import site_of
from crawler.errors import SpacereelError
from crawler.extract.extractor import EXTRACTOR
from crawler.ingest.append import Weighed, append, weigh
from crawler.ingest.needs import check_memory
from crawler.ingest.pool import ReadingPool
from crawler.ingest.shards import SHARD_FORM, ShardHead, Shards, Share, end_text, head_text, line_text
from crawler.ingest.verdict import KEPT_FROM, Decision, KeepBand, best, decide, rank_of
from db.archive import Damaged
from db.model import Article, Candidate, Capture, FetchRecord, Judgement, Likeness, Outcome, Page, iso
from db.store import Store

#: pages that are read at a time, and after which the place is remembered
REPLAY_BATCH = 32

RereadKind = Literal["enters", "leaves", "changes", "rejudged", "unreadable", "same"]
CountPages = Callable[[int], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What today's rules make of one archived page."""

    kind: RereadKind
    url: str
    title: str
    #: one sentence
    reason: str
    #: lines of the text that went ("- ") and came ("+ ")
    diff: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An archived page that is to be read."""

    #: captures.id
    number: int
    page: Page
    candidate: Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """An archived page with what is read on it today."""

    job: Job
    capture: Capture

    @property
    def number(self) -> int:
        """captures.id of the page."""
        return self.job.number


#: (captures.id, page) in their order
Batch = Sequence[tuple[int, Page | Damaged]]


def _damaged(batch: Batch) -> Iterator[Effect]:
    """Pages whose bytes cannot be had any more."""
    for _, page in batch:
        if isinstance(page, Damaged):
            reason = f"In the archive {page.reason}."
            yield Effect(kind="unreadable", url=page.url, title="", reason=reason)


def _had(shards: Shards, jobs: Sequence[Job]) -> list[Reread]:
    """What was read elsewhere.

    Raises:
        SpacereelError: of one of the pages nothing was.
    """
    rereads = []
    for job in jobs:
        capture = shards.capture(job.number, job.page)
        if capture is None:
            raise SpacereelError(
                f"page {job.number} of the archive, {job.page.url}, is in no share: they were made of another archive"
            )
        rereads.append(Reread(job=job, capture=capture))
    return rereads


def effect_of(before: dict[str, Any] | None, capture: Capture, decision: Decision, keep: KeepBand) -> Effect:
    """How a page's place in the record changes.

    Args:
        before: the row of `current_articles` for this page, or None.
        decision: of `verdict.decide` for *capture*.
        keep: `[keep] band`.
    """
    judgement, article = best(capture.judgements), capture.article
    kind = _kind(before, judgement, article, decision, keep)
    return Effect(
        kind=kind,
        url=capture.page.url,
        title=article.title if article else before["title"] if before else "",
        reason=_judged(before, judgement)
        if before and kind in ("enters", "leaves", "rejudged")
        else decision.reason,
        diff=difference(before["text"], article.text) if before and article else (),
    )


def _unmoved(store: Store, before: dict[str, Any], capture: Capture, keep: KeepBand) -> Effect | None:
    """The effect of a page that is read, field by field, and judged as the newest version of its article; else None.

    Most pages of a replay are: neighbours, bands and SimHash would say the same, and are not reckoned.
    """
    article = capture.article
    is_newest_of_it = (
        article is not None
        and article.canonical_url == before["canonical_url"]
        and before["fetched_at"] <= iso(capture.page.fetched_at)
    )
    if article is None or not is_newest_of_it:
        return None
    digest = content_sha256(article.title, article.text, article.authors, article.published_at)
    if not store.is_read_alike(before["id"], article, digest):
        return None
    same = Likeness(kind="unchanged", article_id=before["id"], similarity=1.0)
    effect = effect_of(before, capture, decide(capture, same, keep), keep)
    return effect if effect.kind == "same" else None


def _kind(
    before: dict[str, Any] | None,
    judgement: Judgement | None,
    article: Article | None,
    decision: Decision,
    keep: KeepBand,
) -> RereadKind:
    if article is None:
        return "unreadable" if before is not None else "same"
    if before is None:
        return "enters" if decision.keeps else "same"
    was = rank_of(before["band"]) >= KEPT_FROM[keep]
    is_kept = rank_of(judgement.band if judgement else None) >= KEPT_FROM[keep]
    if was != is_kept:
        return "enters" if is_kept else "leaves"
    if decision.outcome in (Outcome.CHANGED, Outcome.UNCHANGED) and decision.keeps:
        return "changes"
    return "same" if judgement is None or judgement.score == before["score"] else "rejudged"


def _judged(before: dict[str, Any], judgement: Judgement | None) -> str:
    if judgement is None:
        return "No beat judges it any more."
    was = "not judged" if before["score"] is None else f"{before['score']:.2f}, band {before['band']}"
    return f"Scored {judgement.score:.2f} of {judgement.threshold:.2f} for {judgement.topic_id}: band {judgement.band} (was {was})."


def difference(before: str, after: str) -> tuple[str, ...]:
    """Paragraphs that went, with "- " before them, and that came, with "+ ", in page order.

    >>> difference("Lift-off.\\nSubscribe!", "Lift-off.")
    ('- Subscribe!',)
    """
    if before == after:
        return ()
    lines = difflib.ndiff(before.split("\n"), after.split("\n"))
    return tuple(line for line in lines if line.startswith(("- ", "+ ")))


def rules_digest(
    beats: Sequence[Beat], extractor: str, keep: str, since: datetime | None, source: str | None
) -> str:
    """What makes two replays the same one, so that an interrupted one goes on where it was."""
    parts = [extractor, keep, str(since), str(source), *sorted(beat.topic.ruleset for beat in beats)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


class Replay:
    """One replay over the archive.

    Args:
        is_dry: write nothing.
        since: pages fetched before that are left out.
        source: only pages that this source named.
    """

    def __init__(
        self,
        config: Config,
        beats: Sequence[Beat],
        store: Store,
        *,
        is_dry: bool,
        since: datetime | None = None,
        source: str | None = None,
    ) -> None:
        self._config = config
        self._store = store
        self._topics = tuple(beat.topic for beat in beats)
        self._is_dry = is_dry
        self._since = since
        self._source = source
        self._run_id: int | None = None
        self._rules = ""
        self._beats = tuple(beats)

    async def effects(self, progress: CountPages, shards: Shards | None = None) -> AsyncIterator[Effect]:
        """The effect of every archived page, in the order in which they were fetched; written as they come.

        Args:
            progress: called with the number of pages after each batch.
            shards: what was read of the pages elsewhere; they are read here without.

        Raises:
            SpacereelError: the shards were not made of this archive.
        """
        check_memory(self._config, self._beats)
        self._rules = self.rules()
        at = 0 if self._is_dry else self._store.replay_position(self._rules)
        with closing(ReadingPool(self._config.extract.workers)) as pool:
            while batch := self._store.captures(at, REPLAY_BATCH, self._since):
                if shards is not None and batch[0][0] > shards.last:
                    break
                for effect in _damaged(batch):
                    yield effect
                jobs = self._jobs(batch, shards.last if shards else None)
                rereads = await self._read(pool, jobs) if shards is None else _had(shards, jobs)
                for reread in rereads:
                    if (settled := self._settle(reread)) is not None:
                        yield settled
                at = batch[-1][0]
                self._remember(at)
                progress(len(batch))
        self._finish()

    async def share(self, share: Share, progress: CountPages) -> AsyncIterator[str]:
        """Every N-th page as it is read today, as the lines of a file that `effects` takes; nothing is written."""
        check_memory(self._config, self._beats)
        last = self._store.last_capture()
        yield head_text(ShardHead(form=SHARD_FORM, share=share, rules=self.rules(), last=last))
        at = 0
        with closing(ReadingPool(self._config.extract.workers)) as pool:
            while batch := self._store.captures(
                at, REPLAY_BATCH, self._since, (share.number % share.of, share.of)
            ):
                for reread in await self._read(pool, self._jobs(batch, last)):
                    yield line_text(reread.number, reread.capture)
                at = batch[-1][0]
                progress(len(batch))
        yield end_text()

    def rules(self) -> str:
        """What makes two replays the same one."""
        return rules_digest(self._beats, EXTRACTOR, self._config.keep.band, self._since, self._source)

    def _jobs(self, batch: Batch, last: int | None) -> list[Job]:
        """The pages of a batch that are read."""
        jobs = [
            Job(number=number, page=page, candidate=self._candidate(page))
            for number, page in batch
            if isinstance(page, Page) and 200 <= page.status < 300 and (last is None or number <= last)
        ]
        return [job for job in jobs if self._source is None or job.candidate.source == self._source]

    async def _read(self, pool: ReadingPool, jobs: Sequence[Job]) -> list[Reread]:
        captures = await asyncio.gather(
            *(
                pool.read(
                    job.page,
                    job.candidate,
                    self._topics,
                    self._store.site_memory(site_of(job.page.final_url)),
                )
                for job in jobs
            )
        )
        return [Reread(job=job, capture=capture) for job, capture in zip(jobs, captures, strict=True)]

    def _candidate(self, page: Page) -> Candidate:
        found = self._store.candidate_of(page.url)
        return found or Candidate(url=page.url, source="", found_on=page.url, found_at=page.fetched_at)

    def _settle(self, reread: Reread) -> Effect | None:
        """The effect of one page, written unless this is a dry run; None when the record has a later version."""
        capture, page = reread.capture, reread.job.page
        row = self._store.article_of(page.url)
        before, keep = dict(row) if row is not None else None, self._config.keep.band
        if before is not None and (unmoved := _unmoved(self._store, before, capture, keep)) is not None:
            return unmoved
        weighed = weigh(self._store, capture, keep, is_late=True, is_reread=True)
        if weighed.newer is not None:
            return None
        effect = effect_of(before, capture, weighed.decision, keep)
        if not self._is_dry:
            self._write(reread, effect, weighed)
        return effect

    def _write(self, reread: Reread, effect: Effect, weighed: Weighed) -> None:
        """A row in the ledger for what is different now, and the version or judgement that makes it so."""
        if effect.kind == "same":
            return
        page = reread.job.page
        record = FetchRecord(
            url=page.url,
            final_url=page.final_url,
            source=reread.job.candidate.source or None,
            purpose="replay",
            started_at=datetime.now(UTC),
            outcome=Outcome.OFF_TOPIC if effect.kind == "leaves" else weighed.decision.outcome,
            reason=f"Read again from the archive. {effect.reason}",
            page_sha256=page.sha256,
        )
        append(self._store, weighed, record, self._run(), is_announced=False)

    def _run(self) -> int:
        if self._run_id is None:
            self._run_id = self._store.start_run("replay", datetime.now(UTC))
        return self._run_id

    def _remember(self, at: int) -> None:
        if not self._is_dry:
            self._store.keep_replay_position(self._rules, at)

    def _finish(self) -> None:
        if not self._is_dry:
            self._store.keep_replay_position(self._rules, None)
        if self._run_id is not None:
            self._store.finish_run(self._run_id, datetime.now(UTC))
