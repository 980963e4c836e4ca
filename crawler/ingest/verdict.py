"""What becomes of a page: one verdict with a reason, from what was read and what is known."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Literal
from urllib.parse import urlsplit

from crawler.dedupe.changes import EXTRACTION
from crawler.errors import BadStatus, FetchError, ForbiddenAddress, RobotsDenied, TooLarge, Unreachable
from crawler.frontier.hosts import HostBusy, RobotsClosed
from crawler.lang import table
from crawler.logs import redacted
from db.model import Capture, Judgement, Likeness, Outcome

KeepBand = Literal["relevant", "mention", "all"]
#: bands by strength, and the least strength that `[keep] band` asks for
_RANK = {"off": 0, "mention": 1, "relevant": 2}
KEPT_FROM = {"all": 0, "mention": 1, "relevant": 2}
#: statuses that a later visit may see differently
_PASSING = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A verdict, why, and whether the article enters the record."""

    outcome: Outcome
    reason: str
    keeps: bool = False


def rank_of(band: str | None) -> int:
    """How strong a band is, 0 to 2; no band is as weak as `off`."""
    return _RANK[band] if band else 0


def best(judgements: tuple[Judgement, ...]) -> Judgement | None:
    """The judgement of the strongest band, then of the highest score."""
    return max(judgements, key=lambda each: (_RANK[each.band], each.score), default=None)


def decide(capture: Capture, likeness: Likeness | None, band: KeepBand) -> Decision:
    """The verdict on a page that was fetched and read.

    Args:
        likeness: how its article relates to the record; None when it has no article.
        band: `[keep] band`, the weakest band that becomes an article.

    A changed article stays in the record also when it has left the topic: the
    record follows what it once kept. A version that only a better reading
    brings is kept, and the verdict is on the publisher: unchanged.
    """
    if capture.article is None or likeness is None:
        outcome = capture.problem_outcome or Outcome.NOT_ARTICLE
        return Decision(outcome=outcome, reason=capture.problem or "There is no article on the page.")
    if likeness.kind == "unchanged":
        said = likeness.note or "Title, text, authors and date are as recorded."
        return Decision(outcome=Outcome.UNCHANGED, reason=said)
    if likeness.changes == (EXTRACTION,):
        said = "Read otherwise today than the record has it; its publisher has changed nothing."
        return Decision(outcome=Outcome.UNCHANGED, reason=said, keeps=True)
    if likeness.kind == "changed":
        kinds = f" ({', '.join(likeness.changes)})" if likeness.changes else ""
        said = f"A new version{kinds}; {likeness.similarity:.0%} of the text stayed."
        return Decision(outcome=Outcome.CHANGED, reason=said, keeps=True)
    judgement = best(capture.judgements)
    if rank_of(judgement.band if judgement else None) < KEPT_FROM[band]:
        return Decision(outcome=Outcome.OFF_TOPIC, reason=_off_topic(judgement, band))
    if likeness.kind in ("copy", "near_copy"):
        what = (
            "The same text as" if likeness.kind == "copy" else f"{likeness.similarity:.0%} of the text is in"
        )
        return Decision(outcome=Outcome.COPY, reason=f"{what} article {likeness.article_id}.", keeps=True)
    return Decision(outcome=Outcome.NEW, reason=_on_topic(judgement), keeps=True)


def _off_topic(judgement: Judgement | None, band: KeepBand) -> str:
    if judgement is None:
        return f"No beat judged it, and [keep] band is {band}."
    return f"Scored {judgement.score:.2f} of {judgement.threshold:.2f} for {judgement.topic_id}: band {judgement.band}, kept from {band}."


def _on_topic(judgement: Judgement | None) -> str:
    if judgement is None:
        return "Every article is kept."
    return f"Scored {judgement.score:.2f} of {judgement.threshold:.2f} for {judgement.topic_id}: band {judgement.band}."


def bad_status(status: int, url: str) -> BadStatus:
    """The error of an answer that is neither a success nor a 304, in words."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "not a registered status"
    said = "redirects to nothing that may be followed:" if 300 <= status < 400 else "answered"
    return BadStatus(f"it {said} {status} ({phrase})", url, status)


def missed(problem: FetchError) -> Decision:
    """The verdict on a page that could not be fetched, when it is not tried again."""
    reason = sentence(str(problem))
    if isinstance(problem, ForbiddenAddress):
        return Decision(outcome=Outcome.BLOCKED, reason=reason)
    if isinstance(problem, RobotsDenied):
        return Decision(outcome=Outcome.ROBOTS_DENIED, reason=reason)
    if isinstance(problem, TooLarge):
        return Decision(outcome=Outcome.TOO_LARGE, reason=reason)
    if isinstance(problem, BadStatus) and problem.status in (404, 410):
        return Decision(outcome=Outcome.GONE, reason=reason)
    return Decision(outcome=Outcome.FAILED, reason=reason)


def absent(capture: Capture) -> Decision | None:
    """The verdict GONE on a second look that was answered with something else than the article; None when it was not.

    A site says so without a status: it redirects to its front page, to a page
    for what is missing or to the section above, or it answers 200 with a page
    that says there is nothing. One look declares no removal: see `db.history`.
    """
    page = capture.page
    asked, final = urlsplit(page.url), urlsplit(page.final_url)
    here, there = asked.path.rstrip("/"), final.path.rstrip("/")
    if here and here != there and not final.query:
        if _HOME.fullmatch(there):
            return Decision(outcome=Outcome.GONE, reason=f"It redirects to the front page, {page.final_url}.")
        if _MISSING.search(there):
            return Decision(
                outcome=Outcome.GONE, reason=f"It redirects to {page.final_url}, a page for what is missing."
            )
        if capture.article is None and here.startswith(f"{there}/"):
            return Decision(
                outcome=Outcome.GONE, reason=f"It redirects to the section above, {page.final_url}."
            )
    if capture.article is not None and capture.article.word_count > _NOTICE_WORDS:
        return None
    titles = [capture.article.title] if capture.article else _titles(page.body)
    said = next((each for each in titles if _NOTHING.search(each)), None)
    return Decision(outcome=Outcome.GONE, reason=f'It answers 200, and says "{said}".') if said else None


#: a front page, in one of its spellings; a page for what is missing
_HOME = re.compile(r"(?:/(?:index(?:\.\w+)?|home|start|[a-z]{2}(?:-[a-z]{2})?))?", re.IGNORECASE)
_MISSING = re.compile(
    r"/(?:(?:error[-_/]?)?40[14]|410|not[-_]?found|page[-_]?not[-_]?found|gone|error)(?:\.\w+)?$",
    re.IGNORECASE,
)
#: a page with more words than that is no notice that there is nothing
_NOTICE_WORDS = 150
_TITLE = re.compile(rb"<(title|h1)\b[^>]*>(.{1,300}?)</\1", re.IGNORECASE | re.DOTALL)
_NOTHING = re.compile("|".join(table("notices")["nothing"]["words"]), re.IGNORECASE)


def _titles(body: bytes) -> list[str]:
    """Title and first headings of a page that could not be read as an article."""
    found = (match[2].decode("utf-8", "replace") for match in _TITLE.finditer(body[:100_000]))
    return [" ".join(html.unescape(re.sub(r"<[^>]*>", " ", each)).split()) for each in found][:4]


#: a page that is gone is looked at again after that; once its removal is confirmed, less and less often
ABSENCE_EVERY = timedelta(hours=12)
RESTORED_AFTER = tuple(timedelta(days=days) for days in (1, 3, 7, 30, 90))


def next_look_at(removed_at: datetime | None, now: datetime, planned: datetime | None) -> datetime | None:
    """When a page that was not there is looked at again: soon until its removal is confirmed, then to see it return.

    Args:
        removed_at: when the removal was confirmed.
        planned: the look that was due anyway.
    """
    if removed_at is None:
        return min(now + ABSENCE_EVERY, planned or datetime.max.replace(tzinfo=UTC))
    return next((removed_at + after for after in RESTORED_AFTER if removed_at + after > now), None)


def is_passing(problem: FetchError) -> bool:
    """Whether the page may well be there later: no answer, or one that says so."""
    if isinstance(problem, BadStatus):
        return problem.status >= 500 or problem.status in _PASSING
    return isinstance(problem, Unreachable | RobotsClosed | HostBusy)


def sentence(text: str) -> str:
    """*text* with a capital and a full stop; names of files and hosts stay as they are.

    >>> sentence("the connection was refused"), sentence("robots.txt does not allow it")
    ('The connection was refused.', 'robots.txt does not allow it.')
    """
    text = redacted(text).strip() or "for no known reason"
    is_name = any(mark in text.partition(" ")[0][:-1] for mark in "./:")
    return (text if is_name else text[0].upper() + text[1:]) + ("" if text.endswith((".", "!", "?")) else ".")
