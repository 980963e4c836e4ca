"""Addresses that a person names as examples: fetched as a crawl would, and only after somebody agreed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import urlsplit

import click

from crawler.commands.named_pages import check_address, named_candidate, named_pages, problem_of
from crawler.commands.terminal import as_sentence, safe_line
from crawler.config import Config
from crawler.drafting.gather import is_wordless, read_example
from crawler.errors import ConfigError, ForbiddenAddress, SpacereelError
from crawler.relevance.evaluate import Example
from crawler.units import many

#: addresses that are fetched for one draft
MOST_PAGES = 200


def read_addresses(
    examples: Sequence[Example], config: Config, now: datetime, *, is_agreed: bool
) -> tuple[Example, ...]:
    """The examples; those that are addresses are fetched and read. What gives no article is left out, with a line on stderr.

    Args:
        is_agreed: a person said that they may be fetched; else a person at a terminal is asked.

    Raises:
        ConfigError: nobody can be asked, or there are too many.
        FetchError: one of them is no address.
    """
    asked = [each.url for each in examples if is_wordless(each)]
    if not asked:
        return tuple(examples)
    for url in asked:
        check_address(url)
    if len(asked) > MOST_PAGES:
        raise ConfigError(f"{len(asked)} of the examples are addresses; {MOST_PAGES} are fetched at most")
    read = dict(_read(examples, config, now)) if is_agreed or _agreed(asked) else {}
    return tuple(read.get(each.id, each) for each in examples if not is_wordless(each) or each.id in read)


def _agreed(asked: Sequence[str]) -> bool:
    hosts = sorted({urlsplit(url).hostname or "" for url in asked})
    named = safe_line(", ".join(hosts[:5])) + (f" and {len(hosts) - 5} more" if len(hosts) > 5 else "")
    if not sys.stdin.isatty():
        raise ConfigError(
            f"{many(len(asked), 'example')} of {named} would have to be fetched; say --yes to have it done"
        )
    return click.confirm(f"Fetch {many(len(asked), 'page')} of {named}?", default=False, err=True)


def _read(examples: Sequence[Example], config: Config, now: datetime) -> Iterator[tuple[str, Example]]:
    """Id and example of every address that gave an article."""
    from crawler.ingest.limited import read_within_limits  # trafilatura takes a second to import

    wanted = [each for each in examples if is_wordless(each)]
    pages = named_pages([each.url for each in wanted], config, now)
    for example, (url, page) in zip(wanted, pages, strict=True):
        if isinstance(page, SpacereelError):
            problem: str | None = str(page).rstrip(".")
            if isinstance(page, ForbiddenAddress):
                problem = f"{problem}; only [fetch] allow_private lets it through"
        else:
            capture = read_within_limits(page, named_candidate(page))
            problem = problem_of(capture)
            if capture.article:
                yield example.id, read_example(example, capture.article)
        if problem:
            click.echo(f"left out: {safe_line(url)}: {as_sentence(problem)}", err=True)
