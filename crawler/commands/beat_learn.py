"""`spacereel beat learn`: edits of a beat's rules that marks and examples ask for."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.catalogue import Beat
from crawler.commands.beat import BEAT, EXAMPLES, examples_path
from crawler.commands.beatfile import replace_beat
from crawler.commands.judge import beat_of
from crawler.commands.open_record import open_record
from crawler.commands.terminal import safe_line
from crawler.commands.turns_bar import watched
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.config.tables import read_toml
from crawler.drafting import gather
from crawler.drafting.edits import RuleEdit, written
from crawler.drafting.fitting import HeldOut
from crawler.drafting.learning import FEWEST, learn_rules
from crawler.drafting.lesson import BeatLesson
from crawler.drafting.linear import learned_words, wins
from crawler.drafting.origin import drafted_examples, drafted_from
from crawler.errors import ConfigError
from crawler.relevance.evaluate import Example, load_examples
from crawler.units import many


@click.command("learn")
@BEAT
@EXAMPLES
@click.option(
    "--accept",
    is_flag=True,
    help="Take every edit without asking, when they held on stories they were not found on.",
)
@reads_config
def command(config: Config, beat: str | None, examples: Path | None, accept: bool) -> None:
    """Propose edits of a beat's rules from reviews and examples.

    Terms to add or drop, words that speak against it, points, the threshold: each with the articles it puts right and
    wrong, found and tried on different stories; and figures on a part that was kept back. Where a learned part, single
    words with weights, does better than such edits, it is proposed instead. Shown as a diff of the file.
    Nothing changes until a person accepts; then a comment says what was learnt and when.

    \b
    Examples:
      spacereel beat learn
      spacereel beat learn --beat beats/ponds.toml --examples beats/ponds.examples.jsonl
    """
    chosen = beat_of(config, beat)
    known, stories = _known(config, chosen, examples)
    table = read_toml(chosen.path)["topic"]
    lesson = learn_rules(table, known, stories, watched)
    if lesson is None:
        raise ConfigError(
            f"{many(len(known), 'labelled article')} of {chosen.id}: at least {FEWEST}, of both sorts, are needed to learn from; "
            "mark some in the review, or name a file with --examples",
            str(chosen.path),
        )
    for line in lesson_lines(chosen, lesson, len(known)):
        click.echo(line)
    text = chosen.path.read_text(encoding="utf-8")
    if seen := _seen(chosen, examples, text, known):
        click.echo(
            f"the beat was drafted from {seen:,} of these {many(len(known), 'article')}: the figures before -> flatter it"
        )
    linear = learned_words(table, known, stories)
    if linear and wins(linear, lesson):
        lesson = linear
        for line in learned_lines(linear):
            click.echo(line)
    taken = _accepted(lesson, accept=accept)
    if not lesson.edits:
        return
    new = written(text, taken or lesson.edits, datetime.now(UTC).date())
    click.echo("".join(_diff(chosen.path, text, new)), nl=False)
    if taken:
        replace_beat(chosen.path, new)
        click.echo(
            f"{chosen.path}: {many(len(taken), 'edit')} written; `spacereel replay` judges the record anew"
        )


def _known(config: Config, beat: Beat, named: Path | None) -> tuple[Sequence[Example], dict[str, int]]:
    """Marks of the record and examples of the file, each once, and the stories of those in the record."""
    path = examples_path(beat, named)
    if named is not None and not path.exists():
        raise ConfigError(f"{path} does not exist", str(path))
    found = list(load_examples(path)) if path.exists() else []
    stories: dict[str, int] = {}
    if config.store.path.is_file():
        with open_record(config.store.path) as conn:
            ids = {each.id for each in found}
            found += [each for each in gather.marked(conn, beat.id) if each.id not in ids]
            stories = gather.story_numbers(conn)
    return found, stories


def _seen(beat: Beat, named: Path | None, text: str, known: Sequence[Example]) -> int:
    """How many of the examples the beat was drafted from, by the comment in its file."""
    folders = (Path(), beat.path.parent, examples_path(beat, named).parent)
    return len(drafted_examples(drafted_from(text), known, folders))


def lesson_lines(beat: Beat, lesson: BeatLesson, count: int) -> Iterator[str]:
    """What was found and how far it can be believed."""
    yield f"{beat.id}: {many(count, 'labelled article')}, {many(len(lesson.edits), 'edit')} found"
    for edit in lesson.edits:
        yield f"  {safe_line(edit.sentence())}: {edit.because()}"
    yield f"on stories they were not found on: {_figures(lesson.cross_before)} -> {_figures(lesson.cross_after)}"
    yield f"on {many(lesson.after.items, 'article')} kept back: {_figures(lesson.before)} -> {_figures(lesson.after)}"
    if lesson.edits and lesson.helps and not lesson.holds:
        yield (
            f"{lesson.gain:+.1f} stories, with a standard error of {lesson.gain_error:.1f}, may be chance; "
            "better leave these edits until more is labelled"
        )
    elif lesson.edits and not lesson.holds:
        yield "these edits did not help on stories they were not found on; better leave them"


def learned_lines(lesson: BeatLesson) -> Iterator[str]:
    """A learned part that does better than those edits, with every word of it."""
    (edit,) = lesson.edits
    yield f"{edit.sentence()} does better, on top of the rules as they are: {edit.because()}"
    for language, term, weight in edit.words:
        yield f"  {weight:+.2f}  {safe_line(term)} ({language})"
    yield f"on stories it was not fitted on: {_figures(lesson.cross_before)} -> {_figures(lesson.cross_after)}"
    yield f"on {lesson.after.items} articles kept back: {_figures(lesson.before)} -> {_figures(lesson.after)}"


def _figures(held: HeldOut) -> str:
    return f"F1 {held.f1:.3f} (precision {held.precision:.3f}, recall {held.recall:.3f})"


def _accepted(lesson: BeatLesson, *, accept: bool) -> tuple[RuleEdit, ...]:
    """The edits that a person wants; with `--accept` all, if they held."""
    if accept:
        return lesson.edits if lesson.holds else ()
    if not sys.stdin.isatty():
        return ()
    return tuple(
        edit
        for edit in lesson.edits
        if click.confirm(f"{safe_line(edit.sentence())}?", default=lesson.holds, err=True)
    )


def _diff(path: Path, old: str, new: str) -> Iterator[str]:
    """The change of the file, as `diff -u` shows it; letters a terminal would obey are shown as one line each."""
    for line in difflib.unified_diff(
        old.splitlines(), new.splitlines(), str(path), f"{path} (proposed)", n=1, lineterm=""
    ):
        yield safe_line(line) + "\n"
