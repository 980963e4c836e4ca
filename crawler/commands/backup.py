"""`spacereel backup`: a consistent copy of the record."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.commands.open_record import open_record
from crawler.commands.terminal import one_line
from crawler.commands.verbs import reads_config
from crawler.config import Config
from db.backups import backup, pages_of, rotate


@click.command("backup")
@click.argument("target", type=Path, required=False, metavar="[FILE]")
@click.option("--archive", "has_pages", is_flag=True, help="Copy the archive of pages as well.")
@click.option(
    "--keep", type=click.IntRange(1), metavar="N", help="Delete all but the newest N backups there."
)
@reads_config
def command(config: Config, target: Path | None, has_pages: bool, keep: int | None) -> None:
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
    back_up(config, target, keep, has_pages, datetime.now(UTC))


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
        click.echo(f"{one_line(str(file))}  {megabytes(file)}, opened and checked")
    if keep is not None:
        for gone in rotate(record, written.parent, keep):
            click.echo(f"{one_line(str(gone))}  deleted: the newest {keep} are kept")


def megabytes(file: Path) -> str:
    """A file's size as a person reads it."""
    return f"{file.stat().st_size / 1e6:.1f} MB"
