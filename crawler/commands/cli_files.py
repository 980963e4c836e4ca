"""The verbs that carry many articles in or out of the record as files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from crawler.commands.options import reads_config
from crawler.config import Config

#: what `--query` replaces
_FILTERS = ("since", "band", "source", "search", "limit")


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl", "atom", "markdown"]),
    help="How it is written; by the ending of --out, else CSV, if not named.",
)
@click.option("--query", metavar="SQL", help="One SELECT on the record, instead of the filters.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Published that day (UTC) or later; fetched, when there is no date.",
)
@click.option(
    "--band",
    type=click.Choice(["relevant", "mention", "off", "all"]),
    help="Articles of this band; relevant if not named.",
)
@click.option("--source", metavar="ID", help="Articles that this source named.")
@click.option("--search", metavar="WORDS", help="Articles with these words, as FTS5 reads them.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most N articles, the newest.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Not to standard output."
)
@reads_config
def export(config: Config, form: str | None, out: Path | None, query: str | None, **filters: Any) -> None:
    """Write articles as CSV, JSON Lines, Atom or Markdown.

    Without --query: the newest version of the relevant articles, the last
    published first. The record is opened read-only.

    CSV cells that a spreadsheet would run (they begin with = + - @, a tab or a
    return, and are no number) begin with an apostrophe. Atom and Markdown hold
    plain text and web links only; an Atom feed needs a column title.

    \b
    Examples:
      spacereel export --since 2026-01-01 --out articles.csv
      spacereel export --format atom --search '"tom cruise"' --limit 50
      spacereel export --format jsonl --query "select url, verdict from visits"
    """
    given = [name for name in _FILTERS if filters[name] is not None]
    if query is not None and given:
        raise click.UsageError(f"--query says all there is to say; leave out --{given[0]}.")
    from crawler.commands.export import Filters, export_rows

    export_rows(config, form, out, query, Filters(**filters), datetime.now(UTC))


@click.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE...",
)
@reads_config
def backfill(config: Config, files: tuple[Path, ...]) -> None:
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
    """
    from crawler.commands.backfill import fill_in

    fill_in(config, files)
