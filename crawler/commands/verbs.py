"""How the front door opens: verbs that are imported when they are called, their common options, and errors in one sentence."""

from __future__ import annotations

import functools
import gc
import io
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from crawler.commands.terminal import as_sentence, wants_colour
from crawler.config import load_config
from db.errors import MISUSED, Corrupt, SpacereelError, StoreError


class Verbs(click.Group):
    """A group whose verbs are modules of `crawler.commands`: `sources add` is `command` in `sources_add.py`.

    Args:
        verbs: name -> the sentence that the list of verbs shows; it stands here too, so that no module is imported for it.
    """

    def __init__(self, name: str, *, verbs: Mapping[str, str], **more: Any) -> None:
        super().__init__(name, **more)
        self.verbs = verbs
        self._prefix = "" if isinstance(self, Door) else f"{name}_"

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs as they stand in the table, not in the order of the alphabet."""
        return list(self.verbs)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The verb, out of its module."""
        if name not in self.verbs:
            return super().get_command(ctx, name)
        command: click.Command = import_module(f"crawler.commands.{self._prefix}{name}").command
        if not isinstance(command, Verbs):
            _all_is_imported()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs, without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.verbs.items()))

    def walk(self, ctx: click.Context, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
        """Every verb with its path, those of the groups below included."""
        for name in self.verbs:
            command = self.get_command(ctx, name)
            if isinstance(command, Verbs):
                yield from command.walk(ctx, *path, name)
            elif command is not None:
                yield (*path, name), command


class Door(Verbs):
    """The group of all verbs: a person's error becomes one sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        if not wants_colour():
            ctx.color = False
        for stream in (sys.stdout, sys.stderr):
            _show_what_can_be_shown(stream)
        try:
            return super().invoke(ctx)
        except SpacereelError as problem:
            from crawler.logs import redacted  # not for every command, as below

            raise click.ClickException(as_sentence(redacted(str(problem)))) from problem
        except BrokenPipeError:
            _say_no_more()
            ctx.exit(0)
        except OSError as problem:
            about = f"{problem.filename}: " if problem.filename else ""
            raise click.ClickException(as_sentence(f"{about}{problem.strerror or problem}")) from problem
        except (KeyboardInterrupt, click.Abort):
            click.echo(err=True)
            ctx.exit(130)


def _all_is_imported() -> None:
    """Let Python look for garbage again, where `start` has stopped that, but not among what was imported."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _show_what_can_be_shown(stream: Any) -> None:
    """Letters that the encoding of *stream* does not have become `?`: a text of a page ends no command."""
    if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
        stream.reconfigure(errors="replace")


def _say_no_more() -> None:
    """Nobody reads on, as behind `| head`: what is still in hand goes nowhere, without a word."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def reads_config(verb: Callable[..., None]) -> Callable[..., None]:
    """Give a verb `--config` and `--db` and, as its first argument, the Config they lead to."""

    @click.option(
        "--config",
        "config_file",
        type=Path,
        metavar="FILE",
        help="Settings; spacereel.toml in the home if it is there.",
    )
    @click.option(
        "--db", type=Path, metavar="FILE", help="The record, instead of the one that the settings name."
    )
    @functools.wraps(verb)
    def with_config(config_file: Path | None, db: Path | None, **options: Any) -> None:
        door = click.get_current_context().find_root().params
        config = load_config(config_file, db, door.get("home"), door.get("record"))
        try:
            verb(config, **options)
        except sqlite3.Error as problem:
            from db.connection import store_error  # not for every command, as below

            raise store_error(problem, config.store.path) from problem
        except MISUSED as problem:
            if (
                isinstance(problem, (SpacereelError, OSError))
                or (found := _misfit(config.store.path)) is None
            ):
                raise
            record = config.store.path
            raise Corrupt(
                f"{record}: {found}; `spacereel doctor` looks at all of it", str(record)
            ) from problem

    return with_config


def _misfit(record: Path) -> str | None:
    """What is in the record that Spacereel never wrote there: somebody else may have made it."""
    from db.connection import open_read_only  # not for every command: they take a tenth of its start
    from db.shape import misfit
    from db.version import SCHEMA_VERSION, schema_version

    with suppress(StoreError, sqlite3.Error, UnicodeDecodeError), closing(open_read_only(record)) as conn:
        return misfit(conn) if schema_version(conn) == SCHEMA_VERSION else None
    return None
