"""`spacereel beat`: how a topic judges labelled examples, and reviews as new examples."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import click

from crawler.catalogue import Beat
from crawler.commands.judge import beat_of, verdict_text
from crawler.commands.open_record import open_record
from crawler.commands.terminal import one_line
from crawler.config import Config
from crawler.dedupe.urls import url_key
from crawler.errors import ConfigError
from crawler.relevance.evaluate import Evaluation, evaluate, load_examples
from db.search import reviewed

#: what a mark of the review is as a label
_LABELS = {"relevant": "positive", "irrelevant": "negative"}


def examples_path(beat: Beat, named: Path | None) -> Path:
    """The file of examples: *named*, or the one beside the beat's file."""
    return named or beat.path.with_suffix(".examples.jsonl")


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
        click.secho(f"{one_line(example.id)}: labelled {example.label}", bold=True)
        click.echo(verdict_text(example.title, judgement))


def _figures(beat: Beat, path: Path, evaluation: Evaluation) -> list[str]:
    """What the examples add up to, in words."""
    counts = ", ".join(f"{evaluation.count(label)} {label}" for label in ("positive", "mention", "negative"))
    lines = [
        click.style(f"{beat.id}: {len(evaluation.judged)} examples of {path} ({counts})", bold=True),
        f"precision {evaluation.precision:.3f}  recall {evaluation.recall:.3f}  F1 {evaluation.f1:.3f}"
        f"  average precision {evaluation.average_precision:.3f}",
    ]
    bands = Counter(judgement.band for example, judgement in evaluation.judged if example.label == "mention")
    if bands:
        told = ", ".join(f"{bands[band]} {band}" for band in ("relevant", "mention", "off"))
        lines.append(f"mentions, which do not count, were judged: {told}")
    wrong = len(evaluation.wrong)
    lines.append(f"{wrong} judged wrongly" + (", the worst first:" if wrong else ""))
    return lines


def print_examples(config: Config, name: str | None, examples: Path | None) -> None:
    """Print reviewed articles as lines for the file of examples; those it has already are left out.

    Raises:
        StoreError: there is no record, or it cannot be read.
        ConfigError: the file is there and cannot be read.
    """
    beat = beat_of(config, name)
    path = examples_path(beat, examples)
    old = load_examples(path) if path.exists() else ()
    known = {each.id for each in old} | {url_key(each.url) for each in old if each.url}
    with open_record(config.store.path) as conn:
        rows = reviewed(conn, beat.id)
    new = [row for row in rows if _is_new(row, known)]
    for row in new:
        click.echo(json.dumps(_example(row, beat.topic.lead_words), ensure_ascii=False))
    if not new:
        click.echo(f"No review of {beat.id} that {path} does not have already.", err=True)


def _is_new(row: Mapping[str, Any], known: Collection[str]) -> bool:
    addresses = (row["canonical_url"], row["url"])
    return not any(key in known for each in addresses for key in (each, url_key(each)))


def _example(row: Mapping[str, Any], lead_words: int) -> dict[str, Any]:
    return {
        "id": row["canonical_url"],
        "url": row["url"],
        "title": row["title"],
        "text": lead_of(row["text"], lead_words),
        "lang": row["language"],
        "label": _LABELS[row["mark"]],
        "kind": "review",
    }


def lead_of(text: str, words: int) -> str:
    """The paragraphs of a text that bring its first *words* words.

    >>> lead_of("One two.\\nThree four.\\nFive.", 3)
    'One two.\\nThree four.'
    """
    kept: list[str] = []
    count = 0
    for paragraph in text.split("\n"):
        if count >= words:
            break
        kept.append(paragraph)
        count += len(paragraph.split())
    return "\n".join(kept)
