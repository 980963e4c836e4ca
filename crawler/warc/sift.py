"""WARC files made small: what the words of a page do not rule out is written again; no record is needed.

One input becomes one output, by itself, so any batch engine may spread the
inputs over machines; `backfill` then appends what is left, with one writer.
"""

from __future__ import annotations

import os
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from crawler.catalogue import Beat
from crawler.config import Config
from crawler.errors import SpacereelError
from crawler.ingest.needs import check_memory
from crawler.ingest.pool import ReadingPool
from crawler.ingest.unread import is_weighed_fast
from crawler.ingest.warc_out import info_record, page_record
from crawler.warc.batch import MOST_TROUBLES, addressed
from crawler.warc.entries import Faulty, WarcResponse
from crawler.warc.gating import is_out
from crawler.warc.records import first_date
from crawler.warc.sifted import (
    Sifted,
    counts_path,
    counts_text,
    kept_path,
    key_of,
    read_counts,
    rules_key,
)
from crawler.warc.window import FileReading, FileTally, OnProgress, ReadUpTo
from db.backfills import WarcPlace
from db.model import Outcome, Page

#: pages that are weighed side by side, where a reader has to do it
_UNDER_WAY = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SiftedFile:
    """What came of one file."""

    tally: FileTally
    kept: int


@dataclass(frozen=True, slots=True)
class _Left:
    """What became of a page: the page itself when it is kept."""

    what: Page | Faulty | Outcome

    @property
    def held_bytes(self) -> int:
        return len(self.what.body) if isinstance(self.what, Page) else 0


async def sift(
    config: Config, beats: Sequence[Beat], paths: Sequence[Path], out: Path, on_progress: OnProgress
) -> tuple[SiftedFile, ...]:
    """Write what may belong to a beat of each file into *out*; a file that was sifted by the same rules is left alone.

    Args:
        paths: WARC files, no two of them with the same name.
        out: a folder; it is made.
        on_progress: called after every few records.

    Raises:
        SpacereelError: two outputs would have one name, or an output would take the place of its input.
        WarcSyntaxError: a file is something else.
        OSError: a file cannot be read or written.
    """
    check_memory(config, beats)
    out.mkdir(parents=True, exist_ok=True)
    _check_names(paths, out)
    pool = ReadingPool(config.extract.workers)
    try:
        return tuple([await _sift_file(config, beats, path, out, pool, on_progress) for path in paths])
    finally:
        pool.close()


def _check_names(paths: Sequence[Path], out: Path) -> None:
    taken: dict[Path, Path] = {}
    for path in paths:
        kept = kept_path(out, path.name)
        if kept in taken:
            raise SpacereelError(
                f"{taken[kept]} and {path} would both become {kept}; sift them into two folders"
            )
        if kept.exists() and kept.samefile(path):
            raise SpacereelError(f"{path} would be overwritten; name another folder with --out")
        taken[kept] = path


async def _sift_file(
    config: Config, beats: Sequence[Beat], path: Path, out: Path, pool: ReadingPool, on_progress: OnProgress
) -> SiftedFile:
    tally = FileTally(path.name, path.stat().st_size)
    kept = kept_path(out, path.name)
    counts = counts_path(out, kept.name)
    with path.open("rb") as file:
        key = key_of(file, tally.size_bytes, rules_key(config, beats))
        if (before := _earlier(kept, counts, key)) is not None:
            tally.was_done, tally.offset = True, tally.size_bytes
            return SiftedFile(tally=tally, kept=before.kept)
        date = first_date(file, path.name)
        file.seek(0)
        part = _part(kept)
        try:
            with part.open("xb") as left:
                left.write(info_record(path.name, date))
                work = _FileSift(config, beats, pool, left)
                await FileReading(work, tally, on_progress).run(file)
                left.flush()
                os.fsync(left.fileno())
            _put_in_place(part, kept, counts, work.sifted(path.name, key, tally))
        finally:
            part.unlink(missing_ok=True)
    return SiftedFile(tally=tally, kept=work.kept)


def _part(path: Path) -> Path:
    """A name of its own until it is whole: two machines may be at one file."""
    return path.with_name(f"{path.name}.part-{secrets.token_hex(4)}")


def _earlier(kept: Path, counts: Path, key: str) -> Sifted | None:
    """What an earlier call counted, when it sifted the same file by the same rules."""
    if not (kept.exists() and counts.exists()):
        return None
    try:
        before = read_counts(counts)
    except SpacereelError:
        return None
    return before if before.key == key else None


def _put_in_place(part: Path, kept: Path, counts: Path, sifted: Sifted) -> None:
    """The counts of another sifting go first: whoever finds both finds two that belong together."""
    counts.unlink(missing_ok=True)
    part.replace(kept)
    written = _part(counts)
    written.write_text(counts_text(sifted), encoding="utf-8")
    written.replace(counts)


class _FileSift:
    """The work on one file.

    Args:
        left: what is kept goes there.
    """

    most_under_way = _UNDER_WAY
    start = WarcPlace()

    def __init__(self, config: Config, beats: Sequence[Beat], pool: ReadingPool, left: BinaryIO) -> None:
        self.most_bytes = config.fetch.max_bytes
        self._keeps_all = config.keep.band == "all"
        self._topics = tuple(beat.topic for beat in beats)
        self._pool = pool
        self._left = left
        self._troubles: list[Faulty] = []
        #: pages written
        self.kept = 0

    async def weigh(self, entry: WarcResponse | Faulty) -> _Left:
        """A page whose words rule the topics out is counted only."""
        addressee = addressed(entry)
        if isinstance(addressee, Faulty):
            return _Left(addressee)
        return _Left(Outcome.OFF_TOPIC if await self._is_out(addressee) else _as_stored(entry, addressee))

    async def _is_out(self, page: Page) -> bool:
        if self._keeps_all:
            return False
        if is_weighed_fast(page.body):
            return is_out(self._topics, page)
        try:
            return await self._pool.judge(is_out, self._topics, page)
        except Exception:  # noqa: BLE001  # backfill meets it again, and says in the ledger what is wrong with it
            return False

    async def write(self, batch: Sequence[_Left], after: ReadUpTo) -> Counter[Outcome]:
        """Append what is kept; the place does not matter, since a file is sifted whole or not at all."""
        del after
        counts = Counter[Outcome]()
        for each in batch:
            if isinstance(each.what, Page):
                self._left.write(page_record(each.what))
                self.kept += 1
            elif isinstance(each.what, Faulty):
                counts[each.what.outcome] += 1
                if len(self._troubles) < MOST_TROUBLES:
                    self._troubles.append(each.what)
            else:
                counts[each.what] += 1
        return counts

    def sifted(self, name: str, key: str, tally: FileTally) -> Sifted:
        """What was found, for the file of counts."""
        return Sifted(
            file=name,
            key=key,
            records=tally.records,
            kept=self.kept,
            pages=tally.pages,
            skipped=tally.skipped,
            troubles=tuple(self._troubles),
        )


def _as_stored(entry: WarcResponse | Faulty, page: Page) -> Page:
    """The page with the address that its record spells."""
    return replace(page, url=entry.page.url) if isinstance(entry, WarcResponse) else page
