"""`spacereel sources`: what the beats look in, and what it gives just now."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import click

from crawler.catalogue import load_beats
from crawler.commands.terminal import one_line, span, table, when
from crawler.config import Config, nearest
from crawler.errors import ConfigError, SpacereelError
from db.model import Page, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one source gave."""

    source: Source
    is_ok: bool
    entries: int
    newest_at: datetime | None
    #: one sentence
    sentence: str


def all_sources(config: Config) -> tuple[Source, ...]:
    """Every source of the configured beats, in the order of the files."""
    beats = load_beats(config.beats.paths, config.schedule.every_s)
    return tuple(source for beat in beats for source in beat.sources)


def print_sources(config: Config) -> None:
    """Print the catalogue as a table."""
    found = all_sources(config)
    rows = [
        (
            each.id,
            each.kind if each.is_enabled else f"{each.kind}, off",
            each.language,
            span(each.every_s),
            each.url,
        )
        for each in found
    ]
    click.echo(table(("source", "kind", "lang", "every", "url"), rows, flexible=4))
    click.echo(f"{len(found)} sources, {sum(each.is_enabled for each in found)} of them enabled")


def check_sources(config: Config, names: Sequence[str], now: datetime) -> None:
    """Fetch sources, say what each gave; exit code 1 when one did not work.

    Raises:
        ConfigError: a name that no source has; names the nearest.
    """
    from crawler.probe import fetch_pages

    chosen = _chosen(all_sources(config), names)
    pages = fetch_pages([source.url for source in chosen], config)
    findings = [finding(source, page, now) for source, page in zip(chosen, pages, strict=True)]
    click.echo("\n".join(check_lines(findings, now)))
    if not all(each.is_ok for each in findings):
        sys.exit(1)


def _chosen(known: Sequence[Source], names: Sequence[str]) -> tuple[Source, ...]:
    by_id = {source.id: source for source in known}
    for name in names:
        if name not in by_id:
            raise ConfigError(f'there is no source "{name}"{nearest(name, by_id)}', key=name)
    return tuple(by_id[name] for name in names) or tuple(each for each in known if each.is_enabled)


def finding(source: Source, page: Page | SpacereelError, now: datetime) -> Finding:
    """What a source's answer is worth."""
    from crawler.reports import report_of

    try:
        if isinstance(page, SpacereelError):
            raise page
        report = report_of(source, page, now)
    except SpacereelError as problem:
        return Finding(source=source, is_ok=False, entries=0, newest_at=None, sentence=one_line(str(problem)))
    dates = [each.published_at or each.modified_at for each in report.candidates]
    newest = max((each for each in dates if each), default=None)
    told = [f"{len(report.candidates)} entries"] if report.candidates else []
    told += [f"{len(report.children)} sitemaps"] if report.children else []
    if page.final_url != source.url:
        told.append(f"moved to {one_line(page.final_url)}")
    return Finding(
        source=source,
        is_ok=bool(report.candidates or report.children),
        entries=len(report.candidates),
        newest_at=newest,
        sentence=", ".join(told) or "it works, but names nothing",
    )


def check_lines(findings: Sequence[Finding], now: datetime) -> list[str]:
    """The findings as lines, those that work first, the freshest on top."""

    def rank(each: Finding) -> tuple[bool, float]:
        return not each.is_ok, -each.newest_at.timestamp() if each.newest_at else 0.0

    rows = [
        (
            "ok" if each.is_ok else "!!",
            each.source.id,
            each.source.kind,
            when(each.newest_at, now) if each.newest_at else "-",
            each.sentence,
        )
        for each in sorted(findings, key=rank)
    ]
    well = sum(each.is_ok for each in findings)
    return [
        table(("", "source", "kind", "newest", "what it gave"), rows, flexible=4),
        f"{well} of {len(findings)} work",
    ]
