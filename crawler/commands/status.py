"""`spacereel status`: the health of the sources, the queue and the last runs, on one screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.commands.open_record import open_record
from crawler.commands.outbox_words import outbox_in_words
from crawler.commands.terminal import as_json, duration, safe_line, screen_width, text_table, when, when_noted
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.units import many
from db.frozen import Frozen
from db.instants import from_iso, iso
from db.lock import holder_of
from db.overview import (
    AILING,
    health,
    heartbeat,
    last_runs,
    learned_paces,
    outbox_counts,
    queue_sizes,
    record_events,
    totals,
)

if TYPE_CHECKING:
    from db.rows import Row

#: what was done to the record's file is shown for so long
EVENTS_SHOWN = timedelta(days=7)
#: a daemon that has not said anything for so long may hang, in seconds
_SILENT_S = 120.0
#: sources that are listed unless all are asked for
MOST_SOURCES = 20
_INDENT = " " * 9
#: verdicts with a column of their own; the others are summed up
_SHOWN = ("new", "changed", "copy", "off_topic", "failed")


@click.command("status")
@click.option("--all", "is_all", is_flag=True, help="Every source, not only the ailing and the first others.")
@click.option("--json", "is_json", is_flag=True, help="The same as JSON, with every source.")
@reads_config
def command(config: Config, is_all: bool, is_json: bool) -> None:
    """Show sources, their health, queue and last runs.

    The sources that need a look stand first.

    \b
    Examples:
      spacereel status --db db/articles.db
      spacereel status --json
    """
    print_status(config, datetime.now(UTC), is_all=is_all, is_json=is_json)


class Overview(Frozen):
    """What `status` shows; rows are dicts by column name."""

    record: Path
    size_bytes: int
    #: articles, versions, relevant, mention, to_review, copies, visits
    totals: Row
    sources: Sequence[Row]
    #: waiting, due, new, recheck, hosts
    queue: Row
    runs: Sequence[Row]
    heartbeat: Row | None
    #: process that holds the record's lock
    holder: int | None
    #: what was done to the file lately: kind, reason, happened_at
    events: Sequence[Row] = ()
    #: alert, label, state, rows, problem: what waits to be sent, and what was sent or given up in a day
    alerts: Sequence[Row] = ()
    #: hosts that are asked less often since they refused: host, learned_gap_s
    paces: Sequence[Row] = ()


def print_status(config: Config, now: datetime, *, is_all: bool = False, is_json: bool = False) -> None:
    """Print the state of the record.

    Raises:
        StoreError: there is no record, or it cannot be read.
    """
    seen = overview(config.store.path, now)
    click.echo(
        as_json(status_row(seen, now)) if is_json else "\n".join(status_lines(seen, now, is_all=is_all))
    )


def status_row(seen: Overview, now: datetime) -> dict[str, Any]:
    """The overview for programs; instants are UTC.

    `daemon.is_alive` says whether a daemon holds the record and gave a sign of life lately; `sources` has the
    ailing first, `is_ailing` says which they are.
    """
    beat = seen.heartbeat
    return {
        "at": iso(now),
        "record": {"path": str(seen.record), "bytes": seen.size_bytes, **seen.totals},
        "daemon": {
            "is_alive": is_watching(beat, seen.holder, now),
            "pid": seen.holder,
            "started_at": beat["started_at"] if beat else None,
            "beat_at": beat["beat_at"] if beat else None,
            "sentence": daemon_words(beat, seen.holder, now),
        },
        "queue": dict(seen.queue),
        "sources": [{**row, "is_ailing": row["state"] in AILING} for row in _by_need(seen.sources)],
        "runs": [dict(row) for row in seen.runs],
        "alerts": [dict(row) for row in seen.alerts],
        "events": [dict(row) for row in seen.events],
        "paces": [dict(row) for row in seen.paces],
    }


def is_watching(heartbeat: Row | None, holder: int | None, now: datetime) -> bool:
    """Whether the daemon of *heartbeat* holds the record and said something lately."""
    if heartbeat is None or holder != heartbeat["pid"]:
        return False
    return (now - from_iso(heartbeat["beat_at"])).total_seconds() <= _SILENT_S


def overview(record: Path, now: datetime) -> Overview:
    """Everything `status` shows, read in one go."""
    with open_record(record) as conn:
        return Overview(
            record=record,
            size_bytes=record.stat().st_size,
            totals=totals(conn),
            sources=health(conn),
            queue=queue_sizes(conn, now),
            runs=last_runs(conn),
            heartbeat=heartbeat(conn),
            holder=holder_of(record),
            events=record_events(conn, now - EVENTS_SHOWN),
            alerts=outbox_counts(conn, now - timedelta(days=1)),
            paces=learned_paces(conn),
        )


def status_lines(seen: Overview, now: datetime, *, is_all: bool = False) -> Iterator[str]:
    """The overview as lines of a terminal."""
    totals, queue = seen.totals, seen.queue
    yield f"Record   {seen.record}, {seen.size_bytes / 1e6:.1f} MB"
    yield (
        f"         {many(totals['articles'], 'article')} ({totals['relevant']:,} relevant, {totals['mention']:,} mention,"
        f" {many(totals['copies'], 'copy', 'copies')}) in {many(totals['versions'], 'version')}; {totals['to_review']:,} to review"
    )
    yield from _event_lines(seen.events, now)
    yield f"Daemon   {daemon_words(seen.heartbeat, seen.holder, now)}"
    yield (
        f"Queue    {many(queue['waiting'], 'page')} of {many(queue['hosts'], 'host')} wait{'s' if queue['waiting'] == 1 else ''}, {queue['due']:,} of them due"
        f" ({queue['new']} new, {queue['recheck']} to be looked at again)"
    )
    yield from _alert_lines(seen.alerts)
    if seen.paces:
        paces = ", ".join(
            f"{safe_line(row['host'])} every {row['learned_gap_s']:.2g} s" for row in seen.paces
        )
        yield f"Pace     learned from 429s: {paces}"
    yield ""
    yield from _source_lines(seen.sources, now, is_all=is_all)
    if seen.runs:
        yield ""
        yield from _run_lines(seen.runs, now)


def _event_lines(events: Sequence[Row], now: datetime) -> Iterator[str]:
    if not events:
        return
    import textwrap  # not for every start: its expressions have to be compiled

    for event in events:
        sentence = f"Noticed {when_noted(event['happened_at'], now)}: {event['reason']}."
        yield from textwrap.wrap(
            safe_line(sentence), screen_width(), initial_indent=_INDENT, subsequent_indent=_INDENT
        )


def _alert_lines(alerts: Sequence[Row]) -> Iterator[str]:
    for number, (row, words) in enumerate(zip(alerts, outbox_in_words(alerts), strict=True)):
        yield f"{'' if number else 'Alerts':<9}{safe_line(row['alert'])}: {words}"


def daemon_words(heartbeat: Row | None, holder: int | None, now: datetime) -> str:
    """Whether a daemon watches the record, in words.

    Args:
        heartbeat: the last daemon's.
        holder: process that holds the record's lock, None when nobody does.
    """
    if heartbeat is None or (holder is not None and holder != heartbeat["pid"]):
        busy = f"none; process {holder} is doing one round" if holder is not None else None
        return busy or "has never run on this record; `spacereel run` starts it"
    beat_at = from_iso(heartbeat["beat_at"])
    if holder is None:
        return f"is not running; its last sign of life was {when(beat_at, now)}"
    if (now - beat_at).total_seconds() > _SILENT_S:
        return f"process {holder} runs, but gave its last sign of life {when(beat_at, now)}; look at its log"
    since = duration((now - from_iso(heartbeat["started_at"])).total_seconds())
    return f"process {holder} has been watching for {since}, last sign of life {when(beat_at, now)}"


def _by_need(sources: Sequence[Row]) -> list[Row]:
    """The ailing first, the worst of them at the head."""
    return sorted(
        sources, key=lambda row: ((*AILING, row["state"]).index(row["state"]), row["state"], row["id"])
    )


def _source_lines(sources: Sequence[Row], now: datetime, *, is_all: bool) -> Iterator[str]:
    if not sources:
        yield "No source yet: `spacereel run` or `spacereel once` reads the beats."
        return
    ailing = [row for row in sources if row["state"] in AILING]
    yield (
        f"Sources  {len(sources)}, {len(ailing)} of them need a look"
        if ailing
        else f"Sources  {len(sources)}, all well"
    )
    order = _by_need(sources)
    if not is_all:
        order = order[:MOST_SOURCES]
    rows = [
        (
            row["id"],
            _state(row, now),
            when_noted(row["succeeded_at"], now),
            "-" if row["state"] == "off" else when_noted(row["next_due_at"], now),
            row["polls"] or 0,
            row["pages"] or 0,
            row["kept"] or 0,
            row["reason"] or "",
        )
        for row in order
    ]
    yield text_table(
        ("source", "state", "last success", "next poll", "polls", "pages", "kept", "last answer"),
        rows,
        flexible=7,
    )
    if len(sources) > len(order):
        yield f"... and {many(len(sources) - len(order), 'more source')}; --all shows them."


def _run_lines(runs: Sequence[Row], now: datetime) -> Iterator[str]:
    yield "Last runs"
    rows = []
    for row in runs:
        counts = row["verdicts"]
        shown = [counts.get(name, 0) for name in _SHOWN]
        rest = sum(counts.values()) - sum(shown)
        rows.append((row["id"], row["mode"], when_noted(row["started_at"], now), _took(row), *shown, rest))
    yield text_table(("run", "mode", "started", "took", *_SHOWN, "other"), rows, flexible=1)


def _took(run: Row) -> str:
    if not run["finished_at"]:
        return "running"
    return duration((from_iso(run["finished_at"]) - from_iso(run["started_at"])).total_seconds())


def _state(row: Row, now: datetime) -> str:
    """The state, with since when it ails once that is more than an hour."""
    since = from_iso(row["state_since"]) if row["state_since"] and row["state"] in AILING else now
    ails_s = (now - since).total_seconds()
    return f"{row['state']} {duration(ails_s)}" if ails_s >= 3600 else str(row["state"])
