"""The verbs that copy the record away and put it back."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.commands.options import reads_config
from crawler.config import Config


@click.command()
@click.argument("target", type=Path, required=False, metavar="[FILE]")
@click.option("--archive", "has_pages", is_flag=True, help="Copy the archive of pages as well.")
@click.option(
    "--keep", type=click.IntRange(1), metavar="N", help="Delete all but the newest N backups there."
)
@reads_config
def backup(config: Config, target: Path | None, has_pages: bool, keep: int | None) -> None:
    """Copy the record, also while the daemon runs.

    The copy is consistent, and is opened and checked before this command ends.
    Without FILE it goes into the folder backups beside the record; --keep
    deletes only files there that are named as this command names them.

    The archive of pages, which may be many times as large, goes into a second
    file beside it with --archive. `spacereel restore` goes back to a backup.

    \b
    Examples:
      spacereel backup --keep 7
      spacereel backup --archive /mnt/backups/monday.db
    """
    from crawler.commands.backup import back_up

    back_up(config, target, keep, has_pages, datetime.now(UTC))


@click.command()
@click.argument("copy", type=click.Path(path_type=Path), metavar="BACKUP")
@click.option(
    "--archive", "has_pages", is_flag=True, help="Put back the archive of pages as well, if BACKUP has one."
)
@reads_config
def restore(config: Config, copy: Path, has_pages: bool) -> None:
    """Go back to a backup.

    Stop the daemon first. BACKUP is checked and stays where it is; the record
    that was there is kept beside it as articles-before-restore-….db, and the
    restored one is examined. The archive of pages stays as it is unless
    --archive is given: it has the pages of the backup, and newer ones.

    Exit code 1 when something is wrong with what was restored.

    \b
    Example:
      spacereel restore db/backups/articles-20261123T120000Z.db
    """
    from crawler.commands.backup import restore_backup

    sys.exit(restore_backup(config, copy, has_pages, datetime.now(UTC)))
