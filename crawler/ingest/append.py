"""The one way of an article into the record, for a crawl, a WARC file and a replay alike.

`weigh`: neighbours -> recognise -> edit or reading -> decide. `append`: the version with its ledger
row, its story, its next look and its log line, all of it or nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.dedupe.changes import EXTRACTION, as_read_today, change_kinds, is_furniture_gone
from crawler.dedupe.fingerprint import fingerprint
from crawler.dedupe.recognise import recognise
from crawler.frontier.timetable import next_recheck_at
from crawler.ingest.edits import without_site_lines
from crawler.ingest.marks import ArticleMarks
from crawler.ingest.stories import file_under_story
from crawler.ingest.verdict import Decision, KeepBand, decide
from crawler.logs import say
from db.model import (
    Article,
    Capture,
    FetchRecord,
    Fingerprint,
    Known,
    Likeness,
    Outcome,
    Revision,
    iso,
)
from db.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What was read on a page, beside what the record knows of it."""

    capture: Capture
    decision: Decision
    #: how the article relates to the record, and what it is recognised by; None when there is no article
    likeness: Likeness | None = None
    fingerprint: Fingerprint | None = None
    #: newest versions that it was compared with
    known: tuple[Known, ...] = ()
    #: what was reckoned of it before; None when nothing was
    marks: ArticleMarks | None = None

    @property
    def recognised(self) -> Known | None:
        """The version that it was recognised by."""
        return _recognised(self.likeness, self.known)

    @property
    def newer(self) -> Known | None:
        """The version that it was recognised by, when the record fetched that one later; else None."""
        version = self.recognised
        return version if version and version.fetched_at > self.capture.page.fetched_at else None

    @property
    def doubted(self) -> Known | None:
        """The version that it seems to change: its page is read again before the change is believed."""
        is_changed = self.likeness is not None and self.likeness.kind == "changed"
        return self.recognised if is_changed and self.newer is None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """What a page has left in the record."""

    #: as the ledger has it
    outcome: Outcome
    #: the version that holds what was read; None when none is kept
    revision: Revision | None = None
    #: whether this page brought that version
    is_new: bool = False


def _recognised(likeness: Likeness | None, known: Sequence[Known]) -> Known | None:
    return next((each for each in known if likeness and each.article_id == likeness.article_id), None)


def weigh(
    store: Store,
    capture: Capture,
    keep: KeepBand,
    *,
    is_late: bool = False,
    is_reread: bool = False,
    earlier: Article | None = None,
    furniture: frozenset[int] = frozenset(),
    marks: ArticleMarks | None = None,
) -> Weighed:
    """What becomes of a capture; reads the record and writes nothing.

    Args:
        keep: `[keep] band`, the weakest band that becomes an article.
        is_late: the page was fetched at some earlier time, so that the record may have a later version of its article.
        is_reread: the record was made from this page: whatever differs now is how it is read, not what was published.
        earlier: what the page of the version in question (see `Weighed.doubted`) gives when it is read today.
        furniture: hashes of lines known as furniture of the site; what differs in them is no edit.
        marks: what was reckoned of the article before; None when nothing was.
    """
    article = capture.article
    if article is None:
        return Weighed(capture=capture, decision=decide(capture, None, keep))
    print_ = marks.fingerprint if marks else fingerprint(article)
    known = store.neighbours(article, print_, asked=capture.page.url)
    likeness = recognise(article, print_, known, capture.page.fetched_at)
    before = _recognised(likeness, known)
    if before is not None and is_reread:
        likeness = _as_reading(store, likeness, before, article, print_)
    elif before is not None and likeness.kind == "changed":
        likeness = _as_edit(likeness, before, article, earlier, furniture)
    weighed = Weighed(
        capture=capture,
        decision=decide(capture, likeness, keep),
        likeness=likeness,
        fingerprint=print_,
        known=tuple(known),
        marks=marks,
    )
    older = _older(weighed) if is_late else None
    return replace(weighed, decision=older) if older else weighed


def _as_reading(
    store: Store, likeness: Likeness, before: Known, article: Article, print_: Fingerprint
) -> Likeness:
    """A version of its own kind when any field of a page is read otherwise than the record has it."""
    if likeness.kind not in ("changed", "unchanged") or likeness.note is not None:
        return likeness
    if likeness.kind == "unchanged" and print_.content_sha256 != before.content_sha256:
        return likeness  # it lost a field that the record has
    if store.is_read_alike(before.article_id, article, print_.content_sha256):
        return likeness
    return replace(likeness, kind="changed", changes=(EXTRACTION,))


def _as_edit(
    likeness: Likeness, before: Known, article: Article, earlier: Article | None, furniture: frozenset[int]
) -> Likeness:
    """What the publisher did to an article, without what we have learnt of its site or of reading since."""
    old = earlier or replace(article, text=before.text, removed=())
    then = as_read_today(before, earlier) if earlier else before
    changes = change_kinds(
        replace(then, text=without_site_lines(old, article, furniture).text),
        without_site_lines(article, old, furniture),
    )
    is_ours = not changes or (earlier is None and is_furniture_gone(before, article))
    if is_ours:
        note = (
            "What differs is the site's furniture or how the page is read: its publisher has changed nothing."
        )
        return replace(likeness, kind="unchanged", changes=(), note=note)
    return replace(likeness, changes=changes)


def _older(weighed: Weighed) -> Decision | None:
    """The verdict on a version older than what the record has of the article; None when it is not older.

    Versions stand in the order in which they were fetched: an earlier one is
    not put between them, and never becomes the newest.
    """
    likeness, newer = weighed.likeness, weighed.newer
    if newer is None or likeness is None or likeness.kind not in ("changed", "unchanged"):
        return None
    how = "the same as" if likeness.kind == "unchanged" else "older than, and different from,"
    fetched_at = weighed.capture.page.fetched_at
    reason = f"The page of {iso(fetched_at)} is {how} what the record has of {iso(newer.fetched_at)}."
    return Decision(outcome=Outcome.UNCHANGED, reason=reason)


def append(
    store: Store,
    weighed: Weighed,
    record: FetchRecord,
    run_id: int | None,
    *,
    recheck_after: datetime | None = None,
    is_announced: bool = True,
) -> Appended:
    """Write what `weigh` decided, all of it or nothing.

    Args:
        record: the row of the ledger; the store takes back its claim of a version that the record has already.
        recheck_after: the article is looked at again after that, by its age; None when it is not.
        is_announced: whether a new version has its line in the log.
    """
    capture, likeness, print_ = weighed.capture, weighed.likeness, weighed.fingerprint
    if likeness is None or print_ is None:
        store.append_visit(record, run_id)
        return Appended(outcome=record.outcome)
    keeps = weighed.decision.keeps
    with store.as_one():
        revision = store.append(capture, likeness, record, run_id, keeps=keeps, fingerprint=print_)
        profile = weighed.marks.profile if weighed.marks else None
        file_under_story(store, capture, likeness, revision, capture.page.fetched_at, profile)
        at = next_recheck_at(revision.fetched_at, recheck_after) if revision and recheck_after else None
        if at is not None:
            store.schedule_recheck(capture.page.url, at)
    is_new = keeps and revision is not None and _is_new(revision, weighed)
    if is_new and revision is not None and is_announced:
        _announce(capture, record, revision)
    is_claimed = keeps and not is_new
    return Appended(
        outcome=Outcome.UNCHANGED if is_claimed else record.outcome, revision=revision, is_new=is_new
    )


def _is_new(revision: Revision, weighed: Weighed) -> bool:
    return revision.article_id not in {each.article_id for each in weighed.known}


def _announce(capture: Capture, record: FetchRecord, revision: Revision) -> None:
    say(
        log,
        logging.INFO,
        "article.appended",
        article=revision.article_id,
        revision=revision.revision,
        verdict=record.outcome,
        source=record.source,
        score=record.score,
        title=capture.article.title if capture.article else None,
        url=record.url,
    )
