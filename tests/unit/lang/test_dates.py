from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.lang.dates import (
    day_as_written,
    is_weekday,
    month_number,
    parse_moment,
    speaks_of_change,
)

INSTANTS = [
    ("2019-11-19T13:03:00.000Z", "2019-11-19T13:03:00", "second"),
    ("2019-11-20T06:35:39+0000", "2019-11-20T06:35:39", "second"),
    ("2019-11-20 4:00:00 -0600", "2019-11-20T10:00:00", "second"),
    ("2019-11-20T15:24+05:30", "2019-11-20T09:54:00", "minute"),
    ("2019-11-20T01:07:00-0500", "2019-11-20T06:07:00", "second"),
    ("20191118T100500Z", "2019-11-18T10:05:00", "second"),
    ("Mon, 18 Nov 2019 16:07:38 -0600", "2019-11-18T22:07:38", "second"),
    ("Wed Nov 20 2019 08:00:58 GMT+0000 (UTC)", "2019-11-20T08:00:58", "second"),
    ("Tue Nov 19 21:57:01 UTC 2019", "2019-11-19T21:57:01", "second"),
    ("1574121884", "2019-11-19T00:04:44", "second"),
    ("1574121884000", "2019-11-19T00:04:44", "second"),
    ("2019-11-18 17:19:53 GMT", "2019-11-18T17:19:53", "second"),
    ("November 19, 2019, 07:47 PM EST", "2019-11-20T00:47:00", "minute"),
    ("7:07 PM EST Nov 19, 2019", "2019-11-20T00:07:00", "minute"),
    ("01:38:07 PM IST Nov 20, 2019", "2019-11-20T08:08:07", "second"),
    ("Mon 18 Nov 2019 18.54 GMT", "2019-11-18T18:54:00", "minute"),
    ("Updated 1909 GMT (0309 HKT) November 18, 2019", "2019-11-18T19:09:00", "minute"),
    ("Nov. 19, 2019 8:03 am ET", "2019-11-19T13:03:00", "minute"),
    ("July 4, 2020 8 am PT", "2020-07-04T15:00:00", "minute"),
    ("20 ноября 2019 г., 15:24 МСК", "2019-11-20T12:24:00", "minute"),
    ("21 Agustus 2021 10:00 WIB", "2021-08-21T03:00:00", "minute"),
    ("12:30 a.m. EDT, May 3, 2023", "2023-05-03T04:30:00", "minute"),
    ("Tue,14Apr2026 12:00:00 GMT", "2026-04-14T12:00:00", "second"),
    ("14 janar 2026, 3:24:00 m.d., UTC", "2026-01-14T15:24:00", "second"),
    ("14 April 2026 9:05 PG UTC", "2026-04-14T09:05:00", "minute"),
]


@pytest.mark.parametrize(("text", "instant", "precision"), INSTANTS)
def test_a_date_with_a_zone_is_an_instant(text: str, instant: str, precision: str) -> None:
    moment = parse_moment(text)

    assert moment is not None
    assert moment.instant == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert moment.precision == precision


WALLS = [
    ("2019-11-20T01:50:59.403", "2019-11-20", "01:50:59"),
    ("18 de noviembre de 2019 a las 16h30", "2019-11-18", "16:30:00"),
    ("le 18 novembre 2019 à 16 h 30", "2019-11-18", "16:30:00"),
    ("18. November 2019, 14:30 Uhr", "2019-11-18", "14:30:00"),
    ("18.11.2019 um 14.30 Uhr", "2019-11-18", "14:30:00"),
    ("18 listopada 2019, 13:15", "2019-11-18", "13:15:00"),
    ("18 Kasım 2019 13:15", "2019-11-18", "13:15:00"),
    ("18 november 2019 om 13.15 uur", "2019-11-18", "13:15:00"),
    ("15:24, 20 апреля 2023", "2023-04-20", "15:24:00"),
    ("2019年11月18日 午後3時30分", "2019-11-18", "15:30:00"),
    ("2019年11月18日 15:30", "2019-11-18", "15:30:00"),
    ("2019년 11월 18일 오후 3:30", "2019-11-18", "15:30:00"),
    ("PUBLISHED: 10:48, Tue, Nov 19, 2019", "2019-11-19", "10:48:00"),
    ("11.14.2019 09:00 AM", "2019-11-14", "09:00:00"),
    ("الأربعاء، 07 أكتوبر 2020 - 02:09 م", "2020-10-07", "14:09:00"),
    ("2 تير 1399 - 12:09:08 ب.ظ", "2020-06-22", "12:09:08"),
    ("15 มีนาคม 2567 เวลา 09:30 น.", "2024-03-15", "09:30:00"),
    ("14. jan. 2026 15.24.09", "2026-01-14", "15:24:09"),
    ("2026 m. balandžio 14 d. 12:00", "2026-04-14", "12:00:00"),
    ("2026. gada 14. aprīlis 12:00", "2026-04-14", "12:00:00"),
    ("2026 ж. 14 сәуір, 12:00", "2026-04-14", "12:00:00"),
]


@pytest.mark.parametrize(("text", "day", "clock"), WALLS)
def test_a_clock_without_a_zone_is_no_instant(text: str, day: str, clock: str) -> None:
    moment = parse_moment(text)

    assert moment is not None
    assert (moment.day.isoformat(), str(moment.clock), moment.instant) == (day, clock, None)


DAYS = [
    ("2019-11-18", "2019-11-18"), ("2019/11/18", "2019-11-18"), ("20191118", "2019-11-18"), ("18.11.2019", "2019-11-18"),
    ("11/18/2019", "2019-11-18"), ("05.05.2019", "2019-05-05"), ("November 18th, 2019", "2019-11-18"), ("Sept. 3rd, 2022", "2022-09-03"),
    ("3 Sept 2022", "2022-09-03"), ("1er janvier 2020", "2020-01-01"), ("1º de maio de 2020", "2020-05-01"), ("12 maja 2021", "2021-05-12"),
    ("12 мая 2021 года", "2021-05-12"), ("12 MAYIS 2021", "2021-05-12"), ("12 août 2021", "2021-08-12"), ("12. März 2021", "2021-03-12"),
    ("12 de março de 2021", "2021-03-12"), ("12 marzo 2021", "2021-03-12"), ("12 maart 2021", "2021-03-12"), ("12 березня 2021", "2021-03-12"),
    ("2020年1月2日", "2020-01-02"), ("2020년 1월 2일", "2020-01-02"), ("18 Nov '19", "2019-11-18"),
    ("٣ يوليو ٢٠٢٤", "2024-07-03"), ("15 มี.ค. 2567", "2024-03-15"), ("۱۴۰۲/۱۲/۲۵", "2024-03-15"), ("3 ביולי 2024", "2024-07-03"),
    ("15 मार्च 2024", "2024-03-15"), ("3 Ιουλίου 2024", "2024-07-03"), ("15 tháng 3, 2024", "2024-03-15"), ("2024. március 15.", "2024-03-15"),
    ("14 thg 5, 2026", "2026-05-14"), ("14 جنوری، 2026", "2026-01-14"), ("14\u200f/01\u200f/2026", "2026-01-14"), ("14 באפר׳ 2026", "2026-04-14"),
    ("14 জানুয়ারি 2026", "2026-01-14"), ("26 | 01 | 2022", "2022-01-26"), ("1 فروردین 1403", "2024-03-20"), ("30 اسفند 1399", "2021-03-20"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "day"), DAYS)
def test_a_day_is_a_day(text: str, day: str) -> None:
    moment = parse_moment(text)

    assert moment is not None
    assert (moment.day.isoformat(), moment.clock, moment.precision) == (day, None, "day")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2 days ago",
        "May 2019",
        "18 November",
        "2020-W01",
        "31.02.2020",
        "5 Min Read",
        "30 اسفند 1400",
        "1.2.3",
        "৭ জুন",
        "፩፪፫፬፭፮፯፰፱፲",
    ],
)
def test_what_is_no_full_date_is_none(text: str) -> None:
    assert parse_moment(text) is None


def test_a_date_that_reads_both_ways_needs_the_order() -> None:
    assert parse_moment("03/04/2019") is None
    assert str(parse_moment("03/04/2019", day_first=True).day) == "2019-04-03"  # type: ignore[union-attr]
    assert str(parse_moment("03/04/2019", day_first=False).day) == "2019-03-04"  # type: ignore[union-attr]


def test_summer_time_in_america_is_told_from_the_date() -> None:
    winter, summer = parse_moment("Mar 11, 2023 1 pm ET"), parse_moment("Mar 12, 2023 1 pm ET")

    assert winter is not None and winter.offset_s == -5 * 3600
    assert summer is not None and summer.offset_s == -4 * 3600


def test_months_and_weekdays_are_known_in_every_spelling() -> None:
    assert [month_number(name) for name in ("НОЯБРЯ", "Février", "kasim", "wrz", "Noon")] == [
        11,
        2,
        11,
        9,
        None,
    ]
    assert is_weekday("Mittwoch") and is_weekday("środa") and not is_weekday("Wednesfield")


@pytest.mark.parametrize(
    "line", ["Updated: Nov 3, 2020", "Обновлено 3 мая", "Mis à jour le 3 mai", "Stand: aktualisiert 3. Mai"]
)
def test_a_line_that_speaks_of_a_change_is_known(line: str) -> None:
    assert speaks_of_change(line)
    assert not speaks_of_change("Published: Nov 3, 2020")


@pytest.mark.parametrize(
    ("raw", "at", "day"),
    [
        ("2019-11-18T23:04:24-05:00", datetime(2019, 11, 19, 4, 4, 24, tzinfo=UTC), "2019-11-18"),
        ("7:07 PM EST Nov 19, 2019", datetime(2019, 11, 20, 0, 7, tzinfo=UTC), "2019-11-19"),
        ("05/10/2018", datetime(2018, 10, 5, tzinfo=UTC), "2018-10-05"),
        (None, datetime(2018, 10, 5, 23, 0, tzinfo=UTC), "2018-10-05"),
        ("2001-01-01", datetime(2018, 10, 5, tzinfo=UTC), "2018-10-05"),
        ("2018-10-05", None, None),
    ],
)
def test_the_day_as_printed_survives_in_the_record(
    raw: str | None, at: datetime | None, day: str | None
) -> None:
    assert day_as_written(raw, at) == day


@given(st.text(max_size=300), st.sampled_from([None, True, False]))
def test_no_text_breaks_the_reading_of_dates(text: str, day_first: bool | None) -> None:
    moment = parse_moment(text, day_first=day_first)

    assert moment is None or moment.instant is None or moment.instant.tzinfo is UTC


@given(st.datetimes(datetime(1995, 1, 1), datetime(2099, 1, 1), timezones=st.timezones()))
def test_what_isoformat_writes_is_read_back(at: datetime) -> None:
    at = at.replace(microsecond=0)
    offset = at.utcoffset()
    assert offset is not None
    if offset.total_seconds() % 60:
        return  # local mean time of old zones: no page writes seconds in an offset
    moment = parse_moment(at.isoformat())

    assert moment is not None and moment.instant == at.astimezone(UTC)
