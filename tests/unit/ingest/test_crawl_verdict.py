from __future__ import annotations

import pytest

from crawler.errors import BadStatus, ForbiddenAddress, RobotsDenied, TooLarge, Unreachable
from crawler.frontier.hosts import RobotsAway, RobotsClosed
from crawler.ingest.verdict import bad_status, best, decide, is_passing, missed
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

    assert (decision.outcome, decision.keeps) == (Outcome.UNCHANGED, False)


def test_a_page_without_article_says_why(capture):
    said = capture(article=None, problem="It is a login page.", problem_outcome=Outcome.NOT_ARTICLE)

    decision = decide(said, None, "all")

    assert (decision.outcome, decision.reason, decision.keeps) == (
        Outcome.NOT_ARTICLE,
        "It is a login page.",
        False,
    )


@pytest.mark.parametrize(
    ("problem", "outcome", "passing"),
    [
        pytest.param(ForbiddenAddress("10.0.0.1 is private", URL), Outcome.BLOCKED, False, id="private"),
        pytest.param(RobotsDenied("robots.txt denies it", URL), Outcome.ROBOTS_DENIED, False, id="robots"),
        pytest.param(
            RobotsClosed("robots.txt is away", URL, 60), Outcome.ROBOTS_DENIED, True, id="robots away"
        ),
        pytest.param(RobotsAway("no answer", URL, 60), Outcome.FAILED, True, id="host away"),
        pytest.param(TooLarge("too large", URL), Outcome.TOO_LARGE, False, id="large"),
        pytest.param(Unreachable("refused", URL), Outcome.FAILED, True, id="unreachable"),
        pytest.param(bad_status(404, URL), Outcome.GONE, False, id="404"),
        pytest.param(bad_status(410, URL), Outcome.GONE, False, id="410"),
        pytest.param(bad_status(403, URL), Outcome.FAILED, False, id="403"),
        pytest.param(bad_status(429, URL), Outcome.FAILED, True, id="429"),
        pytest.param(bad_status(503, URL), Outcome.FAILED, True, id="503"),
        pytest.param(bad_status(999, URL), Outcome.FAILED, True, id="a status nobody knows"),
    ],
)
def test_what_was_missed_has_a_verdict_and_a_sentence(problem, outcome, passing):
    decision = missed(problem)

    assert decision.outcome is outcome
    assert decision.reason[0].isupper() or decision.reason.startswith(("robots.txt", "10.0.0.1"))
    assert decision.reason.endswith(".")
    assert is_passing(problem) is passing


def test_a_redirect_that_cannot_be_followed_is_said():
    problem = bad_status(302, URL)

    assert isinstance(problem, BadStatus)
    assert str(problem) == "it redirects to nothing that may be followed: 302 (Found)"
