"""`spacereel story [N]`: the latest events, or the timeline of one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import click

from crawler.commands.open_record import open_record
from crawler.commands.terminal import as_json, safe_line, text_table, when_noted
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.errors import SpacereelError
from crawler.units import many
from db import search
from db.rows import Row

#: stories that the list shows
LATEST = 30


@click.command("story")
@click.argument("number", type=click.IntRange(1), required=False, metavar="[N]")
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
@reads_config
def command(config: Config, number: int | None, is_json: bool) -> None:
    """Show an event with its reports, or the latest events.

    Reports of the same event are held together across outlets and languages;
    copies are folded under their original.

    \b
    Examples:
      spacereel story
      spacereel story 12
    """
    if number is None:
        print_stories(config, is_json, datetime.now(UTC))
    else:
        print_story(config, number, is_json, datetime.now(UTC))


def print_stories(config: Config, is_json: bool, now: datetime) -> None:
    """Print the stories with the latest reports."""
    with open_record(config.store.path) as conn:
        stories = search.latest_stories(conn, LATEST)
    if is_json:
        click.echo(as_json([_decoded(story) for story in stories]))
        return
    if not stories:
        click.echo("No two articles of this record tell of the same event yet.")
        return
    head = ("story", "last report", "articles", "outlets", "languages", "title")
    rows = [
        (
            story["id"],
            when_noted(story["last_reported_at"], now),
            story["articles"],
            story["outlets"],
            " ".join(json.loads(story["languages"])),
            story["title"],
        )
        for story in stories
    ]
    click.echo(text_table(head, rows, flexible=5))


def print_story(config: Config, number: int, is_json: bool, now: datetime) -> None:
    """Print what one event is, who reported it when, and how the story came about.

    Raises:
        SpacereelError: there is no such story.
    """
    with open_record(config.store.path) as conn:
        story = search.story_of(conn, number)
        reports = search.timeline_of(conn, number)
        events = search.story_events_of(conn, number)
    if story is None:
        raise SpacereelError(
            f"There is no story {number} in this record; `spacereel story` lists the latest ones"
        )
    if is_json:
        click.echo(as_json({**_decoded(story), "timeline": reports, "events": events}))
    else:
        click.echo("\n".join(_lines(story, reports, events, now)))


def _decoded(story: Row) -> dict[str, Any]:
    return {**story, "languages": json.loads(story["languages"])}


def _lines(story: Row, reports: Sequence[Row], events: Sequence[Row], now: datetime) -> Iterator[str]:
    yield click.style(safe_line(story["title"]), bold=True)
    if story["merged_into"] is not None:
        yield f"It turned out to be the same event as story {story['merged_into']}; its articles are there."
        return
    yield (
        f"{many(story['articles'], 'article')} of {many(story['outlets'], 'outlet')}, in {', '.join(json.loads(story['languages'])) or 'no known language'};"
        f" first reported {when_noted(story['first_reported_at'], now)}. Times are UTC."
    )
    for day, of_day in groupby(reports, key=lambda row: str(row["reported_at"])[:10]):
        yield f"\n{day}"
        for row in of_day:
            yield from _report(row, is_first=row is reports[0])
    sentences = [line for event in events if (line := _sentence(event))]
    if sentences:
        yield ""
        yield from sentences


def _report(row: Row, *, is_first: bool) -> Iterator[str]:
    """When and by whom, then the headline and the address, each in full: both are there to be read and opened."""
    copies = many(row["copies"], "copy", "copies") if row["copies"] else None
    of = [each for each in (row["language"], "first report" if is_first else None, copies) if each]
    outlet = safe_line(row["site_name"] or row["source"])
    yield f"  {row['reported_at'][11:16]}  {outlet}" + (f" ({', '.join(of)})" if of else "")
    yield f"         {click.style(safe_line(row['title']), bold=True)}"
    yield f"         {safe_line(row['url'])}"


def _sentence(event: Row) -> str | None:
    """A merge or a split; that articles joined says the timeline."""
    at, story, other = event["happened_at"], event["story_id"], event["other_story_id"]
    if event["kind"] == "merged":
        return f"{at} story {story} went into story {other}: one event."
    return (
        f"{at} story {story} was split off story {other}: two events." if event["kind"] == "split" else None
    )
