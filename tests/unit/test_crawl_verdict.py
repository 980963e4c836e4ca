from __future__ import annotations

import pytest

from crawler.errors import BadStatus, ForbiddenAddress, RobotsDenied, TooLarge, Unreachable
from crawler.hosts import RobotsClosed
from crawler.verdict import bad_status, best, decide, is_passing, missed
from db.model import Capture, Judgement, Likeness, Outcome

URL = "https://news.example/film-in-orbit"


def judged(band: str, score: float = 0.5) -> Judgement:
    return Judgement(topic_id="films", score=score, threshold=1.0, band=band)


@pytest.fixture
def capture(make_article, make_candidate, make_page):
    def make(*judgements: Judgement, **fields) -> Capture:
        fields.setdefault("article", make_article())
        return Capture(candidate=make_candidate(), page=make_page(), judgements=judgements, **fields)

    return make


@pytest.mark.parametrize(
    ("band", "keep", "outcome"),
    [
        ("relevant", "relevant", Outcome.NEW),
        ("mention", "relevant", Outcome.OFF_TOPIC),
        ("mention", "mention", Outcome.NEW),
        ("off", "mention", Outcome.OFF_TOPIC),
        ("off", "all", Outcome.NEW),
    ],
)
def test_the_keep_band_decides_what_becomes_an_article(capture, band, keep, outcome):
    decision = decide(capture(judged(band)), Likeness(kind="new"), keep)

    assert decision.outcome is outcome
    assert decision.keeps is (outcome is Outcome.NEW)
    assert "0.50 of 1.00 for films" in decision.reason


def test_the_best_of_several_beats_counts(capture):
    decision = decide(capture(judged("off", 0.9), judged("relevant", 0.2)), Likeness(kind="new"), "relevant")

    assert decision.outcome is Outcome.NEW
    assert best(()) is None


@pytest.mark.parametrize("kind", ["copy", "near_copy"])
def test_a_copy_is_kept_and_says_whose(capture, kind):
    likeness = Likeness(kind=kind, article_id=12, similarity=0.97)

    decision = decide(capture(judged("relevant")), likeness, "relevant")

    assert decision.outcome is Outcome.COPY
    assert decision.keeps
    assert "article 12" in decision.reason


def test_a_changed_article_stays_in_the_record_also_off_topic(capture):
    decision = decide(
        capture(judged("off")), Likeness(kind="changed", article_id=1, similarity=0.8), "relevant"
    )

    assert decision.outcome is Outcome.CHANGED
    assert decision.keeps


def test_an_unchanged_article_adds_nothing(capture):
    decision = decide(capture(judged("relevant")), Likeness(kind="unchanged", article_id=1), "all")

    assert decision.reason[0].isupper() or decision.reason.startswith(("robots.txt", "10.0.0.1"))
    assert decision.reason.endswith(".")
    assert is_passing(problem) is passing


def test_a_redirect_that_cannot_be_followed_is_said():
    problem = bad_status(302, URL)

    assert isinstance(problem, BadStatus)
    assert str(problem) == "it redirects to nothing that may be followed: 302 (Found)"
