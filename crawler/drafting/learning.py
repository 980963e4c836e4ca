"""Edits of rules that labelled articles ask for: each tried on stories it was not found on, all of them on a part kept back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from crawler.drafting.edits import RuleEdit, applied
from crawler.drafting.fitting import TurnWatch, folds, held_out, split_examples, story_gain
from crawler.drafting.lesson import BeatLesson
from crawler.drafting.parts import AGAINST
from crawler.drafting.rules import Table
from crawler.drafting.words import LIKELY, SURE, Suggestion, example_text, suggest
from crawler.relevance.aboutness import STEP
from crawler.relevance.evaluate import Evaluation, Example, evaluate
from crawler.relevance.explain import explain
from crawler.relevance.judge import Fields, slug_of
from crawler.relevance.matcher import Matcher
from crawler.relevance.terms import read_term
from crawler.relevance.topic import parse_topic
from db.folding import fold
from db.model import Judgement

#: edits that are tried, of each kind, and taken
_MOST_TRIED, MOST_TAKEN = 10, 12
#: times that edits are looked for on top of those taken
_ROUNDS = 2
#: parts of the examples that say whether finding edits this way helps; one in five more is kept back to the end
LESSON_TURNS = 3
#: stories that an edit must put right more than it puts wrong
LEAST_GAIN = 2
#: what points and the threshold are tried at
FACTORS = (0.75, 1.25, 1.5)
THRESHOLDS = (0.8, 0.9, 1.1, 1.25)
#: examples below which there is nothing to learn from
FEWEST = 20


def learn_rules(
    table: Table,
    examples: Sequence[Example],
    stories: dict[str, int] | None = None,
    watch: TurnWatch = list,
) -> BeatLesson | None:
    """Edits of a topic that labelled articles ask for; None with too few of them.

    Articles of one story are always on one side, as copies would tell the answer. A part kept back has no say in anything but
    the last figures.

    Args:
        table: the topic, as `tomllib` reads it.
        examples: labelled; mentions are left out.
        stories: id of an example -> its story.
        watch: shows how far the turns are.
    """
    split = split_examples(examples, stories, FEWEST)
    if split is None:
        return None
    small = spoken_table(table, (*split.known, *split.kept_back))
    edits = _found(small, split.known, split.numbers)
    crossed, known = (
        crossed_turns(small, split.known, split.numbers, partial(_found, small), watch),
        judged_by(table, split.known),
    )
    gain, error = story_gain(known, crossed, split.story_of())
    return BeatLesson(
        edits=edits,
        before=held_out(judged_by(table, split.kept_back)),
        after=held_out(judged_by(applied(table, edits), split.kept_back)),
        cross_before=held_out(known),
        cross_after=held_out(crossed),
        gain=gain,
        gain_error=error,
    )


def spoken_table(table: Table, examples: Sequence[Example]) -> Table:
    """The topic without terms that no example can have: it judges these examples as the whole one does, and is made sooner.

    The first term of every language stays, as a topic without terms for a language looks for all of them.
    """
    text = "".join(fold(f"{example.title}\n{example.text}\n{slug_of(example.url)}") for example in examples)
    return {
        **table,
        "concepts": {
            name: {
                language: those
                if language == "includes"
                else [term for at, term in enumerate(those) if at == 0 or _may_stand(term, text)]
                for language, those in terms.items()
            }
            for name, terms in table["concepts"].items()
        },
    }


def _may_stand(term: str, text: str) -> bool:
    return any(
        all(piece.strip() in text for piece in spelling.pieces) for spelling in read_term(term).spellings
    )


def judged_by(table: Table, examples: Sequence[Example]) -> Evaluation:
    """*examples* judged by the topic that *table* holds."""
    return evaluate(examples, parse_topic(table, "learning"))


def crossed_turns(
    table: Table,
    pool: Sequence[Example],
    numbers: Sequence[int],
    edits_of: Callable[[Sequence[Example], Sequence[int]], Sequence[RuleEdit]],
    watch: TurnWatch = list,
) -> Evaluation:
    """Every turn judged by the edits that the other turns ask for.

    Args:
        numbers: of the story of each example.
        edits_of: edits that examples, with the numbers of their stories, ask for.
    """
    judged: list[tuple[Example, Judgement]] = []
    for turn in watch(folds(pool, numbers, LESSON_TURNS)):
        hidden = frozenset(turn)
        rest = [at for at in range(len(pool)) if at not in hidden]
        edits = edits_of([pool[at] for at in rest], [numbers[at] for at in rest])
        judged += judged_by(applied(table, edits), [pool[at] for at in turn]).judged
    return Evaluation(judged=tuple(judged))


class _Learner:
    """Examples with their verdicts by the rules so far."""

    def __init__(self, table: Table, examples: Sequence[Example], numbers: Sequence[int]) -> None:
        self.table = table
        self.examples = examples
        self.numbers = numbers
        #: words do not change with the rules
        self.suggestions = suggest(examples)
        self.folded = [fold(example_text(each)) for each in examples]
        self.judged = [judgement for _, judgement in judged_by(table, examples).judged]

    def is_right(self, at: int, judgement: Judgement | None = None) -> bool:
        """Whether a verdict is the one the label asks for."""
        return (self.examples[at].label == "positive") == (judgement or self.judged[at]).is_relevant

    def wrong(self, label: str) -> list[int]:
        """Examples of this label that are judged wrongly."""
        return [at for at, each in enumerate(self.examples) if each.label == label and not self.is_right(at)]

    def having(self, term: str, among: Iterable[int] | None = None) -> list[int]:
        """Examples, all or some, in which a term stands, in whatever language."""
        read = read_term(term)
        pieces = [spelling.pieces[0].strip() for spelling in read.spellings]
        places = range(len(self.folded)) if among is None else among
        near = [at for at in places if any(piece in self.folded[at] for piece in pieces)]
        if not near:
            return []
        matcher = Matcher(((("any", read),),))
        return [at for at in near if matcher.found(self.folded[at])]

    def touched(self, edit: RuleEdit) -> list[int]:
        """Examples whose verdict an edit can change."""
        if edit.kind in ("add", "drop", "against"):
            return self.having(edit.term)
        relevant = float(self.table["relevant"])
        if edit.kind == "points":
            moved = {
                at: sum(each.weight for each in judgement.evidence if each.concept == edit.name)
                * (edit.after / edit.before - 1)
                for at, judgement in enumerate(self.judged)
            }
            return [
                at
                for at, by in moved.items()
                if by and (self.judged[at].score >= relevant) != (self.judged[at].score + by >= relevant)
            ]
        low, high = sorted((edit.before, edit.after))
        return [at for at, judgement in enumerate(self.judged) if low - STEP <= judgement.score < high]

    def may_gain(self, touched: Sequence[int]) -> bool:
        """Whether enough of the examples that an edit touches are judged wrongly."""
        return len({self.numbers[at] for at in touched if not self.is_right(at)}) >= LEAST_GAIN

    def tried(self, edit: RuleEdit) -> tuple[RuleEdit, dict[int, Judgement]]:
        """The edit with what it gains and loses, and the new verdicts."""
        touched = self.touched(edit)
        if not self.may_gain(touched):
            return edit, {}
        new = (
            judged_by(applied(self.table, [edit]), [self.examples[at] for at in touched]).judged
            if touched
            else ()
        )
        verdicts = {at: judgement for at, (_, judgement) in zip(touched, new, strict=True)}
        better = [
            at for at, judgement in verdicts.items() if self.is_right(at, judgement) and not self.is_right(at)
        ]
        worse = [
            at for at, judgement in verdicts.items() if not self.is_right(at, judgement) and self.is_right(at)
        ]
        counted = replace(
            edit, gained=len(better), lost=len(worse), stories=len({self.numbers[at] for at in better})
        )
        return counted, verdicts

    def take(self, edit: RuleEdit, verdicts: dict[int, Judgement]) -> None:
        """Go on with the edit made."""
        self.table = applied(self.table, [edit])
        for at, judgement in verdicts.items():
            self.judged[at] = judgement


def _found(table: Table, examples: Sequence[Example], numbers: Sequence[int]) -> tuple[RuleEdit, ...]:
    """The edits that put more stories right than wrong, the best first, each on top of those before it.

    What is missing changes with what was taken, so it is looked for again, a few times.
    """
    learner = _Learner(table, examples, numbers)
    taken: list[RuleEdit] = []
    for _ in range(_ROUNDS):
        before = len(taken)
        tried = [learner.tried(edit)[0] for edit in _candidates(learner)]
        promising = [edit for edit in tried if _is_worth(edit)]
        for edit in sorted(promising, key=lambda each: (each.lost - each.gained, each.sentence())):
            again, verdicts = learner.tried(edit)
            if len(taken) < MOST_TAKEN and _is_worth(again) and _is_still_there(learner.table, again):
                learner.take(again, verdicts)
                taken.append(again)
        if len(taken) == before:
            break
    return tuple(taken)


def _is_worth(edit: RuleEdit) -> bool:
    return min(edit.gained, edit.stories) - edit.lost >= LEAST_GAIN


def _is_still_there(table: Table, edit: RuleEdit) -> bool:
    """Whether an earlier edit has not changed the same points already."""
    if edit.kind == "points":
        return any(rule["name"] == edit.name and rule["points"] == edit.before for rule in table["rule"])
    return edit.kind != "relevant" or table["relevant"] == edit.before


def _candidates(learner: _Learner) -> Iterator[RuleEdit]:
    suggestions = learner.suggestions
    yield from _additions(learner, suggestions)
    yield from _against(learner, suggestions)
    yield from _drops(learner)
    yield from _points(learner)
    relevant = float(learner.table["relevant"])
    for factor in THRESHOLDS:
        after = round(relevant * factor, 2)
        if after >= learner.table["mention"]:
            yield RuleEdit(kind="relevant", before=relevant, after=after)


def _additions(learner: _Learner, suggestions: Sequence[Suggestion]) -> Iterator[RuleEdit]:
    """Telling words of articles that were missed, for the concepts of which these lacked a word."""
    topic = parse_topic(learner.table, "learning")
    missed = learner.wrong("positive")
    lacking = {
        at: {name for each in explain(_fields(learner.examples[at]), topic).near for name in each.lacking[:1]}
        for at in missed
    }
    first = [
        name
        for rule in topic.rules
        if rule.points > 0
        for group in (*rule.sentence, *rule.article)
        for name in group[:1]
    ]
    known = Matcher((tuple(pair for concept in topic.concepts for pair in concept.terms),))
    counts: Counter[tuple[str, str, str]] = Counter()
    for each in suggestions:
        if each.weight < LIKELY:
            break
        if each.belonging < 2 or known.found(fold(each.term.replace("*", " "))):
            continue
        for at in learner.having(each.term, missed):
            for name in lacking[at] or first[:2]:
                if learner.table["concepts"][name].keys() - {"includes"}:
                    counts[name, each.language, each.term] += 1
    for (name, language, term), count in counts.most_common(2 * _MOST_TRIED):
        if count >= LEAST_GAIN:
            yield RuleEdit(kind="add", name=name, language=language, term=term)


def _against(learner: _Learner, suggestions: Sequence[Suggestion]) -> Iterator[RuleEdit]:
    """Words of articles that came in wrongly and of none that belongs."""
    wrong = learner.wrong("negative")
    counts: Counter[tuple[str, str]] = Counter()
    for each in reversed(suggestions):
        if each.weight > -SURE:
            break
        if not each.belonging:
            counts[each.language, each.term] += len(learner.having(each.term, wrong))
    for (language, term), count in counts.most_common(_MOST_TRIED):
        if count >= LEAST_GAIN:
            yield RuleEdit(kind="against", name=AGAINST, language=language, term=term)


def _drops(learner: _Learner) -> Iterator[RuleEdit]:
    """Terms by which articles came in wrongly."""
    topic = parse_topic(learner.table, "learning")
    counts: Counter[tuple[str, str]] = Counter()
    for at in learner.wrong("negative"):
        counts.update(
            {(met.concept, fold(met.words)) for met in explain(_fields(learner.examples[at]), topic).met}
        )
    removable: dict[tuple[str, str, str], int] = defaultdict(int)
    for (name, words), count in counts.most_common(_MOST_TRIED):
        for language, terms in learner.table["concepts"][name].items():
            for term in terms if language != "includes" and count >= LEAST_GAIN else ():
                if Matcher((((language, read_term(term)),),)).found(words):
                    removable[name, language, term] += count
    for (name, language, term), _ in sorted(removable.items(), key=lambda pair: -pair[1])[:_MOST_TRIED]:
        if sum(len(those) for key, those in learner.table["concepts"][name].items() if key != "includes") > 1:
            yield RuleEdit(kind="drop", name=name, language=language, term=term)


def _points(learner: _Learner) -> Iterator[RuleEdit]:
    """Rules that count where verdicts are wrong, with other points."""
    wrong = (*learner.wrong("positive"), *learner.wrong("negative"))
    counts = Counter(name for at in wrong for name in {each.concept for each in learner.judged[at].evidence})
    points = {rule["name"]: float(rule["points"]) for rule in learner.table["rule"]}
    for name, count in counts.most_common(_MOST_TRIED // 2):
        for factor in FACTORS if name in points and count >= LEAST_GAIN else ():
            after = round(points[name] * factor, 2)
            yield RuleEdit(kind="points", name=name, before=points[name], after=after)


def _fields(example: Example) -> Fields:
    return Fields(title=example.title, text=example.text, url=example.url, language=example.language)
