"""When an article was published and changed: the claims of its page weighed against each other.

The order of trust: JSON-LD datePublished, the published-time metas, microdata,
dates of creation, `<time>` and visible dates in the head of the article, the
feed, the address, `htmldate`. The first claim that can be true decides the day;
among the claims of that day (give or take one, for zones) the instant wins that
explains most of them. Dates before 1995 or more than a day after the fetch are
not believed.

A clock without a zone is no instant. It becomes one when another claim of the
page or the feed shows the same clock with a zone, or when the page writes its
other times with one offset that is not UTC. Else only the day is kept:
precision `day`, at 00:00:00Z of the day as printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import htmldate

from crawler.extract.metadata.date_claims import (
    BARE_CLOCK,
    Claim,
    declared_claims,
    is_zone_apart,
    time_claims,
    url_claim,
    visible_claims,
)
from crawler.extract.metadata.sites import host_of
from crawler.extract.page.declared import Facts
from crawler.extract.page.head import Head, without_furniture
from crawler.lang.dates import Moment, parse_moment
from db.model import Candidate, Precision

#: nothing on the web is older
EARLIEST = date(1995, 1, 1)
#: markup beyond this is not handed to htmldate, whose time grows with the square of nested elements
MAX_SEARCHED_CHARS = 500_000
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
) -> Dates:
    """Weigh what the page, the feed and the address say about its dates.

    Args:
        facts: what the page declares.
        head: what stands near the headline.
        fetched_at: nothing can be published later than a day after it.
        candidate: what the feed said.
        language: of the page, `en-GB`; decides what `03/04/2019` means.
    """
    latest = fetched_at.astimezone(UTC) + timedelta(days=1)
    day_first = _is_day_first(language, facts.url)
    declared = (*declared_claims(facts, day_first=day_first), *time_claims(head.nodes, day_first=day_first))
    claims = _believable(declared, latest)
    if _is_doubtful(claims):
        claims += _believable(list(visible_claims(head.nodes, day_first=day_first)), latest)
    published = [claim for claim in claims if claim.kind == "published"]
    feed = _feed_claim(candidate, latest)
    if not published:
        published = feed or _last_resort(facts, latest)
    if not published:
        return _with_modified(Dates(), claims, candidate, latest)
    chosen = _decide(published, [*published, *feed], claims)
    return _with_modified(chosen, claims, candidate, latest)


def _is_day_first(language: str | None, url: str) -> bool | None:
    """What `03/04/2019` means: Americans put the month first; English of an unknown country may do either."""
    parts = (language or "").replace("_", "-").lower().split("-")
    if parts[-1] in ("us", "ph"):
        return False
    if parts[0] not in ("", "en") or len(parts) > 1:
        return True
    ending = host_of(url).rpartition(".")[2]
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
    """Whether the visible dates must be asked: no instant was declared, or several."""
    instants = [
        claim.moment.instant
        for claim in claims
        if claim.kind == "published" and claim.moment.instant and "reated" not in claim.origin
    ]
    return not instants or max(instants) - min(instants) >= timedelta(minutes=1)


def _feed_claim(candidate: Candidate | None, latest: datetime) -> list[Claim]:
    if candidate is None or candidate.published_at is None:
        return []
    moment = _written(candidate.published_at, candidate.published_precision or "second")
    return _believable([Claim(moment=moment, kind="published", origin="feed")], latest)


def _last_resort(facts: Facts, latest: datetime) -> list[Claim]:
    """The address, then htmldate without its free-text search: that one finds copyright years."""
    named = url_claim(facts.url)
    if named and (found := _believable([named], latest)):
        return found
    if facts.html_chars > MAX_SEARCHED_CHARS:
        return []
    try:
        found_day = htmldate.find_date(
            without_furniture(facts.tree), extensive_search=False, original_date=True, url=facts.url,
            min_date=EARLIEST.isoformat(), max_date=latest.date().isoformat(),
        )  # fmt: skip
    except (
        ValueError,
        TypeError,
        AttributeError,
        OverflowError,
        RecursionError,
    ):  # a hostile page; htmldate states no errors
        return []
    moment = parse_moment(found_day) if found_day else None
    return _believable([Claim(moment=moment, kind="published", origin="htmldate")], latest) if moment else []


def _decide(published: Sequence[Claim], witnesses: Sequence[Claim], claims: Sequence[Claim]) -> Dates:
    """The best claim of the day that the most trusted claim names."""
    anchor = published[0]
    same = [claim for claim in witnesses if abs(claim.moment.day - anchor.moment.day) <= timedelta(days=1)]
    zoned = [claim for claim in same if claim.moment.instant]
    if zoned:
        best = max(zoned, key=lambda claim: _support(claim, same))
        at, precision, printed = best.moment.instant, best.moment.precision, best.moment
        if best.origin == "feed":
            printed = anchor.moment
        return _dates(at, precision, printed, best.origin)
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


def _support(claim: Claim, witnesses: Sequence[Claim]) -> tuple[int, int]:
    """How many places a claim's instant explains, and how many state it themselves."""
    assert claim.moment.instant is not None
    explained, exact = set(), set()
    for witness in witnesses:
        if witness.moment.instant and abs(witness.moment.instant - claim.moment.instant) < timedelta(
            minutes=1
        ):
            exact.add(witness.origin)
        elif _explains(claim.moment.instant, witness.moment):
            explained.add(witness.origin)
    return len(explained | exact), len(exact)


def _explains(instant: datetime, moment: Moment) -> bool:
    """Whether a moment may be another notation of an instant.

    A clock without a zone may stand in any; one with a zone may be the UTC clock
    labelled with the site's zone, as WordPress plug-ins have printed for years.
    """
    if moment.clock is None:
        return False
    wall = datetime.combine(moment.day, moment.clock, UTC)
    apart_s = (wall - instant).total_seconds()
    return is_zone_apart(apart_s) if moment.offset_s is None else abs(apart_s) < 60


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
    best = max((claim for claim in possible if claim in same), key=lambda claim: _support(claim, same))
    return replace(dates, modified_at=best.moment.instant, modified_origin=best.origin)


def _written(at: datetime, precision: Precision = "second") -> Moment:
    """An instant as a claim writes it; a day has no clock."""
    at = at.astimezone(UTC)
    if precision == "day":
        return Moment(day=at.date(), raw=at.strftime("%Y-%m-%d"))
    raw = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Moment(day=at.date(), clock=at.time(), offset_s=0, precision=precision, raw=raw)
