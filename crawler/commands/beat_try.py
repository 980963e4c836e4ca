"""`spacereel beat try`: what a draft would do to the articles of the record."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
from tqdm import tqdm

from crawler.catalogue import Beat, configured_beats, load_beats
from crawler.commands.open_record import open_record
from crawler.commands.terminal import safe_line, text_table
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.drafting.trial import MOST_MOVES_NAMED, Trial, compare
from crawler.relevance.rules import Topic
from crawler.units import many
from db.archive import Archive
from db.model import Band
from db.texts import stored_texts

#: kinds of near misses that are shown
MOST_NEAR = 12
_BANDS: tuple[Band, ...] = ("relevant", "mention", "off")


@click.command("try")
@click.argument("draft", type=click.Path(dir_okay=False, path_type=Path), metavar="DRAFT.toml")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Look at N articles only.")
@click.option(
    "--archive",
    "with_archive",
    is_flag=True,
    help="Also read the archived pages that the record has no article of; some milliseconds each.",
)
@reads_config
def command(config: Config, draft: Path, limit: int | None, with_archive: bool) -> None:
    """Show what a draft would do to the articles of the record.

    Which would enter, leave or change band against the configured beat of the same id; what each rule does, which
    never count, which take back each other's points; and what articles lack that nearly belong. Nothing is stored,
    and nothing is fetched.

    \b
    Examples:
      spacereel beat try draft.toml
      spacereel beat try draft.toml --archive
    """
    (beat,) = load_beats([draft])
    today = _today(config, beat)
    with open_record(config.store.path) as conn:
        trial = compare(stored_texts(conn, limit=limit or -1), beat.topic, today)
        rejected = _of_archive(config, conn, beat.topic, today, limit) if with_archive else None
    for line in trial_lines(beat, trial):
        click.echo(line)
    for line in archive_lines(rejected) if rejected else ():
        click.echo(line)


def _of_archive(
    config: Config, conn: sqlite3.Connection, draft: Topic, today: Topic | None, limit: int | None
) -> Trial:
    """The draft on pages that became no article."""
    from crawler.ingest.archived import rejected_texts  # the extractor takes a second to import

    topics = (draft,) if today is None else (draft, today)
    with closing(Archive.to_read(config.store.archive)) as archive:
        texts = rejected_texts(conn, archive, topics, config.extract.workers, limit)
        bar = tqdm(texts, unit=" pages", file=sys.stderr, leave=False, disable=not sys.stderr.isatty())
        return compare(bar, draft, today)


def _today(config: Config, draft: Beat) -> Topic | None:
    """The rules of the configured beat of that id."""
    return next((beat.topic for beat in configured_beats(config) if beat.id == draft.id), None)


def trial_lines(beat: Beat, trial: Trial) -> Iterator[str]:
    """The account, as a person reads it."""
    stay = sum(count for (before, after), count in trial.moves.items() if before == after)
    yield f"{beat.id}: {many(trial.articles, 'article')} of the record, {stay} keep their band"
    yield from _moves(trial)
    yield ""
    rows = [
        (
            f"{effect.points:+.2f}",
            safe_line(effect.name),
            effect.articles,
            effect.decides,
            f"{effect.added:+.1f}",
        )
        for effect in sorted(trial.rules.values(), key=lambda each: -each.articles)
        if effect.articles
    ]
    if rows:
        yield text_table(("points", "rule", "articles", "decides", "adds"), rows, flexible=1)
    for name in trial.silent:
        yield f"never counts: {safe_line(name)}"
    for one, other, count in trial.contradictions:
        yield f"take back each other's points in {many(count, 'article')}: {safe_line(one)}, {safe_line(other)}"
    yield from _near(trial)


def archive_lines(trial: Trial) -> Iterator[str]:
    """The account of pages that the record has no article of."""
    stay = sum(count for (before, after), count in trial.moves.items() if before == after)
    yield ""
    yield f"archive: {many(trial.articles, 'page')} without an article in the record, {stay} keep their band"
    yield from _moves(trial)
    yield from _near(trial)


def _near(trial: Trial) -> Iterator[str]:
    for what, (count, title) in list(trial.near.items())[:MOST_NEAR]:
        yield f"nearly: {safe_line(what)}: {many(count, 'article')}, such as {safe_line(title)}"


def _moves(trial: Trial) -> Iterator[str]:
    for after in _BANDS:
        for before in _BANDS:
            count = trial.moves[before, after]
            if before == after or not count:
                continue
            yield click.style(f"{before} -> {after}: {many(count, 'article')}", bold=True)
            named = [move for move in trial.named if (move.before, move.after) == (before, after)]
            yield from (f"  {safe_line(move.title)} ({safe_line(move.because)})" for move in named)
            if count > MOST_MOVES_NAMED:
                yield f"  and {count - MOST_MOVES_NAMED} more"
