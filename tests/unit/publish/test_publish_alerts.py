"""Alerts as people write them, and when they are due."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.config import load_config
from crawler.config.alerts import AlertConfig, DigestTimes
from crawler.errors import ConfigError
from crawler.publish.alerts.events import AlertEvent, edit_in_words
from crawler.publish.alerts.message import IN_FULL, MOST_HEADLINES, Message, message_text, subject
from crawler.publish.alerts.times import due_at, is_quiet, next_try

AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)  # a Sunday


def alert(**fields):
    return AlertConfig(**{"name": "desk", "to": ("https://a.example",), **fields})


@pytest.fixture
def configured(tmp_path):
    def read(lines):
        path = tmp_path / "spacereel.toml"
        path.write_text(f"[[alert]]\n{lines}\n", encoding="utf-8")
        return load_config(path).alerts

    return read


def test_an_alert_is_read(configured):
    (read,) = configured(
        """name = "desk"
        query = "lang:ru OR author:shipenko"
        when = ["new", "corrected"]
        to = ["mailto://me:${MAIL}@example.org", "${HOOK}"]
        secret = "${file:/run/secrets/hook}"
        quiet = "22:00-07:00"
        at_most = "6 per hour"
        digest = "weekly monday 07:30"
        timezone = "Europe/Berlin"
        backlog = true
        review_url = "https://desk.example/"
        """
    )

    assert read == AlertConfig(
        name="desk", query="lang:ru OR author:shipenko", when=("new", "corrected"), to=("mailto://me:${MAIL}@example.org", "${HOOK}"),
        secret="${file:/run/secrets/hook}", quiet=(1320, 420), at_most=(6, 3600), digest=DigestTimes(hour=7, minute=30, weekday=0),
        timezone="Europe/Berlin", backlog=True, review_url="https://desk.example",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ('name = "a"', "alert 1 has no to"),
        ('to = ["https://a.example"]', "alert 1 has no name"),
        ('name = "a"\nto = ["me@example.org"]', "to of alert 1: must be addresses"),
        ('name = "a"\nto = []', "must be a list"),
        ('name = "a"\nto = ["x://a"]\nwhen = ["now"]', '"now" is no kind of event'),
        ('name = "a"\nto = ["x://a"]\nquiet = "at night"', "must be two times of the day"),
        ('name = "a"\nto = ["x://a"]\nat_most = "many"', "must be so many per minute"),
        ('name = "a"\nto = ["x://a"]\ndigest = "sometimes"', 'must be "hourly", "daily 07:30"'),
        ('name = "a"\nto = ["x://a"]\ntimezone = "Mars/Base"', "is no time zone"),
        ('name = "a"\nto = ["x://a"]\nbacklog = "yes"', "must be true or false"),
        ('name = "a"\nto = ["x://a"]\nreview_url = "desk"', "must be a web address"),
        ('name = "a"\nto = ["x://a"]\nqeury = "b"', 'unknown key qeury of alert 1; did you mean "query"'),
        ('name = "a"\nto = ["x://a"]\n[[alert]]\nname = "a"\nto = ["x://b"]', 'two alerts are called "a"'),
    ],
)
def test_a_mistake_names_the_alert_and_the_key(configured, lines, why):
    with pytest.raises(ConfigError) as mistake:
        configured(lines)

    assert why in str(mistake.value)


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ({}, "2026-11-29T12:00"),
        ({"quiet": (11 * 60, 13 * 60)}, "2026-11-29T13:00"),
        ({"quiet": (22 * 60, 7 * 60)}, "2026-11-29T12:00"),
        ({"quiet": (12 * 60, 12 * 60 + 30), "timezone": "Europe/Berlin"}, "2026-11-29T12:00"),
        ({"digest": DigestTimes()}, "2026-11-29T13:00"),
        ({"digest": DigestTimes(hour=7, minute=30)}, "2026-11-30T07:30"),
        ({"digest": DigestTimes(hour=7, minute=30), "timezone": "Asia/Kolkata"}, "2026-11-30T02:00"),
        ({"digest": DigestTimes(hour=12, minute=0, weekday=6)}, "2026-12-06T12:00"),
        ({"digest": DigestTimes(hour=12, minute=1, weekday=6), "quiet": (0, 1439)}, "2026-11-29T12:01"),
    ],
)
def test_when_something_is_told(fields, due):
    assert due_at(alert(**fields), AT).isoformat()[:16] == due


def test_the_hour_of_a_digest_is_that_of_the_wall_also_when_clocks_change():
    summer_ends = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)

    assert (
        due_at(alert(digest=DigestTimes(hour=7), timezone="Europe/Berlin"), summer_ends).isoformat()[:16]
        == "2026-10-25T06:00"
    )


def test_quiet_hours_over_midnight():
    night = alert(quiet=(22 * 60, 7 * 60))

    assert [is_quiet(night, AT.replace(hour=hour)) for hour in (21, 22, 0, 6, 7)] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_pauses_grow_and_end_after_a_day():
    pauses = [next_try(attempts, AT, AT) - AT for attempts in range(1, 12)]

    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=2)
    assert next_try(99, AT, AT + timedelta(days=1)) is None


def event(number):
    return AlertEvent(key=str(number), kind="new", title=f"Headline {number}", site="Gazette")


def test_a_bundle_tells_some_in_full_some_by_headline_and_counts_the_rest():
    message = Message(key="k", alert="desk", events=tuple(map(event, range(50))), count=400)

    text = message_text(message)
    assert subject(message) == "desk: 400 things happened"
    assert text.count("\n\n") == IN_FULL + 1
    assert text.count("Headline") == MOST_HEADLINES
    assert text.endswith("… and 370 more.")


def test_an_edit_keeps_only_the_words_around_a_change():
    before = "The crew of six landed safely in the steppe on Monday after a week aboard the station in orbit"

    assert edit_in_words("A", "A", before, before.replace("Monday", "Sunday")) == (
        "… the steppe on [-Monday-] {+Sunday+} after a week aboard the station in orbit"
    )
