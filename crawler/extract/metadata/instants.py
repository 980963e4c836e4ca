"""Which instant the dates of one day speak of: two clocks of one page seldom agree on their zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from crawler.extract.metadata.stated_dates import StatedDate, is_zone_apart
from crawler.lang.dates import Moment, parse_moment

_MINUTE = timedelta(minutes=1)


def best_instant(dates: Sequence[StatedDate], witnesses: Sequence[StatedDate]) -> StatedDate:
    """The date whose instant most places of the page explain; the more trusted of equals.

    What people see is one place, however often it is said there. A clock
    labelled `Z` beside the same clock with an offset is sooner the site's own
    clock under a wrong label: it needs a third place that shows it is not.

    Args:
        dates: those with an instant, in order of trust.
        witnesses: all dates of that day.
    """
    offsets = {stated.moment.offset_s for stated in witnesses if stated.moment.offset_s}
    return max(dates, key=lambda stated: _support(stated, witnesses, offsets))


def printed_as(instant: datetime, chosen: StatedDate, witnesses: Sequence[StatedDate]) -> StatedDate:
    """The date that writes an instant as the readers of the page see it: in their zone, or at least on their day."""
    if chosen.moment.offset_s:
        return chosen
    same = [
        each for each in witnesses if each.moment.instant and abs(each.moment.instant - instant) < _MINUTE
    ]
    local = next((each for each in same if each.moment.offset_s), None)
    if local:
        return local
    shown = [each for each in witnesses if each.moment.offset_s is None and _is_readable(each.moment)]
    clocks = [each for each in shown if each.moment.clock and is_zone_apart(_apart_s(each.moment, instant))]
    if clocks:
        return clocks[0]
    days = [each for each in shown if each.moment.clock is None and each.origin in _SEEN]
    return days[0] if days and all(each.moment.day != instant.date() for each in days) else chosen


#: what people see, as opposed to what is written for machines
_SEEN = ("time", "time text", "time beside its text", "visible date")


def _place(stated: StatedDate) -> str:
    """The place a date stands in: copies of one clock are one witness, as a `meta` with an itemprop is, which is read as both."""
    return "seen" if stated.origin in _SEEN else stated.origin.lower().replace("itemprop", "meta")


def _support(stated: StatedDate, witnesses: Sequence[StatedDate], offsets: set[int]) -> tuple[int, int, bool]:
    """How many places a date's instant explains, how many state it, and whether one of them knows the site's zone."""
    instant = stated.moment.instant
    assert instant is not None
    exact = {_place(each) for each in witnesses if _is_at(each.moment, instant)}
    local = {_place(each) for each in witnesses if _is_local_clock(each.moment, instant, offsets)}
    is_own = any(each.moment.offset_s for each in witnesses if _is_at(each.moment, instant)) or bool(local)
    mislabelled = {_place(each) for each in witnesses if is_own and _is_mislabelled(each.moment, instant)}
    return len(exact | local | mislabelled), len(exact), is_own


def _is_at(moment: Moment, instant: datetime) -> bool:
    return moment.instant is not None and abs(moment.instant - instant) < _MINUTE


def _is_local_clock(moment: Moment, instant: datetime, offsets: set[int]) -> bool:
    """Whether a clock without a zone shows an instant in a zone the page uses, or in any when it names none."""
    if moment.clock is None or moment.offset_s is not None:
        return False
    apart_s = _apart_s(moment, instant)
    if not offsets:
        return is_zone_apart(apart_s)
    return any(abs(apart_s - offset) < 60 for offset in offsets)


def _is_mislabelled(moment: Moment, instant: datetime) -> bool:
    """Whether a clock is that of UTC labelled with the site's zone, as plug-ins of WordPress have printed for years.

    Full hours agree by chance, so the seconds must be given and agree.
    """
    return (
        bool(moment.offset_s and moment.clock and moment.clock.second) and abs(_apart_s(moment, instant)) < 1
    )


def _apart_s(moment: Moment, instant: datetime) -> float:
    """Seconds by which a wall clock is ahead of an instant's in UTC."""
    assert moment.clock is not None
    return (datetime.combine(moment.day, moment.clock, UTC) - instant).total_seconds()


def _is_readable(moment: Moment) -> bool:
    """Whether what was written says the same day without knowing which number is the month."""
    again = parse_moment(moment.raw)
    return again is not None and again.day == moment.day
