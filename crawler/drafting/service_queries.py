"""What query services are asked for a drafted beat: whole words of its parts, as no service knows wildcards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from crawler.drafting.parts import AGAINST, COMPANY, NAMES, DraftPart
from crawler.drafting.words import draft_words, example_text
from crawler.relevance.evaluate import Example

#: words of one part in one question, parts in one, and questions
_MOST_WORDS, _MOST_PARTS, _MOST_QUESTIONS = 4, 3, 8


def questions(parts: Sequence[DraftPart], examples: Sequence[Example]) -> tuple[str, ...]:
    """`de: (Gericht OR Klage) (Klima OR Emission)`: one for each language in which every main part has words."""
    main = [part for part in parts if part.name not in (COMPANY, AGAINST, NAMES) and part.terms()][
        :_MOST_PARTS
    ]
    languages = dict.fromkeys(language for part in main for language in part.terms() if language != "any")
    found = []
    for language in languages or ("any",):
        spoken = _spoken(examples, language)
        groups = [_words(part, language, spoken) for part in main]
        if groups and all(groups):
            asked = " ".join(f"({' OR '.join(group)})" if len(group) > 1 else group[0] for group in groups)
            found.append(asked if language == "any" else f"{language}: {asked}")
    return tuple(found[:_MOST_QUESTIONS])


def _spoken(examples: Sequence[Example], language: str) -> Counter[str]:
    """How often the words of one language stand in examples that belong."""
    return Counter(
        word
        for example in examples
        if example.label == "positive" and language in (example.language, "any")
        for word in draft_words(example_text(example))
    )


def _words(part: DraftPart, language: str, spoken: Counter[str]) -> list[str]:
    terms = part.terms()
    written = dict.fromkeys((*terms.get(language, ()), *terms.get("any", ())))
    whole = (_whole(term, spoken) for term in written)
    return list(dict.fromkeys(word for word in whole if word))[:_MOST_WORDS]


def _whole(term: str, spoken: Counter[str]) -> str:
    """A term as a service can be asked for it: the commonest word it finds in the examples; "" when there is none."""
    if not any(mark in term for mark in "*(|.«"):
        return f'"{term}"' if " " in term else term
    if " " in term or not term.endswith("*") or term.startswith("*") or any(mark in term for mark in "(|.«"):
        return ""
    stem = term.rstrip("*").casefold()
    fits = [(count, word) for word, count in spoken.items() if word.startswith(stem)]
    return max(fits)[1] if fits else ""
