"""`spacereel beat`: how a topic is made and tried; one module per verb below it."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.catalogue import Beat
from crawler.commands.verbs import Verbs

VERBS = {
    "new": "Draft a beat from a title, words and examples.",
    "check": "Look a beat file over before it is used.",
    "try": "Show what a draft would do to the articles of the record.",
    "learn": "Propose edits of a beat's rules from reviews and examples.",
    "test": "Judge labelled examples and show the wrong ones.",
    "examples": "Print reviewed articles as new examples.",
}
BEAT = click.option("--beat", metavar="ID|FILE", help="The beat; the first configured one if not named.")
EXAMPLES = click.option(
    "--examples",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Labelled examples; <beat>.examples.jsonl beside the beat's file if not named.",
)


@click.group("beat", cls=Verbs, verbs=VERBS)
def command() -> None:
    """Make a beat, try its rules on examples and articles, and learn from reviews."""


def examples_path(beat: Beat, named: Path | None) -> Path:
    """The file of examples: *named*, or the one beside the beat's file."""
    return named or beat.path.with_suffix(".examples.jsonl")
