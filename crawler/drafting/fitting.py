"""Points that fit labelled examples, and how well they would do on examples they have not seen."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from crawler.drafting.rules import Table
from crawler.drafting.words import draft_words, stem_of
from crawler.relevance.evaluate import Evaluation, Example, evaluate
from crawler.relevance.topic import parse_topic

#: what the points of a rule are multiplied with, one rule after the other, so many times through
_STEPS, _ROUNDS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0), 3
#: what leaving the first points costs; keeps few examples from deciding much
CAUTION = 0.4
FOLDS = 5
#: shows how far the parts of a cross-validation are, such as tqdm does; hands them on as they are
TurnWatch = Callable[[list[list[int]]], Iterable[list[int]]]
#: what a missed example weighs against one that is taken wrongly, where words were learnt from the examples alone
MISSED = 2.5
#: share of a headline's words that make two examples one story
ALIKE = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """How rules do on examples that had no part in them."""

    f1: float
    precision: float
    recall: float
    items: int


def fitted(table: Table, examples: Sequence[Example]) -> Table:
    """The same rules with points that tell the examples apart, near those they had; halves and quarters only.

    The score of an example is taken as the sum of its rules; thresholds stay.
    """
    labelled = [example for example in examples if example.label != "mention"]
    if len({example.label for example in labelled}) < 2:
        return table
    return _with_points(table, _rule_sums(table, labelled), labelled)


def fitted_apart(
    learn: Callable[[Sequence[Example]], Table], examples: Sequence[Example]
) -> tuple[Table, float]:
    """A topic whose points fit examples that its words were not learnt from, and its F1 on these.

    Words that were taken from the examples find all of them; so each fifth counts by the words of the other four.
    A missed example weighs more than a wrong one, as a person sooner strikes a word than finds one.

    Args:
        learn: examples -> a topic; rules of one name are one rule.
        examples: labelled, of both sorts.
    """
    labelled = [example for example in examples if example.label != "mention"]
    table = learn(labelled)
    rows: list[dict[str, float]] = [{} for _ in labelled]
    known = {rule["name"] for rule in table["rule"]}
    for part in folds(labelled, groups(labelled)):
        hidden = frozenset(part)
        other = learn([example for at, example in enumerate(labelled) if at not in hidden])
        if not other["rule"]:
            continue
        for at, sums in zip(part, _rule_sums(other, [labelled[at] for at in part]), strict=True):
            rows[at] = {name: value for name, value in sums.items() if name in known}
    made = _with_points(table, rows, labelled, MISSED)
    points = {rule["name"]: rule["points"] for rule in made["rule"]}
    taken = [sum(points[name] * value for name, value in row.items()) >= table["relevant"] for row in rows]
    belong = [example.label == "positive" for example in labelled]
    right = sum(is_taken and belongs for is_taken, belongs in zip(taken, belong, strict=True))
    return made, 2 * right / max(1, sum(taken) + sum(belong))


def _with_points(
    table: Table, rows: Sequence[Mapping[str, float]], labelled: Sequence[Example], missed: float = 1.0
) -> Table:
    """The table with the points that tell the rows apart; *missed* is what a belonging one weighs."""
    signs = [missed if example.label == "positive" else -1.0 for example in labelled]
    points = {rule["name"]: float(rule["points"]) for rule in table["rule"]}
    first = dict(points)
    for _ in range(_ROUNDS):
        for name in points:
            tried = {step: {**points, name: first[name] * step} for step in _STEPS}
            step = min(_STEPS, key=lambda each: _loss(tried[each], first, rows, signs, table["relevant"]))
            points = tried[step]
    rules = [{**rule, "points": _rounded(points[rule["name"]])} for rule in table["rule"]]
    return {**table, "rule": rules}


def _rounded(points: float) -> float:
    return round(points * 4) / 4 or math.copysign(0.25, points)


def _loss(
    points: Mapping[str, float],
    first: Mapping[str, float],
    rows: Sequence[Mapping[str, float]],
    signs: Sequence[float],
    relevant: float,
) -> float:
    """Logistic loss of the distances from the threshold, and what leaving the first points costs.

    Args:
        signs: above 0 for what belongs, below for what does not; its size is the weight of the row.
    """
    loss = CAUTION * sum(math.log(points[name] / first[name]) ** 2 for name in points)
    for row, sign in zip(rows, signs, strict=True):
        score = max(0.0, sum(points[name] * value for name, value in row.items()))
        side = math.copysign(1.0, sign)
        loss += abs(sign) * math.log1p(math.exp(min(30.0, -side * (score - relevant + 0.25))))
    return loss


def _rule_sums(table: Table, examples: Iterable[Example]) -> list[dict[str, float]]:
    """For each example what each rule gives it for one point."""
    ones = {**table, "rule": [{**rule, "points": 1.0} for rule in table["rule"]]}
    rows = []
    for _, judgement in evaluate(examples, parse_topic(ones, "ones")).judged:
        sums: defaultdict[str, float] = defaultdict(float)
        for each in judgement.evidence:
            if each.field not in ("text", "section"):
                sums[each.concept] += each.weight
        rows.append(dict(sums))
    return rows


def held_out(evaluation: Evaluation) -> HeldOut:
    """The figures of an evaluation."""
    return HeldOut(
        f1=evaluation.f1,
        precision=evaluation.precision,
        recall=evaluation.recall,
        items=evaluation.count("positive") + evaluation.count("negative"),
    )


def story_gain(before: Evaluation, after: Evaluation, story_of: Mapping[str, int]) -> tuple[float, float]:
    """Stories judged right more than before, and the standard error of that number.

    Args:
        before: the same examples as *after*, in any order.
        story_of: id of an example -> number of its story.
    """
    moved: defaultdict[int, list[int]] = defaultdict(list)
    was = {example.id: judgement.is_relevant for example, judgement in before.judged}
    for example, judgement in after.judged:
        sign = 1 if example.label == "positive" else -1
        moved[story_of[example.id]].append(sign * (judgement.is_relevant - was[example.id]))
    by_story = [sum(those) / len(those) for those in moved.values()]
    gain = sum(by_story)
    return gain, math.sqrt(sum((each - gain / len(by_story)) ** 2 for each in by_story)) if by_story else 0.0


def groups(examples: Sequence[Example], stories: Mapping[str, int] | None = None) -> tuple[int, ...]:
    """A number for each example; those of one story, and copies of one headline, have the same.

    Args:
        stories: id of an example -> its story in the record.
    """
    found: list[int] = []
    seen: list[tuple[frozenset[str], int]] = []
    by_story: dict[int, int] = {}
    for at, example in enumerate(examples):
        stems = frozenset(stem_of(word) for word in draft_words(example.title) if len(word) > 2)
        story = (stories or {}).get(example.id)
        number = by_story.get(story) if story is not None else None
        if number is None:
            number = next((group for other, group in seen if _is_alike(stems, other)), at)
        if story is not None:
            by_story[story] = number
        seen.append((stems, number))
        found.append(number)
    return tuple(found)


def _is_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and len(one & other) >= ALIKE * max(len(one), len(other))


def folds(examples: Sequence[Example], numbers: Sequence[int], count: int = FOLDS) -> list[list[int]]:
    """Places of the examples in *count* parts that share no group, each with much the same languages and labels."""
    parts: list[list[int]] = [[] for _ in range(count)]
    by_group: defaultdict[int, list[int]] = defaultdict(list)
    for at, number in enumerate(numbers):
        by_group[number].append(at)
    key = {
        number: (examples[those[0]].label, examples[those[0]].language or "")
        for number, those in by_group.items()
    }
    for turn, number in enumerate(sorted(by_group, key=lambda each: (key[each], each))):
        parts[turn % count] += by_group[number]
    return parts


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleSplit:
    """Labelled articles, some of them kept back; those of one story are on one side."""

    known: list[Example]
    #: stories of the known ones
    numbers: list[int]
    kept_back: list[Example]

    def story_of(self) -> dict[str, int]:
        """Id of a known example -> number of its story."""
        return {each.id: number for each, number in zip(self.known, self.numbers, strict=True)}


def split_examples(
    examples: Sequence[Example], stories: dict[str, int] | None, fewest: int
) -> ExampleSplit | None:
    """What is learnt from and what is kept back, without mentions; None with too few of either label."""
    labelled = [each for each in examples if each.label != "mention"]
    if len(labelled) < fewest or len({each.label for each in labelled}) < 2:
        return None
    numbers = groups(labelled, stories)
    kept_back, *others = folds(labelled, numbers)
    known = sorted(at for part in others for at in part)
    return ExampleSplit(
        known=[labelled[at] for at in known],
        numbers=[numbers[at] for at in known],
        kept_back=[labelled[at] for at in kept_back],
    )
