"""What a beat was drafted from, as a comment of its file: figures on the same examples flatter it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from crawler.drafting.gather import typed_examples
from crawler.errors import ConfigError
from crawler.relevance.evaluate import Example

#: what stands for the marks of the review
MARKED = "--marked"
_HEAD = "# Drafted from: "
#: given things that the comment names, and letters of each
_MOST, _LETTERS = 50, 200


def origin_line(given: Sequence[str]) -> str:
    """The comment that names what was given: files, headlines, addresses, options.

    >>> origin_line(["yes.txt", "Otters return"])
    '# Drafted from: ["yes.txt", "Otters return"]'
    """
    named = [each for each in given if len(each) <= _LETTERS and each.isprintable()]
    return _HEAD + json.dumps(list(dict.fromkeys(named))[:_MOST], ensure_ascii=False)


def drafted_from(text: str) -> tuple[str, ...]:
    """What the comment of a beat's file names; nothing when it has none."""
    line = next((line for line in text.splitlines() if line.startswith(_HEAD)), _HEAD + "[]")
    try:
        named = json.loads(line.removeprefix(_HEAD))
    except (ValueError, RecursionError):
        return ()
    return tuple(each for each in named if isinstance(each, str)) if isinstance(named, list) else ()


def drafted_examples(
    origins: Sequence[str], examples: Sequence[Example], folders: Sequence[Path]
) -> tuple[Example, ...]:
    """Those of the examples that a beat was drafted from, by address, id or headline.

    Args:
        origins: what `drafted_from` read.
        folders: where its files are looked for.
    """
    used = {text for origin in origins for text in _texts(origin, folders)}
    return tuple(
        each
        for each in examples
        if used & {each.id, each.title.strip()} or (MARKED in origins and each.kind == "record")
    )


def _texts(origin: str, folders: Sequence[Path]) -> Iterator[str]:
    path = next((path for folder in folders if (path := folder / origin).is_file()), None)
    try:
        for each in typed_examples([("positive", str(path or origin))]):
            yield from {each.id, each.title.strip()} - {""}
    except ConfigError:
        return
