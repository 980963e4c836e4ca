"""What is wrong, or odd, in the rules of a topic that can be read: rules that cannot count, terms that are in every text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.relevance.rules import Concept, Rule, Topic, with_included
from crawler.relevance.terms import Term
from db.folding import is_unspaced

#: fewest letters of a term, and of what stands beside a wildcard, that are taken without a word
SHORT, SHORT_STEM = 2, 3
#: terms named in one finding
_MOST_NAMED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class LintFinding:
    """One sentence about a topic."""

    #: a rule or threshold that can never do anything; else something to look at
    is_error: bool
    sentence: str


def lint(topic: Topic) -> tuple[LintFinding, ...]:
    """Everything odd about a topic that reads well, errors first."""
    concepts = {concept.name: concept for concept in topic.concepts}
    found = [
        *(_error(sentence) for rule in topic.rules for sentence in _cannot(rule, topic, concepts)),
        *(_error(sentence) for sentence in _unreachable(topic)),
        *(_note(sentence) for sentence in _unused(topic)),
        *(_note(sentence) for concept in topic.concepts for sentence in _odd_terms(concept)),
        *(_note(sentence) for sentence in _silent_languages(topic, concepts)),
    ]
    return tuple(sorted(found, key=lambda each: not each.is_error))


def _error(sentence: str) -> LintFinding:
    return LintFinding(is_error=True, sentence=sentence)


def _note(sentence: str) -> LintFinding:
    return LintFinding(is_error=False, sentence=sentence)


def spellings_of(topic: Topic) -> int:
    """Everything that is looked for in a text."""
    return sum(len(term.spellings) for concept in topic.concepts for _, term in concept.terms)


def _cannot(rule: Rule, topic: Topic, concepts: dict[str, Concept]) -> Iterator[str]:
    """Why a rule can never count."""
    weights = dict(topic.weights)
    if not any(weights[name] > 0 for name in rule.fields or weights):
        yield f'rule "{rule.name}" counts only where the weight is 0'
    if not rule.points:
        yield f'rule "{rule.name}" has no points'
    forbidden = frozenset(with_included(rule.unless, concepts))
    for group in (*rule.sentence, *rule.article) if rule.sentence else rule.article:
        if forbidden.issuperset(with_included(group, concepts)) and (
            group in rule.sentence or not rule.sentence
        ):
            yield f'rule "{rule.name}" asks for {" or ".join(group)} and is silent beside it'
    spoken = [_languages(group, concepts) for group in rule.sentence]
    common = _common(spoken)
    if spoken and not common:
        yield f'rule "{rule.name}" asks for words that no language has all of'


def _languages(group: Sequence[str], concepts: dict[str, Concept]) -> frozenset[str]:
    return frozenset(
        language for name in with_included(group, concepts) for language, _ in concepts[name].terms
    )


def _common(spoken: Sequence[frozenset[str]]) -> frozenset[str]:
    """Languages in which every group has a word; a word of all of them counts in each."""
    every = frozenset(language for languages in spoken for language in languages)
    return frozenset(each for each in every if all(each in those or "any" in those for those in spoken))


def _unreachable(topic: Topic) -> Iterator[str]:
    weights = dict(topic.weights)
    best = sum(
        rule.points * max(weights[name] for name in rule.fields or weights) * 2
        for rule in topic.rules
        if rule.points > 0
    )
    if best < topic.relevant:
        yield f"no article can be relevant: all rules together give less than {topic.relevant:g}"


def _unused(topic: Topic) -> Iterator[str]:
    asked = {name for rule in topic.rules for group in (*rule.sentence, *rule.article) for name in group}
    asked |= {name for rule in topic.rules for name in rule.unless}
    asked |= {name for concept in topic.concepts for name in concept.includes}
    for concept in topic.concepts:
        if concept.name not in asked:
            yield f"no rule asks for {concept.name}; it only hides shorter terms inside its own"


def _odd_terms(concept: Concept) -> Iterator[str]:
    """Short terms, and those that are there twice."""
    short = [term.source for _, term in concept.terms if _is_short(term)]
    if short:
        yield f"{concept.name} has terms so short that they are in many texts: {_some(short)}"
    seen: defaultdict[tuple[str, str], int] = defaultdict(int)
    for language, term in concept.terms:
        seen[language, term.source] += 1
    twice = [source for (_, source), count in seen.items() if count > 1]
    if twice:
        yield f"{concept.name} has terms twice: {_some(twice)}"


def _is_short(term: Term) -> bool:
    """Whether a spelling of one word is as short as that, names in capital letters aside."""
    if term.source.isupper() or term.is_quoted:
        return False
    return any(
        _is_short_piece(spelling.pieces[0]) for spelling in term.spellings if len(spelling.pieces) == 1
    )


def _is_short_piece(piece: str) -> bool:
    letters = piece.strip()
    is_open = not (piece.startswith(" ") and piece.endswith(" "))
    if " " in letters or is_unspaced(letters[0]):
        return False
    return len(letters) <= (SHORT_STEM if is_open else SHORT)


def _silent_languages(topic: Topic, concepts: dict[str, Concept]) -> Iterator[str]:
    """Languages that have terms, and in which no rule with points can be met."""
    spoken = {language for concept in topic.concepts for language, _ in concept.terms} - {"any"}
    reached: set[str] = set()
    for rule in topic.rules:
        groups = [_languages(group, concepts) for group in (*rule.sentence, *rule.article)]
        if rule.points > 0:
            reached |= {each for each in spoken if all(each in those or "any" in those for those in groups)}
    if missing := sorted(spoken - reached):
        yield f"no rule with points can be met in {', '.join(missing)}"


def _some(terms: Sequence[str]) -> str:
    more = f" and {len(terms) - _MOST_NAMED} more" if len(terms) > _MOST_NAMED else ""
    return ", ".join(f'"{term}"' for term in terms[:_MOST_NAMED]) + more
