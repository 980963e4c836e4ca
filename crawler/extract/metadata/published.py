"""When an article was published and changed: the claims of its page weighed against each other.

The order of trust: JSON-LD datePublished, the published-time metas, microdata,
dates of creation, `<time>` and visible dates in the head of the article, the
feed, the address, `htmldate`. The first claim that can be true decides the day;
among the claims of that day (give or take one, for zones) the instant wins that
explains most of them. Dates before 1995 or more than a day after the fetch are
not believed.

A visible date that is the date of the last change says nothing of the
publication where the page declares both. A day in the address long before the
declared one is the day of publication of a site that has moved.

A clock without a zone is no instant. It becomes one when another claim of the
page or the feed shows the same clock with a zone, or when the page writes its
other times with one offset that is not UTC. Else only the day is kept:
precision `day`, at 00:00:00Z of the day as printed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from crawler.extract.metadata.date_claims import (
    BARE_CLOCK,
    Claim,
    declared_claims,
    time_claims,
    url_claim,
    visible_claims,
)
from crawler.extract.metadata.date_search import searched_claims
from crawler.extract.metadata.instants import best_instant, printed_as
from crawler.extract.metadata.sites import bare_host
from crawler.extract.page.declared import Facts
from crawler.extract.page.head import Head
from crawler.lang.dates import Moment
from db.model import Candidate, Precision

#: nothing on the web is older
EARLIEST = date(1995, 1, 1)
#: an address is older than its page by more than that only when the site has moved
MOVED = timedelta(days=60)
_DAWN = datetime.combine(EARLIEST, time(0, 0), UTC)
#: country endings that are sold for their sound, and those that write dates as Americans do
_NOT_A_COUNTRY = frozenset(
    ("ai", "cc", "co", "fm", "gg", "io", "ly", "me", "ph", "sh", "to", "tv", "us", "ws")
)
_MIDNIGHT = time(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """When an article was published and changed, as far as its page says."""

    published_at: datetime | None = None
    #: the string it was read from
    published_raw: str | None = None
    precision: Precision | None = None
    #: `YYYY-MM-DD` as printed, in the zone of the page
    published_day: str | None = None
    published_origin: str | None = None
    modified_at: datetime | None = None
    modified_origin: str | None = None


def read_dates(
    facts: Facts,
    head: Head,
    fetched_at: datetime,
    candidate: Candidate | None = None,
    language: str | None = None,
    headlines: Collection[str] = (),
) -> Dates:
    """Weigh what the page, the feed and the address say about its dates.

    Args:
        facts: what the page declares.
        head: what stands near the headline.
        fetched_at: nothing can be published later than a day after it.
        candidate: what the feed said.
        language: of the page, `en-GB`; decides what `03/04/2019` means.
        headlines: spellings of the headline: a date in one is no date of the article.
    """
    latest = fetched_at.astimezone(UTC) + timedelta(days=1)
    day_first = _is_day_first(language, facts.url)
    declared = _believable(list(declared_claims(facts, day_first=day_first)), latest)
    seen = _believable(list(time_claims(head.nodes, day_first=day_first)), latest)
    if _is_doubtful([*declared, *seen]):
        shown = visible_claims(head.nodes, day_first=day_first, headlines=headlines, read=head.line_of)
        seen += _believable(list(shown), latest)
    claims = [*declared, *_without_changes(declared, seen)]
    published = [claim for claim in claims if claim.kind == "published"]
    feed = _feed_claim(candidate, latest)
    if published and (moved := _before_the_move(facts.url, published)):
        published = [moved]
    if not published:
        published = feed or _last_resort(facts, head, day_first, latest)
    if not published:
        return _with_modified(Dates(), claims, candidate, latest)
    chosen = _decide(published, [*published, *feed], claims)
    return _with_modified(chosen, claims, candidate, latest)


def _without_changes(declared: Sequence[Claim], seen: Sequence[Claim]) -> list[Claim]:
    """What is seen, without the date of the last change where the page declares another date of publication."""
    published = [claim.moment for claim in declared if claim.kind == "published" and claim.moment.clock]
    changes = [claim.moment for claim in declared if claim.kind == "modified" and claim.moment.clock]
    if not published:
        return list(seen)
    return [
        replace(claim, kind="modified")
        if any(_is_same(claim.moment, change) for change in changes)
        and not any(_is_same(claim.moment, each) for each in published)
        else claim
        for claim in seen
    ]


def _is_same(one: Moment, other: Moment) -> bool:
    """Whether two clocks show the same minute, as instants or on the wall."""
    if one.clock is None or other.clock is None:
        return False
    if one.instant and other.instant:
        return abs(one.instant - other.instant) < timedelta(minutes=1)
    return (one.day, one.clock.hour, one.clock.minute) == (other.day, other.clock.hour, other.clock.minute)


def _before_the_move(url: str, published: Sequence[Claim]) -> Claim | None:
    """The day in an address of the form `/2017/7/12/`, when everything else names a much later one."""
    named = url_claim(url)
    if named is None or "/" not in named.moment.raw:
        return None
    return named if all(claim.moment.day - named.moment.day > MOVED for claim in published) else None


def _is_day_first(language: str | None, url: str) -> bool | None:
    """What `03/04/2019` means: Americans put the month first; English of an unknown country may do either."""
    parts = (language or "").replace("_", "-").lower().split("-")
    if parts[-1] in ("us", "ph"):
        return False
    if parts[0] not in ("", "en") or len(parts) > 1:
        return True
    ending = bare_host(url).rpartition(".")[2]
    return True if len(ending) == 2 and ending not in _NOT_A_COUNTRY else None


def _believable(claims: Sequence[Claim], latest: datetime) -> list[Claim]:
    return [
        claim
        for claim in claims
        if EARLIEST <= claim.moment.day <= latest.date() and not _is_later(claim.moment, latest)
    ]


def _is_later(moment: Moment, latest: datetime) -> bool:
    return moment.instant is not None and moment.instant > latest


def _is_doubtful(claims: Sequence[Claim]) -> bool:
    """Whether the visible dates must be asked: no instant was declared, several, or one in UTC that may fall on another day here."""
    moments = [
        claim.moment
        for claim in claims
        if claim.kind == "published" and claim.moment.instant and "reated" not in claim.origin
    ]
    instants = [moment.instant for moment in moments if moment.instant]
    return (
        not instants
        or max(instants) - min(instants) >= timedelta(minutes=1)
        or not any(moment.offset_s for moment in moments)
    )


def _feed_claim(candidate: Candidate | None, latest: datetime) -> list[Claim]:
    if candidate is None or candidate.published_at is None:
        return []
    moment = _written(candidate.published_at, candidate.published_precision or "second")
    return _believable([Claim(moment=moment, kind="published", origin="feed")], latest)


def _last_resort(facts: Facts, head: Head, day_first: bool | None, latest: datetime) -> list[Claim]:
    """The first believable claim of the places that are searched last."""
    found = searched_claims(facts, head, day_first=day_first, latest=latest.date(), earliest=EARLIEST)
    return next(([claim] for claim in found if _believable([claim], latest)), [])


def _decide(published: Sequence[Claim], witnesses: Sequence[Claim], claims: Sequence[Claim]) -> Dates:
    """The best claim of the day that the most trusted claim names."""
    anchor = published[0]
    same = [claim for claim in witnesses if abs(claim.moment.day - anchor.moment.day) <= timedelta(days=1)]
    zoned = [claim for claim in same if claim.moment.instant]
    if zoned:
        best = best_instant(zoned, same)
        at = best.moment.instant
        assert at is not None
        printed = anchor if best.origin == "feed" else printed_as(at, best, same)
        return _dates(at, best.moment.precision, printed.moment, best.origin)
    zone = _own_zone(claims)
    for claim in same:
        if claim.moment.clock is not None and zone is not None:
            at = datetime.combine(claim.moment.day, claim.moment.clock, UTC) - timedelta(seconds=zone)
            return _dates(at, claim.moment.precision, claim.moment, claim.origin)
    return _dates(datetime.combine(anchor.moment.day, _MIDNIGHT, UTC), "day", anchor.moment, anchor.origin)


def _dates(at: datetime | None, precision: Precision, printed: Moment, origin: str) -> Dates:
    return Dates(
        published_at=at, published_raw=printed.raw, precision=precision,
        published_day=printed.day.isoformat(), published_origin=origin,
    )  # fmt: skip


def _own_zone(claims: Sequence[Claim]) -> int | None:
    """The offset of clocks without a zone: UTC where one was shown to be, else the one offset of all other times.

    When that one is UTC it says nothing: a site's own clock may stand beside it.
    """
    if any(claim.origin == BARE_CLOCK for claim in claims):
        return 0
    offsets = {claim.moment.offset_s for claim in claims if claim.moment.instant}
    return offsets.pop() if len(offsets) == 1 and 0 not in offsets else None


def _with_modified(
    dates: Dates, claims: Sequence[Claim], candidate: Candidate | None, latest: datetime
) -> Dates:
    """Add the instant of the last change: never before the publication, never without a zone."""
    changes = [claim for claim in claims if claim.kind == "modified"]
    if candidate and candidate.modified_at:
        changes += _believable(
            [Claim(moment=_written(candidate.modified_at), kind="modified", origin="feed")], latest
        )
    floor = dates.published_at - timedelta(minutes=1) if dates.published_at else _DAWN
    if dates.precision == "day":
        floor -= timedelta(days=1)
    possible = [claim for claim in changes if claim.moment.instant and claim.moment.instant >= floor]
    if not possible:
        return dates
    same = [claim for claim in changes if abs(claim.moment.day - possible[0].moment.day) <= timedelta(days=1)]
    best = best_instant([claim for claim in possible if claim in same], same)
    return replace(dates, modified_at=best.moment.instant, modified_origin=best.origin)


def _written(at: datetime, precision: Precision = "second") -> Moment:
    """An instant as a claim writes it; a day has no clock."""
    at = at.astimezone(UTC)
    if precision == "day":
        return Moment(day=at.date(), raw=at.strftime("%Y-%m-%d"))
    raw = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Moment(day=at.date(), clock=at.time(), offset_s=0, precision=precision, raw=raw)
