"""`spacereel user password NAME`: a new password."""

from __future__ import annotations

import click

from crawler.commands.user_passwords import asked_password
from crawler.commands.verbs import reads_config
from crawler.config import Config
from db import people


@click.command("password")
@click.argument("name")
@reads_config
def command(config: Config, name: str) -> None:
    """Give somebody a new password and end their sessions.

    It is asked for, or read from standard input as one line.

    \b
    Example:
      spacereel user password anna
    """
    password = asked_password(name)
    with people.people_of(config.store.path) as conn:
        people.set_password(conn, name, password)
    click.echo(f"{name} has a new password; every session has ended.")
