"""A query as people type it -> a tree. Every part knows where it stands, so that a mistake can be shown.

    query  = any
    any    = all { "OR" all }
    all    = part { part }
    part   = "-" part | "(" any ")" | field ":" value | "phrase" | word | word*

Positions count characters from 1, as people do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.config.spelling import nearest
from crawler.errors import QuerySyntaxError

#: field -> what it takes, for people; the order is that of docs/search.md
FIELDS = {
    "lang": "a language such as ru",
    "source": "the id of a source",
    "site": "words of an outlet's name or host",
    "author": "words of an author's name",
    "tag": "words of a tag",
    "beat": "the id of a beat",
    "band": "relevant, mention, off or any",
    "score": "a comparison such as score>3.5",
    "mark": "relevant, irrelevant, later, none or any",
    "since": "published then or later: 2026-11-01, 7d, today or yesterday",
    "until": "published before then: 2026-11-01, 7d, today or yesterday",
    "found": "first fetched then or later: 2026-11-01, 24h, today or yesterday",
    "story": "the number of a story, any or none",
    "is": "edited, removed or copy",
    "has": "correction",
    "copies": "any, or none to fold them",
}
#: longest query, in characters; most words and fields; deepest parentheses
_LONGEST, _MOST, DEEPEST = 2000, 50, 20

_FIELD = re.compile(r"([A-Za-z_]+)(:|>=|<=|>|<)(?!//)")
#: a field with a comparison as other languages write it: `score > 3`, `lang=en`
_FOREIGN = re.compile(r"([A-Za-z_]+)(\s*=|\s+[<>]=?)")
_END = re.compile(r'[\s()"]')
_COMPARED = ("score",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word, or several in their order; *is_open* takes any ending, *is_exact* was in quotation marks."""

    text: str
    is_open: bool = False
    is_exact: bool = False
    position: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A property with its value; *sign* is `:` or a comparison."""

    name: str
    sign: str
    value: str
    #: of the name, and of the value
    position: int = 1
    at: int = 1


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be so."""

    part: QueryNode


@dataclass(frozen=True, slots=True)
class All:
    """What must all be so; everything when there is nothing."""

    parts: tuple[QueryNode, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Of which one must be so."""

    parts: tuple[QueryNode, ...]


QueryNode = Word | Field | Not | All | AnyOf


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # word, phrase, field, open, close, not, or
    position: int
    text: str = ""
    name: str = ""
    sign: str = ""
    at: int = 0


def parse_query(text: str) -> QueryNode:
    """The tree of a query; an empty one asks for everything.

    Raises:
        QuerySyntaxError: with the position of the mistake.

    >>> parse_query("tom -cruise")
    All(parts=(Word(text='tom', is_open=False, is_exact=False, position=1), Not(part=Word(text='cruise', is_open=False, is_exact=False, position=6))))
    """
    text = text.replace("\x00", " ")
    if len(text) > _LONGEST:
        raise QuerySyntaxError(f"a query has at most {_LONGEST:,} characters", text, _LONGEST)
    tokens = list(_tokens(text))
    if sum(token.kind in ("word", "phrase", "field") for token in tokens) > _MOST:
        raise QuerySyntaxError(f"a query has at most {_MOST} words and fields", text, tokens[-1].position)
    return _Reader(text, tokens).query()


def fields_of(node: QueryNode) -> Iterator[Field]:
    """Every field that a query names."""
    match node:
        case Field():
            yield node
        case Not(part):
            yield from fields_of(part)
        case All(parts) | AnyOf(parts):
            for each in parts:
                yield from fields_of(each)


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        sign, position = text[at], at + 1
        if sign.isspace():
            at += 1
        elif sign in "()":
            yield _Token("open" if sign == "(" else "close", position)
            at += 1
        elif sign == '"':
            phrase, at = _quoted(text, at)
            if phrase:
                yield _Token("phrase", position, phrase)
        elif sign == "-" and text[at + 1 : at + 2].strip():
            yield _Token("not", position)
            at += 1
        elif found := _FIELD.match(text, at):
            token, at = _field(text, found)
            yield token
        elif (found := _FOREIGN.match(text, at)) and found[1].lower() in FIELDS:
            raise _misspelt(text, found)
        else:
            end = _end(text, at)
            word = text[at:end]
            yield _Token("or" if word == "OR" else "word", position, word)
            at = end


def _field(text: str, found: re.Match[str]) -> tuple[_Token, int]:
    """A field and where it ends; what is written with a colon and nothing behind it is a word."""
    name, sign, at, end = found[1].lower(), found[2], found.start(), found.end()
    position = at + 1
    if not text[end : end + 1].strip() or text[end] in "()":
        if name not in FIELDS:
            return _Token("word", position, text[at:end]), end
        raise QuerySyntaxError(f"{name}{sign} lacks its value: {FIELDS[name]}", text, position)
    if name not in FIELDS:
        if sign != ":":
            return _Token("word", position, text[at : _end(text, at)]), _end(text, at)
        raise QuerySyntaxError(
            f"there is no field {name}{nearest(name, tuple(FIELDS))}",
            text,
            position,
            hint="a quoted word is no field",
        )
    if (sign == ":") is (name in _COMPARED):
        raise QuerySyntaxError(f"{name} takes {FIELDS[name]}", text, position)
    value, after = _quoted(text, end) if text[end] == '"' else (text[end : _end(text, end)], _end(text, end))
    if not value:
        raise QuerySyntaxError(f"{name}{sign} lacks its value: {FIELDS[name]}", text, position)
    return _Token("field", position, value, name, sign, end + 1), after


def _misspelt(text: str, found: re.Match[str]) -> QuerySyntaxError:
    """What is wrong with a field that stands apart from its sign, or has one that is none of ours."""
    name = found[1].lower()
    sign = "> >= < <=" if name in _COMPARED else ":"
    why = f"{name} is followed by {sign} without a blank, and takes {FIELDS[name]}"
    return QuerySyntaxError(why, text, found.start(2) + 1, hint="a quoted word is no field")


def _quoted(text: str, at: int) -> tuple[str, int]:
    """What stands in quotation marks from *at* on, and where it ends."""
    end = text.find('"', at + 1)
    if end < 0:
        raise QuerySyntaxError("the quotation mark is never closed", text, at + 1)
    return text[at + 1 : end].strip(), end + 1


def _end(text: str, at: int) -> int:
    found = _END.search(text, at)
    return found.start() if found else len(text)


class _Reader:
    """Recursive descent over the tokens."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    def query(self) -> QueryNode:
        node = self._either(self._tokens[0].position if self._tokens else 1)
        if self._kind == "close":
            raise self._wrong("the parenthesis was never opened")
        return node

    @property
    def _kind(self) -> str:
        return self._tokens[self._next].kind if self._next < len(self._tokens) else ""

    def _wrong(self, why: str, position: int | None = None) -> QuerySyntaxError:
        here = self._tokens[self._next].position if self._next < len(self._tokens) else len(self._text)
        return QuerySyntaxError(why, self._text, position or max(here, 1))

    def _take(self) -> _Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _either(self, begins: int) -> QueryNode:
        parts = [self._all()]
        while self._kind == "or":
            position = self._take().position
            if parts[-1] == All(()):
                raise self._wrong("OR stands between two things; nothing is before it", position)
            parts.append(self._all())
            if parts[-1] == All(()):
                raise self._wrong("OR stands between two things; nothing is behind it", position)
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all(self) -> QueryNode:
        parts = []
        while self._kind not in ("", "or", "close"):
            parts.append(self._part())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _part(self) -> QueryNode:
        token = self._take()
        is_denied = False
        while token.kind == "not":
            if self._kind in ("", "or", "close"):
                raise self._wrong("the minus sign denies what stands behind it; nothing does", token.position)
            is_denied = not is_denied
            token = self._take()
        return Not(self._thing(token)) if is_denied else self._thing(token)

    def _thing(self, token: _Token) -> QueryNode:
        if token.kind == "open":
            return self._group(token.position)
        if token.kind == "field":
            return Field(
                name=token.name, sign=token.sign, value=token.text, position=token.position, at=token.at
            )
        if token.kind == "phrase":
            return Word(text=token.text, is_exact=True, position=token.position)
        bare = token.text.rstrip("*")
        return Word(text=bare, is_open=bare != token.text, position=token.position)

    def _group(self, position: int) -> QueryNode:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._wrong(f"parentheses stand in one another at most {DEEPEST} deep", position)
        inside = self._either(position)
        if self._kind != "close":
            raise self._wrong("the parenthesis is never closed", position)
        self._take()
        self._depth -= 1
        if inside == All(()):
            raise self._wrong("there is nothing between the parentheses", position)
        return inside
