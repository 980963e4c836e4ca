"""`spacereel sources import`: the feeds of an OPML file into a beat."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.catalogue import configured_beats, configured_sources
from crawler.commands.opml import import_opml
from crawler.commands.sources_add import chosen_beat
from crawler.commands.verbs import reads_config
from crawler.config import Config


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="OPML")
@click.option(
    "--beat", type=click.Path(path_type=Path), help="Beat file to write into, when there are several."
)
@reads_config
def command(config: Config, file: Path, beat: Path | None) -> None:
    """Add the feeds of an OPML file to a beat.

    \b
    Example:
      spacereel sources import feeds.opml
    """
    import_sources(config, file, beat)


def import_sources(config: Config, file: Path, beat_file: Path | None) -> None:
    """Add the feeds of an OPML file to a beat, and say what became of them.

    Raises:
        ConfigError: a file that cannot be used.
    """
    beat = chosen_beat(configured_beats(config), beat_file)
    done = import_opml(file, beat.path, configured_sources(config))
    click.echo(
        f"{len(done.added)} feeds added to {beat.path}, {done.known} known, {done.unfit} without an address"
    )
