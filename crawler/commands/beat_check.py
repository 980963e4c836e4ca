"""`spacereel beat check`: is a beat sound, what would it cost, and whom would it ask?"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click

from crawler.catalogue import Beat, load_beats
from crawler.commands.terminal import safe_line
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.drafting.lint import lint, spellings_of
from crawler.relevance.judge import Fields, judge
from crawler.relevance.rules import Topic
from crawler.units import many

#: words of the article that is judged to say what one costs, how often, and the seconds after which that is enough
_WORDS, TIMES, _MOST_S = 500, 20, 1.0
#: letters of one of these words, with what is between
LETTERS = 8


@click.command("check")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.toml..."
)
@reads_config
def command(config: Config, files: tuple[Path, ...]) -> None:
    """Look a beat file over before it is used.

    Nobody is asked. Reads it, and says which rules can never count, which concepts no rule asks for, which terms are so short that they
    are in many texts, what an article costs, and which hosts its sources would ask. Exit code 1 when it cannot be
    read, or a rule cannot count. A beat is data: `follow` is RE2, and terms are no expressions, so nothing in it hangs.

    \b
    Example:
      spacereel beat check otters.toml
    """
    has_error = False
    for path in files:
        (beat,) = load_beats([path], config.schedule.every_s)
        findings = lint(beat.topic)
        has_error = has_error or any(each.is_error for each in findings)
        for line in _about(beat):
            click.echo(line)
        for each in findings:
            mark = click.style("error", fg="red") if each.is_error else click.style("note", fg="yellow")
            click.echo(f"  {mark}: {safe_line(each.sentence)}")
        if not findings:
            click.echo("  nothing odd found")
    if has_error:
        sys.exit(1)


def _about(beat: Beat) -> Iterator[str]:
    """What a beat is made of and what it costs."""
    topic = beat.topic
    terms = sum(len(concept.terms) for concept in topic.concepts)
    yield click.style(f"{safe_line(beat.id)}: {safe_line(beat.title)}", bold=True)
    yield (
        f"  {many(len(topic.concepts), 'concept')}, {many(terms, 'term')} in {many(spellings_of(topic), 'spelling')}, "
        f"{many(len(topic.rules), 'rule')}; {cost_ms(topic):.2f} ms for an article of {_WORDS} words"
    )
    asked = sorted({urlsplit(source.url).hostname or "" for source in beat.sources if source.is_enabled})
    off = sum(not source.is_enabled for source in beat.sources)
    yield f"  would ask {many(len(asked), 'host')}{': ' if asked else ''}{safe_line(', '.join(asked[:6]))}{' …' if len(asked) > 6 else ''}; {many(off, 'source')} switched off"


def cost_ms(topic: Topic) -> float:
    """Processor time of judging an article full of the topic's own words, in ms; the best of a few."""
    words = [term.source.strip("*«»") for concept in topic.concepts for _, term in concept.terms]
    text = " ".join((words * (_WORDS // len(words) + 1))[:_WORDS])[: _WORDS * LETTERS] if words else ""
    fields = Fields(title=text[:80], text=". ".join(text[at : at + 120] for at in range(0, len(text), 120)))
    judge(fields, topic)
    spent: list[float] = []
    while len(spent) < TIMES and sum(spent) < _MOST_S:
        began = time.process_time()
        judge(fields, topic)
        spent.append(time.process_time() - began)
    return min(spent) * 1000
