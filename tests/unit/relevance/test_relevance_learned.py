"""`[topic.learned]`: words with weights, shown like any rule, and nothing where it is absent."""

from __future__ import annotations

import pytest

from crawler.errors import TopicSyntaxError
from crawler.relevance.gate import may_score
from crawler.relevance.judge import Fields, judge
from crawler.relevance.learned import MOST_LEARNED
from crawler.relevance.service_queries import asks_of
from crawler.relevance.topic import parse_topic

TABLE = {
    "relevant": 4.0,
    "mention": 2.0,
    "concepts": {"otter": {"en": ["otter*"]}},
    "rule": [{"name": "otters", "points": 2.5, "sentence": ["otter"]}],
}
LEARNED = {"en": {"ferry*": 2.0, "goal": -1.0}}


def learned(table=None, **more):
    return parse_topic({**TABLE, "learned": LEARNED if table is None else table, **more}, "b")


def test_a_learned_word_adds_once_and_is_shown():
    text = "A ferry came. Another ferry left. The ferries were full."
    judgement = judge(Fields(title="A ferry", text=text, language="en"), learned())

    assert [(each.concept, each.field, each.weight) for each in judgement.evidence] == [
        ("learned: ferry* (en)", "title", 2.0)
    ]


def test_a_word_against_it_takes_off_in_headline_and_lead_but_not_far_below():
    far = "Otters were seen. " + "It rained all day. " * 40 + "He scored a goal."
    near = judge(Fields(title="Otters and a goal", language="en"), learned())
    below = judge(Fields(title="Otters", text=far, language="en"), learned())

    assert near.score == 1.5
    assert not [each for each in below.evidence if each.weight < 0]


def test_no_learned_word_is_relevant_alone_or_asked_for():
    with pytest.raises(TopicSyntaxError, match="less than relevant"):
        learned({"en": {"ferry*": 4.0}})
    assert asks_of(learned({"en": {"ferry*": 3.75}}), 10) == ()


def test_the_gate_lets_through_what_learned_words_could_make_a_mention():
    page = (
        b"<html><body><article>"
        + b"<p>The ferry crossed the river at noon.</p>" * 4
        + b"</article></body></html>"
    )

    assert may_score(page, learned())
    assert not may_score(page, parse_topic(TABLE, "b"))


def test_rules_without_a_learned_part_are_the_same_rules():
    assert parse_topic(TABLE, "b").ruleset != learned().ruleset
    assert [rule.name for rule in parse_topic(TABLE, "b").rules] == ["otters"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        pytest.param({"en": ["ferry"]}, "section of words with numbers", id="a list"),
        pytest.param({"ferry*": 1.0}, "section of words with numbers", id="no language"),
        pytest.param({"english": {"ferry*": 1.0}}, "unknown language", id="no such language"),
        pytest.param(
            {"includes": {"ferry*": 1.0}}, "section of words with numbers", id="includes is no language"
        ),
        pytest.param({"en": {"ferry*": 0}}, "other than 0", id="nothing"),
        pytest.param({"en": {"ferry*": "much"}}, "must be a number", id="a text"),
        pytest.param({"en": {"*": 1.0}}, "learned", id="no term"),
        pytest.param(
            {"en": {f"w{at}": 1.0 for at in range(MOST_LEARNED + 1)}}, "may be in it", id="too many"
        ),
    ],
)
def test_what_is_no_learned_part_is_said_with_its_place(table, said):
    with pytest.raises(TopicSyntaxError, match=said):
        learned(table)
