"""Words for a terminal: tables that fit, times people say, and nothing that a page could smuggle in."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import accumulate, takewhile
from typing import Any, TextIO

from db.instants import from_iso

#: columns that every table fits when nothing says otherwise
WIDTH = 100
#: said of a judgement without evidence: terms may well have been found, and no rule counted them
NO_RULE = "  no rule of the topic was met"
_ESCAPE = (
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"  # OSC, DCS, SOS, PM, APC: titles, links, clipboards
    r"|\x1b[ -/]*[0-~]?"  # everything else that begins with ESC
)
_UNSEEN = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"


def terminal_safe(text: str) -> str:
    """*text* without terminal escapes, control characters and marks that turn the direction of writing.

    >>> terminal_safe("a\\x1b[31mb\\x1b]0;title\\x07c\\u202ed")
    'abcd'
    """
    # most texts are printable, and the expressions need not be compiled
    seen = text if text.isprintable() else re.sub(_UNSEEN, "", re.sub(_ESCAPE, "", text))
    return seen if seen.isascii() else _without_piles(seen)


def _without_piles(text: str) -> str:
    from crawler.markup import without_piles  # expressions that no command needs for ASCII

    return without_piles(text)


def safe_line(text: str) -> str:
    """`terminal_safe` with every run of white space folded into one blank."""
    return " ".join(terminal_safe(text).split())


def as_sentence(text: str) -> str:
    """`safe_line` with a full stop at its end, when it has none.

    >>> as_sentence("no"), as_sentence("is it full?")
    ('no.', 'is it full?')
    """
    line = safe_line(text)
    return line if line.endswith((".", "!", "?")) else f"{line}."


def as_json(value: Any, *, indent: int | None = 2) -> str:
    """JSON for people and programs: other scripts stay readable, control characters are escaped.

    Args:
        indent: None writes it on one line.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return re.sub(r"[^\n]", lambda match: _escaped(match[0]), text) if re.search(_UNSEEN, text) else text


def _escaped(character: str) -> str:
    return (
        json.dumps(character)[1:-1] if re.match(_UNSEEN, character) else character
    )  # two escapes beyond U+FFFF


def width_of(text: str) -> int:
    """Terminal columns that *text* takes: two for a Chinese character, none for a combining mark.

    >>> width_of("宇宙"), width_of("é")
    (4, 1)
    """
    return len(text) if text.isascii() else sum(_widths(text))


def _widths(text: str) -> Iterator[int]:
    import unicodedata  # a library of its own, not for every command

    for letter in text:
        yield 0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def has_colour(stream: TextIO | None = None) -> bool:
    """Whether *stream*, standard output if not named, shows colours; what they mean is said in signs when it does not.

    Source: https://no-color.org/; `TERM=dumb` is a terminal that obeys no escape.
    """
    return (stream or sys.stdout).isatty() and wants_colour()


def wants_colour() -> bool:
    """Whether the person's terminal may be sent colours at all."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def screen_width() -> int:
    """Columns of the terminal; what goes into a pipe or file is never cut, unless COLUMNS is set."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS"):
        import shutil  # compression and all: not for every command

        return max(shutil.get_terminal_size((WIDTH, 24)).columns, 60)
    return 100_000


def cut(text: str, columns: int) -> str:
    """*text* in at most so many columns, with an ellipsis where something is missing.

    >>> cut("International Space Station", 16)
    'International S…'
    """
    if width_of(text) <= columns:
        return text
    ends = accumulate(_widths(text))
    fitting = sum(1 for _ in takewhile(lambda end: end < columns, ends))
    return text[:fitting].rstrip() + "…"


def text_table(
    head: Sequence[str], rows: Iterable[Sequence[object]], flexible: int, width: int | None = None
) -> str:
    """A table of left-aligned columns; numbers stand on the right.

    Args:
        head: names of the columns.
        rows: cells; None is shown as "-".
        flexible: index of the column that is cut when the table would not fit.
        width: columns there are; `screen_width()` when not given.
    """
    texts = [[safe_line("-" if cell is None else str(cell)) for cell in row] for row in rows]
    numeric = [bool(texts) and all(_is_number(row[at]) for row in texts) for at in range(len(head))]
    widths = [max(width_of(row[at]) for row in [list(head), *texts]) for at in range(len(head))]
    spare = (width or screen_width()) - sum(widths) - 2 * (len(head) - 1)
    widths[flexible] = max(widths[flexible] + min(spare, 0), 8)
    texts = [[cut(cell, at) for cell, at in zip(row, widths, strict=True)] for row in [list(head), *texts]]
    return "\n".join(
        "  ".join(_padded(*cell) for cell in zip(row, widths, numeric, strict=True)).rstrip() for row in texts
    )


def _is_number(text: str) -> bool:
    return text == "-" or text.replace(".", "", 1).isdecimal()


def _padded(text: str, columns: int, is_number: bool) -> str:
    blanks = " " * (columns - width_of(text))
    return blanks + text if is_number else text + blanks


def duration(seconds: float) -> str:
    """A length of time as people say it, in its largest unit.

    >>> duration(40), duration(190), duration(7200), duration(3 * 86400), duration(800 * 86400)
    ('40 s', '3 min', '2 h', '3 d', '2 y')
    """
    for unit, size in (("y", 365 * 86400), ("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} s"


def when(at: datetime | None, now: datetime) -> str:
    """An instant beside *now*: "3 min ago", "in 2 h", "now", or "never" for None."""
    if at is None:
        return "never"
    seconds = (at - now).total_seconds()
    if abs(seconds) < 1:
        return "now"
    return f"in {duration(seconds)}" if seconds > 0 else f"{duration(-seconds)} ago"


def when_noted(at: str | None, now: datetime) -> str:
    """`when` of an instant as the record writes it."""
    return when(from_iso(at) if at else None, now)
