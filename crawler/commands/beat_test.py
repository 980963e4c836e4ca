"""`spacereel beat test`: how a topic judges labelled examples."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from crawler.catalogue import Beat
from crawler.commands.beat import BEAT, EXAMPLES, examples_path
from crawler.commands.judge import beat_of, verdict_text
from crawler.commands.terminal import safe_line
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.errors import ConfigError
from crawler.relevance.evaluate import Evaluation, evaluate, load_examples
from crawler.units import many


@click.command("test")
@BEAT
@EXAMPLES
@reads_config
def command(config: Config, beat: str | None, examples: Path | None) -> None:
    """Judge labelled examples and show the wrong ones.

    Prints precision, recall, F1 and average precision of relevant against
    negative, then every example judged wrongly with the evidence.

    \b
    Examples:
      spacereel beat test
      spacereel beat test --beat draft.toml --examples space-films.examples.jsonl
    """
    print_test(config, beat, examples)


def print_test(config: Config, name: str | None, examples: Path | None) -> None:
    """Print how the beat's topic judges its examples.

    Raises:
        ConfigError: there are none, or the file cannot be read.
    """
    beat = beat_of(config, name)
    path = examples_path(beat, examples)
    found = load_examples(path) if path.exists() else ()
    if not found:
        what = "holds no example" if path.exists() else "does not exist"
        raise ConfigError(
            f"{path} {what}; `spacereel beat examples` makes examples of reviewed articles", str(path)
        )
    evaluation = evaluate(found, beat.topic)
    click.echo("\n".join(_figures(beat, path, evaluation)))
    for example, judgement in evaluation.wrong:
        click.echo()
        click.secho(f"{safe_line(example.id)}: labelled {example.label}", bold=True)
        click.echo(verdict_text(example.title, judgement))


def _shares(evaluation: Evaluation) -> str:
    """Precision and its kin; "–" for a share of nothing."""
    taken = evaluation.count("positive", is_relevant=True) + evaluation.count("negative", is_relevant=True)
    belong = evaluation.count("positive")
    figures = (
        ("precision", evaluation.precision, taken),
        ("recall", evaluation.recall, belong),
        ("F1", evaluation.f1 if taken else 0.0, belong),
        ("average precision", evaluation.average_precision, belong),
    )
    return "  ".join(f"{name} {value:.3f}" if of else f"{name} –" for name, value, of in figures)


def _figures(beat: Beat, path: Path, evaluation: Evaluation) -> list[str]:
    """What the examples add up to, in words."""
    counts = ", ".join(f"{evaluation.count(label)} {label}" for label in ("positive", "mention", "negative"))
    lines = [
        click.style(f"{beat.id}: {many(len(evaluation.judged), 'example')} of {path} ({counts})", bold=True),
        _shares(evaluation),
    ]
    bands = Counter(judgement.band for example, judgement in evaluation.judged if example.label == "mention")
    if bands:
        judged_as = ", ".join(f"{bands[band]} {band}" for band in ("relevant", "mention", "off"))
        lines.append(f"mentions, which do not count, were judged: {judged_as}")
    wrong = len(evaluation.wrong)
    lines.append(f"{wrong} judged wrongly" + (", the worst first:" if wrong else ""))
    return lines
