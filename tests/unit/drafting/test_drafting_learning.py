"""What marks teach: edits found on some stories, tried on others, and written with what speaks for them."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date

import pytest

from crawler.drafting.edits import RuleEdit, applied, written
from crawler.drafting.learning import learn_rules
from crawler.relevance.evaluate import Example, evaluate
from crawler.relevance.topic import parse_topic

TOWNS = [
    "Leeds",
    "York",
    "Hull",
    "Derby",
    "Bath",
    "Ely",
    "Dover",
    "Truro",
    "Ripon",
    "Wells",
    "Exeter",
    "Lincoln",
    "Oxford",
    "Durham",
    "Perth",
    "Stroud",
]
VERBS = [
    "reach",
    "enter",
    "leave",
    "like",
    "cross",
    "watch",
    "flee",
    "explore",
    "find",
    "visit",
    "guard",
    "chart",
    "scorn",
    "admire",
    "avoid",
    "praise",
]
TABLE = {
    "relevant": 4.0,
    "mention": 2.0,
    "concepts": {"otter": {"en": ["otter*"]}, "city": {"en": ["city"]}},
    "rule": [{"name": "otters in the city", "points": 5.0, "sentence": ["otter", "city"]}],
}


def example(label, title, at):
    return Example(id=f"{label}-{at}-{title}", label=label, title=title, language="en")


def rows(label, form):
    return [
        example(label, form.format(verb=verb, town=town), at)
        for at, (town, verb) in enumerate(zip(TOWNS, VERBS, strict=True))
    ]


EXAMPLES = [
    *rows("positive", "Otters {verb} {town} city"),
    *rows("positive", "Lutra {verb} {town} city"),
    *rows("negative", "Mayors {verb} {town} city"),
    *rows("negative", "Plush otters {verb} {town} city"),
]


def test_words_that_were_missing_and_words_against_are_found_and_hold_on_other_stories():
    lesson = learn_rules(TABLE, EXAMPLES)

    assert {(edit.kind, edit.name, edit.term) for edit in lesson.edits} >= {("add", "otter", "lutr*")}
    assert any(edit.kind == "against" and edit.term == "plush*" for edit in lesson.edits)
    assert lesson.cross_after.f1 > lesson.cross_before.f1 + 0.2
    assert lesson.after.f1 > lesson.before.f1
    assert lesson.holds


def test_rules_that_are_right_are_left_alone():
    lesson = learn_rules(
        TABLE,
        [*rows("positive", "Otters {verb} {town} city"), *rows("negative", "Mayors {verb} {town} city")],
    )

    assert lesson.edits == ()
    assert lesson.before == lesson.after
    assert not lesson.holds


def test_one_story_teaches_nothing_however_often_it_was_copied():
    copies = [example("positive", "Lutra seen in the city again", at) for at in range(30)]
    lesson = learn_rules(
        TABLE,
        [
            *copies,
            *rows("positive", "Otters {verb} {town} city"),
            *rows("negative", "Mayors {verb} {town} city"),
        ],
    )

    assert not any(edit.term == "lutr*" for edit in lesson.edits)


@pytest.mark.parametrize(
    "examples",
    [[], EXAMPLES[:10], rows("positive", "Otters {verb} {town}") * 2],
    ids=["none", "few", "one sort"],
)
def test_too_little_to_learn_from_is_none(examples):
    assert learn_rules(TABLE, examples) is None


def test_the_beat_stays_what_it_was_while_edits_are_tried():
    before = str(TABLE)
    learn_rules(TABLE, EXAMPLES)

    assert str(TABLE) == before


def test_a_gain_that_chance_brings_as_well_does_not_hold():
    lesson = learn_rules(TABLE, EXAMPLES)

    assert lesson.gain > lesson.gain_error
    assert replace(lesson, gain=2.0, gain_error=2.5).helps
    assert not replace(lesson, gain=2.0, gain_error=2.5).holds


EDITS = (
    RuleEdit(kind="add", name="otter", language="de", term="Otter*", gained=3, lost=0, stories=3),
    RuleEdit(kind="drop", name="city", language="en", term="city"),
    RuleEdit(kind="against", name="against", language="en", term="plush*"),
    RuleEdit(kind="points", name="otters in the city", before=5.0, after=6.25),
    RuleEdit(kind="relevant", before=4.0, after=3.6),
)
FILE = """# mine
[beat]
id = "otters"
title = "Otters"

[topic]
relevant = 4.0
mention = 2.0

# the animal
[topic.concepts.otter]
en = [
  "otter*",  # any
]

[topic.concepts.city]
en = ["city", "harbour"]

[[topic.rule]]
name = "otters in the city"
points = 5.0
sentence = ["otter", "city"]
"""


def test_an_accepted_edit_is_in_the_file_with_its_date_and_the_rest_stays():
    text = written(FILE, EDITS, date(2026, 2, 3))
    topic = tomllib.loads(text)["topic"]

    assert topic == applied(tomllib.loads(FILE)["topic"], EDITS)
    assert "# mine\n" in text and "# the animal\n" in text and "# any" in text
    assert (
        '# 2026-02-03 learnt: add "Otter*" (de) to otter (3 judged right by it, 0 wrong, in 3 stories)'
        in text
    )
    assert parse_topic(topic, "otters").relevant == 3.6


def test_words_against_bring_one_rule_for_all_of_them():
    two = (EDITS[2], RuleEdit(kind="against", name="against", language="de", term="Plüsch*"))
    table = applied(TABLE, two)

    assert [rule["name"] for rule in table["rule"]] == ["otters in the city", "something else"]
    assert evaluate([EXAMPLES[-1]], parse_topic(table, "x")).judged[0][1].band != "relevant"
