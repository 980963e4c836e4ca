"""When an article was published and changed: the dates of its page weighed against each other.

The order of trust: JSON-LD datePublished, the published-time metas, microdata,
dates of creation, `<time>` and visible dates in the head of the article, the
feed, the address, `htmldate`. The first date that can be true decides the day;
among the dates of that day (give or take one, for zones) the instant wins that
explains most of them. Dates before 1995 or more than a day after the fetch are
not believed.

A visible date that is the date of the last change says nothing of the
publication where the page declares both. A day in the address long before the
declared one is the day of publication of a site that has moved.

A clock without a zone is no instant. It becomes one when another date of the
page or the feed shows the same clock with a zone, or when the page writes its
other times with one offset that is not UTC. Else only the day is kept:
precision `day`, at 00:00:00Z of the day as printed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from crawler.extract.metadata.date_search import searched_dates
from crawler.extract.metadata.instants import best_instant, printed_as
from crawler.extract.metadata.sites import bare_host
from crawler.extract.metadata.stated_dates import (
    BARE_CLOCK,
    StatedDate,
    declared_dates,
    time_dates,
    url_date,
    visible_dates,
)
from crawler.extract.page.declared import Declared
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
    declared: Declared,
    head: Head,
    fetched_at: datetime,
    candidate: Candidate | None = None,
    language: str | None = None,
    headlines: Collection[str] = (),
) -> Dates:
    """Weigh what the page, the feed and the address say about its dates.

    Args:
        declared: what the page declares.
        head: what stands near the headline.
        fetched_at: nothing can be published later than a day after it.
        candidate: what the feed said.
        language: of the page, `en-GB`; decides what `03/04/2019` means.
        headlines: spellings of the headline: a date in one is no date of the article.
    """
    latest = fetched_at.astimezone(UTC) + timedelta(days=1)
    day_first = _is_day_first(language, declared.url)
    in_markup = _believable(list(declared_dates(declared, day_first=day_first)), latest)
    seen = _believable(list(time_dates(head.nodes, day_first=day_first)), latest)
    if _is_doubtful([*in_markup, *seen]):
        shown = visible_dates(head.nodes, day_first=day_first, headlines=headlines, read=head.line_of)
        seen += _believable(list(shown), latest)
    dates = [*in_markup, *_without_changes(in_markup, seen)]
    published = [stated for stated in dates if stated.kind == "published"]
    feed = _feed_date(candidate, latest)
    if published and (moved := _before_the_move(declared.url, published)):
        published = [moved]
    if not published:
        published = feed or _last_resort(declared, head, day_first, latest)
    if not published:
        return _with_modified(Dates(), dates, candidate, latest)
    chosen = _decide(published, [*published, *feed], dates)
    return _with_modified(chosen, dates, candidate, latest)


def _without_changes(in_markup: Sequence[StatedDate], seen: Sequence[StatedDate]) -> list[StatedDate]:
    """What is seen, without the date of the last change where the page declares another date of publication."""
    published = [stated.moment for stated in in_markup if stated.kind == "published" and stated.moment.clock]
    changes = [stated.moment for stated in in_markup if stated.kind == "modified" and stated.moment.clock]
    if not published:
        return _without_late(seen, changes)
    return [
        replace(stated, kind="modified")
        if any(_is_same(stated.moment, change) for change in changes)
        and not any(_is_same(stated.moment, each) for each in published)
        else stated
        for stated in seen
    ]


def _without_late(seen: Sequence[StatedDate], changes: Sequence[Moment]) -> list[StatedDate]:
    """Where no publication is declared: the date of the last change is one when a line shows an earlier date of publication."""
    days = {change.day for change in changes}
    shown = {each.moment.day for each in seen if each.origin == "visible date" and each.kind == "published"}
    if not days or not any(day < min(days) for day in shown):
        return list(seen)
    return [replace(each, kind="modified") if each.moment.day in days else each for each in seen]


def _is_same(one: Moment, other: Moment) -> bool:
    """Whether two clocks show the same minute, as instants or on the wall."""
    if one.clock is None or other.clock is None:
        return False
    if one.instant and other.instant:
        return abs(one.instant - other.instant) < timedelta(minutes=1)
    return (one.day, one.clock.hour, one.clock.minute) == (other.day, other.clock.hour, other.clock.minute)


def _before_the_move(url: str, published: Sequence[StatedDate]) -> StatedDate | None:
    """The day in an address of the form `/2017/7/12/`, when everything else names a much later one."""
    named = url_date(url)
    if named is None or "/" not in named.moment.raw:
        return None
    return named if all(stated.moment.day - named.moment.day > MOVED for stated in published) else None


def _is_day_first(language: str | None, url: str) -> bool | None:
    """What `03/04/2019` means: Americans put the month first; English of an unknown country may do either."""
    parts = (language or "").replace("_", "-").lower().split("-")
    if parts[-1] in ("us", "ph"):
        return False
    if parts[0] not in ("", "en") or len(parts) > 1:
        return True
    ending = bare_host(url).rpartition(".")[2]
    return True if len(ending) == 2 and ending not in _NOT_A_COUNTRY else None


def _believable(dates: Sequence[StatedDate], latest: datetime) -> list[StatedDate]:
    return [
        stated
        for stated in dates
        if EARLIEST <= stated.moment.day <= latest.date() and not _is_later(stated.moment, latest)
    ]


def _is_later(moment: Moment, latest: datetime) -> bool:
    return moment.instant is not None and moment.instant > latest


def _is_doubtful(dates: Sequence[StatedDate]) -> bool:
    """Whether the visible dates must be asked: no instant was declared, several, or one in UTC that may fall on another day here."""
    moments = [
        stated.moment
        for stated in dates
        if stated.kind == "published" and stated.moment.instant and "reated" not in stated.origin
    ]
    instants = [moment.instant for moment in moments if moment.instant]
    return (
        not instants
        or max(instants) - min(instants) >= timedelta(minutes=1)
        or not any(moment.offset_s for moment in moments)
    )


def _feed_date(candidate: Candidate | None, latest: datetime) -> list[StatedDate]:
    if candidate is None or candidate.published_at is None:
        return []
    moment = _written(candidate.published_at, candidate.published_precision or "second")
    return _believable([StatedDate(moment=moment, kind="published", origin="feed")], latest)


def _last_resort(
    declared: Declared, head: Head, day_first: bool | None, latest: datetime
) -> list[StatedDate]:
    """The first believable date of the places that are searched last."""
    found = searched_dates(declared, head, day_first=day_first, latest=latest.date(), earliest=EARLIEST)
    return next(([stated] for stated in found if _believable([stated], latest)), [])


def _decide(
    published: Sequence[StatedDate], witnesses: Sequence[StatedDate], dates: Sequence[StatedDate]
) -> Dates:
    """The best date of the day that the most trusted one names."""
    anchor = published[0]
    same = [stated for stated in witnesses if abs(stated.moment.day - anchor.moment.day) <= timedelta(days=1)]
    zoned = [stated for stated in same if stated.moment.instant]
    if zoned:
        best = best_instant(zoned, same)
        at = best.moment.instant
        assert at is not None
        printed = anchor if best.origin == "feed" else printed_as(at, best, same)
        return _dates(at, best.moment.precision, printed.moment, best.origin)
    zone = _own_zone(dates)
    for stated in same:
        if stated.moment.clock is not None and zone is not None:
            at = datetime.combine(stated.moment.day, stated.moment.clock, UTC) - timedelta(seconds=zone)
            return _dates(at, stated.moment.precision, stated.moment, stated.origin)
    return _dates(datetime.combine(anchor.moment.day, _MIDNIGHT, UTC), "day", anchor.moment, anchor.origin)


def _dates(at: datetime | None, precision: Precision, printed: Moment, origin: str) -> Dates:
    return Dates(
        published_at=at, published_raw=printed.raw, precision=precision,
        published_day=printed.day.isoformat(), published_origin=origin,
    )  # fmt: skip


def _own_zone(dates: Sequence[StatedDate]) -> int | None:
    """The offset of clocks without a zone: UTC where one was shown to be, else the one offset of all other times.

    When that one is UTC it says nothing: a site's own clock may stand beside it.
    """
    if any(stated.origin == BARE_CLOCK for stated in dates):
        return 0
    offsets = {stated.moment.offset_s for stated in dates if stated.moment.instant}
    return offsets.pop() if len(offsets) == 1 and 0 not in offsets else None


def _with_modified(
    dates: Dates, everywhere: Sequence[StatedDate], candidate: Candidate | None, latest: datetime
) -> Dates:
    """Add the instant of the last change: never before the publication, never without a zone."""
    changes = [stated for stated in everywhere if stated.kind == "modified"]
    if candidate and candidate.modified_at:
        changes += _believable(
            [StatedDate(moment=_written(candidate.modified_at), kind="modified", origin="feed")], latest
        )
    floor = dates.published_at - timedelta(minutes=1) if dates.published_at else _DAWN
    if dates.precision == "day":
        floor -= timedelta(days=1)
    possible = [stated for stated in changes if stated.moment.instant and stated.moment.instant >= floor]
    if not possible:
        return dates
    same = [
        stated for stated in changes if abs(stated.moment.day - possible[0].moment.day) <= timedelta(days=1)
    ]
    best = best_instant([stated for stated in possible if stated in same], same)
    return replace(dates, modified_at=best.moment.instant, modified_origin=best.origin)


def _written(at: datetime, precision: Precision = "second") -> Moment:
    """An instant as a date writes it; a day has no clock."""
    at = at.astimezone(UTC)
    if precision == "day":
        return Moment(day=at.date(), raw=at.strftime("%Y-%m-%d"))
    raw = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Moment(day=at.date(), clock=at.time(), offset_s=0, precision=precision, raw=raw)
