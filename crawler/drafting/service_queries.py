"""What query services are asked for a drafted beat: whole words of its parts, as no service knows wildcards."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from crawler.drafting.parts import AGAINST, COMPANY, NAMES, DraftPart
from crawler.drafting.words import example_text
from crawler.relevance.evaluate import Example
from db.folding import fold

#: words of one part in one question, parts in one, and questions
_MOST_WORDS, _MOST_PARTS, _MOST_QUESTIONS = 4, 3, 8
_WORD = re.compile(r"\w+")


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


def _spoken(examples: Sequence[Example], language: str) -> str:
    """The examples of one language, and of those that nobody named, that belong; in one text."""
    texts = (
        example_text(example)
        for example in examples
        if example.label == "positive" and (language == "any" or example.language in (language, None))
    )
    return "\n".join(texts)


def _words(part: DraftPart, language: str, spoken: str) -> list[str]:
    terms = part.terms()
    written = dict.fromkeys((*terms.get(language, ()), *terms.get("any", ())))
    spellings = _spellings(spoken)
    whole = (_whole(term, spoken, spellings) for term in written)
    return list(dict.fromkeys(word for word in whole if word))[:_MOST_WORDS]


def _spellings(spoken: str) -> Mapping[str, str]:
    """The commonest spelling of each word: what is derived has lost its accents."""
    counted = Counter(word.lower() for word in _WORD.findall(spoken))
    return {fold(word).strip(): word for word, _ in reversed(counted.most_common())}


def _whole(term: str, spoken: str, spellings: Mapping[str, str]) -> str:
    """A term as a service can be asked for it: the commonest words it finds in the examples; "" when there are none."""
    if any(mark in term for mark in "(|.«"):
        return ""
    if "*" not in term:
        return f'"{term}"' if " " in term else spellings.get(fold(term).strip(), term)
    words = (r"\w*".join(map(re.escape, re.split(r"\*+", word))) for word in term.split())
    found = re.findall(r"\b" + r"[ -]".join(words) + r"\b", spoken, re.IGNORECASE)
    if not found:
        return ""
    commonest = Counter(each.lower() for each in found).most_common(1)[0][0]
    return commonest if commonest.isalnum() else f'"{commonest}"'
