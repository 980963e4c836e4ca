"""Sources written into a beat file: its comments, order and everything else stay as they are."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import tomlkit

from crawler.catalogue import load_beats
from crawler.config import SHIPPED_BEAT
from crawler.config.home import is_checkout
from crawler.errors import ConfigError

_HEADER = re.compile(r"^\s*\[")
_SOURCE = re.compile(r"^\s*\[\[\s*source\s*\]\]")


def add_sources(path: Path, tables: Sequence[Mapping[str, Any]]) -> None:
    """Write `[[source]]` tables behind the last one of the file.

    The new text is read as a beat before the old one is replaced, in one step.

    Raises:
        ConfigError: the file cannot be written, or would not be a beat any more.
    """
    try:
        text = path.read_text(encoding="utf-8")
        at = _end_of_sources(text)
        block = "".join(f"\n[[source]]\n{tomlkit.dumps(dict(table))}" for table in tables)
    except OSError as problem:
        raise ConfigError(f"{path} cannot be written ({problem.strerror})", str(path)) from problem
    replace_beat(path, text[:at] + block + text[at:])


def replace_beat(path: Path, text: str) -> None:
    """Put a text in place of a beat's file, in one step, when it reads as a beat.

    Raises:
        ConfigError: the file cannot be written, or would not be a beat any more.
    """
    if path.resolve().parent == SHIPPED_BEAT.parent.resolve() and not is_checkout():
        raise ConfigError(
            f"{path} came with Spacereel, and the next version puts its own in place; copy it beside your settings"
            " and name the copy in [beats] paths",
            str(path),
        )
    trial = path.with_name(f".{path.stem}-{secrets.token_hex(4)}.toml")
    try:
        with trial.open("x", encoding="utf-8") as file:  # a name that nobody could put a link in the place of
            file.write(text)
        load_beats([trial])
        trial.replace(path)
    except ConfigError as problem:
        sentence = str(problem).replace(str(trial), str(path))
        raise ConfigError(f"nothing was written: {sentence}", str(path), problem.key) from problem
    except OSError as problem:
        raise ConfigError(f"{path} cannot be written ({problem.strerror})", str(path)) from problem
    finally:
        trial.unlink(missing_ok=True)


def _end_of_sources(text: str) -> int:
    """Where the last `[[source]]` ends, or `[beat]` when there is none: behind its last line that says something."""
    lines = text.splitlines(keepends=True)
    headers = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    sources = [number for number in headers if _SOURCE.match(lines[number])]
    begin = (sources or headers or [0])[-1 if sources else 0]
    end = next((number for number in headers if number > begin), len(lines))
    while end > begin + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    if lines and not lines[end - 1].endswith("\n"):
        lines[end - 1] += "\n"
    return len("".join(lines[:end]))


def name_for(url: str, kind: str, taken: set[str]) -> str:
    """A free id for a source: its host, with the kind for what is no feed.

    >>> name_for("https://www.e.org/rss", "feed", set()), name_for("https://e.org/map.xml", "sitemap", {"e-org-sitemap"})
    ('e-org', 'e-org-sitemap-2')
    """
    host = re.sub(r"^(?:www|feeds?|rss)\.", "", (urlsplit(url).hostname or "source").lower())
    stem = re.sub(r"[^a-z0-9]+", "-", host).strip("-") or "source"
    stem = stem if kind == "feed" else f"{stem}-{kind}"
    if stem not in taken:
        return stem
    # doubled until one is free, then halved: thousands of sources of one host cost a few looks each
    low, high = 1, 2
    while f"{stem}-{high}" in taken:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if f"{stem}-{middle}" in taken else (low, middle)
    return f"{stem}-{high}"
