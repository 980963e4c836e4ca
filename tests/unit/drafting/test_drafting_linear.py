"""A learned part: words with weights that only add to the rules, offered where it wins on stories it was not fitted on."""

from __future__ import annotations

import random
import tomllib
from datetime import date

import pytest

from crawler.drafting.edits import RuleEdit, applied, written
from crawler.drafting.fitting import groups
from crawler.drafting.learning import learn_rules
from crawler.drafting.linear import fitted_words, learned_words, wins
from crawler.relevance.evaluate import Example, evaluate
from crawler.relevance.topic import parse_topic

TABLE = {
    "relevant": 4.0,
    "mention": 2.0,
    "concepts": {"otter": {"en": ["otter*"]}},
    "rule": [{"name": "otters", "points": 2.5, "sentence": ["otter"]}],
}
SOFT = ("ferry", "harbour", "mayor", "ponds", "market", "bridge")
SPORT = ("coach", "goal", "season", "squad")


def examples(count: int = 160) -> list[Example]:
    """Otters with two soft words belong; with one of them, and one of sport, they do not."""
    chance = random.Random(3)
    found = []
    for at in range(count):
        label = "positive" if at % 2 else "negative"
        words = chance.sample(SOFT, 2) if label == "positive" else [chance.choice(SOFT), chance.choice(SPORT)]
        filler = ["".join(chance.choices("bdfklmnprt", k=7)) for _ in range(6)]
        title = " ".join(["Otters", *words, *filler])
        found.append(Example(id=str(at), label=label, title=title, language="en"))
    return found


def test_words_are_weighed_on_top_of_the_rules_and_win_on_other_stories():
    known = examples()
    linear, rules = learned_words(TABLE, known), learn_rules(TABLE, known)

    assert linear is not None and rules is not None
    assert linear.cross_before.f1 == 0.0
    assert linear.cross_after.f1 > 0.9
    assert linear.after.f1 > 0.9
    assert not rules.edits, "no single edit puts two stories more right than wrong"
    assert wins(linear, rules)


def test_a_part_that_does_no_better_than_edits_of_the_rules_is_not_offered():
    whole = {**TABLE, "rule": [{"name": "otters", "points": 5.0, "sentence": ["otter"]}]}
    known = [
        Example(id=str(at), label="positive" if at % 2 else "negative", language="en",
                title=f"{'Otters' if at % 2 else 'Mayors'} meet {chr(97 + at % 26)}qzt{at} today")
        for at in range(60)
    ]  # fmt: skip
    linear, rules = learned_words(whole, known), learn_rules(whole, known)

    assert rules is not None and rules.before.f1 == 1.0
    assert not wins(linear, rules)


def test_words_that_the_topic_s_own_terms_find_are_not_weighed_again():
    known = examples()
    words = fitted_words(TABLE, known, groups(known))

    assert words
    assert not [term for _, term, _ in words if term.startswith("otter")]
    assert all(0 < abs(weight) < TABLE["relevant"] for _, _, weight in words)
    assert {term.rstrip("*") for _, term, weight in words if weight < 0} <= {
        "coach",
        "goal",
        "season",
        "squad",
    }


def test_what_was_learned_is_fitted_anew_and_not_on_top_of_itself():
    known = examples()
    words = fitted_words(TABLE, known, groups(known))
    again = fitted_words(applied(TABLE, [RuleEdit(kind="learned", words=words)]), known, groups(known))

    assert again == words


@pytest.mark.parametrize("count", [0, 10, 19])
def test_few_examples_teach_nothing(count):
    assert learned_words(TABLE, examples(count)) is None


def test_the_file_says_every_word_with_its_weight_and_the_day():
    text = (
        '# mine\n[beat]\nid = "b"\ntitle = "B"\n[topic]\nrelevant = 4\nmention = 2\n[topic.concepts.otter]\nen = ["otter*"]\n'
        '[[topic.rule]]\nname = "otters"\npoints = 2.5\nsentence = ["otter"]\n'
    )
    edit = RuleEdit(
        kind="learned", words=(("en", "ferry*", 1.75), ("any", "goal", -0.5)), gained=9, stories=8
    )
    new = written(text, [edit], date(2026, 11, 29))
    topic = parse_topic(tomllib.loads(new)["topic"], "b")
    ((_, judgement),) = evaluate(
        [Example(id="1", label="positive", title="Otters on a ferry", language="en")], topic
    ).judged

    assert (
        "# 2026-11-29 learnt: a learned part of 2 words (9 judged right by it, 0 wrong, in 8 stories)" in new
    )
    assert tomllib.loads(new)["topic"]["learned"] == {"en": {"ferry*": 1.75}, "any": {"goal": -0.5}}
    assert [(each.concept, each.term, each.weight) for each in judgement.evidence] == [
        ("otters", "Otters", 2.5),
        ("learned: ferry* (en)", "ferry", 1.75),
    ]
    assert judgement.band == "relevant"
