"""`spacereel once`: one round over the sources, with a bar on a terminal and one line at the end."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from crawler.commands.open_record import open_record
from crawler.commands.terminal import duration
from crawler.commands.verbs import reads_config
from crawler.commands.verdict_words import verdicts_in_words
from crawler.config import Config
from crawler.daemon.once import run_once
from crawler.logs import configure_logs
from crawler.units import many
from db.model import Outcome
from db.polls import counted_in
from db.runs import RunReport

Progress = Callable[[int, int, dict[str, int]], None]


@click.command("once")
@click.option("--all", "all_sources", is_flag=True, help="Poll every source, also those that are not due.")
@click.option("--recheck", is_flag=True, help="Fetch every stored article again, to find edits and removals.")
@reads_config
def command(config: Config, all_sources: bool, recheck: bool) -> None:
    """Poll what is due, store everything found, and end.

    \b
    Example:
      spacereel once --all
    """
    poll_once(config, all_sources, recheck)


def poll_once(config: Config, all_sources: bool, recheck: bool) -> None:
    """Do one round and say what came of it; problems are logged to standard error."""
    configure_logs(logging.WARNING)
    click.echo(run_summary(config.store.path, one_round(config, all_sources, recheck)))


def one_round(config: Config, all_sources: bool, recheck: bool) -> RunReport:
    """One round, with a progress bar on standard error where that is a terminal."""
    with progress_bar() as bar:
        return run_once(config, all_sources=all_sources, recheck=recheck, progress=bar)


@contextmanager
def progress_bar() -> Iterator[Progress | None]:
    """A callback for `run_once` that draws pages done and waiting; None where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import (
        tqdm,
    )  # with what it draws for notebooks, a part of the start that most rounds need not pay
    from tqdm.contrib.logging import logging_redirect_tqdm

    with (
        logging_redirect_tqdm(),
        tqdm(unit=" pages", dynamic_ncols=True, leave=False, file=sys.stderr) as bar,
    ):

        def draw(done: int, waiting: int, verdicts: dict[str, int]) -> None:
            bar.total = done + waiting
            bar.n = done
            bar.set_postfix(verdicts, refresh=True)

        yield draw


def run_summary(record: Path, report: RunReport) -> str:
    """What a round was, in one line: "12 sources, 63 pages: 7 new, 2 changed, 9 copies, 1 failed in 38 s"."""
    with open_record(record) as conn:
        polled = conn.execute(
            "SELECT count(DISTINCT source) FROM visits WHERE run_id = ? AND purpose = 'source'", (report.id,)
        ).fetchone()[0] + sum(counted_in(conn, report.id).values())
        rows = conn.execute(
            "SELECT verdict, count(*) FROM visits WHERE run_id = ? AND purpose IN ('new', 'recheck') GROUP BY verdict",
            (report.id,),
        ).fetchall()
    return sentence_of(polled, {Outcome(row[0]): row[1] for row in rows}, _seconds(report))


def _seconds(report: RunReport) -> float:
    return (report.finished_at - report.started_at).total_seconds() if report.finished_at else 0.0


def sentence_of(sources: int, pages: dict[Outcome, int], seconds: float) -> str:
    """The line that ends a round.

    >>> sentence_of(12, {Outcome.NEW: 7, Outcome.COPY: 1}, 38.0)
    '12 sources, 8 pages: 7 new, 1 copy in 38 s'
    """
    verdicts = verdicts_in_words(pages) or "nothing new"
    return (
        f"{many(sources, 'source')}, {many(sum(pages.values()), 'page')}: {verdicts} in {duration(seconds)}"
    )
