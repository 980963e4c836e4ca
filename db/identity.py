"""Which record this is, and what was done to its file: copied, moved, set back, replaced, used by a newer program.

A record has a random name, and remembers where it was used last. Beside it
lies `articles.db.seen`, which says how far it was at that time: a file put in
its place by hand does not bring that along. Nothing is concluded from inode
numbers, hosts or times of yesterday, because volumes, bind mounts and copies
of folders change them: only from what is there now, and from rows that are
never deleted.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from db.connection import durable, open_read_only, transaction
from db.errors import StoreError
from db.lock import holder_of
from db.model import iso

FileEventKind = Literal["copied", "moved", "set_back", "replaced", "older_program", "restored"]
#: what lies where the record was used last: this file, nothing of it, or another file with its name
There = Literal["this", "gone", "twin"]

_COUNTS = """SELECT coalesce((SELECT max(id) FROM visits), 0), coalesce((SELECT max(id) FROM articles), 0),
    coalesce((SELECT max(id) FROM review_events), 0)"""
_COLUMNS = "record, begun_at, place, host, program, noted_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How far a record is; rows of these tables are never deleted."""

    visits: int
    versions: int
    reviews: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a record knows of itself."""

    #: 32 random hexadecimal digits; a copy that goes its own way gets others
    record: str
    begun_at: str
    #: where, on which host and by which version of Spacereel it was used last
    place: str
    host: str
    program: str
    noted_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the file beside the record says of the one that was used there last."""

    record: str
    noted_at: str
    extent: Extent


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that was done to the record, with a sentence that says what to do about it."""

    kind: FileEventKind
    reason: str


def file_events(
    known: Identity | None, seen: Seen | None, now: Identity, extent: Extent, there: There
) -> tuple[Event, ...]:
    """What was done to a record since it was used last.

    Args:
        known: what it knows of itself; None when it was never used.
        seen: what the file beside it says; None when there is none.
        now: what it is about to know: `record` counts for nothing yet.
        extent: how far it is.
        there: what lies where it was used last.
    """
    found: list[Event] = []
    if known and there == "twin":
        found.append(Event(kind="copied", reason=_COPIED.format(place=known.place)))
    elif known and there == "gone" and known.host == now.host:
        found.append(Event(kind="moved", reason=f"it was used at {known.place} before"))
    if seen and (known is None or known.record != seen.record):
        found.append(
            Event(kind="replaced", reason=_REPLACED.format(at=seen.noted_at, had=_in_words(seen.extent)))
        )
    elif seen and (lacks := _less(extent, seen.extent)):
        found.append(Event(kind="set_back", reason=_SET_BACK.format(at=seen.noted_at, had=_in_words(lacks))))
    if known and _version(known.program) > _version(now.program) > ():
        found.append(Event(kind="older_program", reason=_OLDER.format(was=known.program, now=now.program)))
    return tuple(found)


_COPIED = (
    "it is a copy of {place}, which is still there; from now on each is a record of its own,"
    " and watching both asks every source twice"
)
_REPLACED = (
    "another record, with {had}, was used here until {at};"
    " if this one was not meant to take its place, stop the daemon and put the other file back"
)
_SET_BACK = (
    "it is older than it was: when it was used here at {at} it had {had} more;"
    " if that was not meant, stop the daemon and `spacereel restore` a newer file,"
    " else what feeds still name is found again"
)
_OLDER = "Spacereel {was} has used it, and this is {now}; install the newer one, or expect what it added to stand still"


def _less(extent: Extent, before: Extent) -> Extent | None:
    """How many rows *before* has more, or None."""
    less = {name: max(was - getattr(extent, name), 0) for name, was in asdict(before).items()}
    return Extent(**less) if any(less.values()) else None


def _in_words(extent: Extent) -> str:
    """ "1,893 visits, 40 versions and 3 reviews", without what is 0.

    >>> _in_words(Extent(visits=1893, versions=1, reviews=0))
    '1,893 visits and 1 version'
    """
    parts = [
        f"{count:,} {name if count != 1 else name[:-1]}" for name, count in asdict(extent).items() if count
    ]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts or ["nothing in it"])


def _version(program: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", program))


def program() -> str:
    """Version of Spacereel; empty when it is not installed."""
    try:
        return version("spacereel")
    except PackageNotFoundError:
        return ""


def identity(conn: sqlite3.Connection) -> Identity | None:
    """What the record knows of itself; None when no daemon or `once` has used it yet."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM identity").fetchone()  # noqa: S608 - columns are ours
    return Identity(**dict(zip(_COLUMNS.split(", "), tuple(row), strict=True))) if row else None


def extent(conn: sqlite3.Connection) -> Extent:
    """How far the record is."""
    visits, versions, reviews = conn.execute(_COUNTS).fetchone()
    return Extent(visits=visits, versions=versions, reviews=reviews)


def pending_events(conn: sqlite3.Connection, path: Path, used_by: str | None = None) -> tuple[Event, ...]:
    """What was done to the record since it was used last, as `take_up` will tell it; changes nothing."""
    known = identity(conn)
    there = _there(Path(known.place), path, known.record) if known else "this"
    now = _now_of(path, used_by, "")
    return file_events(known, _seen(path), now, extent(conn), there)


def take_up(
    conn: sqlite3.Connection,
    path: Path,
    now: datetime,
    *,
    restored: Path | None = None,
    used_by: str | None = None,
) -> tuple[Event, ...]:
    """Begin to use the record: what was done to it is written down, and is logged this once.

    The caller holds its `DaemonLock`.

    Args:
        restored: the backup that has just been put in place, on purpose.
        used_by: version of Spacereel; this one's when not given.
    """
    known = identity(conn)
    events = pending_events(conn, path, used_by)
    if restored:
        kept = tuple(each for each in events if each.kind in ("copied", "older_program"))
        events = (Event(kind="restored", reason=f"{restored} was put in its place"), *kept)
    begins = known is None or any(each.kind == "copied" for each in events)
    here = _now_of(path, used_by, iso(now))
    if known and not begins:
        here = replace(here, record=known.record, begun_at=known.begun_at)
    with durable(conn), transaction(conn, path):
        conn.executemany(
            "INSERT INTO record_events (kind, reason, happened_at) VALUES (?, ?, ?)",
            [(each.kind, each.reason, iso(now)) for each in events],
        )
        conn.execute("DELETE FROM identity")
        conn.execute(
            f"INSERT INTO identity (id, {_COLUMNS}) VALUES (1, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - columns are ours
            tuple(asdict(here).values()),
        )
        reached = extent(conn)
    _keep_seen(path, here, reached)
    return events


def note(conn: sqlite3.Connection, path: Path, now: datetime) -> None:
    """Write beside the record how far it is, once that is on the disk."""
    known = identity(conn)
    if known is None:
        return
    known = replace(known, noted_at=iso(now))
    with durable(conn), transaction(conn, path):
        conn.execute("UPDATE identity SET noted_at = ?", (known.noted_at,))
        reached = extent(conn)
    _keep_seen(path, known, reached)


def _now_of(path: Path, used_by: str | None, at: str) -> Identity:
    return Identity(
        record=secrets.token_hex(16),
        begun_at=at,
        place=str(path.resolve()),
        host=socket.gethostname(),
        program=program() if used_by is None else used_by,
        noted_at=at,
    )


def _there(place: Path, path: Path, record: str) -> There:
    """What lies at *place*, where the record at *path* was used last."""
    try:
        if place.samefile(path):
            return "this"
        with closing(open_read_only(place)) as conn:
            other = identity(conn)
    except (OSError, StoreError, sqlite3.Error):
        return "gone"
    if other is None or other.record != record:
        return "gone"
    # the same folder under another name, on a file system that numbers its files anew: one lock
    holder = holder_of(path)
    return "this" if holder is not None and holder == holder_of(place) else "twin"


# the file beside the record


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".seen")


def _seen(path: Path) -> Seen | None:
    """What the file beside the record says; None when there is none or it is torn."""
    try:
        noted: Mapping[str, Any] = json.loads(_beside(path).read_text(encoding="utf-8"))
        return Seen(record=noted["record"], noted_at=noted["noted_at"], extent=Extent(**noted["extent"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep_seen(path: Path, known: Identity, reached: Extent) -> None:
    """Write it in one step; a disk that refuses leaves the one before, which is as true."""
    seen = Seen(record=known.record, noted_at=known.noted_at, extent=reached)
    part = _beside(path).with_name(f".{path.name}.seen.{secrets.token_hex(4)}.part")
    with suppress(OSError):
        # for its owner alone, as the record is, and under a name that nobody could put a link in the place of
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(json.dumps(asdict(seen)) + "\n")
        part.replace(_beside(path))
    with suppress(OSError):
        part.unlink()
