"""`spacereel export`: a query of the record into a file or a pipe, row by row."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

import click

from crawler.commands.open_record import open_record
from crawler.commands.periods import When
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.errors import SpacereelError
from crawler.publish.export import WRITERS, Format
from crawler.query.scope import scoped_condition
from db.model import iso
from db.query import answer

#: what is written when no query in SQL names columns: name -> where it stands
COLUMNS = {
    **dict.fromkeys(("id", "title", "source", "site_name", "published_at", "language", "url", "authors", "tags", "section", "description"), "a"),
    "score": "n", "band": "n", "story_id": "n", "mark": "n", "note": "r", "reviewer": "r", "found_at": "n",
    **dict.fromkeys(("revision", "modified_at", "fetched_at", "word_count", "text"), "a"),
}  # fmt: skip
#: what `--query` replaces
_FILTERS = ("since", "found_since", "band", "source", "search", "limit")
ENDINGS: dict[str, Format] = {
    ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".atom": "atom", ".xml": "atom", ".md": "markdown",
}  # fmt: skip


@click.command("export")
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
    "--found-since",
    type=When(),
    metavar="WHEN",
    help="Found then or later, whenever it was published: a day, 24h, 7d, yesterday.",
)
@click.option(
    "--band",
    type=click.Choice(["relevant", "mention", "off", "all"]),
    help="Articles of this band; relevant if neither this nor the search names one.",
)
@click.option("--source", metavar="ID", help="Articles that this source named.")
@click.option("--search", metavar="QUERY", help="Articles that this finds in the search box of the review.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most N articles, the newest.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Not to standard output."
)
@reads_config
def command(config: Config, form: str | None, out: Path | None, query: str | None, **filters: Any) -> None:
    """Write articles as CSV, JSON Lines, Atom or Markdown.

    Without --query: the newest version of the relevant articles, the last
    published first, without copies and without what was marked irrelevant. A
    search that names mark:, copies: or band: decides that itself; docs/search.md
    has all its fields. The record is opened read-only.

    CSV cells that a spreadsheet would run (they begin with = + - @, a tab or a
    return, and are no number) begin with an apostrophe. Atom and Markdown hold
    plain text and web links only; an Atom feed needs a column title.

    \b
    Examples:
      spacereel export --since 2026-01-01 --out articles.csv
      spacereel export --format atom --search '"tom cruise" -tag:trailer' --limit 50
      spacereel export --found-since 24h --format markdown
      spacereel export --format jsonl --query "select url, verdict from visits"
    """
    given = [name for name in _FILTERS if filters[name] is not None]
    if query is not None and given:
        raise click.UsageError(f"--query says all there is to say; leave out --{given[0]}.")
    export_rows(config, form, out, query, Filters(**filters), datetime.now(UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which articles, when no SQL says so."""

    since: datetime | None = None
    #: found then or later, whenever they were published
    found_since: datetime | None = None
    #: relevant | mention | off | all; None is relevant, or what the search says
    band: str | None = None
    source: str | None = None
    #: in the query language
    search: str | None = None
    limit: int | None = None

    def query(self) -> str:
        """All but the search, in the query language.

        >>> Filters(source="wire", band="all").query()
        'band:any source:"wire"'
        """
        band = "any" if self.band == "all" else self.band
        parts = (
            band and f"band:{band}",
            self.source is not None and f'source:"{self.source}"',
            self.since and f"since:{self.since:%Y-%m-%d}",
            self.found_since and f"found:{iso(self.found_since)}",
        )
        return " ".join(part for part in parts if part)


def statement(filters: Filters, now: datetime) -> tuple[str, tuple[Any, ...]]:
    """The SELECT that *filters* mean, and its values.

    Articles marked irrelevant and copies are left out unless the search says something of them.

    Raises:
        QuerySyntaxError: the search, or a time, cannot be read.
    """
    asked = scoped_condition(filters.search or "", filters.query(), now=now)
    limit = filters.limit or -1
    # ids are put in order first, and looked up in that order: a sort would carry every text along;
    # without its LIMIT SQLite would drop the order of the inner SELECT
    return (
        f"""WITH chosen AS MATERIALIZED (
            SELECT n.article_id AS chosen_id FROM newest n WHERE {asked.sql}
            ORDER BY n.published_at DESC, n.article_id DESC LIMIT {limit:d})
        SELECT {", ".join(f"{table}.{name}" for name, table in COLUMNS.items())} FROM chosen
        CROSS JOIN newest n ON n.article_id = chosen_id CROSS JOIN articles a ON a.id = chosen_id
        LEFT JOIN reviews r ON r.canonical_url = n.canonical_url""",  # noqa: S608 - values are bound
        asked.values,
    )


def export_rows(
    config: Config, form: str | None, out: Path | None, query: str | None, filters: Filters, now: datetime
) -> None:
    """Write what *query*, or the filters, find; a file appears whole or not at all."""
    writer = WRITERS[cast(Format, form) if form else _format_of(out)]
    sql, values = (query, ()) if query is not None else statement(filters, now)
    with open_record(config.store.path) as conn:
        columns, rows = answer(conn, config.store.path, sql, values)
        pieces = writer(columns, rows, now)
        if out is None:
            _write(sys.stdout.buffer, pieces)
        else:
            replace_file(out, pieces)


def _format_of(out: Path | None) -> Format:
    return ENDINGS.get(out.suffix.lower(), "csv") if out else "csv"


def _write(stream: IO[bytes], pieces: Iterable[str | bytes]) -> None:
    for piece in pieces:
        stream.write(piece if isinstance(piece, bytes) else piece.encode("utf-8", "replace"))
    stream.flush()


def replace_file(out: Path, pieces: Iterable[str | bytes]) -> None:
    """Beside *out* first, and in its place when it is complete."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{out.name[:200]}-", dir=out.parent)
    except OSError as problem:
        raise SpacereelError(f"{out} cannot be written: {problem.strerror or problem}") from problem
    try:
        with os.fdopen(handle, "wb") as stream:
            _write(stream, pieces)
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(out)
    except BaseException as problem:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        if isinstance(problem, OSError):
            raise SpacereelError(f"{out} cannot be written: {problem.strerror or problem}") from problem
        raise
