"""`spacereel diff URL`: what changed between two versions of an article, word by word."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click

from crawler.commands.named_pages import check_known_address
from crawler.commands.open_record import open_record
from crawler.commands.terminal import as_json, has_colour, safe_line, terminal_safe, when_noted
from crawler.commands.verbs import reads_config
from crawler.commands.why_trace import nearest_known
from crawler.config import Config
from crawler.dedupe.diffs import Change, Span, diff_texts, diff_words, passages
from crawler.errors import SpacereelError
from crawler.review.why import known_address
from crawler.units import many
from db import search
from db.rows import Row

#: how a span looks on a terminal, and what stands around it elsewhere
_COLOURS = {"removed": "red", "added": "green"}
_MARKS = {"removed": ("[-", "-]"), "added": ("{+", "+}")}
_FIELDS = ("authors", "published_at", "modified_at", "description", "is_free")


@click.command("diff")
@click.argument("url")
@click.option(
    "--revision", type=click.IntRange(2), metavar="N", help="What version N changed; the newest if not named."
)
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
@reads_config
def command(config: Config, url: str, revision: int | None, is_json: bool) -> None:
    """Show what changed in an article, word by word.

    Removed words stand in red or [-brackets-], added ones in green or
    {+brackets+}. Removals, returns and moves of the page are shown as well.

    \b
    Example:
      spacereel diff https://www.theguardian.com/film/2023/apr/20/some-article
    """
    print_diff(config, url, revision, is_json, datetime.now(UTC))


def print_diff(config: Config, url: str, revision: int | None, is_json: bool, now: datetime) -> None:
    """Print what the newest version of an article, or *revision*, changed.

    Raises:
        SpacereelError: the article is not known, or has no such version, or only one.
    """
    check_known_address(url)
    with open_record(config.store.path) as conn:
        article = next(iter(known_address(conn, url).articles), None)
        known_as = article["canonical_url"] if article else None
        versions = search.versions_of(conn, known_as) if known_as else ()
        events = search.events_of(conn, known_as) if known_as else ()
    if not versions:
        near = nearest_known(config.store.path, url)
        hint = f"; the nearest known address is {near}" if near else ""
        raise SpacereelError(f"{url} is no article of this record{hint}")
    after = _chosen(versions, revision, url)
    before = versions[after["revision"] - 2]
    if is_json:
        click.echo(as_json(diff_row(before, after, events)))
    else:
        click.echo("\n".join(diff_lines(before, after, events, now, is_screen=has_colour())))


def _chosen(versions: tuple[Row, ...], revision: int | None, url: str) -> Row:
    if len(versions) == 1:
        raise SpacereelError(
            f"{url} has one version only, fetched {versions[0]['fetched_at']}: no change was seen"
        )
    if revision is None:
        return versions[-1]
    if not 2 <= revision <= len(versions):
        raise SpacereelError(
            f"{url} has versions 1 to {len(versions)}; a change is shown for 2 to {len(versions)}"
        )
    return versions[revision - 1]


def diff_row(before: Row, after: Row, events: tuple[Row, ...]) -> dict[str, Any]:
    """One change as JSON: kinds, title and text as spans, other fields as pairs of values, later events."""
    return {
        "url": after["url"],
        "revision": after["revision"],
        "previous_fetched_at": before["fetched_at"],
        "fetched_at": after["fetched_at"],
        "kinds": _kinds(after, events),
        "title": [asdict(span) for span in diff_words(before["title"], after["title"])],
        "text": [asdict(change) for change in diff_texts(before["text"], after["text"])],
        "fields": {name: [before[name], after[name]] for name in _changed_fields(before, after)},
        "events": [
            {name: event[name] for name in ("kind", "reason", "happened_at")}
            for event in events
            if event["kind"] in ("removed", "restored", "moved")
        ],
    }


def _kinds(after: Row, events: tuple[Row, ...]) -> list[str]:
    away = ("removed", "restored", "moved")
    return [each["kind"] for each in events if each["article_id"] == after["id"] and each["kind"] not in away]


def _changed_fields(before: Row, after: Row) -> list[str]:
    return [name for name in _FIELDS if before[name] != after[name]]


def diff_lines(
    before: Row, after: Row, events: tuple[Row, ...], now: datetime, *, is_screen: bool
) -> Iterator[str]:
    """The change as lines; removed and added words in colour where a terminal shows it, in brackets elsewhere."""
    yield safe_line(after["url"])
    kinds = ", ".join(_kinds(after, events)) or "changed"
    yield (
        f"Version {after['revision']} against {before['revision']}: {kinds}."
        f" Seen {when_noted(after['fetched_at'], now)}; the one before was fetched {before['fetched_at']}."
    )
    for event in events:
        if event["kind"] in ("removed", "restored", "moved"):
            yield f"{event['happened_at']} {event['kind']}: {safe_line(event['reason'] or '')}"
    yield ""
    yield from _wrapped("".join(_spans(diff_words(before["title"], after["title"]), is_screen)), is_screen)
    for name in _changed_fields(before, after):
        yield f"{name}: {_value(before[name])} -> {_value(after[name])}"
    yield ""
    yield from _passages(diff_texts(before["text"], after["text"]), is_screen)


def _passages(changes: tuple[Change, ...], is_screen: bool) -> Iterator[str]:
    if all(change.kind == "same" for change in changes):
        yield "The texts are the same."
        return
    for passage in passages(changes):
        if passage.is_fold:
            yield f"  ... {many(len(passage.changes), 'paragraph')} unchanged ..."
            continue
        for change in passage.changes:
            yield from _wrapped("".join(_spans(change.spans, is_screen)), is_screen)


def _spans(spans: tuple[Span, ...], is_screen: bool) -> Iterator[str]:
    for span in spans:
        text = " ".join(terminal_safe(span.text).split("\n"))
        if span.kind == "same":
            yield text
            continue
        core = text.rstrip()
        tail = text[len(core) :]
        left, right = _MARKS[span.kind]
        shown = click.style(core, fg=_COLOURS[span.kind]) if is_screen else f"{left}{core}{right}"
        yield shown + (tail or ("" if is_screen else " "))


def _wrapped(text: str, is_screen: bool) -> list[str]:
    """On a terminal the terminal itself folds lines, colours and all; a file gets lines to read."""
    if is_screen:
        return [text]
    width = max(shutil.get_terminal_size((100, 24)).columns, 60)
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def _value(value: Any) -> str:
    if isinstance(value, list):
        return safe_line(", ".join(map(str, value))) or "none"
    return "not known" if value is None else safe_line(str(value))
