"""Which backups stay: the newest few, or one of each of the last days, weeks, months; and which is the one of a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from db.backups import pages_of
from db.errors import StoreError
from db.model import iso

_RULE = re.compile(r"([1-9]\d{0,3})([hdwmy])")
#: letter -> what instants of the same period share
_PERIODS: Mapping[str, Callable[[datetime], object]] = {
    "h": lambda at: (at.date(), at.hour),
    "d": lambda at: at.date(),
    "w": lambda at: at.isocalendar()[:2],
    "m": lambda at: (at.year, at.month),
    "y": lambda at: at.year,
}
#: what an encrypted backup ends in, behind the name of the plain one
ENCRYPTED = (".age", ".gpg")


@dataclass(frozen=True, slots=True)
class Keep:
    """Backups that stay: the newest ones, and the newest of each of the last periods that have any."""

    newest: int = 0
    #: how many periods, and their letter
    periods: tuple[tuple[int, str], ...] = ()

    def __str__(self) -> str:
        return ",".join(f"{count}{letter}" for count, letter in self.periods) or f"the newest {self.newest}"


def parse_keep(text: str) -> Keep:
    """What `--keep` says.

    Raises:
        ValueError: with a sentence that shows the accepted spellings.

    >>> parse_keep("7"), str(parse_keep("7d,4w,12m"))
    (Keep(newest=7, periods=()), '7d,4w,12m')
    """
    if text.isdecimal() and int(text) > 0:
        return Keep(newest=int(text))
    rules = [_RULE.fullmatch(each.strip()) for each in text.split(",")]
    if not all(rules):
        raise ValueError(
            f'"{text}" is no rule; write a number from 1, or for example 7d,4w,12m (h, d, w, m, y)'
        )
    return Keep(periods=tuple((int(rule[1]), rule[2]) for rule in rules if rule))


def instants_kept(instants: Collection[datetime], keep: Keep) -> set[datetime]:
    """Those of *instants* whose backups stay. Pure; an hour or day is one of UTC.

    >>> days = [datetime(2026, 11, day, hour, tzinfo=UTC) for day in (1, 8, 9, 10) for hour in (3, 15)]
    >>> [f"{at:%d %H}" for at in sorted(instants_kept(days, parse_keep("2d,2w")))]
    ['08 15', '09 15', '10 15']
    """
    newest = sorted(instants, reverse=True)
    staying = set(newest[: keep.newest])
    for count, letter in keep.periods:
        of_period: dict[object, datetime] = {}
        for at in newest:
            of_period.setdefault(_PERIODS[letter](at), at)
        staying.update(list(of_period.values())[:count])
    return staying


def backups_in(path: Path, folder: Path) -> dict[datetime, Path]:
    """The backups of the record *path* in *folder*, by when they were made, oldest first; encrypted ones too."""
    name = re.compile(
        rf"{re.escape(path.stem)}-(\d{{8}}T\d{{6}})Z\.db(?:{'|'.join(map(re.escape, ENCRYPTED))})?"
    )
    found = {}
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if match := name.fullmatch(file.name):
            found[datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)] = file
    return found


def rotate(path: Path, folder: Path, keep: Keep) -> tuple[Path, ...]:
    """Delete the backups of the record *path* in *folder* that do not stay, each with its archive.

    Files with other names stay.

    Returns:
        What was deleted, oldest first.
    """
    made = backups_in(path, folder)
    staying = instants_kept(made, keep)
    going = [
        file
        for at, each in made.items()
        if at not in staying
        for file in (each, archive_beside(each))
        if file.exists()
    ]
    for file in going:
        file.unlink()
    return tuple(going)


def archive_beside(backup: Path) -> Path:
    """Where the archive of a backup lies, encrypted as the backup is.

    >>> archive_beside(Path("articles-20261123T120000Z.db.age")).name
    'articles-20261123T120000Z.archive.db.age'
    """
    if backup.suffix in ENCRYPTED:
        return backup.with_name(pages_of(backup.with_suffix("")).name + backup.suffix)
    return pages_of(backup)


def backup_of(path: Path, folder: Path, at: datetime) -> Path:
    """The newest backup of the record *path* in *folder* that was made at *at* or before.

    Raises:
        StoreError: there is none, says what there is.
    """
    made = backups_in(path, folder)
    earlier = [when for when in made if when <= at]
    if earlier:
        return made[max(earlier)]
    there = f"the oldest is of {iso(min(made))}" if made else "there is no backup of this record"
    raise StoreError(f"{folder} has no backup of {iso(at)} or before: {there}", str(folder))
