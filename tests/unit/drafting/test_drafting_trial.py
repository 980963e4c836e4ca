"""What rules would do to articles that are there."""

from __future__ import annotations

import json

import pytest

from crawler.drafting.trial import compare
from crawler.relevance.topic import parse_topic
from db.texts import StoredText

TABLE = {
    "relevant": 4,
    "mention": 2,
    "concepts": {"otter": {"en": ["otter*"]}, "city": {"en": ["city"]}, "league": {"en": ["league"]}},
    "rule": [
        {"name": "otters", "points": 4, "sentence": ["otter"]},
        {"name": "a league", "points": -4, "sentence": ["league"]},
        {"name": "otters in the city", "points": 1, "sentence": ["otter", "city"]},
    ],
}


def article(title, at=0):
    return StoredText(
        canonical_url=f"https://e.example/{title}-{at}", url="", title=title, text="", description="", tags=(),
        section=None, language="en", source="s", story_id=None, mark=None,
    )  # fmt: skip


def rules(*rule, **more):
    return parse_topic(json.loads(json.dumps({**TABLE, "rule": rule or TABLE["rule"], **more})), "b")


def test_articles_that_enter_and_leave_are_told_by_name():
    draft = rules({"name": "cities", "points": 4, "sentence": ["city"]})
    trial = compare([article("Otters swim"), article("A city"), article("Nothing")], draft, rules())

    assert trial.articles == 3
    assert {(move.title, move.before, move.after) for move in trial.named} == {
        ("Otters swim", "relevant", "off"),
        ("A city", "off", "relevant"),
    }
    assert trial.moves["off", "off"] == 1


def test_without_rules_of_today_everything_was_off():
    trial = compare([article("Otters swim")], rules(), None)

    assert trial.moves == {("off", "relevant"): 1}


def test_each_rule_says_where_it_counted_and_where_it_decides():
    trial = compare([article("Otters in the city"), article("Otters swim")], rules(), None)

    assert (trial.rules["otters"].articles, trial.rules["otters"].decides, trial.rules["otters"].added) == (
        2,
        2,
        8.0,
    )
    assert (trial.rules["otters in the city"].articles, trial.rules["otters in the city"].decides) == (1, 0)
    assert trial.silent == ["a league"]


def test_rules_that_take_back_each_other_s_points_are_told():
    trial = compare([article("Otters win the league", at) for at in range(6)], rules(), None)

    assert trial.contradictions == [("otters", "a league", 6)]


def test_what_articles_lack_that_nearly_belong_is_told():
    draft = rules(
        {"name": "otters in the city", "points": 4, "sentence": ["otter", "city"]},
        {"name": "otters", "points": 1, "sentence": ["otter"]},
    )
    trial = compare([article("Otters swim"), article("Otters sleep")], draft, None)

    assert trial.near == {'"otters in the city" lacks a word of city in the sentence': (2, "Otters swim")}


@pytest.mark.parametrize("count", [0, 25])
def test_many_moves_are_counted_and_few_named(count):
    trial = compare([article("Otters swim", at) for at in range(count)], rules(), None)

    assert trial.moves["off", "relevant"] == count
    assert len(trial.named) == min(count, 10)
