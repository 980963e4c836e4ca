"""`spacereel restore`: the way back to a backup."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.commands.backup import megabytes
from crawler.commands.doctor import print_checks
from crawler.commands.terminal import safe_line
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.errors import StoreError
from crawler.query.moments import moment
from db import backups
from db.backups import pages_of
from db.lock import DaemonLock
from db.maintenance import checks
from db.model import iso
from db.rotation import ENCRYPTED, backup_of
from db.store import Store


@click.command("restore")
@click.argument("copy", type=click.Path(path_type=Path), required=False, metavar="[BACKUP]")
@click.option(
    "--at",
    "time",
    metavar="TIME",
    help="The newest backup of that time or before, as 2026-11-01T08:00 (UTC), 2026-11-01, 24h or 7d.",
)
@click.option(
    "--archive", "has_pages", is_flag=True, help="Put back the archive of pages as well, if BACKUP has one."
)
@reads_config
def command(config: Config, copy: Path | None, time: str | None, has_pages: bool) -> None:
    """Go back to a backup.

    Stop the daemon first. BACKUP is a file or, with --at, the folder that
    backups lie in (backups beside the record unless named). It is checked and stays where it is; the record
    that was there is kept beside it as articles-before-restore-….db, and the
    restored one is examined. The archive of pages stays as it is unless
    --archive is given: it has the pages of the backup, and newer ones.

    Exit code 1 when something is wrong with what was restored.

    \b
    Examples:
      spacereel restore db/backups/articles-20261123T120000Z.db
      spacereel restore --at 2026-11-23T12:00
    """
    now = datetime.now(UTC)
    sys.exit(restore_backup(config, chosen(config, copy, time, now), has_pages, now))


def chosen(config: Config, copy: Path | None, time: str | None, now: datetime) -> Path:
    """The backup that was named, or the one of a time in the folder that was.

    Raises:
        click.UsageError: neither is named, or the time cannot be read.
        StoreError: there is no backup of that time, or it has to be decrypted first.
    """
    if time is None:
        if copy is None:
            raise click.UsageError("Name a BACKUP, or a time with --at.")
        found = copy
    else:
        try:
            at = moment(time, now)
        except ValueError as problem:
            raise click.UsageError(f"--at: {problem}.") from None
        found = backup_of(config.store.path, copy or config.store.path.parent / "backups", at)
        click.echo(f"{safe_line(str(found))}  is the newest of {iso(at)} or before")
    if found.suffix in ENCRYPTED:
        program = {".age": "age --decrypt --identity KEYFILE --output", ".gpg": "gpg --decrypt --output"}[
            found.suffix
        ]
        raise StoreError(
            f"{found} is encrypted; decrypt it first: {program} {found.with_suffix('').name} {found}",
            str(found),
        )
    return found


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
