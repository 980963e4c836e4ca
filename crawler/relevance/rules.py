"""The nouns of a topic: what counts, where, and how much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from crawler.relevance.terms import Term

#: the parts of an article, with the weight each has when a topic does not say otherwise
FIELD_WEIGHTS: Mapping[str, float] = {
    "title": 1.0,
    "lead": 0.7,
    "body": 0.25,
    "slug": 0.7,
    "description": 0.6,
    "tags": 0.4,
}
#: in running text every further sentence adds half of what the one before it did; elsewhere one counts
RUNNING_TEXT = frozenset({"lead", "body"})
#: a field that says again what another one says: it counts where the other one was silent
STANDS_FOR: Mapping[str, str] = {"slug": "title", "description": "lead"}


@dataclass(frozen=True, slots=True)
class Concept:
    """A named list of terms, each with the language it is looked for in ("any": in all)."""

    name: str
    terms: tuple[tuple[str, Term], ...]
    #: earlier concepts whose terms count as its own
    includes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Points for concepts that come together; each group is satisfied by any one of its concepts."""

    name: str
    #: what it adds, in a field of weight 1; negative for a deduction
    points: float
    #: groups that must meet in one sentence
    sentence: tuple[tuple[str, ...], ...] = ()
    #: groups that must occur, wherever that is
    article: tuple[tuple[str, ...], ...] = ()
    #: concepts that forbid it: in the sentence, or for a rule without one in the article
    unless: tuple[str, ...] = ()
    #: most words between the first and the last term of `sentence`; None for the whole sentence
    within: int | None = None
    #: fields it is looked for in; empty for all
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Topic:
    """The rules of a beat, read and checked. Equal when their `ruleset` is."""

    beat_id: str
    #: score from which an article is relevant
    relevant: float
    #: score from which it mentions the topic
    mention: float
    #: words of the text that are its lead, to the end of the sentence
    lead_words: int
    #: field -> weight
    weights: tuple[tuple[str, float], ...]
    concepts: tuple[Concept, ...]
    rules: tuple[Rule, ...]
    #: folded names of sections whose articles never count
    vetoes: tuple[str, ...] = ()
    #: digest of beat, rules and engine
    ruleset: str = ""
    #: the table it was read from, as JSON; what travels to another process
    source: str = field(default="", repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Topic) and self.ruleset == other.ruleset

    def __hash__(self) -> int:
        return hash(self.ruleset)


def concept_masks(concepts: tuple[Concept, ...], bits: Iterable[int] | None = None) -> dict[str, int]:
    """For each concept the bits of those whose terms stand for it.

    Args:
        bits: the number of each concept's bit; None for its place in the list.
    """
    masks: dict[str, int] = {}
    for at, concept in zip(range(len(concepts)) if bits is None else bits, concepts, strict=True):
        masks[concept.name] = union([1 << at, *(masks[name] for name in concept.includes)])
    return masks


def with_included(names: Sequence[str], concepts: Mapping[str, Concept]) -> tuple[str, ...]:
    """The concepts and those whose terms count as theirs, however far down; each once."""
    found = dict.fromkeys(names)
    waiting = list(found)
    for name in waiting:
        new = [each for each in dict.fromkeys(concepts[name].includes) if each not in found]
        found |= dict.fromkeys(new)
        waiting += new
    return tuple(found)


def union(masks: Iterable[int]) -> int:
    """All bits of all masks."""
    whole = 0
    for mask in masks:
        whole |= mask
    return whole
