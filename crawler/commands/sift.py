"""`spacereel sift`: WARC files made small, before they are read into a record."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
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
from crawler.warc.sift import SiftedFile, sift
from db.model import Outcome


@click.command("sift")
@warc_files
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where what is left goes: a WARC file and a file of counts for each FILE.",
)
@reads_config
def command(config: Config, files: tuple[Path, ...], out: Path) -> None:
    """Leave out of WARC files what cannot belong to a beat.

    Needs no record: pages whose words rule every beat out are counted, all
    others are written to FOLDER, which `backfill` then reads. Each FILE is
    sifted by itself, so many machines may do it side by side; see
    examples/dask_backfill.py and examples/slurm.sbatch.

    A file is there when it is whole. One that was sifted by the same rules
    is left alone, so a call that was interrupted is simply made again.

    \b
    Examples:
      spacereel sift CC-NEWS-*.warc.gz --out kept/
      spacereel backfill kept/*.warc.gz --counts kept/
    """
    configure_logs(logging.WARNING)
    beats, paths, begun = configured_beats(config), list(dict.fromkeys(files)), time.monotonic()
    with warc_bar(paths, "left out", [Outcome.OFF_TOPIC]) as on_progress:
        done = asyncio.run(sift(config, beats, paths, out, on_progress))
    for line in sift_summary(done, time.monotonic() - begun):
        click.echo(line)


def sift_summary(done: Sequence[SiftedFile], seconds: float) -> Iterator[str]:
    """What a call was: files that were left alone, and one line with the sums.

    >>> from crawler.warc.window import FileTally
    >>> tally = FileTally("a.warc.gz", 9, records=7)
    >>> tally.pages.update({Outcome.OFF_TOPIC: 2})
    >>> print(*sift_summary([SiftedFile(tally=tally, kept=1)], 38.0))
    1 file, 7 records: 1 page kept, 2 off topic; in 38 s
    """
    for each in done:
        if each.tally.was_done:
            yield f"{safe_line(each.tally.name)} was sifted before, by the same rules: nothing to do"
    new = [each for each in done if not each.tally.was_done]
    if new:
        pages = sum((each.tally.pages for each in new), Counter[Outcome]())
        records = sum(each.tally.records for each in new)
        kept = sum(each.kept for each in new)
        said = f"{many(len(new), 'file')}, {many(records, 'record')}: {many(kept, 'page')} kept"
        others = f", {verdicts_in_words(pages)}" if pages else ""
        yield f"{said}{others}; in {duration(seconds)}"
