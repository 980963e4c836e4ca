"""The manual page, `man spacereel`, out of the help texts: roff with the macros of man(7)."""

from __future__ import annotations

from collections.abc import Iterator

import click

from crawler.cli import main as door

#: sections beside the commands; what stands here is also in README.md and docs/reference/config.md
_FILES = (
    ("spacereel.toml", "Settings, in the home; docs/reference/config.md explains every key."),
    ("db/articles.db", "The record, in the home unless the settings, --db or SPACEREEL_DB say otherwise."),
    ("db/archive.db", "The pages as they were fetched."),
    ("records/NAME/", "The home of a further record, for --record NAME."),
)
_ENVIRONMENT = (
    ("SPACEREEL_HOME", "The home, as --home names it. Without either it is the working directory when that has a record"
     " or settings, else the platform's folder for data, ~/.local/share/spacereel on Linux."),
    ("SPACEREEL_DB", "The record, when neither --db, --home nor --record is given."),
    ("NO_COLOR", "No colours, whatever the terminal can."),
)  # fmt: skip
_EXIT = (
    ("0", "It worked."),
    ("1", "Something in your files, your record or the network stands in the way; one sentence says what."),
    ("2", "The command itself was written wrongly."),
    ("130", "Ctrl-C."),
)


def roff(text: str) -> str:
    """*text* with nothing in it that roff would take for its own.

    >>> roff(".--home \\\\ it")
    '\\\\&.\\\\-\\\\-home \\\\e it'
    """
    safe = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga").replace("'", "\\(aq")
    return f"\\&{safe}" if safe.startswith(".") else safe


def manual_page() -> str:
    """The whole page; it carries no day, so that it changes only when a help text does."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield '.TH SPACEREEL 1 "" "Spacereel" "User Commands"'
    yield from (
        ".SH NAME",
        "spacereel \\- watches the news for a subject and keeps a record of it that can be trusted",
    )
    yield from (
        ".SH SYNOPSIS",
        ".B spacereel",
        "[\\-\\-home DIR] [\\-\\-record NAME] COMMAND [OPTIONS] [ARGUMENTS]",
    )
    with click.Context(door, info_name="spacereel") as above:
        yield ".SH DESCRIPTION"
        yield from _told(door)
        yield from _options(door, above)
        yield ".SH COMMANDS"
        for path, command in door.walk(above):
            with click.Context(command, above, info_name=" ".join(path)) as ctx:
                yield f".SS {roff(' '.join(('spacereel', *path)))}"
                yield roff(" ".join([" ".join(path), *command.collect_usage_pieces(ctx)]))
                yield from _told(command)
                yield from _options(command, ctx)
    for name, entries in (("FILES", _FILES), ("ENVIRONMENT", _ENVIRONMENT), ("EXIT STATUS", _EXIT)):
        yield f".SH {name}"
        yield from _entries(entries)


def _told(command: click.Command) -> Iterator[str]:
    """The help text: paragraphs are filled, what click leaves as it is (after its mark) too."""
    for paragraph in (command.help or "").split("\n\n"):
        yield ".PP"
        lines = paragraph.strip("\n").splitlines()
        if lines and lines[0].strip() == "\b":
            yield from (".nf", *map(roff, lines[1:]), ".fi")
        else:
            yield from (roff(line.strip()) for line in lines)


def _options(command: click.Command, ctx: click.Context) -> Iterator[str]:
    records = (parameter.get_help_record(ctx) for parameter in command.get_params(ctx))
    yield from _entries(record for record in records if record)


def _entries(entries: Iterator[tuple[str, str]] | tuple[tuple[str, str], ...]) -> Iterator[str]:
    for name, sentence in entries:
        yield from (".TP", f".B {roff(name)}", roff(" ".join(sentence.split())))
