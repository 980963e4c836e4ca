"""A query -> a condition on `newest n`, the table with one row per article.

Pure. Words are asked of the two tables of `db.wordindex`, where every word is
folded; what stands in quotation marks of `articles_fts`, which knows the order
of words. Of several words that one table can answer one question is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.config.spelling import nearest
from crawler.errors import QuerySyntaxError
from crawler.query.moments import moment
from crawler.query.parse import All, AnyOf, Field, Not, QueryNode, Word, parse_query
from crawler.query.spellings import spellings
from db.folding import fold
from db.model import iso
from db.terms import AUTHOR, SITE, TAG, pairs_of, unspaced_runs

#: kinds of `article_events` that are edits of what an article says
EDITS = ("title", "correction note", "rewritten", "shortened", "added paragraphs", "edited")
_HANGUL_END = re.compile("[\uac00-\ud7a3]$")
#: ISO 639 with what may follow it: a script, a region (BCP 47)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*", re.ASCII)
_SCORE = re.compile(r"-?\d{1,6}(?:\.\d{1,6})?")
#: characters of a field's value that a slug has
_BREAKS = frozenset("|^")


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL about `newest n`, and its values in order."""

    sql: str
    values: tuple[Any, ...] = ()

    def named(self, prefix: str) -> tuple[str, dict[str, Any]]:
        """The same with names instead of question marks, for a statement that has names."""
        begin, *others = self.sql.split("?")
        sql = "".join([begin, *(f":{prefix}{number}{rest}" for number, rest in enumerate(others))])
        return sql, {f"{prefix}{number}": value for number, value in enumerate(self.values)}


@dataclass(frozen=True, slots=True)
class _Ask:
    """A question that one table of the index answers."""

    table: str
    match: str


_Part = Condition | _Ask
_TRUE = Condition("1")


def condition(query: str, now: datetime, *, of_one: bool = False, after: int | None = None) -> Condition:
    """What *query* asks of an article.

    Args:
        now: what `24h` and `today` are counted from.
        of_one: for a statement that looks at one article by its key, not through all of them.
        after: for a statement that looks at versions with a higher articles.id only.

    Raises:
        QuerySyntaxError: with the position of the mistake.

    >>> condition("lang:ru съёмки", datetime(2026, 11, 29)).values
    ('ru', 'ru-%', '"съемки"')
    """
    return _Compiler(query, now, of_one=of_one, after=after).compiled(parse_query(query))


class _Compiler:
    def __init__(self, query: str, now: datetime, *, of_one: bool, after: int | None) -> None:
        self._query = query
        self._now = now
        self._of_one = of_one
        self._after = after

    def compiled(self, node: QueryNode) -> Condition:
        part = self._part(node)
        if part is None:
            raise QuerySyntaxError("there is nothing in it that can be looked for", self._query, 1)
        return self._said(part)

    def _said(self, part: _Part) -> Condition:
        if isinstance(part, Condition):
            return part
        table = part.table
        if self._of_one:
            sql = f"EXISTS (SELECT 1 FROM {table} WHERE {table} MATCH ? AND rowid = n.article_id)"  # noqa: S608 - table names are ours
        elif self._after is not None:
            sql = f"+n.article_id IN (SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid > ?)"  # noqa: S608 - same
            return Condition(sql, (part.match, self._after))
        else:
            # the sign keeps SQLite in the order of the list, which a page leaves after its first rows
            sql = f"+n.article_id IN (SELECT rowid FROM {table} WHERE {table} MATCH ?)"  # noqa: S608 - same
        return Condition(sql, (part.match,))

    def _part(self, node: QueryNode) -> _Part | None:
        """What a part of the query asks; None when it has nothing that can be looked for."""
        match node:
            case Word():
                return self._word(node)
            case Field():
                return self._field(node)
            case Not(inside):
                part = self._part(inside)
                return None if part is None else _denied(self._said(part))
            case All(()):
                return _TRUE
            case All(parts):
                return self._joined(parts, "AND")
            case AnyOf(parts):
                return self._joined(parts, "OR")

    def _joined(self, nodes: Sequence[QueryNode], how: str) -> _Part | None:
        parts = [part for part in map(self._part, nodes) if part is not None]
        return self._join(parts, how) if parts else None

    def _join(self, parts: Sequence[_Part], how: str) -> _Part:
        """One part of several; the questions of one table become one."""
        asks: dict[str, list[str]] = {}
        said: list[Condition] = []
        for part in parts:
            if isinstance(part, _Ask):
                asks.setdefault(part.table, []).append(part.match)
            else:
                said.append(part)
        merged = [_Ask(table, _matches(matches, how)) for table, matches in asks.items()]
        if not said and len(merged) == 1:
            return merged[0]
        if not merged and len(said) == 1:
            return said[0]
        # first what a row itself says, then what the index is asked for
        joined = [*said, *map(self._said, merged)]
        sql = f" {how} ".join(each.sql for each in joined)
        return Condition(f"({sql})", tuple(value for each in joined for value in each.values))

    def _word(self, word: Word, mark: str = "") -> _Part | None:
        tokens = [token for token in fold(word.text).split() if token not in _BREAKS]
        if not tokens:
            return None
        is_plain = not any(map(unspaced_runs, tokens))
        if is_plain and not mark and (word.is_exact or len(tokens) > 1):
            return _phrase(word)
        asks = [ask for token in tokens for ask in _asks(token, mark, word.is_open and token is tokens[-1])]
        return self._join(asks, "AND")

    def _field(self, field: Field) -> _Part:
        if field.name in _MARKED:
            word = Word(text=field.value.rstrip("*"), is_open=field.value.endswith("*"))
            found = self._word(word, _MARKED[field.name])
            if found is None:
                raise self._wrong(field, f"{field.name}: has no word that can be looked for")
            return found
        if field.name in _CHOICES:
            choices = _CHOICES[field.name]
            value = field.value.lower()
            if value not in choices:
                why = f'"{field.value[:60]}" is no value of {field.name}{nearest(value, tuple(choices))}'
                raise self._wrong(field, why)
            return Condition(choices[value])
        return _FIELDS[field.name](self, field)

    def _wrong(self, field: Field, why: str) -> QuerySyntaxError:
        return QuerySyntaxError(why, self._query, field.at)

    def _language(self, field: Field) -> Condition:
        language = field.value.lower()
        if not _LANGUAGE.fullmatch(language):
            raise self._wrong(field, "lang is the code of one language, as in lang:en OR lang:ar")
        return Condition("(n.language = ? OR n.language LIKE ?)", (language, f"{language}-%"))

    def _source(self, field: Field) -> Condition:
        return Condition("n.source = ? COLLATE NOCASE", (field.value,))

    def _beat(self, field: Field) -> Condition:
        return Condition("n.beat = ? COLLATE NOCASE", (field.value,))

    def _score(self, field: Field) -> Condition:
        if not _SCORE.fullmatch(field.value):
            raise self._wrong(field, "score is compared with a number, as in score>3.5")
        return Condition(f"coalesce(n.score, 0) {field.sign} ?", (float(field.value),))

    def _story(self, field: Field) -> Condition:
        if field.value.lower() in ("any", "none"):
            return Condition(f"n.story_id IS {'NOT ' if field.value.lower() == 'any' else ''}NULL")
        if not field.value.isdecimal() or len(field.value) > 18:
            raise self._wrong(field, "story is a number, any or none")
        return Condition("n.story_id = ?", (int(field.value),))

    def _since(self, field: Field) -> Condition:
        return Condition("coalesce(n.published_at, n.fetched_at) >= ?", (self._moment(field),))

    def _until(self, field: Field) -> Condition:
        return Condition("coalesce(n.published_at, n.fetched_at) < ?", (self._moment(field),))

    def _found(self, field: Field) -> Condition:
        return Condition("n.found_at >= ?", (self._moment(field),))

    def _moment(self, field: Field) -> str:
        try:
            return iso(moment(field.value, self._now))
        except ValueError as problem:
            raise self._wrong(field, f"{field.name}: {problem}") from None


def _denied(part: Condition) -> Condition:
    # what is not known is not so: NULL denied would be neither
    return Condition(f"NOT coalesce({part.sql}, 0)", part.values)


def _matches(matches: Sequence[str], how: str) -> str:
    return matches[0] if len(matches) == 1 else f"({f' {how} '.join(matches)})"


def _phrase(word: Word) -> _Ask:
    """Words in their order, as the index that knows it writes them: with ё and without."""
    ending = "*" if word.is_open or _HANGUL_END.search(word.text) else ""
    bare = word.text.replace('"', " ")
    return _Ask("articles_fts", _matches([f'"{each}"{ending}' for each in spellings(bare)], "OR"))


def _asks(token: str, mark: str, is_open: bool) -> list[_Part]:
    """What one folded word asks of the index; *mark* says that it is about a name or a tag."""
    runs = unspaced_runs(token)
    if not runs:
        ending = "*" if is_open or _HANGUL_END.search(token) else ""
        return [_Ask("articles_words", f'"{mark}{token}"{ending}')]
    asks: list[_Part] = []
    for run in runs:
        if len(run) == 1 or mark:
            asks += [_Ask("articles_words", f'"{mark}{sign}"') for sign in dict.fromkeys(run)]
        else:
            asks.append(_Ask("articles_runs", f'"{" ".join(pairs_of(run))}"'))
    between = [part for part in re.split("|".join(map(re.escape, runs)), token) if part]
    return asks + [_Ask("articles_words", f'"{mark}{part}"*') for part in between]


#: field -> what stands before its words in the index
_MARKED = {"author": AUTHOR, "tag": TAG, "site": SITE}

_OF_EVENTS = "n.canonical_url IN (SELECT canonical_url FROM article_events WHERE kind IN ({}))"
_EDITED = _OF_EVENTS.format(", ".join(f"'{kind}'" for kind in EDITS))

#: field -> value -> SQL
_CHOICES: Mapping[str, Mapping[str, str]] = {
    "band": {"relevant": "n.band = 'relevant'", "mention": "n.band = 'mention'", "off": "n.band = 'off'", "any": "1"},
    "mark": {
        "relevant": "n.mark = 'relevant'", "irrelevant": "n.mark = 'irrelevant'", "later": "n.mark = 'later'",
        "none": "n.mark IS NULL", "any": "1",
    },
    "is": {"edited": _EDITED, "removed": "n.removed_at IS NOT NULL", "copy": "n.original_url IS NOT NULL"},
    "has": {"correction": _OF_EVENTS.format("'correction note'")},
    "copies": {"any": "1", "none": "n.original_url IS NULL"},
}  # fmt: skip

_FIELDS: Mapping[str, Callable[[_Compiler, Field], Condition]] = {
    "lang": _Compiler._language,
    "source": _Compiler._source,
    "beat": _Compiler._beat,
    "score": _Compiler._score,
    "story": _Compiler._story,
    "since": _Compiler._since,
    "until": _Compiler._until,
    "found": _Compiler._found,
}
