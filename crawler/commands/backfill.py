"""`spacereel backfill`: WARC files into the record, with a bar on a terminal and the sums at the end."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import click

from crawler.catalogue import configured_beats
from crawler.commands.terminal import duration, safe_line
from crawler.commands.verbs import reads_config
from crawler.commands.verdict_words import verdicts_in_words
from crawler.commands.warc_bar import warc_bar, warc_files
from crawler.config import Config
from crawler.logs import configure_logs
from crawler.units import many
from crawler.warc.backfill import backfill, in_order
from crawler.warc.sifted import counts_path, read_counts
from crawler.warc.window import FileTally
from db.model import Outcome
from db.store import Store

#: verdicts that bring a version
_STORED = (Outcome.NEW, Outcome.CHANGED, Outcome.COPY)
_TROUBLES = (Outcome.FAILED, Outcome.TOO_LARGE, Outcome.BLOCKED)


@click.command("backfill")
@warc_files
@click.option(
    "--counts",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="FILEs are what `sift` left of larger ones; what it counted of these stands in FOLDER.",
)
@reads_config
def command(config: Config, files: tuple[Path, ...], counts: Path | None) -> None:
    """Read the pages of WARC files into the record.

    FILE is a .warc or .warc.gz, such as those of Common Crawl's news crawl
    (CC-NEWS). Its pages are read, judged and appended as if they had been
    fetched at the time that the file says; nothing is fetched, and the daemon
    may run. Older content never takes the place of newer.

    A call that was interrupted goes on where it was, and a file that was read
    to its end is left alone, until the beats or the extractor change.

    \b
    Examples:
      spacereel backfill CC-NEWS-20211005000000-00001.warc.gz
      spacereel backfill /data/warcs/*.warc.gz
      spacereel backfill kept/*.warc.gz --counts kept/
    """
    fill_in(config, files, counts)


def fill_in(config: Config, files: Sequence[Path], counts: Path | None) -> None:
    """Read the files and say what came of it."""
    configure_logs(logging.WARNING)
    sifted = {path: read_counts(counts_path(counts, path.name)) for path in files} if counts else {}
    beats, paths = configured_beats(config), in_order(files)
    begun = time.monotonic()
    store = Store.open(config.store.path, config.store.archive, durability=config.store.durability)
    with closing(store), warc_bar(paths, "stored", _STORED) as on_progress:
        tallies = asyncio.run(backfill(config, beats, store, paths, on_progress, sifted))
    for line in summary(tallies, time.monotonic() - begun):
        click.echo(line)


def summary(tallies: Sequence[FileTally], seconds: float) -> Iterator[str]:
    """What a call was: files that were left alone, and one line with the sums.

    >>> tally = FileTally("a.warc.gz", 9, records=7)
    >>> tally.pages.update({Outcome.NEW: 1, Outcome.OFF_TOPIC: 2}), tally.skipped.update({"request": 3, "status 404": 1})
    (None, None)
    >>> print(*summary([tally], 38.0))
    1 file, 7 records, 3 pages: 1 new, 2 off topic; 4 records are no page: 3 request, 1 status 404; in 38 s
    """
    for tally in tallies:
        if tally.was_done:
            yield f"{safe_line(tally.name)} was read before, by the same rules: nothing to do"
    read = [tally for tally in tallies if not tally.was_done]
    if not read:
        return
    pages, skipped = Counter[Outcome](), Counter[str]()
    for tally in read:
        pages += tally.pages
        skipped += tally.skipped
    sums = f"{many(len(read), 'file')}, {many(sum(tally.records for tally in read), 'record')}"
    sums += f", {many(pages.total(), 'page')}: {verdicts_in_words(pages) or 'nothing new'}"
    if skipped:
        kinds = ", ".join(f"{count:,} {safe_line(kind)}" for kind, count in skipped.most_common())
        sums += (
            f"; {many(skipped.total(), 'record')} {'is' if skipped.total() == 1 else 'are'} no page: {kinds}"
        )
    yield f"{sums}; in {duration(seconds)}"
    if any(pages[each] for each in _TROUBLES):
        yield "What could not be had, and why, stands in the ledger: select url, verdict, reason from visits where purpose = 'backfill'"
