"""Values written in a script: JSON, or an object of JavaScript as build tools write it. Nothing is run."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

#: values in values, and signs and words that are read of one value
_MAX_DEPTH, _MAX_TOKENS = 100, 200_000
_JSON = json.JSONDecoder(strict=False)
_TOKEN = re.compile(
    r"\s*+(?:"
    r"(?P<text>\"[^\"\\]*+(?:\\.[^\"\\]*+)*+\"|'[^'\\]*+(?:\\.[^'\\]*+)*+'|`[^`\\$]*+(?:\\.[^`\\$]*+)*+`)"
    r"|(?P<number>-?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,3})?)"
    r"|(?P<name>[A-Za-z_$][\w$]{0,200})"
    r"|(?P<sign>[{}\[\]():,!]))",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL)
_MEANT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "", "\n": "", "\r\n": ""}
_KNOWN = {"true": True, "false": False, "null": None, "undefined": None, "NaN": None, "Infinity": None}
#: a function that is called where it stands, and gives an object: what Nuxt 2 writes
_FUNCTION = re.compile(r"\(?\s*function\s*\(([\w$,\s]{0,20000}+)\)\s*\{")
_RETURN = re.compile(r"\breturn\s*(?=\{)")
#: how many ends of a function are tried
_ENDS = 3


class LiteralError(ValueError):
    """What stands there is no value, or one too large.

    Args:
        said: what was found in its place.
        at: how far it was read.
    """

    def __init__(self, said: str, at: int) -> None:
        super().__init__(said)
        self.at = at


def read_literal(text: str, at: int, names: Mapping[str, Any] | None = None) -> tuple[Any, int]:
    """The value that begins at a place of a script, and where it ends.

    >>> read_literal('a={"b":[1]};', 2)
    ({'b': [1]}, 11)
    >>> read_literal("{title:'Lift\\u002doff',isFree:!0,by:a}", 0, {"a": "Jo Vega"})[0]
    {'title': 'Lift-off', 'isFree': True, 'by': 'Jo Vega'}

    Args:
        text: the script.
        at: where in it.
        names: what names stand for; one that is not among them is an error.

    Raises:
        LiteralError: it is no value, or one too large or too deep.
    """
    try:
        return _JSON.raw_decode(text, at)
    except (ValueError, RecursionError):
        reader = _Reader(text, at, names or {})
        return reader.value(0), reader.at


def read_call(text: str, at: int) -> Any:
    """What a function gives that is called where it stands, `(function(a,b){return {...}}(1,"x"))`.

    Raises:
        LiteralError: it is no such call.
    """
    head = _FUNCTION.match(text, at)
    given = _RETURN.search(text, head.end()) if head else None
    if head is None or given is None:
        raise LiteralError("no function with an object", head.end() if head else at)
    names = [name.strip() for name in head[1].split(",") if name.strip()]
    return read_literal(text, given.end(), dict(zip(names, _arguments(text, given.end()), strict=False)))[0]


def _arguments(text: str, after: int) -> list[Any]:
    """The values that the function is called with: they stand behind its last brace."""
    end = len(text)
    for _ in range(_ENDS):
        end = text.rfind("}(", after, end)
        if end < 0:
            break
        try:
            reader = _Reader(text, end + 2, {})
            return reader.several(")", 0)
        except LiteralError:
            continue
    raise LiteralError("no arguments", len(text))


class _Reader:
    """Reads a value sign by sign: a text, a number, a name, a bracket."""

    def __init__(self, text: str, at: int, names: Mapping[str, Any]) -> None:
        self._text = text
        self._names = names
        self._left = _MAX_TOKENS
        self.at = at

    def _next(self) -> tuple[str, str]:
        """The kind of the next sign, and what it says."""
        match = _TOKEN.match(self._text, self.at)
        if match is None or match.lastgroup is None or self._left <= 0:
            raise LiteralError("no value", self.at)
        self.at = match.end()
        self._left -= 1
        return match.lastgroup, match[match.lastgroup]

    def value(self, depth: int) -> Any:
        """The value that begins here."""
        kind, sign = self._next()
        if depth > _MAX_DEPTH:
            raise LiteralError("too deep", self.at)
        if kind == "text":
            return script_text(sign[1:-1])
        if kind == "number":
            return float(sign) if set(sign) & set(".eE") else int(sign)
        if kind == "name":
            return self._named(sign, depth)
        if sign == "{":
            return self._object(depth)
        if sign == "[":
            return self.several("]", depth)
        if sign == "!":
            return not self.value(depth + 1)
        raise LiteralError(sign, self.at)

    def _named(self, name: str, depth: int) -> Any:
        if name in _KNOWN:
            return _KNOWN[name]
        if name == "void":
            self.value(depth + 1)
            return None
        if name == "new":  # a Date is the text it was made from
            self._next()
            if self._next()[1] != "(":
                raise LiteralError(name, self.at)
            return next(iter(self.several(")", depth)), None)
        if name in self._names:
            return self._names[name]
        raise LiteralError(name, self.at)

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while True:
            kind, sign = self._next()
            if sign == "}" and kind == "sign":
                return found
            if sign == "," and kind == "sign":
                continue
            if kind == "sign" or self._next()[1] != ":":
                raise LiteralError(sign, self.at)
            found[script_text(sign[1:-1]) if kind == "text" else sign] = self.value(depth + 1)

    def several(self, closing: str, depth: int) -> list[Any]:
        """Values parted by commas, up to a sign; a place left empty is None."""
        found: list[Any] = []
        is_value = False
        while True:
            before = self.at
            kind, sign = self._next()
            if kind == "sign" and sign in (closing, ","):
                if sign == ",":
                    found += [] if is_value else [None]
                    is_value = False
                    continue
                return found
            self.at = before
            found.append(self.value(depth + 1))
            is_value = True


def script_text(text: str) -> str:
    r"""The text of a string of JavaScript.

    >>> script_text(r"Lift\x2doff\/now")
    'Lift-off/now'
    """
    return _ESCAPE.sub(_meant, text) if "\\" in text else text


def _meant(match: re.Match[str]) -> str:
    if code := match[1] or match[2] or match[3]:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF else ""
    return _MEANT.get(match[4], match[4])
