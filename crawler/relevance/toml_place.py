"""Where something stands in a TOML file; `tomllib` does not tell."""

from __future__ import annotations

import re
from pathlib import Path


def place_of(path: str, word: str, within: str = "") -> str:
    """`:line:column` of a key, a table or a quoted text in the file, from 1; empty when it cannot be found.

    Args:
        within: a word that stands on an earlier line, to tell two equal keys apart.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    start = next(
        (
            at
            for at, line in enumerate(lines)
            if within and re.search(rf"(?<![\w-]){re.escape(within)}(?![\w-])", line)
        ),
        0,
    )
    patterns = (
        rf"^\s*\"?({re.escape(word)})\"?\s*=",
        rf"^\s*\[\[?[^\]]*?(?<![\w-])({re.escape(word)})\]",
        rf"[\"'|]\s*({re.escape(word)})\s*[\"'|]",
    )
    for pattern in patterns:
        for at, line in enumerate(lines[start:], start + 1):
            if found := re.search(pattern, line):
                return f":{at}:{found.start(1) + 1}"
    return ""
