"""Reads a beat's `[topic]` table into a `Topic`, or says what is wrong in it and where; see docs/topics.md."""

from __future__ import annotations

import copyreg
import difflib
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from crawler.config.spelling import nearest
from crawler.errors import TopicSyntaxError
from crawler.relevance.learned import MOST_LEARNED, LearnedWord, learned_part
from crawler.relevance.rules import FIELD_WEIGHTS, Concept, Rule, Topic
from crawler.relevance.terms import Term, TermError, read_term
from crawler.relevance.toml_place import Section, place_of
from db.folding import fold

__all__ = ["Topic", "parse_topic"]

#: changes when the same rules would judge differently, so that stored judgements tell it
ENGINE = "2"
#: what one topic may have at most, also one of a stranger: concepts, rules, names in a list of a rule, terms, letters of all spellings
MOST_CONCEPTS, MOST_RULES, MOST_NAMED, MOST_TERMS, MOST_LETTERS = 1_000, 1_000, 200, 50_000, 3_000_000
#: every number in it is smaller
_MOST = 1e9
#: letters of a term, and of a whole sentence, that a complaint shows
_SHOWN, _SAID = 80, 600
_KEYS = ("relevant", "mention", "lead_words", "veto_sections", "weights", "concepts", "rule", "learned")
_RULE_KEYS = ("name", "points", "sentence", "article", "unless", "within", "fields")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"any|[a-z]{2}")
#: country codes that people write for a language
_NOT_A_LANGUAGE = {
    "cn": "zh",
    "cz": "cs",
    "dk": "da",
    "gb": "en",
    "gr": "el",
    "jp": "ja",
    "kr": "ko",
    "ua": "uk",
    "us": "en",
}


def parse_topic(table: Mapping[str, Any], beat_id: str, path: str = "") -> Topic:
    """Read a beat's `[topic]` table.

    Args:
        table: as `tomllib` gives it.
        path: the file it came from, for messages; lines and columns are looked up there.

    Raises:
        TopicSyntaxError: the first thing that is wrong, with file, line, column and the nearest valid word.
    """
    return _TopicReader(table, beat_id, path).topic()


def restored(source: str, beat_id: str) -> Topic:
    """The topic whose `source` this is, in another process."""
    return parse_topic(json.loads(source), beat_id)


def _reduced(topic: Topic) -> tuple[Callable[[str, str], Topic], tuple[str, str]]:
    return restored, (topic.source, topic.beat_id)


copyreg.pickle(Topic, _reduced)


def _digest(source: str, beat_id: str) -> str:
    """Twelve hex digits that change whenever the rules do, and not when only their comments do."""
    return hashlib.sha256(f"{ENGINE}\0{beat_id}\0{source}".encode("utf-8", "surrogatepass")).hexdigest()[:12]


class _TopicReader:
    """One reading of one table; every complaint is a `TopicSyntaxError` with its place."""

    def __init__(self, table: Mapping[str, Any], beat_id: str, path: str) -> None:
        self.table = table
        self.beat_id = beat_id
        self.path = path
        #: terms read so far, and letters of their spellings
        self.terms = self.letters = 0
        #: the table of the file that is being read
        self.section: Section = ("topic", 1)

    def topic(self) -> Topic:
        """The table as a topic."""
        if not isinstance(self.table, Mapping):
            self._fail("topic must be a section, written [topic]", "topic")
        self._only(self.table, _KEYS, "[topic]")
        relevant = self._number(self.table, "relevant", "[topic]", least=0.0)
        mention = self._number(self.table, "mention", "[topic]", least=0.0)
        if not 0 < mention <= relevant:
            self._fail("[topic] mention must be above 0 and not above relevant", "mention")
        concepts = self._concepts()
        rules = self._rules({concept.name: None for concept in concepts})
        more, learned = learned_part(_learned_words(self, relevant))
        self.section = ("topic", 1)
        source = json.dumps(self.table, ensure_ascii=False)
        return Topic(
            beat_id=self.beat_id,
            relevant=relevant,
            mention=mention,
            lead_words=int(self._number(self.table, "lead_words", "[topic]", least=1.0, default=70.0)),
            weights=self._weights(),
            concepts=(*concepts, *more),
            rules=(*rules, *learned),
            vetoes=tuple(fold(each) for each in self._words(self.table, "veto_sections", "[topic]")),
            ruleset=_digest(source, self.beat_id),
            source=source,
        )

    def _weights(self) -> tuple[tuple[str, float], ...]:
        table = self._section("weights", "[topic.weights]")
        self.section = ("topic.weights", 1)
        self._only(table, tuple(FIELD_WEIGHTS), "[topic.weights]")
        given = {name: self._number(table, name, "[topic.weights]", least=0.0) for name in table}
        self.section = ("topic", 1)
        return tuple({**FIELD_WEIGHTS, **given}.items())

    def _concepts(self) -> tuple[Concept, ...]:
        table = self._section("concepts", "[topic.concepts]")
        if not table:
            self._fail("[topic] needs at least one concept, written [topic.concepts.name]", "topic")
        concepts: dict[str, Concept] = {}
        for name, terms in table.items():
            concepts[name] = self._concept(name, terms, concepts)
            self._at_most(len(concepts), MOST_CONCEPTS, "concepts")
        self.section = ("topic", 1)
        return tuple(concepts.values())

    def _concept(self, name: str, table: Any, earlier: Mapping[str, Concept]) -> Concept:
        label = f"[topic.concepts.{name}]"
        self.section = (f"topic.concepts.{name}", 1)
        if not _NAME.fullmatch(name):
            self._fail(f"{label} must be named in small letters, digits and hyphens", name)
        if not isinstance(table, Mapping):
            self._fail(f"{label} must be a section with a list of terms for each language", name)
        includes = self._words(table, "includes", label)
        for other in includes:
            if other not in earlier:
                near = nearest(other, earlier) if earlier else ""
                self._fail(
                    f'{label} includes "{other}", which is no concept above it{near}', other, "includes"
                )
        terms = tuple(
            (language, self._term(each, label, language))
            for language in table
            if self._is_language(language, label)
            for each in self._words(table, language, label)
        )
        if not terms and not includes:
            self._fail(f"{label} has no terms", name)
        return Concept(name, terms, includes)

    def _is_language(self, key: str, label: str) -> bool:
        """Whether a key of a concept is a language; the other one is `includes`."""
        if key in _NOT_A_LANGUAGE or not (key == "includes" or _LANGUAGE.fullmatch(key)):
            self._fail(f'{label} has an unknown language "{key}"{_language_hint(key)}', key)
        return key != "includes"

    def _term(self, source: str, label: str, key: str) -> Term:
        try:
            term = read_term(source)
        except TermError as problem:
            self._fail(f'{label} "{source[:_SHOWN]}" {problem}', source, key)
        self.terms += 1
        self.letters += sum(len(piece) for spelling in term.spellings for piece in spelling.pieces)
        self._at_most(self.terms, MOST_TERMS, "terms")
        self._at_most(self.letters, MOST_LETTERS, "letters in all spellings")
        return term

    def _rules(self, concepts: Mapping[str, None]) -> tuple[Rule, ...]:
        tables = self.table.get("rule", [])
        if not isinstance(tables, list) or not tables:
            self._fail("[topic] needs at least one rule, written [[topic.rule]]", "rule")
        self._at_most(len(tables), MOST_RULES, "rules")
        rules = tuple(self._rule(table, at, concepts) for at, table in enumerate(tables, 1))
        if at := _repeated([rule.name for rule in rules]):
            self.section = ("topic.rule", at)
            self._fail(f'[[topic.rule]] "{rules[at - 1].name}" is there twice', rules[at - 1].name, "name")
        self.section = ("topic", 1)
        if not any(rule.points > 0 for rule in rules):
            self._fail("[topic] needs a rule with positive points", "rule")
        return rules

    def _rule(self, table: Any, at: int, concepts: Mapping[str, None]) -> Rule:
        self.section = ("topic.rule", at)
        if not isinstance(table, Mapping):
            self._fail("a rule must be written [[topic.rule]]", "rule")
        name = table.get("name")
        if not isinstance(name, str) or not name.strip():
            self._fail(f"[[topic.rule]] number {at} needs a name", "rule")
        label = f'[[topic.rule]] "{name}"'
        self._only(table, _RULE_KEYS, label)
        rule = Rule(
            name=name,
            points=self._number(table, "points", label),
            sentence=self._groups(table, "sentence", label, concepts),
            article=self._groups(table, "article", label, concepts),
            unless=tuple(c for group in self._groups(table, "unless", label, concepts) for c in group),
            within=int(self._number(table, "within", label, least=1.0)) if "within" in table else None,
            fields=tuple(self._field(each, label) for each in self._words(table, "fields", label)),
        )
        if not rule.sentence and not rule.article:
            self._fail(f"{label} needs sentence = [...] or article = [...]", name)
        if rule.within is not None and not rule.sentence:
            self._fail(f"{label} has within, which belongs to sentence = [...]", name)
        return rule

    def _groups(
        self, table: Mapping[str, Any], key: str, label: str, concepts: Mapping[str, None]
    ) -> tuple[tuple[str, ...], ...]:
        groups = tuple(
            tuple(word.strip() for word in each.split("|")) for each in self._words(table, key, label)
        )
        self._at_most(sum(map(len, groups)), MOST_NAMED, f"names in {key} of {label}")
        for group in groups:
            for word in group:
                if word not in concepts:
                    self._fail(f'{label} names no concept with "{word}"{nearest(word, concepts)}', word, key)
        return groups

    def _field(self, name: str, label: str) -> str:
        if name not in FIELD_WEIGHTS:
            self._fail(f'{label} has no field "{name}"{nearest(name, FIELD_WEIGHTS)}', name, "fields")
        return name

    def _section(self, key: str, label: str) -> Mapping[str, Any]:
        table = self.table.get(key, {})
        if not isinstance(table, Mapping):
            self._fail(f"{key} must be a section, written {label}", key)
        return table

    def _words(self, table: Mapping[str, Any], key: str, label: str) -> tuple[str, ...]:
        words = table.get(key, [])
        if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
            self._fail(f"{label} {key} must be a list of texts in quotes", key)
        return tuple(words)

    def _number(
        self,
        table: Mapping[str, Any],
        key: str,
        label: str,
        least: float | None = None,
        default: float | None = None,
    ) -> float:
        value = table.get(key, default)
        if value is None:
            self._fail(f"{label} needs {key} = a number", label.split('"')[1] if '"' in label else key)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < _MOST:
            self._fail(f"{label} {key} must be a number below {_MOST:,.0f}", key)
        if least is not None and value < least:
            self._fail(f"{label} {key} must be at least {least:g}", key)
        return float(value)

    def _only(self, table: Mapping[str, Any], valid: tuple[str, ...], label: str) -> None:
        for key in table:
            if key not in valid:
                self._fail(f'{label} has an unknown key "{key}"{nearest(key, valid)}', key)

    def _at_most(self, count: int, most: int, what: str) -> None:
        if count > most:
            self._fail(f"[topic] has {count:,} {what}; {most:,} may be in it", "topic")

    def _fail(self, sentence: str, word: str, key: str = "") -> NoReturn:
        where = (
            self.path + place_of(self.path, word, self.section, key) if self.path else f"beat {self.beat_id}"
        )
        said = sentence if len(sentence) <= _SAID else f"{sentence[:_SAID]} …"
        raise TopicSyntaxError(f"{where}: {said}", self.path, word)


def _language_hint(key: str) -> str:
    near = _NOT_A_LANGUAGE.get(key) or next(iter(difflib.get_close_matches(key, ["includes"])), None)
    return f'; did you mean "{near}"?' if near else '; languages are two letters, such as "en", or "any"'


def _repeated(names: Sequence[str]) -> int:
    """The number, from 1, of the first that has the name of one before it; 0 when each has its own."""
    first = {name: at for at, name in reversed(list(enumerate(names)))}
    return next((at + 1 for at, name in enumerate(names) if first[name] != at), 0)


def _learned_words(reader: _TopicReader, relevant: float) -> list[tuple[LearnedWord, Term]]:
    """The words of `[topic.learned.en]` and of its other languages: none of them may be relevant alone."""
    words: list[tuple[LearnedWord, Term]] = []
    for language, table in reader._section("learned", "[topic.learned]").items():
        label = f"[topic.learned.{language}]"
        if language == "includes" or not isinstance(table, Mapping):
            reader._fail(
                f'{label} must be a section of words with numbers, such as "ferry*" = 0.75', "learned"
            )
        reader.section = (f"topic.learned.{language}", 1)
        reader._is_language(language, label)
        for source in table:
            weight = reader._number(table, source, label)
            if not 0 < abs(weight) < relevant:
                reader._fail(
                    f'{label} "{source}" must be a number other than 0 and less than relevant', source
                )
            words.append(((language, source, weight), reader._term(source, label, "")))
    if len(words) > MOST_LEARNED:
        reader._fail(f"[topic.learned] has {len(words)} words; {MOST_LEARNED} may be in it", "learned")
    return words
