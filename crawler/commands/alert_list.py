"""`spacereel alert list`: the alerts of the configuration and the bells of saved searches, each with what waits and what failed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import click

from crawler.commands.open_record import open_record
from crawler.commands.outbox_words import outbox_in_words
from crawler.commands.terminal import safe_line
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.config.alerts import AlertConfig
from crawler.errors import ConfigError
from db.overview import outbox_counts
from db.rows import Row


@click.command("list")
@reads_config
def command(config: Config) -> None:
    """Show the alerts, what they wait for and what failed.

    \b
    Example:
      spacereel alert list --config spacereel.toml
    """
    if not config.alerts:
        click.echo("No alert is configured; docs/alerts.md shows how to write one.")
        return
    from crawler.publish.alerts.bells import bells

    now = datetime.now(UTC)
    counts: Sequence[Row] = ()
    ringing: Sequence[AlertConfig] = ()
    if config.store.path.is_file():
        with open_record(config.store.path) as conn:
            counts = outbox_counts(conn, now - timedelta(days=1))
            ringing = bells(conn, config.alerts, now)
    for alert in (*config.alerts, *ringing):
        click.echo("\n".join(_lines(alert, [row for row in counts if row["alert"] == alert.name], now)))


def _lines(alert: AlertConfig, counts: Sequence[Row], now: datetime) -> Iterator[str]:
    # what tells takes half as long to import as all of `status`, which asks this module for the outbox only
    from crawler.publish.alerts.sender import check_query
    from crawler.publish.alerts.targets import targets_of
    from crawler.publish.alerts.ways import trouble_of

    name = f"{alert.name} ({alert.title})" if alert.title else alert.name
    what = ", ".join(alert.when) or "nothing of itself, for bells of saved searches"
    yield f"{safe_line(name)}: {what}{f', when {safe_line(alert.query)}' if alert.query else ''}"
    try:
        check_query(alert, now)
    except ConfigError as problem:
        yield f"    !! {problem}"
    troubles = {target: trouble_of(alert, target) for target in targets_of(alert, os.environ)}
    if reached := [target.label for target, trouble in troubles.items() if not trouble]:
        yield f"    to {', '.join(reached)}"
    yield from (f"    !! {trouble}" for trouble in troubles.values() if trouble)
    yield from (f"    {line}" for line in outbox_in_words(counts))
