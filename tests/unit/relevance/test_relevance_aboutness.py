"""About it or in passing: the band says where in an article a topic stands."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.relevance.gate import may_score
from crawler.relevance.judge import Fields, judge
from crawler.relevance.topic import parse_topic

TOPIC = parse_topic(
    {
        "relevant": 4,
        "mention": 2,
        "concepts": {
            "otter": {"en": ["otter*"]},
            "city": {"en": ["city", "harbour"]},
            "football": {"en": ["league"]},
            "keeper": {"en": ["keeper"]},
        },
        "rule": [
            {"name": "otters in the city", "points": 6, "sentence": ["otter", "city"]},
            {"name": "a keeper", "points": 3, "article": ["keeper", "otter"]},
            {"name": "the team", "points": -8, "sentence": ["football"], "fields": ["title"]},
        ],
    },
    "otters",
)
TOLD = "Otters came back to the city harbour."
ELSE = "The council spoke of roads and schools."


def judged(title, *sentences, **more):
    return judge(Fields(title=title, text=" ".join(sentences), language="en", **more), TOPIC)


@pytest.mark.parametrize(
    ("title", "sentences"),
    [
        pytest.param("Otters return to the city", (ELSE, ELSE, ELSE), id="in the headline"),
        pytest.param("A visit", (TOLD, ELSE, ELSE), id="in the first sentence"),
        pytest.param("A visit", (ELSE, TOLD, TOLD), id="in most sentences"),
        pytest.param("A visit", (ELSE, TOLD, TOLD, TOLD, *[ELSE] * 9), id="in three sentences of a long text"),
    ],
)  # fmt: skip
def test_what_is_told_at_the_head_or_again_and_again_is_about_it(title, sentences):
    assert judged(title, *sentences).band == "relevant"


@pytest.mark.parametrize(
    ("title", "sentences"),
    [
        pytest.param("A year of the council", (ELSE, TOLD, ELSE), id="one sentence of three, not the first"),
        pytest.param("A year of the council", (ELSE, TOLD, TOLD, *[ELSE] * 3), id="two of six"),
        pytest.param("A year of the council", (TOLD, *[ELSE] * 9), id="the first of ten, and no other"),
        pytest.param("A year of the council", ([ELSE] * 30 + [TOLD]), id="far down"),
        pytest.param("The league begins", (ELSE, TOLD, ELSE), id="whatever the headline takes away"),
    ],
)
def test_a_remark_is_a_mention(title, sentences):
    assert judged(title, *sentences).band == "mention"


def test_a_summary_that_tells_of_it_is_no_remark():
    assert judged("A visit", ELSE, TOLD, ELSE, description=TOLD).band == "relevant"


def test_what_is_gathered_from_the_whole_article_is_no_remark():
    assert (
        judged("A visit", "A keeper spoke of one otter.", ELSE, ELSE, tags=("city", "otter"))
        .evidence[0]
        .concept
        == "a keeper"
    )
    assert all(each.field != "text" for each in judged("A keeper", "One otter.", ELSE, ELSE).evidence)


def test_the_evidence_says_what_moved_it():
    moved = next(each for each in judged("A year", ELSE, TOLD, ELSE).evidence if each.field == "text")

    assert (moved.concept, moved.term, moved.count, moved.position) == (
        "in passing",
        "1 of 3 sentences",
        1,
        2,
    )
    assert moved.weight < 0


def test_the_gate_lets_a_remark_through():
    page = "".join(f"<p>{sentence}</p>" for sentence in ([ELSE] * 30 + [TOLD]))

    assert judged("A year of the council", *[ELSE] * 30, TOLD).band == "mention"
    assert may_score(f"<html><body><h1>A year of the council</h1>{page}</body></html>".encode(), TOPIC)


def changed(**more):
    return parse_topic({**json.loads(TOPIC.source), **more}, "otters")


def test_without_a_middle_band_nothing_is_put_into_it():
    topic = changed(mention=4)

    for title in ("A year", "The league begins"):
        judgement = judge(Fields(title=title, text=f"{ELSE} {TOLD} {ELSE}", language="en"), topic)
        assert all(each.field != "text" for each in judgement.evidence)


def test_a_deduction_for_the_whole_article_leaves_no_remark():
    rules = [
        {"name": "otters in the city", "points": 6, "sentence": ["otter", "city"]},
        {"name": "the team", "points": -9, "article": ["football"]},
    ]

    assert (
        judge(
            Fields(title="A year", text=f"{ELSE} {TOLD} The league.", language="en"), changed(rule=rules)
        ).band
        == "off"
    )


@given(
    st.lists(st.sampled_from([TOLD, ELSE, "A keeper came.", "One otter."]), max_size=12),
    st.sampled_from(["A year", "The league", "Otters in the city"]),
)
def test_the_score_stays_the_sum_of_the_evidence_and_fits_its_band(sentences, title):
    judgement = judged(title, *sentences)

    assert judgement.score == pytest.approx(sum(each.weight for each in judgement.evidence), abs=1e-3)
    assert (judgement.score >= TOPIC.relevant) == judgement.is_relevant
