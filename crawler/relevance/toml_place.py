"""Where something stands in a TOML file; `tomllib` does not tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

#: a table of the file by its dotted name, and which of those of that name, from 1; ("", 1) is what stands above all tables
Section = tuple[str, int]
TOP: Section = ("", 1)
_HEADER = re.compile(r"^\s*\[\[?([^\[\]=,]+)\]\]?\s*(?:#.*)?$")


def place_of(path: str, word: str, section: Section = TOP, key: str = "") -> str:
    """`:line:column` of what a section of the file has, from 1; empty when it cannot be told for sure.

    Args:
        word: a key, or a text in quotes when *key* is named; the section's own line stands for what is not in it.
        key: the key whose value holds the text.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""
    lines = ["" if line.lstrip().startswith("#") else line for line in text.split("\n")]
    headers = {at: _dotted(header[1]) for at, line in enumerate(lines) if (header := _HEADER.match(line))}
    begins = [at for at, name in headers.items() if name == section[0]]
    if section[0] and len(begins) < section[1]:
        return _in_parent(lines, headers, word, section[0], is_text=bool(key))
    begin = begins[section[1] - 1] if section[0] else -1
    end = min((at for at in headers if at > begin), default=len(lines))
    found = _in_value(lines, begin + 1, end, word, key) if key else _keys(lines, begin + 1, end, word)
    if not found and not section[0]:
        found = [(at, _name_at(lines[at])) for at, name in headers.items() if name.split(".")[0] == word]
    if not found and section[0]:
        found = [(begin, _name_at(lines[begin]))]
    return _said(found[0]) if found else ""


def _in_parent(lines: Sequence[str], headers: dict[int, str], word: str, name: str, *, is_text: bool) -> str:
    """The only place of a word in the nearest table above one that has no line of its own."""
    while "." in name:
        name = name.rpartition(".")[0]
        begin = next((at for at, each in headers.items() if each == name), None)
        if begin is None:
            continue
        end = min((at for at in headers if at > begin), default=len(lines))
        found = _texts(lines, begin + 1, end, word) if is_text else _keys(lines, begin + 1, end, word)
        return _said(found[0]) if len(found) == 1 else ""
    return ""


def _in_value(lines: Sequence[str], begin: int, end: int, word: str, key: str) -> list[tuple[int, int]]:
    keys = _keys(lines, begin, end, key)
    return _texts(lines, keys[0][0], end, word) or keys[:1] if keys else []


def _keys(lines: Sequence[str], begin: int, end: int, word: str) -> list[tuple[int, int]]:
    pattern = re.compile(rf"^\s*[\"']?({re.escape(word)})[\"']?\s*=")
    return [(at, found.start(1)) for at in range(begin, end) if (found := pattern.search(lines[at]))]


def _texts(lines: Sequence[str], begin: int, end: int, word: str) -> list[tuple[int, int]]:
    pattern = re.compile(rf"[\"'|]\s*({re.escape(word)})\s*[\"'|]")
    return [(at, found.start(1)) for at in range(begin, end) for found in pattern.finditer(lines[at])]


def _name_at(header: str) -> int:
    return len(header) - len(header.lstrip(" \t["))


def _dotted(header: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in header.split("."))


def _said(place: tuple[int, int]) -> str:
    return f":{place[0] + 1}:{place[1] + 1}"
