"""The parts of a subject: what an article must speak of, each with its words; suggested words find their part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from crawler.drafting.words import LIKELY, SURE, Suggestion, example_text
from crawler.errors import ConfigError
from crawler.relevance.evaluate import Example
from crawler.relevance.matcher import Matcher
from crawler.relevance.terms import TermError, read_term
from db.folding import fold

#: parts that only add, that take away, and whose words say it all; a person may type them too
COMPANY, AGAINST, NAMES = "company", "against", "names"
#: suggested words that one part takes in, and one language of it
MOST_WORDS = 40
_WRITTEN = re.compile(
    r"(?P<name>[a-z0-9]+(?:-[a-z0-9]+)*)(?:\.(?P<language>[a-z]{2}|any))?=(?P<words>.+)", re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPart:
    """One thing that the subject is made of."""

    name: str
    #: language -> terms that a person typed
    typed: Mapping[str, tuple[str, ...]]
    suggested: tuple[Suggestion, ...] = ()

    def terms(self) -> dict[str, list[str]]:
        """All terms by language, those that were typed first."""
        merged = {language: list(terms) for language, terms in self.typed.items()}
        for each in self.suggested:
            merged.setdefault(each.language, []).append(each.term)
        return {language: list(dict.fromkeys(terms)) for language, terms in merged.items()}


def read_parts(written: Iterable[str]) -> tuple[DraftPart, ...]:
    """Parts as people write them: `river=river*, stream`, and with a language `river.de=Fluss*, Aue`.

    Raises:
        ConfigError: naming what cannot be read.

    >>> [(part.name, part.terms()) for part in read_parts(["river=rio", "river.de=Fluss*, Aue"])]
    [('river', {'any': ['rio'], 'de': ['Fluss*', 'Aue']})]
    """
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for each in written:
        match = _WRITTEN.fullmatch(each.strip())
        if match is None:
            raise ConfigError(
                f'"{each}" is no part; write it name=word, word or name.de=word, word', key=each
            )
        words = tuple(word.strip() for word in match["words"].split(",") if word.strip())
        for word in words:
            try:
                read_term(word)
            except TermError as problem:
                raise ConfigError(f'part {match["name"]}: "{word}" {problem}', key=word) from problem
        part = found.setdefault(match["name"], {})
        language = match["language"] or "any"
        part[language] = (*part.get(language, ()), *words)
    return tuple(DraftPart(name=name, typed=typed) for name, typed in found.items())


def has_part(part: DraftPart, example: Example) -> bool:
    """Whether a term of the part, of any language, stands in the example."""
    terms = tuple((language, read_term(term)) for language, those in part.terms().items() for term in those)
    return bool(terms) and bool(Matcher((terms,)).found(fold(example_text(example))))


def placed_parts(
    parts: Sequence[DraftPart], suggestions: Sequence[Suggestion], examples: Sequence[Example]
) -> tuple[DraftPart, ...]:
    """The parts with the suggested words that they lack, then `company` and `against`, where they have words.

    A word belongs to the part that is most often missing where the word stands: it says there what the part's own
    words say elsewhere. A word beside which no part is missing keeps company.
    """
    belonging = [example for example in examples if example.label == "positive"]
    main = [part for part in parts if part.name not in (COMPANY, AGAINST, NAMES)]
    missing = {
        part.name: frozenset(example.id for example in belonging if not has_part(part, example))
        for part in main
    }
    known = [part for part in parts if part.terms()]
    taken: dict[str, list[Suggestion]] = {part.name: [] for part in parts}
    company: list[Suggestion] = []
    for each in suggestions:
        if each.weight < LIKELY or each.belonging < 2 or any(_covers(part, each) for part in known):
            continue
        home = _home(each, belonging, missing)
        if home and each.weight >= SURE:
            taken[home].append(each)
        elif each.weight >= SURE:
            company.append(each)
    against = [
        each
        for each in reversed(suggestions)
        if each.weight <= -SURE and each.others >= 2 and not each.belonging
    ]
    taken.setdefault(COMPANY, []).extend(company)
    taken.setdefault(AGAINST, []).extend(against)
    typed = {part.name: part for part in parts}
    grown = [
        replace(
            typed.get(name, DraftPart(name=name, typed={})),
            suggested=(*(typed[name].suggested if name in typed else ()), *those[:MOST_WORDS]),
        )
        for name, those in taken.items()
    ]
    return tuple(part for part in grown if part.terms())


def _home(
    each: Suggestion, belonging: Sequence[Example], missing: Mapping[str, frozenset[str]]
) -> str | None:
    word = Matcher(((("any", read_term(each.term)),),))
    having = [example.id for example in belonging if word.found(fold(example_text(example)))]
    lacks = Counter({name: sum(id_ in those for id_ in having) for name, those in missing.items()})
    ranked = [*lacks.most_common(2), ("", 0), ("", 0)]
    (name, count), (_, second) = ranked[0], ranked[1]
    return name if count > second and 2 * count >= len(having) else None


def _covers(part: DraftPart, each: Suggestion) -> bool:
    """Whether the part has a term for all that the suggested one finds."""
    text = fold(each.term.replace("*", " "))
    found = Matcher(
        (tuple((language, read_term(term)) for language, those in part.terms().items() for term in those),)
    ).found(text)
    return bool(found)


def printable_line(text: str) -> str:
    """A text on one line, without what cannot be printed."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
