"""`spacereel user disable NAME`: out, and in again."""

from __future__ import annotations

import click

from crawler.commands.verbs import reads_config
from crawler.config import Config
from db import people


@click.command("disable")
@click.argument("name")
@click.option("--undo", "is_undone", is_flag=True, help="Let them in again.")
@reads_config
def command(config: Config, name: str, is_undone: bool) -> None:
    """Shut somebody out, or let them in again.

    Sessions and tokens end at once; what was marked stays.

    \b
    Example:
      spacereel user disable anna
    """
    with people.people_of(config.store.path) as conn:
        people.set_disabled(conn, name, not is_undone)
    click.echo(
        f"{name} may sign in again."
        if is_undone
        else f"{name} may not sign in any more; every session and token has ended."
    )
