"""`spacereel backup`: a consistent copy of the record."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from crawler.commands.record import open_record
from crawler.config import Config
from db.maintenance import backup, rotate


def back_up(config: Config, target: Path | None, keep: int | None, now: datetime) -> None:
    """Copy the record to *target*, or into `backups/` beside it, and say where it is.

    Args:
        keep: how many backups stay in the folder of the new one, itself included; None keeps all.
    """
    record = config.store.path
    with open_record(record):  # refuses what is no record
        place = target or record.parent / "backups" / f"{record.stem}-{now:%Y%m%dT%H%M%SZ}.db"
    written = backup(record, place, now)
    click.echo(f"{written}  {written.stat().st_size / 1e6:.1f} MB, opened and checked")
    if keep is not None:
        for gone in rotate(record, written.parent, keep):
            click.echo(f"{gone}  deleted: the newest {keep} are kept")
