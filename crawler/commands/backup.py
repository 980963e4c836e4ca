"""`spacereel backup`: a consistent copy of the record."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.commands.open_record import open_record
from crawler.commands.sealing import hand_over, seal
from crawler.commands.terminal import safe_line
from crawler.commands.verbs import reads_config
from crawler.config import Config
from db.backups import backup, pages_of, place_in
from db.rotation import Keep, parse_keep, rotate


class KeepType(click.ParamType):  # type: ignore[type-arg]  # generic in newer versions of click only
    """How many backups stay: `7`, or `7d,4w,12m`."""

    name = "RULE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Keep:
        """The rule, or a usage error that shows how it is written."""
        try:
            return parse_keep(str(value))
        except ValueError as problem:
            self.fail(str(problem), param, ctx)


@click.command("backup")
@click.argument("target", type=Path, required=False, metavar="[FILE]")
@click.option("--archive", "has_pages", is_flag=True, help="Copy the archive of pages as well.")
@click.option(
    "--keep",
    type=KeepType(),
    metavar="RULE",
    help="Delete other backups there: 7 keeps the newest seven, 7d,4w,12m one of each of the last days, weeks and months.",
)
@click.option(
    "--encrypt-to",
    "recipient",
    metavar="RECIPIENT",
    help="Encrypt by age (age1…, ssh-…) or gpg (a key's name), and leave nothing plain.",
)
@click.option(
    "--then", "command_line", metavar="COMMAND", help="Run this on each file, its path in place of {}."
)
@reads_config
def command(
    config: Config,
    target: Path | None,
    has_pages: bool,
    keep: Keep | None,
    recipient: str | None,
    command_line: str | None,
) -> None:
    """Copy the record, also while the daemon runs.

    The copy is consistent, and is opened and checked before this command ends.
    FILE may be a folder. Without it the copy goes into the folder backups beside
    the record; --keep deletes only files there that are named as this command
    names them, and only once all went well.

    The archive of pages, which may be many times as large, goes into a second
    file beside it with --archive. `spacereel restore` goes back to a backup.

    \b
    Examples:
      spacereel backup --keep 7d,4w,12m
      spacereel backup --archive /mnt/backups/monday.db
      spacereel backup --encrypt-to age1… --then "rclone copy {} remote:news"
    """
    files = back_up(config, target, has_pages, datetime.now(UTC))
    if recipient is not None:
        files = tuple(_sealed(file, recipient) for file in files)
    for file in files if command_line is not None else ():
        hand_over(file, str(command_line))
        click.echo(f"{safe_line(str(file))}  handed over")
    if keep is not None:
        for gone in rotate(config.store.path, files[0].parent, keep):
            click.echo(f"{safe_line(str(gone))}  deleted: {keep} are kept")


def back_up(config: Config, target: Path | None, has_pages: bool, now: datetime) -> tuple[Path, ...]:
    """Copy the record to *target*, or into `backups/` beside it, say where it is, and return the files.

    Args:
        has_pages: copy the archive of pages too.
    """
    record = config.store.path
    with open_record(record):  # refuses what is no record
        place = target or place_in(record.parent / "backups", record, now)
    written = backup(record, place, now, config.store.archive if has_pages else None)
    files = (written, pages_of(written)) if has_pages else (written,)
    for file in files:
        click.echo(f"{safe_line(str(file))}  {megabytes(file)}, opened and checked")
    return files


def _sealed(file: Path, recipient: str) -> Path:
    made = seal(file, recipient)
    click.echo(f"{safe_line(str(made))}  encrypted; only who has the key can open it")
    return made


def megabytes(file: Path) -> str:
    """A file's size as a person reads it."""
    return f"{file.stat().st_size / 1e6:.1f} MB"
