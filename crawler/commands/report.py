"""`spacereel report`: one self-contained page for a period."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click

from crawler.commands.export import replace_file
from crawler.commands.open_record import open_record
from crawler.commands.periods import check_beat, since_option
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.publish.charts.data import CHARTS, Period, chart
from crawler.publish.digest.gather import gather_digest
from crawler.publish.digest.report import PeriodReport, report_page
from db import overview
from db.model import iso


@click.command("report")
@click.option("--beat", metavar="ID", help="Only what this beat judged best, and its sources.")
@since_option
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="The .html file.",
)
@reads_config
def command(config: Config, beat: str | None, since: datetime, out: Path) -> None:
    """Write one page for a period, to be handed in or archived.

    Figures and charts with the tables behind them, stories, articles, edits and
    removals as in a digest, the sources with their health, and the method. It
    asks for nothing outside of itself.

    \b
    Example:
      spacereel report --beat space-films --since 2026-01-01 --out report.html
    """
    if out.suffix.lower() not in (".html", ".htm"):
        raise click.BadParameter(f"{out} is no .html file", param_hint="--out")
    now = datetime.now(UTC)
    period = Period(since=since, until=now, beat=beat)
    with open_record(config.store.path) as conn:
        check_beat(conn, beat)
        report = PeriodReport(
            digest=gather_digest(conn, since, now, beat),
            charts=[chart(conn, name, period) for name in CHARTS],
            sources=[row for row in overview.health(conn) if beat is None or row["beat"] == beat],
            figures=figures(conn, period),
            program=f"Spacereel {version('spacereel')}",
            rulesets=_rulesets(conn, period),
        )
    replace_file(out, [report_page(report)])


def figures(conn: sqlite3.Connection, period: Period) -> list[tuple[str, int]]:
    """How much there is in the period."""
    between = (iso(period.since), iso(period.until), period.beat)
    counts = {
        "articles found, relevant": "SELECT count(*) FROM newest WHERE found_at >= ?1 AND found_at < ?2 AND band = 'relevant' AND (?3 IS NULL OR beat = ?3)",
        "articles found, mentions": "SELECT count(*) FROM newest WHERE found_at >= ?1 AND found_at < ?2 AND band = 'mention' AND (?3 IS NULL OR beat = ?3)",
        "of them copies": "SELECT count(original_url) FROM newest WHERE found_at >= ?1 AND found_at < ?2 AND (?3 IS NULL OR beat = ?3)",
        "marked by a person": "SELECT count(mark) FROM newest WHERE found_at >= ?1 AND found_at < ?2 AND (?3 IS NULL OR beat = ?3)",
        "visits to pages and sources": """SELECT (SELECT count(*) FROM visits v LEFT JOIN sources s ON s.id = v.source
                WHERE started_at >= ?1 AND started_at < ?2 AND (?3 IS NULL OR s.beat = ?3))
            + (SELECT coalesce(sum(polls), 0) FROM quiet_polls q LEFT JOIN sources s ON s.id = q.source
                WHERE first_at >= ?1 AND first_at < ?2 AND (?3 IS NULL OR s.beat = ?3))""",
        "sources": "SELECT count(*) FROM sources WHERE is_enabled AND added_at < ?2 AND ?1 IS NOT NULL AND (?3 IS NULL OR beat = ?3)",
    }
    return [(name, int(conn.execute(sql, between).fetchone()[0])) for name, sql in counts.items()]


def _rulesets(conn: sqlite3.Connection, period: Period) -> list[str]:
    rows = conn.execute(
        """SELECT DISTINCT ruleset FROM judgements WHERE judged_at >= ?1 AND judged_at < ?2 AND (?3 IS NULL OR beat = ?3)
        ORDER BY ruleset LIMIT 50""",
        (iso(period.since), iso(period.until), period.beat),
    )
    return [row[0] for row in rows if row[0]]
