"""What to ask a search service for, from a topic's own rules: words that together make an article relevant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from crawler.relevance.rules import Concept, Rule, Topic, with_included

#: words of one group, and groups, in one question; services refuse long ones
_MOST_WORDS, MOST_GROUPS = 4, 3
#: rules that one language asks by, the broadest first
_MOST_RULES = 3
#: what can be asked as it stands: no wildcards, choices, gaps or quotation marks
_PLAIN = re.compile(r"[^\W_][\w' -]{1,38}[^\W_]")

#: groups of alternatives that must all be there
Groups = tuple[tuple[str, ...], ...]


def asks_of(topic: Topic, most: int, language: str | None = None) -> tuple[tuple[str | None, Groups], ...]:
    """Questions in the topic's languages, each as (language, groups).

    A rule that alone makes an article relevant becomes one question per
    language in which all of its groups have plain terms; the broadest rule of
    every language comes before the second of any. Names that are the same in
    every language are asked once, without one.

    Args:
        most: questions.
        language: only in this one, and without a language.
    """
    concepts = {concept.name: concept for concept in topic.concepts}
    rules = [rule for rule in topic.rules if rule.points >= topic.relevant]
    rules.sort(key=lambda rule: -_breadth(rule, concepts))
    asked = [language] if language else list(_languages(topic))
    per_language = [list(_asks(rules, concepts, each)) for each in (None, *asked)]
    mixed = [each for asks in zip_longest(*per_language) for each in asks if each is not None]
    return tuple(dict.fromkeys(mixed))[:most]


def _breadth(rule: Rule, concepts: dict[str, Concept]) -> int:
    """How many terms a rule knows for its narrowest group."""
    groups = [with_included(group, concepts) for group in (*rule.sentence, *rule.article)]
    return min((sum(len(concepts[name].terms) for name in group) for group in groups), default=0)


def _languages(topic: Topic) -> Iterator[str]:
    named = (language for concept in topic.concepts for language, _ in concept.terms)
    return iter(dict.fromkeys(each for each in named if each != "any"))


def _asks(
    rules: list[Rule], concepts: dict[str, Concept], language: str | None
) -> Iterator[tuple[str | None, Groups]]:
    count = 0
    for rule in rules:
        groups = tuple(_words(group, concepts, language) for group in (*rule.sentence, *rule.article))
        if groups and all(groups) and count < _MOST_RULES:
            count += 1
            yield language, groups[:MOST_GROUPS]


def _words(group: tuple[str, ...], concepts: dict[str, Concept], language: str | None) -> tuple[str, ...]:
    """The first plain terms of a group's concepts, one of each in turn."""
    lists = [
        [
            term.source
            for spoken, term in concepts[name].terms
            if spoken == (language or "any") and _PLAIN.fullmatch(term.source)
        ]
        for name in with_included(group, concepts)
    ]
    mixed = (word for words in zip_longest(*lists) for word in words if word is not None)
    return tuple(dict.fromkeys(mixed))[:_MOST_WORDS]
