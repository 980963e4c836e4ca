"""`spacereel judge`: texts in, verdicts with evidence out, nothing stored."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.catalogue import Beat, configured_beats, load_beats
from crawler.commands.named_pages import is_address, named_candidate, named_pages, problem_of
from crawler.commands.terminal import NO_RULE, as_sentence, safe_line, text_table
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.config.spelling import nearest
from crawler.errors import ConfigError, SpacereelError
from crawler.ingest.judge_jsonl import run_judge_jsonl
from crawler.relevance.explain import Explanation, explain
from crawler.relevance.judge import Fields, judge, judged_fields
from crawler.relevance.topic import Topic
from db.model import Evidence, Judgement, Page

#: what a band means, in words
_BANDS = {
    "relevant": "it is about the beat",
    "mention": "it touches the beat",
    "off": "it is not about the beat",
}


@click.command("judge")
@click.argument("what", nargs=-1, metavar="[FILE|URL|TEXT]...")
@click.option(
    "--jsonl",
    is_flag=True,
    help="Lines {id,url,title,text,lang} from standard input, one judgement per line out.",
)
@click.option(
    "--beat", metavar="ID|FILE", help="The beat to judge by; the first configured one if not named."
)
@click.option(
    "--explain",
    "explained",
    is_flag=True,
    help="Also every term found, those hidden by longer ones, and rules that nearly counted.",
)
@reads_config
def command(config: Config, what: tuple[str, ...], jsonl: bool, beat: str | None, explained: bool) -> None:
    """Judge pages or texts by a beat's topic.

    Says the score, the band and which terms counted where.

    \b
    Examples:
      spacereel judge "Tom Cruise to shoot a film on the space station"
      spacereel judge --jsonl --beat space-films < items.jsonl
    """
    if jsonl == bool(what):
        raise click.UsageError("Name files, addresses or texts, or give --jsonl and lines on standard input.")
    if jsonl:
        judge_lines(config, beat)
    else:
        judge_each(config, beat, what, datetime.now(UTC), is_explained=explained)


def beat_of(config: Config, name: str | None) -> Beat:
    """The beat of that id or in that file; the first configured one when *name* is None.

    Raises:
        ConfigError: there is none; names the nearest.
    """
    if name and name.endswith(".toml"):
        return load_beats([Path(name)])[0]
    beats = {beat.id: beat for beat in configured_beats(config)}
    if name is None:
        return next(iter(beats.values()))
    if name not in beats:
        raise ConfigError(f'there is no beat "{name}"{nearest(name, beats)}', key=name)
    return beats[name]


def judge_lines(config: Config, beat: str | None) -> None:
    """Standard input to standard output by the protocol of `crawler.ingest.judge_jsonl`."""
    topic = beat_of(config, beat).topic
    run_judge_jsonl(sys.stdin.buffer, lambda line: click.echo(line, nl=False), topic)


def judge_each(
    config: Config, beat: str | None, named: Sequence[str], now: datetime, *, is_explained: bool = False
) -> None:
    """Print the judgement of every file, address or text; exit code 1 when one gave no article."""
    topic = beat_of(config, beat).topic
    pages = dict(named_pages([name for name in named if is_page(name)], config, now))
    has_problem = False
    for name in named:
        try:
            fields, judgement = _judged(name, pages.get(name), topic)
        except SpacereelError as problem:
            has_problem = True
            click.echo(f"Error: {safe_line(name)}: {as_sentence(str(problem))}", err=True)
            continue
        click.echo(verdict_text(fields.title, judgement))
        if is_explained:
            click.echo("\n".join(explanation_lines(explain(fields, topic))))
    if has_problem:
        sys.exit(1)


def is_page(name: str) -> bool:
    """Whether a person means a file or an address by that, and not a text."""
    looks_like_file = " " not in name and name.lower().endswith((".html", ".htm", ".xhtml"))
    return is_address(name) or looks_like_file or (len(name) < 256 and Path(name).is_file())


def _judged(name: str, page: Page | SpacereelError | None, topic: Topic) -> tuple[Fields, Judgement]:
    if page is None:
        return Fields(title=name), judge(Fields(title=name), topic)
    if isinstance(page, SpacereelError):
        raise page
    from crawler.ingest.limited import (
        read_within_limits,  # trafilatura takes a second to import; judging texts does without
    )

    capture = read_within_limits(page, named_candidate(page), (topic,))
    if capture.article is None:
        raise SpacereelError(problem_of(capture) or "")
    return judged_fields(capture.article), capture.judgements[0]


def verdict_text(title: str, judgement: Judgement) -> str:
    """Band, score and evidence of one judgement, as a person reads it."""
    style = {"relevant": "green", "mention": "yellow", "off": "red"}[judgement.band]
    band = click.style(judgement.band, fg=style, bold=True)
    head = f"{band}: {_BANDS[judgement.band]} (score {judgement.score:.2f}, relevant from {judgement.threshold:.2f})"
    return "\n".join([safe_line(title), head, evidence_table(judgement.evidence)])


def explanation_lines(explanation: Explanation) -> list[str]:
    """What the evidence leaves out, one line each, indented."""
    lines = ["  found:"] if explanation.met else ["  no term of the topic was found"]
    for each in explanation.met:
        hidden = (
            f', hidden by "{safe_line(each.hidden_by)}"' if each.hidden_by else ", hidden by a longer term"
        )
        lines.append(
            f'    "{safe_line(each.words)}" ({each.concept}) in the {each.where}, sentence {each.number}'
            f"{hidden if each.hidden_by is not None else ''}"
        )
    for miss in explanation.near:
        lines.append(
            f"  nearly {miss.points:+.2f}: {safe_line(miss.rule)} {safe_line(miss.because)}"
            f" ({miss.where}, sentence {miss.number}: {', '.join(map(safe_line, miss.words))})"
        )
    return lines


def evidence_table(evidence: Sequence[Evidence]) -> str:
    """What counted, one line each, indented."""
    if not evidence:
        return NO_RULE
    rows = [(f"{each.weight:+.2f}", each.concept, each.field, each.count, each.term) for each in evidence]
    drawn = text_table(("points", "rule", "where", "times", "terms"), rows, flexible=4)
    return "\n".join(f"  {line}" for line in drawn.splitlines())
