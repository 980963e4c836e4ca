"""`spacereel sources export`: the feeds of the beats as OPML."""

from __future__ import annotations

from typing import IO

import click

from crawler.catalogue import configured_beats, configured_sources
from crawler.commands.opml import opml_of
from crawler.commands.verbs import reads_config
from crawler.config import Config


@click.command("export")
@click.argument("file", type=click.File("w", encoding="utf-8", atomic=True), metavar="OPML", default="-")
@reads_config
def command(config: Config, file: IO[str]) -> None:
    """Write the feeds of the beats as OPML.

    \b
    Example:
      spacereel sources export feeds.opml
    """
    title = ", ".join(beat.title for beat in configured_beats(config))
    file.write(opml_of(configured_sources(config), title))
