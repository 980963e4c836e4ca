"""A beat from a title, a few words and examples: parts, rules, fitted points, and what is unsure about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from crawler.drafting.derive import HAPPENS, SUBJECT_WAYS, derived_parts
from crawler.drafting.fitting import HeldOut, TurnWatch, fitted, fitted_apart, folds, groups, held_out
from crawler.drafting.parts import AGAINST, COMPANY, MOST_WORDS, NAMES, DraftPart, has_part, placed_parts
from crawler.drafting.rules import Table, by_itself, topic_of
from crawler.drafting.words import LIKELY, SURE, Suggestion, draft_words, suggest, variant_spellings
from crawler.errors import ConfigError
from crawler.relevance.evaluate import Evaluation, Example, evaluate
from crawler.relevance.terms import TermError, read_term
from crawler.relevance.topic import parse_topic
from db.folding import FIELD, SENTENCE, is_unspaced
from db.model import Judgement

#: examples of each sort below which nothing is learnt from them
_FEWEST = 4
#: words of a title that a topic without typed words begins with have at least so many letters
_TITLE_LETTERS = 4
#: points of a derived part by itself
BY_ITSELF = 2.0
#: F1 on examples left out below which derived parts are not enough
FAIR = 0.6
UNSAID = "nobody said what such articles speak of; two parts that must meet, given with --part, tell far more"
#: sure words below which likely ones are taken too
FEW_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A topic on trial."""

    parts: tuple[DraftPart, ...]
    table: Table
    #: on examples left out one part after the other, words and points learnt without them; None with too few
    held: HeldOut | None
    #: sentences: what a person should look at
    doubts: tuple[str, ...]


def draft(
    title: str,
    parts: Sequence[DraftPart],
    examples: Sequence[Example],
    *,
    about: str = "",
    background: Sequence[Example] = (),
    more: Sequence[Suggestion] = (),
    refused: frozenset[str] = frozenset(),
    watch: TurnWatch = list,
) -> Draft:
    """A topic whose parts are those typed, grown by what the examples suggest; without any, parts are derived.

    Args:
        title: what the beat is called; its words are the only part when there are neither parts nor examples.
        parts: as a person typed them; may be empty.
        examples: labelled.
        about: a sentence on the subject; its words count where parts are derived.
        background: texts that nobody labelled.
        more: suggestions from elsewhere, such as translations out of a record's stories.
        refused: suggested terms that a person does not want.
        watch: shows how far the drafting is.
    """
    held = _cross_validated(title, about, parts, examples, background, refused, watch)
    grown, table = _learnt(title, about, parts, examples, background, more, refused)
    doubts = _doubts(grown, table, examples)
    if not parts and (held is None or held.f1 < max(FAIR, _of_taking_all(examples))):
        doubts.insert(0, UNSAID)
    doubts += too_easy(table) if not parts else ()
    return Draft(parts=grown, table=table, held=held, doubts=tuple(doubts))


def _learnt(
    title: str,
    about: str,
    parts: Sequence[DraftPart],
    examples: Sequence[Example],
    background: Sequence[Example],
    more: Sequence[Suggestion],
    refused: frozenset[str],
) -> tuple[tuple[DraftPart, ...], Table]:
    """Parts with their suggestions, and rules with their points."""
    if not parts and _is_enough(examples):
        made = [
            _derived(title, about, examples, background, refused, way) for way in range(len(SUBJECT_WAYS))
        ]
        if any(each.parts for each in made):
            best = max(made, key=lambda each: each.f1 if each.parts else -1.0)
            return best.parts, best.table
    suggestions = [
        each
        for each in (*suggest(examples, background), *_names(parts, examples))
        if each.term not in refused
    ]
    if not parts:
        parts = (_only_part(title, suggestions),)
        suggestions = [each for each in suggestions if each.weight < SURE]
    grown = placed_parts(parts, suggestions, examples) if _is_enough(examples) else tuple(parts)
    grown = tuple(
        replace(
            part,
            suggested=(
                *part.suggested,
                *(each for each in more if _is_of(part, each) and each.term not in refused),
            ),
        )
        for part in grown
    )
    table = topic_of([part for part in grown if part.terms()])
    return grown, fitted(table, examples) if _is_enough(examples) else table


def too_easy(table: Table) -> Iterator[str]:
    """What makes a headline relevant by a single word that stood in an example by chance, perhaps."""
    points = {rule["name"]: rule["points"] for rule in table["rule"]}
    if points.get(by_itself(HAPPENS), 0.0) >= table["relevant"]:
        count = sum(len(terms) for terms in table["concepts"][HAPPENS].values())
        yield f'each of {count} words of "{HAPPENS}" makes a headline relevant by itself; strike those that say little before whole feeds are judged'


def _of_taking_all(examples: Sequence[Example]) -> float:
    """F1 of rules by which every example belongs."""
    belong = sum(example.label == "positive" for example in examples)
    others = sum(example.label == "negative" for example in examples)
    return 2 * belong / max(1, 2 * belong + others)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """A topic of derived parts and its F1 on examples that its words were not learnt from."""

    parts: tuple[DraftPart, ...]
    table: Table
    f1: float


def _derived(
    title: str,
    about: str,
    examples: Sequence[Example],
    background: Sequence[Example],
    refused: frozenset[str],
    way: int,
) -> _Way:
    """The subject made of parts in one of the `SUBJECT_WAYS`; without parts where that has no words."""

    def learn(known: Sequence[Example]) -> Table:
        return topic_of(derived_parts(title, about, known, background, refused)[way], BY_ITSELF)

    parts = derived_parts(title, about, examples, background, refused)[way]
    table, f1 = fitted_apart(learn, examples) if parts else (topic_of(()), 0.0)
    return _Way(parts=parts, table=table, f1=f1)


def _is_enough(examples: Sequence[Example]) -> bool:
    return min(sum(each.label == label for each in examples) for label in ("positive", "negative")) >= _FEWEST


def _only_part(title: str, suggestions: Sequence[Suggestion]) -> DraftPart:
    """The part of a beat for which nobody typed one: the words that tell most, or the long words of its title."""
    often = [each for each in suggestions if each.belonging >= 2]
    telling = [each for each in often if each.weight >= SURE]
    if len(telling) < FEW_WORDS:
        telling = [each for each in often if each.weight >= LIKELY]
    if telling:
        return DraftPart(name="subject", typed={}, suggested=tuple(telling[:MOST_WORDS]))
    words = dict.fromkeys(word for word in draft_words(title) if _is_term(word))
    long = [word for word in words if len(word) >= _TITLE_LETTERS or is_unspaced(word[0])]
    if not words:
        raise ConfigError(
            f'"{title}" has no word to look for; say what such articles speak of with --part', key=title
        )
    return DraftPart(name="subject", typed={"any": tuple(long or list(words))})


def _is_term(word: str) -> bool:
    try:
        return word not in (SENTENCE, FIELD) and bool(read_term(word))
    except TermError:
        return False


def _names(parts: Sequence[DraftPart], examples: Sequence[Example]) -> tuple[Suggestion, ...]:
    """Other spellings of the capitalised words that were typed."""
    typed = [term for part in parts for those in part.typed.values() for term in those]
    return variant_spellings([term for term in typed if term[:1].isupper() and term.isalpha()], examples)


def _is_of(part: DraftPart, each: Suggestion) -> bool:
    """Whether a suggested translation goes with a word of this part."""
    own = {
        word
        for those in part.typed.values()
        for term in those
        for word in draft_words(term.replace("*", " "))
    }
    return any(word in own or any(one.startswith(word) for one in own) for word in each.because.split()[2:3])


def _cross_validated(
    title: str,
    about: str,
    parts: Sequence[DraftPart],
    examples: Sequence[Example],
    background: Sequence[Example],
    refused: frozenset[str],
    watch: TurnWatch,
) -> HeldOut | None:
    """Each fifth judged by what the other four taught; stories are never in two parts."""
    judged: list[tuple[Example, Judgement]] = []
    for left_out in watch(folds(examples, groups(examples))):
        hidden = frozenset(left_out)
        known = [each for at, each in enumerate(examples) if at not in hidden]
        if not _is_enough(known):
            return None
        _, table = _learnt(title, about, parts, known, background, (), refused)
        judged += evaluate([examples[at] for at in left_out], parse_topic(table, "draft")).judged
    return held_out(Evaluation(judged=tuple(judged))) if judged else None


def _doubts(parts: Sequence[DraftPart], table: Table, examples: Sequence[Example]) -> list[str]:
    doubts: list[str] = []
    languages = {example.language for example in examples if example.language}
    for part in parts:
        spoken = set(part.terms())
        if (
            part.name not in (COMPANY, AGAINST, NAMES)
            and "any" not in spoken
            and (missing := sorted(languages - spoken))
        ):
            doubts.append(f'part "{part.name}" has no word in {", ".join(missing)}')
    counts = {label: sum(each.label == label for each in examples) for label in ("positive", "negative")}
    if not _is_enough(examples):
        doubts.append(
            f"{counts['positive']} examples belong and {counts['negative']} do not; from {_FEWEST} of each on, words and points are learnt"
        )
    elif min(counts.values()) < 15:
        doubts.append(f"only {min(counts.values())} examples of one sort: the figures may be far off")
    wrong = evaluate(examples, parse_topic(table, "draft")).wrong
    doubts += [
        f'"{example.title}" is labelled {example.label} and judged {judgement.band}{_lacking(parts, example)}'
        for example, judgement in wrong[:5]
    ]
    return doubts


def _lacking(parts: Sequence[DraftPart], example: Example) -> str:
    """Of what parts an example that belongs has no word; what a person may type then."""
    main = [part for part in parts if part.name not in (COMPANY, AGAINST, NAMES)]
    lacking = [
        f'"{part.name}"' for part in main if example.label == "positive" and not has_part(part, example)
    ]
    return f", as it has no word of {' and '.join(lacking)}" if lacking else ""
