"""`spacereel restore`: the way back to a backup."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.commands.backup import megabytes
from crawler.commands.doctor import print_checks
from crawler.commands.verbs import reads_config
from crawler.config import Config
from db import backups
from db.backups import pages_of
from db.lock import DaemonLock
from db.maintenance import checks
from db.store import Store


@click.command("restore")
@click.argument("copy", type=click.Path(path_type=Path), metavar="BACKUP")
@click.option(
    "--archive", "has_pages", is_flag=True, help="Put back the archive of pages as well, if BACKUP has one."
)
@reads_config
def command(config: Config, copy: Path, has_pages: bool) -> None:
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
    sys.exit(restore_backup(config, copy, has_pages, datetime.now(UTC)))


def restore_backup(config: Config, copy: Path, has_pages: bool, now: datetime) -> int:
    """Put the backup *copy* in place of the record and examine it; 1 when something is wrong with it.

    Args:
        has_pages: put back the archive of pages too; one that is missing is put back anyway.

    Raises:
        StoreError: nothing was changed; a daemon watches the record, or the backup is not whole.
    """
    record, archive = config.store.path, config.store.archive
    has_pages = has_pages or (not archive.exists() and pages_of(copy).exists())
    with DaemonLock(record):
        for each in backups.restore(copy, record, now, archive if has_pages else None):
            click.echo(f"{each.file}  is as in the backup, {megabytes(each.file)}")
            if each.aside:
                click.echo(f"{each.aside}  is what was there; delete it when you do not miss anything")
        with closing(Store.open(record, archive, now=now)) as store:  # brings an older one up to date
            store.take_up(now, restored=copy.resolve())
    return print_checks(checks(record, archive))
