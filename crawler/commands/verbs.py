"""How the front door opens: verbs that are imported when they are called, their common options, and errors in one sentence."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from crawler.commands.terminal import sentence
from crawler.config import load_config
from crawler.errors import SpacereelError
from crawler.logs import redacted


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
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        try:
            return super().invoke(ctx)
        except SpacereelError as problem:
            raise click.ClickException(sentence(redacted(str(problem)))) from problem
        except BrokenPipeError:
            raise
        except OSError as problem:
            about = f"{problem.filename}: " if problem.filename else ""
            raise click.ClickException(sentence(f"{about}{problem.strerror or problem}")) from problem
        except (KeyboardInterrupt, click.Abort):
            click.echo(err=True)
            ctx.exit(130)


def reads_config(verb: Callable[..., None]) -> Callable[..., None]:
    """Give a verb `--config` and `--db` and, as its first argument, the Config they lead to."""

    @click.option(
        "--config",
        "config_file",
        type=Path,
        metavar="FILE",
        help="Settings; spacereel.toml in this folder if it is there.",
    )
    @click.option(
        "--db", type=Path, metavar="FILE", help="The record, instead of the one that the settings name."
    )
    @functools.wraps(verb)
    def with_config(config_file: Path | None, db: Path | None, **options: Any) -> None:
        verb(load_config(config_file, db), **options)

    return with_config
