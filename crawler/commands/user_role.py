"""`spacereel user role NAME ROLE`: what somebody may do."""

from __future__ import annotations

import click

from crawler.commands.verbs import reads_config
from crawler.config import Config
from db import people


@click.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(people.ROLES))
@reads_config
def command(config: Config, name: str, role: people.Role) -> None:
    """Change what somebody may do.

    It holds from their next click on.

    \b
    Example:
      spacereel user role anna admin
    """
    with people.people_of(config.store.path) as conn:
        people.set_role(conn, name, role)
    click.echo(f"{name} is {'an' if role == 'admin' else 'a'} {role} now.")
