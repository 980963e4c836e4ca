"""The verbs of `spacereel beat`: a topic meets examples that a person has labelled."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.commands.options import reads_config
from crawler.config import Config

_BEAT = click.option("--beat", metavar="ID|FILE", help="The beat; the first configured one if not named.")
_EXAMPLES = click.option(
    "--examples",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Labelled examples; <beat>.examples.jsonl beside the beat's file if not named.",
)


@click.group()
def beat() -> None:
    """Try a beat's rules on labelled examples, and make examples of reviews."""


@beat.command("test")
@_BEAT
@_EXAMPLES
@reads_config
def beat_test(config: Config, beat: str | None, examples: Path | None) -> None:
    """Judge labelled examples and show the wrong ones.

    Prints precision, recall, F1 and average precision of relevant against
    negative, then every example judged wrongly with the evidence.

    \b
    Examples:
      spacereel beat test
      spacereel beat test --beat draft.toml --examples space-films.examples.jsonl
    """
    from crawler.commands.beat import print_test

    print_test(config, beat, examples)


@beat.command("examples")
@_BEAT
@_EXAMPLES
@reads_config
def beat_examples(config: Config, beat: str | None, examples: Path | None) -> None:
    """Print reviewed articles as new examples.

    One line of JSON for every article marked relevant or irrelevant in the
    review, with its headline and lead; those the file has already are left out.

    \b
    Example:
      spacereel beat examples >> space-films.examples.jsonl
    """
    from crawler.commands.beat import print_examples

    print_examples(config, beat, examples)
