"""The learned part of a topic: single words with weights, each of them a concept and a rule, shown in the evidence like any other."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.relevance.rules import Concept, Rule
from crawler.relevance.terms import Term

#: what evidence calls the rule of a learned word; no concept of a person has a blank in its name
PREFIX = "learned: "
#: words of a learned part
MOST_LEARNED = 40
#: where a word that speaks against the topic counts
AGAINST_FIELDS = ("title", "lead", "description")

#: language, term as it is written, what it adds
LearnedWord = tuple[str, str, float]


def learned_part(words: Iterable[tuple[LearnedWord, Term]]) -> tuple[tuple[Concept, ...], tuple[Rule, ...]]:
    """Concepts and rules of learned words.

    A word that speaks for the topic counts once, by the heaviest field that has it, and makes no sentence tell of
    the topic; one that speaks against it takes its weight off in headline, lead and summary.
    """
    concepts, rules = [], []
    for (language, source, weight), term in words:
        name = f"{PREFIX}{source} ({language})"
        concepts.append(Concept(name, ((language, term),)))
        rules.append(
            Rule(name=name, points=weight, article=((name,),))
            if weight > 0
            else Rule(name=name, points=weight, sentence=((name,),), fields=AGAINST_FIELDS)
        )
    return tuple(concepts), tuple(rules)
