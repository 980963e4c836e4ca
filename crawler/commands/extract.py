"""`spacereel extract`: pages in, article JSON out, nothing stored."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from crawler.commands.named_pages import named_candidate, named_pages, problem_of
from crawler.commands.page_account import coloured_line, limited_account
from crawler.commands.terminal import as_json, as_sentence, safe_line
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.errors import ExtractError, SpacereelError
from crawler.ingest.extract_jsonl import RENAMED, article_fields, run_extract_jsonl
from crawler.ingest.limited import read_within_limits
from crawler.ingest.pool import ReadingTooLong
from db.model import Article, Page
from db.rows import article_row


@click.command("extract")
@click.argument("pages", nargs=-1, metavar="[FILE|URL]...")
@click.option(
    "--jsonl", is_flag=True, help="Lines {id,url,html_b64} from standard input, one article per line out."
)
@click.option("--site-memory", is_flag=True, help="With --jsonl: read all lines first and learn across them.")
@click.option("--explain", is_flag=True, help="Print every line of the page, what became of it and why.")
@reads_config
def command(config: Config, pages: tuple[str, ...], jsonl: bool, site_memory: bool, explain: bool) -> None:
    """Print the articles of pages as JSON; store nothing.

    \b
    Examples:
      spacereel extract page.html https://example.org/news/1
      spacereel extract --explain page.html
      spacereel extract --jsonl < pages.jsonl > articles.jsonl
    """
    if jsonl == bool(pages):
        raise click.UsageError("Name pages, or give --jsonl and lines on standard input.")
    if site_memory and not jsonl:
        raise click.UsageError("--site-memory goes with --jsonl.")
    if explain and jsonl:
        raise click.UsageError("--explain goes with named pages.")
    if jsonl:
        extract_lines(site_memory)
    else:
        extract_pages(config, pages, datetime.now(UTC), is_explained=explain)


def extract_lines(site_memory: bool) -> None:
    """Standard input to standard output by the protocol of `crawler.ingest.extract_jsonl`."""
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # a text stream outside tests
    run_extract_jsonl(sys.stdin, _write_line, site_memory)


def _write_line(line: str) -> None:
    click.echo(line, nl=False)


def extract_pages(config: Config, names: Sequence[str], now: datetime, *, is_explained: bool = False) -> None:
    """Print the article of every file and address, or how it was read; exit code 1 when one gave none."""
    has_problem = False
    for name, page in named_pages(names, config, now):
        if isinstance(page, SpacereelError):
            problem: str | None = str(page)
        elif is_explained:
            problem = _explain(page)
        else:
            capture = read_within_limits(page, named_candidate(page))
            problem = problem_of(capture)
            if capture.article:
                click.echo(as_json(article_json(capture.article)))
        if problem:
            has_problem = True
            click.echo(f"Error: {safe_line(name)}: {as_sentence(problem)}", err=True)
    if has_problem:
        sys.exit(1)


def _explain(page: Page) -> str | None:
    """Print every line of a page; returns why there is no article, if there is none."""
    try:
        parts = limited_account(page)
    except (ExtractError, ReadingTooLong) as problem:
        return str(problem)
    for part in parts:
        click.echo(coloured_line(part))
    return None


def article_json(article: Article) -> dict[str, Any]:
    """Everything we read, the fields of the protocol first, under their names there."""
    protocol = article_fields(article)
    rest = {name: value for name, value in article_row(article).items() if name not in RENAMED}
    return {"url": article.url, "canonical_url": article.canonical_url, **protocol, **rest}
