"""Instants as the record writes them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.model import from_iso, iso


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back_to_the_second(at):
    assert from_iso(iso(at)) == at.replace(microsecond=0)


@given(st.datetimes(timezones=st.timezones()), st.datetimes(timezones=st.timezones()))
def test_instants_sort_as_their_texts_do(first, second):
    one, other = iso(first), iso(second)

    assert len(one) == 20
    assert (one <= other) == (from_iso(one) <= from_iso(other))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 11, 23, 15, 0, tzinfo=timezone(timedelta(hours=3))), "2026-11-23T12:00:00Z"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), "0001-01-01T00:00:00Z"),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-10))), "9999-12-31T23:00:00Z"),
    ],
)
def test_any_zone_becomes_utc_and_the_ends_of_the_calendar_stay(at, expected):
    assert iso(at) == expected
