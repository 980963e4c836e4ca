"""How the front door opens: the two options every verb takes, and errors in one sentence."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from crawler.commands.terminal import sentence
from crawler.config import load_config
from crawler.errors import SpacereelError
from crawler.logs import redacted


class Door(click.Group):
    """The group of all verbs: a person's error becomes one sentence and exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs as they stand in this file, not in the order of the alphabet."""
        return list(self.commands)

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
