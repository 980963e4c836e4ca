"""`spacereel user add NAME`: somebody who may sign in."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from crawler.commands.user_passwords import asked_password
from crawler.commands.verbs import reads_config
from crawler.config import Config
from db import people


@click.command("add")
@click.argument("name")
@click.option(
    "--role", type=click.Choice(people.ROLES), default="reviewer", show_default=True, help="What they may do."
)
@reads_config
def command(config: Config, name: str, role: people.Role) -> None:
    """Let somebody sign in to the review.

    The password is asked for, or read from standard input as one line; ten
    characters are the fewest.

    \b
    Example:
      spacereel user add anna --role reviewer
    """
    people.check_name(name)
    password = asked_password(name)
    with people.people_of(config.store.path) as conn:
        people.add(conn, name, role, datetime.now(UTC))
        people.set_password(conn, name, password)
    click.echo(f"{name} may sign in as {role}.")
