"""`spacereel backup` and `spacereel restore`: a consistent copy of the record, and the way back to it."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from crawler.commands.doctor import print_checks
from crawler.commands.open_record import open_record
from crawler.config import Config
from db.backups import backup, pages_of, restore, rotate
from db.lock import DaemonLock
from db.maintenance import checks
from db.store import Store


def back_up(config: Config, target: Path | None, keep: int | None, has_pages: bool, now: datetime) -> None:
    """Copy the record to *target*, or into `backups/` beside it, and say where it is.

    Args:
        keep: how many backups stay in the folder of the new one, itself included; None keeps all.
        has_pages: copy the archive of pages too.
    """
    record = config.store.path
    with open_record(record):  # refuses what is no record
        place = target or record.parent / "backups" / f"{record.stem}-{now:%Y%m%dT%H%M%SZ}.db"
    written = backup(record, place, now, config.store.archive if has_pages else None)
    for file in (written, pages_of(written)) if has_pages else (written,):
        click.echo(f"{file}  {_megabytes(file)}, opened and checked")
    if keep is not None:
        for gone in rotate(record, written.parent, keep):
            click.echo(f"{gone}  deleted: the newest {keep} are kept")


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
        for each in restore(copy, record, now, archive if has_pages else None):
            click.echo(f"{each.file}  is as in the backup, {_megabytes(each.file)}")
            if each.aside:
                click.echo(f"{each.aside}  is what was there; delete it when you do not miss anything")
        with closing(Store.open(record, archive, now=now)) as store:  # brings an older one up to date
            store.take_up(now, restored=copy.resolve())
    return print_checks(checks(record, archive))


def _megabytes(file: Path) -> str:
    return f"{file.stat().st_size / 1e6:.1f} MB"
