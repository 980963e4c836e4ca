"""`spacereel alert log`: the newest rows of the outbox."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from crawler.commands.open_record import open_record
from crawler.commands.terminal import as_json, safe_line, when_noted
from crawler.commands.verbs import reads_config
from crawler.config import Config
from db import outbox
from db.rows import Row


@click.command("log")
@click.argument("name", required=False)
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=30,
    show_default=True,
    help="At most so many, the newest.",
)
@click.option("--json", "is_json", is_flag=True, help="One JSON object a line.")
@reads_config
def command(config: Config, name: str | None, limit: int, is_json: bool) -> None:
    """Show what was sent to whom, and what failed.

    The newest first, of one alert when NAME is given.

    \b
    Example:
      spacereel alert log --limit 5 --db db/articles.db
    """
    now = datetime.now(UTC)
    with open_record(config.store.path) as conn:
        rows = outbox.lately(conn, limit, name)
    if not rows and not is_json:
        click.echo("Nobody was notified of anything yet.")
    for row in rows:
        click.echo(as_json(row, indent=None) if is_json else line_of(row, now))


def line_of(row: Row, now: datetime) -> str:
    """One thing that was, or is to be, sent."""
    about = safe_line(row["title"] or row["source"] or "")
    at = row["told_at"] or row["due_at"]
    state = (
        f"due {when_noted(at, now)}" if row["state"] == "waiting" else f"{row['state']} {when_noted(at, now)}"
    )
    because = f" ({safe_line(row['problem'])})" if row["problem"] else ""
    return (
        f"{state:<24} {safe_line(row['alert'])} -> {safe_line(row['label'])}: {row['kind']}: {about}{because}"
    )
