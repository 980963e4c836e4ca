"""Which backups stay when there are rules, and which one is of a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import StoreError
from db.rotation import Keep, archive_beside, backup_of, backups_in, instants_kept, parse_keep, rotate

RECORD = Path("articles.db")
AT = datetime(2026, 11, 29, 3, tzinfo=UTC)


def a_year() -> list[datetime]:
    """A backup every night for a year."""
    return [AT - timedelta(days=day) for day in range(365)]


def test_a_year_of_nights_leaves_days_weeks_and_months():
    staying = sorted(instants_kept(a_year(), parse_keep("7d,4w,12m")))

    assert len(staying) == 7 + 3 + 11  # the newest day is also of the newest week and month
    assert staying[-7:] == sorted(a_year()[:7])
    assert {(at.year, at.month) for at in staying} >= {(2026, month) for month in range(1, 12)}


def test_rotating_every_night_comes_to_the_same():
    rule, there = parse_keep("7d,4w,12m"), set()
    for night in reversed(a_year()):
        there = instants_kept({*there, night}, rule)

    assert {at.date() for at in there} >= {AT.date() - timedelta(days=day) for day in range(7)}
    assert len({(at.year, at.month) for at in there}) == 12
    assert len({at.isocalendar()[:2] for at in there}) >= 4
    assert len(there) <= 7 + 4 + 12


def test_a_machine_that_was_off_keeps_what_it_has():
    old = [AT - timedelta(days=400 + day) for day in range(3)]

    assert instants_kept(old, parse_keep("7d")) == set(old)


@given(
    st.sets(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)), min_size=1),
    st.sampled_from(["1", "3", "1h", "2d", "7d,4w,12m", "1y,1m"]),
)
def test_the_newest_always_stays_and_nothing_is_invented(instants, rule):
    staying = instants_kept(instants, parse_keep(rule))

    assert max(instants) in staying
    assert staying <= instants
    assert instants_kept(staying, parse_keep(rule)) == staying


@pytest.mark.parametrize("text", ["", "0", "-1", "7x", "d7", "7d,", "7d 4w", "0d", "all", "7.5d"])
def test_what_is_no_rule_is_refused(text):
    with pytest.raises(ValueError, match="is no rule"):
        parse_keep(text)


@pytest.fixture
def folder(tmp_path):
    """Backups of three nights, one of them with its archive, one encrypted; and files that are none of ours."""
    for name in (
        "articles-20261101T030000Z.db", "articles-20261101T030000Z.archive.db", "articles-20261102T030000Z.db.age",
        "articles-20261102T030000Z.archive.db.age", "articles-20261103T030000Z.db", "articles-monday.db",
        "other-20261101T030000Z.db", ".articles-20261104T030000Z.db.1.part", "articles-20261104T030000Z.db.asc",
    ):  # fmt: skip
        (tmp_path / name).write_text("x")
    return tmp_path


def test_rotation_takes_a_backup_with_its_archive_and_nothing_else(folder):
    gone = rotate(RECORD, folder, Keep(newest=1))

    assert [each.name for each in gone] == [
        "articles-20261101T030000Z.db", "articles-20261101T030000Z.archive.db",
        "articles-20261102T030000Z.db.age", "articles-20261102T030000Z.archive.db.age",
    ]  # fmt: skip
    assert len(list(folder.iterdir())) == 5


@pytest.mark.parametrize(
    ("at", "name"),
    [
        pytest.param(datetime(2026, 11, 1, 3, tzinfo=UTC), "articles-20261101T030000Z.db", id="that second"),
        pytest.param(datetime(2026, 11, 3, 2, tzinfo=UTC), "articles-20261102T030000Z.db.age", id="between"),
        pytest.param(datetime(2027, 1, 1, tzinfo=UTC), "articles-20261103T030000Z.db", id="later than all"),
    ],
)
def test_the_backup_of_a_time_is_the_newest_before_it(folder, at, name):
    assert backup_of(RECORD, folder, at).name == name


@pytest.mark.parametrize("there", ["some", "none", "no folder"])
def test_a_time_without_a_backup_says_what_there_is(folder, there, tmp_path):
    place = {"some": folder, "none": folder, "no folder": tmp_path / "nowhere"}[there]
    record = RECORD if there == "some" else Path("ships.db")
    said = "the oldest is of 2026-11-01T03:00:00Z" if there == "some" else "there is no backup of this record"

    with pytest.raises(StoreError, match=said):
        backup_of(record, place, datetime(2026, 10, 1, tzinfo=UTC))


def test_backups_are_known_by_their_name(folder):
    assert [at.day for at in backups_in(RECORD, folder)] == [1, 2, 3]
    assert archive_beside(folder / "articles-20261101T030000Z.db").exists()
