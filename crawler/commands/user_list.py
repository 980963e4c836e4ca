"""`spacereel user list`: who may sign in."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from crawler.commands.terminal import text_table, when_noted
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.units import many
from db import people, sessions


@click.command("list")
@reads_config
def command(config: Config) -> None:
    """Show who may sign in, their roles, sessions and tokens.

    \b
    Example:
      spacereel user list --db db/articles.db
    """
    now = datetime.now(UTC)
    with people.people_to_read(config.store.path) as conn:
        rows = [
            (
                each.name,
                each.role,
                "disabled" if each.is_disabled else "may sign in",
                when_noted(each.seen_at, now),
                len(sessions.sessions_of(conn, each.name)),
                ", ".join(
                    f"{row['id']} {row['scope']} ({row['label']})"
                    for row in sessions.tokens_of(conn, each.name)
                ),
            )
            for each in (people.everybody(conn) if conn else ())
            if conn
        ]
    if not rows:
        click.echo("Nobody yet; `spacereel user add NAME` lets somebody sign in.")
        return
    click.echo(text_table(("name", "role", "state", "last seen", "sessions", "tokens"), rows, flexible=5))
    click.echo(many(len(rows), "person", "people"))
