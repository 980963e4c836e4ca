"""A learned part of a topic: words with weights on top of its rules, by logistic regression; offered only where it wins on other stories."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from crawler.drafting.edits import RuleEdit, applied
from crawler.drafting.fitting import held_out, split_examples, story_gain
from crawler.drafting.learning import FEWEST, crossed_turns, judged_by, spoken_table
from crawler.drafting.lesson import BeatLesson
from crawler.drafting.rules import Table
from crawler.drafting.words import LIKELY, example_text, suggest
from crawler.relevance.evaluate import Example
from crawler.relevance.learned import AGAINST_FIELDS, MOST_LEARNED, LearnedWord
from crawler.relevance.matcher import Matcher
from crawler.relevance.terms import TermError, read_term
from crawler.relevance.topic import parse_topic
from db.folding import fold
from db.model import Judgement

#: words that are weighed, and stories that must have one
MOST_WEIGHED, LEAST_STORIES = 80, 3
#: what weights cost (L2), steps of the descent and their size, and the weight from which a word stays
COST, _STEPS, RATE, LEAST_WEIGHT = 0.5, 300, 0.5, 0.25
#: share of `relevant` that one word adds or takes at most
MOST_SHARE = 0.75


def learned_words(
    table: Table, examples: Sequence[Example], stories: dict[str, int] | None = None
) -> BeatLesson | None:
    """A learned part as the only edit, with its figures; None with too few examples or without a word that tells.

    Split as `learning.learn_rules` splits, so that the figures of both can be compared. What the rules give an
    example stays as it is; the weights only add to it.

    Args:
        table: the topic, as `tomllib` reads it; a learned part that it has is fitted anew.
        examples: labelled; mentions are left out.
        stories: id of an example -> its story.
    """
    split = split_examples(examples, stories, FEWEST)
    if split is None:
        return None
    pool, pool_numbers, last = split.known, split.numbers, split.kept_back
    small = spoken_table(table, (*pool, *last))
    words = fitted_words(small, pool, pool_numbers)
    if not words:
        return None
    edit = RuleEdit(kind="learned", words=words)
    before, after = judged_by(small, pool), judged_by(applied(small, [edit]), pool)
    right = [(_is_right(one), _is_right(two)) for one, two in zip(before.judged, after.judged, strict=True)]
    gained = [at for at, (was, is_now) in enumerate(right) if is_now and not was]
    counted = RuleEdit(
        kind="learned",
        words=words,
        gained=len(gained),
        lost=sum(was and not is_now for was, is_now in right),
        stories=len({pool_numbers[at] for at in gained}),
    )
    crossed = crossed_turns(small, pool, pool_numbers, partial(_learned, small))
    gain, error = story_gain(before, crossed, split.story_of())
    return BeatLesson(
        edits=(counted,),
        before=held_out(judged_by(small, last)),
        after=held_out(judged_by(applied(small, [edit]), last)),
        cross_before=held_out(before),
        cross_after=held_out(crossed),
        gain=gain,
        gain_error=error,
    )


def _learned(table: Table, pool: Sequence[Example], numbers: Sequence[int]) -> tuple[RuleEdit, ...]:
    return (RuleEdit(kind="learned", words=fitted_words(table, pool, numbers)),)


def wins(linear: BeatLesson | None, rules: BeatLesson) -> bool:
    """Whether a learned part does better on other stories than the rules as they are, and than edits of them that hold."""
    if linear is None or not linear.holds:
        return False
    return not (rules.edits and rules.holds) or (
        linear.cross_after.f1 > rules.cross_after.f1 and linear.after.f1 >= rules.after.f1
    )


def fitted_words(
    table: Table, examples: Sequence[Example], numbers: Sequence[int]
) -> tuple[LearnedWord, ...]:
    """Words with weights in quarters, the heaviest first; those that the topic's own terms find are left out."""
    base = {key: value for key, value in table.items() if key != "learned"}
    offered = _offered(base, examples, numbers)
    if not offered:
        return ()
    relevant = float(table["relevant"])
    margins = [judgement.score - relevant for _, judgement in judged_by(base, examples).judged]
    rows = _values(base, offered, examples)
    belongs = [example.label == "positive" for example in examples]
    weights = _descended(rows, margins, belongs, [word[2] for word in offered])
    most = math.floor(MOST_SHARE * relevant * 4) / 4
    rounded = (max(-most, min(most, round(weight * 4) / 4)) for weight in weights)
    found = [
        (language, term, weight)
        for (language, term, _), weight in zip(offered, rounded, strict=True)
        if abs(weight) >= LEAST_WEIGHT
    ]
    return tuple(sorted(found, key=lambda word: (-abs(word[2]), word[1]))[:MOST_LEARNED])


def _offered(table: Table, examples: Sequence[Example], numbers: Sequence[int]) -> list[LearnedWord]:
    """Single words that tell, with 1.0 or -1.0 for what they speak for."""
    topic = parse_topic(table, "learning")
    known = Matcher((tuple(pair for concept in topic.concepts for pair in concept.terms),))
    spoken = {language for concept in topic.concepts for language, _ in concept.terms}
    folded = [fold(example_text(each)) for each in examples]
    found: dict[tuple[str, str], LearnedWord] = {}
    for each in sorted(suggest(examples), key=lambda one: -abs(one.weight)):
        if abs(each.weight) < LIKELY or len(found) >= MOST_WEIGHED:
            break
        word = fold(each.term.rstrip("*"))
        if " " in each.term or known.found(word) or not _is_term(each.term):
            continue
        if (
            len({numbers[at] for at, text in enumerate(folded) if f" {word.strip()}" in text})
            >= LEAST_STORIES
        ):
            language = each.language if each.language in spoken else "any"
            found[language, each.term] = (language, each.term, math.copysign(1.0, each.weight))
    return list(found.values())


def _is_term(term: str) -> bool:
    try:
        return bool(read_term(term))
    except TermError:
        return False


def _values(
    table: Table, offered: Sequence[LearnedWord], examples: Sequence[Example]
) -> list[dict[int, float]]:
    """For each example what each word would give or take for a weight of 1; places of the words as keys.

    As `relevance.learned` has it, but all of them give: a deduction would be cut to what there is to deduct from.
    """
    concepts: Table = {}
    rules: list[Table] = []
    for at, (language, term, sign) in enumerate(offered):
        name = f"word-{at}"
        concepts[name] = {language: [term]}
        where: Table = (
            {"article": [name]} if sign > 0 else {"sentence": [name], "fields": list(AGAINST_FIELDS)}
        )
        rules.append({"name": name, "points": 1.0, **where})
    kept = {
        key: value for key, value in table.items() if key in ("mention", "relevant", "lead_words", "weights")
    }
    rows: list[dict[int, float]] = []
    for _, judgement in judged_by({**kept, "concepts": concepts, "rule": rules}, examples).judged:
        sums: defaultdict[int, float] = defaultdict(float)
        for piece in judgement.evidence:
            if piece.concept.startswith("word-"):
                sums[int(piece.concept.removeprefix("word-"))] += piece.weight
        rows.append(dict(sums))
    return rows


def _descended(
    rows: Sequence[dict[int, float]],
    margins: Sequence[float],
    belongs: Sequence[bool],
    signs: Sequence[float],
) -> list[float]:
    """Weights that make the logistic loss of the margins small; each keeps its sign, both sorts of examples weigh the same."""
    weights = [0.0] * len(signs)
    positives = sum(belongs)
    shares = (0.5 * len(rows) / max(1, len(rows) - positives), 0.5 * len(rows) / max(1, positives))
    squares = [COST] * len(signs)
    for row in rows:
        for at, value in row.items():
            squares[at] += value * value / 4
    for _ in range(_STEPS):
        slopes = [COST * weight for weight in weights]
        for row, margin, is_in in zip(rows, margins, belongs, strict=True):
            if row:
                score = margin + sum(weights[at] * value for at, value in row.items())
                error = 1 / (1 + math.exp(-max(-30.0, min(30.0, score)))) - is_in
                for at, value in row.items():
                    slopes[at] += shares[is_in] * error * value
        for at, sign in enumerate(signs):
            moved = weights[at] - RATE * slopes[at] / squares[at]
            weights[at] = moved if moved * sign > 0 else 0.0
    return weights


def _is_right(pair: tuple[Example, Judgement]) -> bool:
    return (pair[0].label == "positive") == pair[1].is_relevant
