"""`spacereel sources list`: what the beats look in."""

from __future__ import annotations

import click

from crawler.catalogue import configured_sources
from crawler.commands.terminal import duration, text_table
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.units import many


@click.command("list")
@reads_config
def command(config: Config) -> None:
    """List every source of the configured beats.

    \b
    Example:
      spacereel sources list
    """
    print_sources(config)


def print_sources(config: Config) -> None:
    """Print the catalogue as a table."""
    found = configured_sources(config)
    rows = [
        (
            each.id,
            each.kind if each.is_enabled else f"{each.kind}, off",
            each.language,
            duration(each.every_s),
            each.url,
        )
        for each in found
    ]
    click.echo(text_table(("source", "kind", "lang", "every", "url"), rows, flexible=4))
    click.echo(f"{many(len(found), 'source')}, {sum(each.is_enabled for each in found)} of them enabled")
