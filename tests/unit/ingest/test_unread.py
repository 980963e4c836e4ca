"""A page whose words rule the topics out is read nevertheless when it may not be the article that was asked for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.ingest.unread import unread
from crawler.relevance.topic import Topic, parse_topic
from db.model import Candidate, Capture, Outcome, Page

NOW = datetime(2026, 1, 1, tzinfo=UTC)
URL = "https://news.example/2026/01/01/harbour-council"
SENTENCE = "The council of the harbour town met on Monday and talked about the bridge and its new railing for hours. "
CONSENT = (
    "We and our 840 partners store and/or access information on a device, for personalised ads and content. "
)
ARTICLE = '<meta property="og:type" content="article">'
JSON_LD = '<script type="application/ld+json">{"@type": ["NewsArticle"], "headline": "Railing"}</script>'


@pytest.fixture(scope="module")
def topic() -> Topic:
    table = {
        "relevant": 1.0,
        "mention": 0.5,
        "concepts": {"film": {"any": ["film crew"]}},
        "rule": [{"name": "film", "points": 1.0, "sentence": ["film"]}],
    }
    return parse_topic(table, "films")


def left(body: str, topic: Topic, charset: str = "utf-8", declared: str = "") -> Capture | None:
    page = Page(
        url=URL,
        final_url=URL,
        status=200,
        headers=(("content-type", f"text/html; charset={declared}"),) if declared else (),
        body=f"<html>{body}</html>".encode(charset, "replace"),
        fetched_at=NOW,
    )
    return unread(page, Candidate(url=URL, source="paper", found_on=URL, found_at=NOW), (topic,))


def is_left(body: str, topic: Topic) -> bool:
    capture = left(body, topic)
    assert capture is None or capture.problem_outcome is Outcome.OFF_TOPIC
    return capture is not None


def test_the_score_of_a_page_that_is_left_is_0_or_said_to_be_at_most():
    table = {
        "relevant": 1.0,
        "mention": 0.5,
        "concepts": {"film": {"any": ["film crew"]}, "tide": {"any": ["low tide"]}},
        "rule": [
            {"name": "film", "points": 1.0, "sentence": ["film"]},
            {"name": "tide", "points": 0.151, "article": ["tide"]},
        ],
    }
    topic = parse_topic(table, "films")

    nothing = left(f"<p>{SENTENCE * 20}</p>", topic)
    little = left(f"<p>{SENTENCE * 20} It is low tide.</p>", topic)

    assert nothing is not None and little is not None
    assert [each.score for each in nothing.judgements] == [0.0]
    assert nothing.problem.endswith("it was not read further.")
    assert little.judgements == ()
    assert little.problem.endswith("it was not read further. Its score is 0.16 at most.")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"<p>{SENTENCE * 20}</p>", id="paragraphs"),
        pytest.param(f"<div>{SENTENCE * 4}</div>" * 5, id="prose in boxes"),
        pytest.param(
            f"{ARTICLE}<div>{SENTENCE}</div>" + f"<div>{SENTENCE * 2}</div>" * 2, id="a short article"
        ),
        pytest.param(
            f"{JSON_LD}<div>{SENTENCE}</div>" + f"<div>{SENTENCE * 2}</div>" * 2, id="an article in JSON-LD"
        ),
        pytest.param(
            f"{ARTICLE}<div>{SENTENCE * 5}</div>" + f"<div>{SENTENCE}</div>" * 3, id="called an article"
        ),
    ],
)
def test_a_page_that_shows_an_article_is_left(body, topic):
    assert is_left(body, topic)
    assert not is_left(body.replace("bridge", "film crew", 1), topic)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<h1>Not found</h1>", id="nothing"),
        pytest.param(f"<div>{SENTENCE * 2}</div>" * 3, id="a short page that does not say what it is"),
        pytest.param(JSON_LD * 2 + f"<div>{SENTENCE * 2}</div>" * 3, id="an index that names its articles"),
        pytest.param(f"{ARTICLE}<p>{SENTENCE}</p>", id="one paragraph of an article"),
        pytest.param(f"<div><a href=/x>{SENTENCE * 2}</a></div>" * 10, id="prose in links"),
        pytest.param(f"{ARTICLE}<div>{CONSENT * 2}</div>" * 6, id="a request for consent"),
        pytest.param(
            f'{ARTICLE}<meta name="description" content="{SENTENCE * 9}">' * 3, id="prose in metadata alone"
        ),
        pytest.param(
            '<script type="application/json">{"a": "' + SENTENCE * 30 + '"}</script>', id="data alone"
        ),
        pytest.param(
            '<script>window.__STATE__={"a": "' + f"<p>{SENTENCE * 30}</p>" + '"}</script>',
            id="paragraphs of a script",
        ),
        pytest.param(
            f'{ARTICLE}<script type="application/json">{{"a": "{SENTENCE * 9}"}}</script>'
            + f"<div>{SENTENCE * 2}</div>" * 3,
            id="a notice beside data",
        ),
    ],
)
def test_a_page_that_may_be_something_else_is_read(body, topic):
    assert not is_left(body, topic)


RUSSIAN = "Совет портового города собрался в понедельник и долго говорил о мосте и его новых перилах. "
JAPANESE = "港町の議会は月曜日に集まり、橋とその新しい手すりについて長い時間をかけて話し合った。"


@pytest.mark.parametrize("is_declared", [True, False])
@pytest.mark.parametrize(
    ("charset", "prose", "word"),
    [
        ("utf-16", RUSSIAN, "съёмки"),
        ("utf-8-sig", RUSSIAN, "съёмки"),
        ("windows-1251", RUSSIAN, "съёмки"),
        ("koi8-r", RUSSIAN, "съёмки"),
        ("shift_jis", JAPANESE, "撮影"),
        ("euc-jp", JAPANESE, "撮影"),
        (
            "latin-1",
            "Der Rat der Hafenstadt tagte am Montag und sprach über die Brücke. ",
            "Dreharbeiten für",
        ),
    ],
)
def test_words_are_looked_for_in_the_charset_in_which_the_page_is_read(charset, prose, word, is_declared):
    topic = parse_topic(
        {
            "relevant": 1.0,
            "mention": 0.5,
            "concepts": {"film": {"any": [word]}},
            "rule": [{"name": "film", "points": 1.0, "sentence": ["film"]}],
        },
        "films",
    )
    declared = charset if is_declared else ""

    assert left(f"<p>{prose * 40}</p>" * 3, topic, charset, declared) is not None
    assert left(f"<p>{prose * 40}</p>" * 3 + f"<p>{word}.</p>", topic, charset, declared) is None


def test_letters_written_in_seven_bits_are_looked_at():
    topic = parse_topic(
        {
            "relevant": 1.0,
            "mention": 0.5,
            "concepts": {"film": {"any": ["撮影"]}},
            "rule": [{"name": "film", "points": 1.0, "sentence": ["film"]}],
        },
        "films",
    )
    page = f"<p>{SENTENCE * 20}</p>"

    assert left(page, topic, "iso-2022-jp", "iso-2022-jp") is not None
    assert left(f"{page}<p>撮影。</p>", topic, "iso-2022-jp", "iso-2022-jp") is None
