"""`spacereel user token NAME LABEL`: a key for a feed reader or a program."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.errors import SpacereelError
from db import people, sessions


@click.command("token")
@click.argument("name")
@click.argument("label", required=False)
@click.option(
    "--scope",
    type=click.Choice(sessions.SCOPES),
    default="feeds",
    show_default=True,
    help="feeds: /-/feed.atom and /-/feed.json; read: these, and what answers in JSON or CSV.",
)
@click.option(
    "--drop", type=click.IntRange(1), metavar="ID", help="Take the token of this number away instead."
)
@reads_config
def command(config: Config, name: str, label: str | None, scope: sessions.Scope, drop: int | None) -> None:
    """Make a token for feeds or the JSON API, or take one away.

    It is shown once. A feed reader brings it in the address
    (/-/feed.atom?token=...), a program in a header (Authorization: Bearer ...).

    \b
    Examples:
      spacereel user token anna "phone" --scope feeds
      spacereel user token anna --drop 3
    """
    if (label is None) == (drop is None):
        raise click.UsageError("Say what the token is for, or which one to --drop.")
    with people.people_of(config.store.path) as conn:
        if drop is not None:
            if not sessions.drop_token(conn, name, drop):
                raise SpacereelError(f"{name} has no token {drop}; `spacereel user list` shows them")
            click.echo(f"Token {drop} of {name} is gone.")
            return
        key = sessions.make_token(conn, name, scope, label or "", datetime.now(UTC))
    click.echo(f"{key}\nIt is shown this once; it is good for {scope}, until it is dropped.")
