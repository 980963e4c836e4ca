"""Data in which values stand for others: devalue (Nuxt 3, SvelteKit, Remix), rows of React's server components, JSON in JSON, Apollo's references."""

from __future__ import annotations

import json
import re
from typing import Any

#: values that are looked at, and how often JSON may stand in JSON
_MAX_VALUES, _NESTED = 200_000, 3
#: a shorter text is no JSON worth reading
_LEAST_JSON = 200
_ROW = re.compile(r"([0-9a-f]{1,8}):(?:T([0-9a-f]{1,7}),)?")
_ROW_NAME = re.compile(r"\$[L@]?([0-9a-f]{1,8})")
#: what devalue writes in front of a value that is a wrapper of another
_WRAPPERS = frozenset({"Reactive", "ShallowReactive", "Ref", "ShallowRef"})


def put_together(value: Any) -> Any:
    """A value whose parts stand where they belong. It may hold itself."""
    if _is_flat(value):
        value = _unflattened(value)
    return _resolved(value)


def _is_flat(value: Any) -> bool:
    """Whether a list holds all values side by side, and those that hold others name them by position."""
    if not isinstance(value, list) or len(value) < 3:
        return False
    first = value[0]
    if isinstance(first, list) and len(first) == 2 and first[0] in _WRAPPERS:
        return isinstance(first[1], int)
    return isinstance(first, dict) and bool(first) and all(type(each) is int for each in first.values())


def _unflattened(values: list[Any]) -> Any:
    """The first of them, with what it names in its place."""
    values = values[:_MAX_VALUES]
    made: list[Any] = [
        {} if isinstance(each, dict) else [] if isinstance(each, list) else each for each in values
    ]

    def named(at: Any) -> Any:
        """What a position stands for; a wrapper for what it wraps."""
        for _ in range(_NESTED):
            each = values[at] if type(at) is int and 0 <= at < len(values) else None
            if not (
                isinstance(each, list)
                and len(each) == 2
                and isinstance(each[0], str)
                and each[0] in _WRAPPERS
            ):
                break
            at = each[1]
        return made[at] if type(at) is int and 0 <= at < len(made) else None

    for each, new in zip(values, made, strict=True):
        if isinstance(each, dict):
            new.update((_key(name, values), named(at)) for name, at in each.items())
        elif isinstance(each, list):
            new.extend(at if isinstance(at, str) else named(at) for at in each)
    return named(0)


def _key(name: str, values: list[Any]) -> str:
    """The name of a property; React Router writes `_` and the position of it."""
    number = name[1:]
    if name.startswith("_") and number.isascii() and number.isdigit() and len(number) < 7:
        at = int(number)
        return values[at] if at < len(values) and isinstance(values[at], str) else name
    return name


def _resolved(value: Any) -> Any:
    """The value with JSON in its texts read, and what references of Apollo point at in their place."""
    box = [value]
    caches: list[dict[str, Any]] = []
    waiting: list[tuple[Any, int]] = [(box, 0)]
    seen: set[int] = set()
    while waiting and len(seen) < _MAX_VALUES:
        node, depth = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, dict) and "ROOT_QUERY" in node:
            caches.append(node)
        for key, each in list(node.items() if isinstance(node, dict) else enumerate(node)):
            inner = depth
            if (
                isinstance(each, str)
                and len(each) >= _LEAST_JSON
                and each[:1] in ("{", "[")
                and depth < _NESTED
            ):
                each, inner = _read(each), depth + 1
                node[key] = each
            elif isinstance(each, dict) and (target := _target(each, caches)) is not None:
                node[key] = each = target
            if isinstance(each, dict | list):
                waiting.append((each, inner))
    return box[0]


def _target(node: dict[str, Any], caches: list[dict[str, Any]]) -> Any:
    """What a reference of Apollo points at."""
    if not caches or len(node) > 4:
        return None
    name = node.get("__ref") or (node.get("id") if node.get("type") == "id" else None)
    return caches[-1].get(name) if isinstance(name, str) else None


def _read(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return text


def streamed(text: str) -> Any:
    """The values of what React's server components are streamed in: rows with a number, which others name."""
    data = text.encode("utf-8", "replace")
    rows: dict[str, Any] = {}
    at = 0
    while at < len(data) and len(rows) < _MAX_VALUES:
        head = _ROW.match(data[at : at + 20].decode("ascii", "replace"))
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        if head is not None and head[2]:
            begin = at + head.end()
            end = begin + int(head[2], 16)
            rows[head[1]] = data[begin:end].decode("utf-8", "replace")
            at = end
            continue
        if head is not None and data[at + head.end() : at + head.end() + 1] in (b"{", b"["):
            rows[head[1]] = _read(data[at + head.end() : end].decode("utf-8", "replace"))
        at = end + 1
    whole = list(rows.values())
    _put_rows(whole, rows)
    return put_together(whole)


def _put_rows(value: Any, rows: dict[str, Any]) -> None:
    """Put rows where others name them."""
    waiting, seen = [value], set[int]()
    while waiting and len(seen) < _MAX_VALUES:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        for key, each in list(node.items() if isinstance(node, dict) else enumerate(node)):
            if isinstance(each, str) and (name := _ROW_NAME.fullmatch(each)) and name[1] in rows:
                node[key] = each = rows[name[1]]
            if isinstance(each, dict | list):
                waiting.append(each)
