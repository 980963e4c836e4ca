"""`spacereel chart NAME`: a picture of the record, as SVG or PNG, or the table behind it."""

from __future__ import annotations

import csv
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.commands.export import replace_file
from crawler.commands.open_record import open_record
from crawler.commands.periods import check_beat, since_option
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.errors import PublishError
from crawler.publish.charts.data import CHARTS, Chart, Period, chart, story_chart
from crawler.publish.charts.svg import png, standalone
from crawler.publish.export import csv_cell


@click.command("chart")
@click.argument("name", type=click.Choice([*CHARTS, "story"]), metavar="NAME")
@click.argument("number", type=click.IntRange(1), required=False, metavar="[STORY]")
@since_option
@click.option("--beat", metavar="ID", help="Only what this beat judged best.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A .svg or .png file; the table behind it as CSV to standard output if not named.",
)
@reads_config
def command(
    config: Config, name: str, number: int | None, since: datetime, beat: str | None, out: Path | None
) -> None:
    """Draw a chart, or print the table behind it.

    NAME is days (articles by band), languages, outlets (against time), lag
    (behind the first report), sources (what they brought), edits (by outlet), or
    story with the number of one: who reported when, and who copied whom.

    \b
    Examples:
      spacereel chart days --since 7d
      spacereel chart outlets --out outlets.svg
      spacereel chart days --since 30d --out days.png
    """
    if (name == "story") != (number is not None):
        raise click.UsageError(
            "story goes with the number of a story, and a number with story: `spacereel chart story 12`."
        )
    if out is not None and out.suffix.lower() not in (".svg", ".png"):
        raise click.BadParameter(f"{out} is no .svg or .png file", param_hint="--out")
    period = Period(since=since, until=datetime.now(UTC), beat=beat)
    with open_record(config.store.path) as conn:
        check_beat(conn, beat)
        drawn = story_chart(conn, number) if number is not None else chart(conn, name, period)
    if drawn is None:
        raise PublishError(f"there is no story {number}, or nothing stands in it", "chart")
    if out is not None:
        is_png = out.suffix.lower() == ".png"
        replace_file(out, [png(drawn.svg) if is_png else standalone(drawn.svg)])
    else:
        _print(drawn)


def _print(drawn: Chart) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(drawn.head)
    writer.writerows([csv_cell(value) for value in row] for row in drawn.rows)
