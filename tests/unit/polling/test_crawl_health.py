from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.errors import BadStatus, FeedSyntaxError, RobotsDenied, Unreachable
from crawler.frontier.hosts import RobotsClosed
from crawler.frontier.timetable import interval_s
from crawler.ingest.drift import (
    A_WEEK,
    LEARNED,
    READINGS,
    RECENT,
    entry_digest,
    is_read_anyway,
    reading_of,
    template_drift,
    with_reading,
)
from crawler.polling.health import (
    Named,
    diagnosed,
    is_as_before,
    learned,
)
from crawler.polling.kinds import KINDS
from db.model import Candidate, Capture, Outcome, Source
from db.watched import SourceState

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FEED = Source(id="wire", title="Wire", kind="feed", url="https://news.example/rss", beat="films", every_s=900)
WELL = SourceState(
    source=FEED,
    checked_at=NOW,
    succeeded_at=NOW,
    added_at=NOW - timedelta(days=30),
    brought_at=NOW,
    state="ok",
    state_since=NOW - timedelta(days=3),
    reason="It answered.",
)
URL = "https://news.example/rss"


def entries(*numbers: int) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(url=f"https://news.example/{n}", source="wire", found_on=URL, found_at=NOW) for n in numbers
    )


@pytest.mark.parametrize(
    ("problem", "failures", "expected"),
    [
        pytest.param(Unreachable("it timed out", URL), 0.25, "failing", id="one time-out"),
        pytest.param(Unreachable("certificate has expired", URL), 0.25, "failing", id="certificate"),
        pytest.param(FeedSyntaxError("a web page instead of a feed", URL), 0.5, "failing", id="HTML"),
        pytest.param(RobotsDenied("robots.txt does not allow it", URL), 0.5, "blocked", id="robots"),
        pytest.param(RobotsClosed("robots.txt answered 503", URL, 60), 0.25, "failing", id="robots away"),
        pytest.param(BadStatus("it answered 403", URL, 403), 0.5, "blocked", id="403"),
        pytest.param(BadStatus("it answered 410", URL, 410), 1.0, "dead", id="410"),
        pytest.param(BadStatus("it answered 404", URL, 404), 10.0, "dead", id="ten times"),
    ],
)
def test_a_failure_becomes_a_state_with_its_reason(problem, failures, expected):
    after = diagnosed(WELL, replace(WELL, failures=failures, reason=f"{problem}."), NOW, problem=problem)

    assert after.state == expected
    assert str(problem) in (after.state_reason or "")
    assert after.state_since == NOW


def test_a_week_of_failures_is_death():
    state = replace(WELL, failures=3.25, succeeded_at=NOW - timedelta(days=8))

    assert diagnosed(WELL, state, NOW, problem=Unreachable("away", URL)).state == "dead"


def test_the_same_state_keeps_its_beginning():
    after = diagnosed(WELL, WELL, NOW, elapsed_ms=100, named=Named(candidates=entries(1)))

    assert (after.state, after.state_since, after.state_reason) == ("ok", WELL.state_since, None)


@pytest.mark.parametrize(
    ("fields", "seen", "expected"),
    [
        pytest.param({"moved_to": "https://new.example/rss"}, Named(candidates=entries(1)), "moved", id="moved"),
        pytest.param({"answer_ms": 20_000.0}, Named(candidates=entries(1)), "slow", id="slow"),
        pytest.param({"suspect": "All pages alike."}, Named(candidates=entries(1)), "drifting", id="template"),
        pytest.param({"brought_at": NOW - timedelta(days=2), "entries": 9.0}, Named(), "empty", id="names nothing"),
        pytest.param({"entries": 5.0}, Named(), "ok", id="nothing yet today"),
        pytest.param({"newest_entry_at": NOW - timedelta(days=91)}, None, "empty", id="feed that stopped"),
        pytest.param({"newest_entry_at": NOW - timedelta(days=30)}, None, "ok", id="feed that is quiet"),
    ],
)  # fmt: skip
def test_a_source_that_answers_may_still_be_unwell(fields, seen, expected):
    state = replace(WELL, **fields)

    assert diagnosed(state, state, NOW, elapsed_ms=900, named=seen).state == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param({}, {}, True, id="the same"),
        pytest.param({}, {"reason": "1,049 entries, 0 new."}, True, id="other figures"),
        pytest.param({}, {"reason": "50 entries, 0 new; 3 not web addresses."}, False, id="other words"),
        pytest.param({}, {"outcome": Outcome.NOT_MODIFIED}, False, id="another outcome"),
        pytest.param({}, {"state": "slow"}, False, id="another state"),
        pytest.param({}, {"moved_to": "https://b.example/rss"}, False, id="moved"),
        pytest.param({"outcome": None, "reason": None}, {}, False, id="the first poll"),
        pytest.param({"outcome": Outcome.FAILED}, {"outcome": Outcome.FAILED}, False, id="failures"),
    ],
)
def test_a_poll_says_what_the_one_before_it_said(before, after, expected):
    said = replace(WELL, outcome=Outcome.UNCHANGED, reason="50 entries, 0 new.", state="ok")

    assert is_as_before(replace(said, **before), replace(said, **after)) is expected


def test_a_sitemap_that_stopped_moving_is_told_although_it_answers_304():
    still = replace(WELL, source=replace(FEED, kind="sitemap"), newest_entry_at=NOW - timedelta(days=20))

    after = diagnosed(still, still, NOW)

    assert after.state == "empty"
    assert after.state_reason == "It has stopped moving: its newest entry is of 2026-11-03."


def test_a_section_whose_links_changed_shape_drifts_until_they_come_back():
    section = replace(WELL, source=replace(FEED, kind="section"), entries=40.0)

    drifted = diagnosed(section, learned(section, Named(candidates=entries(1, 2)), NOW), NOW, named=Named(candidates=entries(1, 2)))  # fmt: skip
    again = diagnosed(drifted, drifted, NOW)
    back = diagnosed(again, again, NOW, named=Named(candidates=entries(*range(30))))

    assert drifted.state_reason == "It named 40 entries and now names 2: its links have changed shape."
    assert (drifted.state, again.state, back.state) == ("drifting", "drifting", "ok")
    assert drifted.entries == 40.0


def test_polls_that_share_nothing_are_a_gap():
    state = learned(WELL, Named(candidates=entries(*range(10))), NOW)

    assert KINDS["feed"].is_gap(state, entries(*range(20, 30)))
    assert not KINDS["feed"].is_gap(state, entries(9, *range(20, 30)))
    assert not KINDS["feed"].is_gap(state, entries(20, 21))
    assert not KINDS["query"].is_gap(state, entries(*range(20, 30)))


BEFORE = [(400 + number, str(number)) for number in range(20)]
EMPTY = (0, "")


def test_a_redesign_is_suspected_from_empty_short_or_identical_texts_only():
    assert "give the same text" in template_drift([*BEFORE, *[(30, "same")] * 6], "e.org")
    assert "have 25 words at most" in template_drift(
        [*BEFORE, *[(20 + n, f"short {n}") for n in range(6)]], "e.org"
    )
    assert "pages of e.org give no text" in template_drift([*BEFORE, *[EMPTY] * 6], "e.org")
    assert template_drift([*BEFORE, *[(20, "x")] * 5, (300, "long")], "e.org") is None
    assert template_drift([*BEFORE, *[EMPTY] * 5, (300, "long")], "e.org") is None
    assert template_drift([(20, "x")] * 6, "e.org") is None


def test_a_site_that_never_gave_a_text_has_not_lost_it():
    assert template_drift([EMPTY] * 40, "e.org") is None


@pytest.mark.parametrize("broken", [EMPTY, (30, "same")])
def test_a_broken_site_stays_suspect_however_long_until_it_reads_well_again(broken):
    readings = tuple(BEFORE)
    for _ in range(100):
        readings = with_reading(readings, broken)
    suspect = template_drift(readings, "e.org")
    readings = with_reading(readings, (420, "good"))

    assert suspect
    assert len(readings) <= READINGS
    assert template_drift(readings, "e.org") is None


def test_a_site_that_turns_to_short_notes_is_told_and_then_taken_as_it_is():
    readings, told = tuple(BEFORE), []
    for number in range(100):
        readings = with_reading(readings, (40, f"note {number}"))
        told.append(template_drift(readings, "e.org") is not None)

    assert told[RECENT - 1]
    assert not told[-1]


@pytest.mark.parametrize(
    ("told", "reading"),
    [
        ({"problem": "no text", "problem_outcome": Outcome.FAILED}, (0, entry_digest(""))),
        ({"problem": "a video", "problem_outcome": Outcome.NOT_ARTICLE}, None),
        ({"problem": "left unread", "problem_outcome": Outcome.OFF_TOPIC}, None),
    ],
)
def test_a_page_that_should_have_a_text_counts_when_it_has_none(make_candidate, make_page, told, reading):
    assert reading_of(Capture(candidate=make_candidate(), page=make_page(), **told)) == reading


def test_a_text_that_the_feed_carried_is_none_of_the_page_s(make_candidate, make_page, make_article):
    capture = Capture(candidate=make_candidate(), page=make_page(), article=make_article())

    assert reading_of(capture)[0] > 0
    assert reading_of(replace(capture, feed_note="The text is the feed's own."))[0] == 0


@pytest.mark.parametrize(
    ("silence", "gap", "expected_s"),
    [
        pytest.param(timedelta(0), None, 900, id="busy"),
        pytest.param(timedelta(hours=4), None, 1800, id="quiet for an afternoon"),
        pytest.param(timedelta(days=3), None, 3600, id="quiet for days"),
        pytest.param(timedelta(days=40), None, 6 * 3600, id="silent"),
        pytest.param(timedelta(days=3), NOW, 450, id="gap"),
        pytest.param(timedelta(0), NOW - timedelta(hours=2), 900, id="gap that is over"),
    ],
)
def test_the_interval_follows_what_a_source_brings(silence, gap, expected_s):
    assert interval_s(replace(WELL, brought_at=NOW - silence, gap_at=gap), NOW) == expected_s


def test_the_interval_is_every_for_a_source_that_never_was_polled():
    assert interval_s(SourceState(source=FEED), NOW) == 900


def test_a_known_site_is_read_now_and_then_a_few_times_a_week():
    urls = [f"https://news.example/{number}" for number in range(500)]
    new, known = ((500, "x"),) * (LEARNED - 1), ((500, "x"),) * LEARNED

    assert not any(is_read_anyway(url, new, taken=0) for url in urls)
    assert 50 < sum(is_read_anyway(url, known, taken=0) for url in urls) < 150
    assert not any(is_read_anyway(url, known, taken=A_WEEK) for url in urls)
