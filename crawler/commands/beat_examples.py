"""`spacereel beat examples`: reviewed articles as new examples."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import click

from crawler.commands.beat import BEAT, EXAMPLES, examples_path
from crawler.commands.judge import beat_of
from crawler.commands.open_record import open_record
from crawler.commands.terminal import as_json
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.dedupe.urls import url_key
from crawler.relevance.evaluate import load_examples
from db.search import reviewed

#: what a mark of the review is as a label
_LABELS = {"relevant": "positive", "irrelevant": "negative"}


@click.command("examples")
@BEAT
@EXAMPLES
@reads_config
def command(config: Config, beat: str | None, examples: Path | None) -> None:
    """Print reviewed articles as new examples.

    One line of JSON for every article marked relevant or irrelevant in the
    review, with its headline and lead; those the file has already are left out.

    \b
    Example:
      spacereel beat examples >> space-films.examples.jsonl
    """
    print_examples(config, beat, examples)


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
        click.echo(as_json(_example(row, beat.topic.lead_words), indent=None))
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
