"""`spacereel sources check`: what the sources give just now."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import click

from crawler.catalogue import configured_sources
from crawler.commands.terminal import safe_line, text_table, when
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.config.spelling import nearest
from crawler.dedupe.urls import source_key
from crawler.discover.engines import requests_of
from crawler.errors import (
    BadStatus,
    ConfigError,
    DiscoverError,
    ForbiddenAddress,
    RobotsDenied,
    SpacereelError,
    Unreachable,
)
from crawler.frontier.hosts import RobotsClosed
from crawler.units import many
from db.model import Page, Source

#: a newest entry that is older makes a source worth a look
STALE = timedelta(days=30)


@click.command("check")
@click.argument("names", nargs=-1, metavar="[ID]...")
@reads_config
def command(config: Config, names: tuple[str, ...]) -> None:
    """Fetch sources now and tell what they give.

    Nothing is stored. Without an ID, every enabled source is checked.

    \b
    Example:
      spacereel sources check guardian-film space-com
    """
    check_sources(config, names, datetime.now(UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one source gave."""

    source: Source
    is_ok: bool
    entries: int
    newest_at: datetime | None
    #: one sentence
    sentence: str
    #: what a person can do about it; None when there is nothing to do
    advice: str | None = None


def check_sources(config: Config, names: Sequence[str], now: datetime) -> None:
    """Fetch sources, say what each gave; exit code 1 when one did not work.

    Raises:
        ConfigError: a name that no source has; names the nearest.
    """
    from crawler.commands.probe import fetch_pages

    chosen = _chosen(configured_sources(config), names)
    boxes = [box_finding(source, config) for source in chosen if source.kind == "mail"]
    asked = [source for source in chosen if source.kind != "mail"]
    pages = fetch_pages([address_of(source, now) for source in asked], config) if asked else ()
    findings = [*boxes, *(finding(source, page, now) for source, page in zip(asked, pages, strict=True))]
    click.echo("\n".join(check_lines(findings, now)))
    if not all(each.is_ok for each in findings):
        sys.exit(1)


def _chosen(known: Sequence[Source], names: Sequence[str]) -> tuple[Source, ...]:
    by_id = {source.id: source for source in known}
    for name in names:
        if name not in by_id:
            raise ConfigError(f'there is no source "{name}"{nearest(name, by_id)}', key=name)
    return tuple(by_id[name] for name in names) or tuple(each for each in known if each.is_enabled)


def address_of(source: Source, now: datetime) -> str:
    """What is asked for: of a query its first question."""
    return requests_of(source, None, now)[0] if source.engine else source.url


def box_finding(source: Source, config: Config) -> Finding:
    """How many mails a box holds; none is read further than its headers."""
    from crawler.polling.mailboxes import mailbox_of

    finding = partial(Finding, source=source, newest_at=None)
    try:
        count = len(mailbox_of(source.url, source.id, config.fetch.allow_private, os.environ).mails(None))
    except SpacereelError as problem:
        advice = "see “Newsletters” in docs/sources.md"
        return finding(is_ok=False, entries=0, sentence=safe_line(str(problem)), advice=advice)
    return finding(is_ok=True, entries=count, sentence=many(count, "mail", "mails"))


def finding(source: Source, page: Page | SpacereelError, now: datetime) -> Finding:
    """What a source's answer is worth."""
    from crawler.discover.pages import is_shell
    from crawler.polling.parse import parsed

    try:
        if isinstance(page, SpacereelError):
            raise page
        report = parsed(source, page, now)
    except SpacereelError as problem:
        return Finding(
            source=source,
            is_ok=False,
            entries=0,
            newest_at=None,
            sentence=safe_line(str(problem)),
            advice=advice_on(problem),
        )
    dates = [each.published_at or each.modified_at for each in report.candidates]
    newest = max((each for each in dates if each), default=None)
    gave = [many(len(report.candidates), "entry", "entries")] if report.candidates else []
    gave += [many(len(report.children), "sitemap")] if report.children else []
    advice = None if gave else "is it the right address, and the right kind?"
    is_drawn = not gave and is_shell(page.body, page.header("content-type"))
    if is_drawn and source.render:  # no browser is started here
        gave, advice = ["a page that polls have drawn by its scripts"], None
    elif is_drawn:
        advice = (
            "its page is drawn by scripts: set render = true, see “Pages drawn by scripts” in docs/sources.md"
        )
    if source_key(page.final_url) != source_key(address_of(source, now)):
        gave.append("moved")
        advice = f"write {safe_line(page.final_url)} as its url"
    elif newest and now - newest > STALE:
        gave.append("nothing new for long")
        advice = "look for its successor: `spacereel sources add` with the site's address"
    return Finding(
        source=source,
        is_ok=bool(report.candidates or report.children or (is_drawn and source.render)),
        entries=len(report.candidates),
        newest_at=newest,
        sentence=", ".join(gave) or "it answers, but names nothing",
        advice=advice,
    )


def advice_on(problem: SpacereelError) -> str:
    """What a person can do about a source that does not work."""
    if isinstance(problem, RobotsDenied) and not isinstance(problem, RobotsClosed):
        return "it does not want to be polled: switch it off, or ask its publisher"
    if isinstance(problem, BadStatus) and problem.status in (404, 410):
        return "it is gone: `spacereel sources add` with the site's address finds what took its place"
    if isinstance(problem, BadStatus) and problem.status in (401, 403, 451):
        return "it is closed to us: set [fetch] contact, and ask its publisher"
    if isinstance(problem, BadStatus) and problem.status == 429:
        return "it wants fewer requests: give it a longer `every`"
    if isinstance(problem, ForbiddenAddress):
        return "only [fetch] allow_private lets it through"
    if isinstance(problem, DiscoverError):
        return "the site may have been rebuilt: `spacereel sources add` with its address finds its feeds"
    if isinstance(problem, Unreachable) and "certificate" in str(problem):
        return "tell its publisher; Spacereel does not look past a bad certificate"
    return "it may pass: check again in an hour"


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
        text_table(("", "source", "kind", "newest", "what it gave"), rows, flexible=4),
        *(f"{each.source.id}: {each.advice}" for each in findings if each.advice),
        f"{well} of {len(findings)} work",
    ]
