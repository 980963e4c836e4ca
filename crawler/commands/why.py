"""`spacereel why URL`: a page's whole story in words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from crawler.catalogue import configured_beats
from crawler.commands.named_pages import check_address, check_known_address
from crawler.commands.open_record import open_record
from crawler.commands.terminal import NO_RULE, as_json, cut, safe_line, screen_width, text_table, when_noted
from crawler.commands.verbs import reads_config
from crawler.commands.why_trace import AddressTrace, beside_of, nearest_known, read_now, trace_of
from crawler.config import Config
from crawler.dedupe.urls import canonical_url
from crawler.errors import SpacereelError
from crawler.relevance.topic import Topic
from crawler.units import many
from db.keeping import let_go_before
from db.rows import Row

#: what a verdict means, as the beginning of an answer
MEANINGS = {
    "new": "It is in the record.",
    "changed": "It is in the record, in more than one version.",
    "unchanged": "It is in the record.",
    "not_modified": "It is in the record.",
    "copy": "It is in the record, as a copy.",
    "off_topic": "It was read and left out: it does not belong to the beat.",
    "not_article": "It was fetched and left out: there is no article on it.",
    "robots_denied": "It was not fetched because of robots.txt.",
    "blocked": "It was not fetched: its address is not a public one.",
    "too_large": "It was not kept: it is larger than [fetch] max_bytes.",
    "gone": "It is not there.",
    "deferred": "It was put off.",
    "failed": "It could not be fetched or read.",
}
#: fields whose origin is shown, in the order of `articles`
_FIELDS = ("title", "published_at", "authors", "language", "site_name", "section", "description", "tags", "image_url",
           "image_credits", "modified_at", "is_free")  # fmt: skip

#: paragraphs beside the text that are shown
_MOST_BESIDE = 6
#: visits for which nobody asked the site
_NOT_ASKED = ("replay", "backfill")


@click.command("why")
@click.argument("url")
@click.option("--live", is_flag=True, help="Fetch and read the page now; nothing is stored.")
@click.option("--json", "is_json", is_flag=True, help="The same as JSON.")
@reads_config
def command(config: Config, url: str, live: bool, is_json: bool) -> None:
    """Tell why a page is in the record, or why not.

    The whole story of URL: where it was found, how it was fetched, what was
    removed from it, how it was judged, and what became of it.

    Any spelling of the address will do: with tracking parameters, before a
    redirect, as http or https.

    \b
    Example:
      spacereel why https://www.theguardian.com/film/2023/apr/20/some-article
    """
    (print_live if live else print_why)(config, url, is_json, datetime.now(UTC))


def print_why(config: Config, url: str, is_json: bool, now: datetime) -> None:
    """Print what the record knows of *url*.

    Raises:
        SpacereelError: it was never seen; says what to do.
    """
    check_known_address(url)
    trace = trace_of(config.store.path, config.store.archive, url, _topics(config))
    if trace is None:
        if gone := _let_go(config.store.path, url):
            raise SpacereelError(
                f"{url} was visited; the rows about it were let go with those of before {gone} ([keep] visits)."
                " `spacereel why --live` reads it now and says what would become of it"
            )
        near = nearest_known(config.store.path, url)
        hint = f" The nearest known address is {near}." if near else ""
        raise SpacereelError(
            f"{url} was never seen: no source of this record has pointed at it.{hint}"
            f" `spacereel why --live` reads it now and says what would become of it"
        )
    click.echo(as_json(asdict(trace)) if is_json else "\n".join(trace_lines(trace, now)))


def _let_go(record: Path, url: str) -> str | None:
    """Until when visits were let go, when *url* is one of theirs."""
    with open_record(record) as conn:
        gone = (let_go_before(conn, spelling) for spelling in (url, canonical_url(url)) if spelling)
        return next((each for each in gone if each), None)


def _topics(config: Config) -> tuple[Topic, ...]:
    return tuple(beat.topic for beat in configured_beats(config))


def print_live(config: Config, url: str, is_json: bool, now: datetime) -> None:
    """Fetch and read *url* now and print what would become of it; nothing is stored.

    Raises:
        SpacereelError: it cannot be fetched.
    """
    from crawler.commands.probe import fetch_pages
    from crawler.commands.why_overrides import override_effects, override_lines

    check_address(url)
    page = fetch_pages([url], config)[0]
    if isinstance(page, SpacereelError):
        raise page
    reading = read_now(page, _topics(config))
    if is_json:
        answer = {"url": url, "final_url": page.final_url, "status": page.status, **reading}
        click.echo(as_json({**answer, "override": list(override_effects(page))}))
        return
    click.echo(_title(url))
    if page.final_url != url:
        click.echo(f"led to {safe_line(page.final_url)}")
    click.echo(f"Fetched now, {page.status}, {len(page.body):,} bytes; nothing was stored.")
    click.echo("\n".join([*reading_lines(reading), *beside_lines(beside_of(page))]))
    click.echo()
    click.echo("\n".join(override_lines(page)))


def trace_lines(trace: AddressTrace, now: datetime) -> Iterator[str]:
    """The trace as lines for a terminal."""
    yield _title(trace.url)
    if trace.known_as != trace.url:
        yield f"known as {safe_line(trace.known_as)}"
    yield from _verdict(trace, now)
    yield from _found(trace, now)
    yield from _robots(trace)
    yield from _parameters(trace)
    yield from _fetches(trace.visits, now)
    if trace.article:
        yield from _kept(trace, now)
    elif trace.reading:
        yield ""
        yield click.style("Read again from the archive, with the rules of today:", bold=True)
        yield from reading_lines(trace.reading)
    yield from beside_lines(trace.beside)


def beside_lines(beside: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    """Paragraphs beside the text, with the arbiter's chance that they are the article's, and why."""
    if beside:
        yield _heading("On the page, beside the text")
        yield text_table(("chance", "because of", "text"), beside[:_MOST_BESIDE], flexible=2)
    if len(beside) > _MOST_BESIDE:
        yield f"  and {many(len(beside) - _MOST_BESIDE, 'paragraph')} more; `spacereel extract --explain` prints every line"


def _title(url: str) -> str:
    return click.style(safe_line(url), bold=True)


def _heading(text: str) -> str:
    return "\n" + click.style(text, bold=True)


def _verdict(trace: AddressTrace, now: datetime) -> Iterator[str]:
    last = next((row for row in trace.visits if row["purpose"] != "robots"), None)
    if trace.is_source and not trace.article:
        yield "It is a source."
    elif trace.article and last and last["verdict"] == "gone":
        is_sure = trace.article["removed_at"] is not None
        yield (
            "It is in the record, and has since been taken down."
            if is_sure
            else ("It is in the record, and was not there at the last look; one look declares no removal.")
        )
    elif trace.article and trace.original:
        yield MEANINGS["copy"]
    elif trace.article:
        yield MEANINGS["changed" if len(trace.versions) > 1 else "new"]
    elif last:
        yield MEANINGS[last["verdict"]]
    if last:
        yield f"Last verdict: {last['verdict']}, {when_noted(last['started_at'], now)}. {safe_line(last['reason'])}"
    if trace.waiting:
        yield f"It waits to be fetched ({trace.waiting['purpose']}), {when_noted(trace.waiting['not_before_at'], now)}."


def _found(trace: AddressTrace, now: datetime) -> Iterator[str]:
    source = trace.source
    if source and trace.is_source:
        yield f"Source: {source['id']} ({safe_line(source['title'])}), a {source['kind']} of the beat {source['beat']}."
        for each in trace.quiet:
            last = when_noted(each["last_at"], now)
            yield f"Polled without news on {each['day']}: {many(each['polls'], 'time')} ({each['verdict']}), the last {last}."
    elif source:
        yield f"Found by: {source['id']} ({safe_line(source['title'])}), {source['kind']} {safe_line(source['url'])}"
    if trace.found_on and not (source and trace.found_on == source["url"]):
        yield f"Named on: {safe_line(trace.found_on)}"
    if trace.waiting and trace.waiting["purpose"] == "new":
        yield f"Found: {when_noted(trace.waiting['found_at'], now)}"
    others = [each for each in trace.addresses if each not in (trace.url, trace.known_as)]
    if others:
        yield "Also met as: " + ", ".join(map(safe_line, others))


def _robots(trace: AddressTrace) -> Iterator[str]:
    if any(row["status"] and row["purpose"] not in _NOT_ASKED for row in trace.visits):
        delay = (trace.host or {}).get("crawl_delay_s")
        yield "Robots: allowed" + (f", {delay:g} s between requests." if delay else ".")
    if trace.host and trace.host["learned_gap_s"]:
        gap, refused = trace.host["learned_gap_s"], trace.host["refused_gap_s"]
        yield f"Pace: {gap:.2g} s between requests, learned: it answered 429 at {refused:.2g} s"
    if trace.host and trace.host["reason"]:
        yield f"Host: {safe_line(trace.host['reason'])}"


def _parameters(trace: AddressTrace) -> Iterator[str]:
    needed = [safe_line(each["name"]) for each in trace.parameters if each["is_needed"]]
    dropped = [safe_line(each["name"]) for each in trace.parameters if not each["is_needed"]]
    if needed:
        yield f"Parameters that choose what is shown on this host, learned: {', '.join(needed)}"
    if dropped:
        yield f"Parameters that make no difference on this host, learned, and are left out: {', '.join(dropped)}"


def _fetches(visits: Sequence[Row], now: datetime) -> Iterator[str]:
    if not visits:
        return
    yield _heading("Visits, the newest first")
    head = ("when", "for", "status", "verdict", "took", "size", "reason")
    rows = [line for row in visits for line in _visit(row, now)]
    yield text_table(head, rows, flexible=6)


def _visit(row: Row, now: datetime) -> Iterator[tuple[object, ...]]:
    """One visit as lines of the text_table: a long reason goes on below."""
    first, *more = textwrap.wrap(safe_line(row["reason"]), max(screen_width() - 62, 30)) or [""]
    size = f"{row['received_bytes'] / 1000:.1f} kB"
    took = f"{row['elapsed_ms']} ms"
    yield when_noted(row["started_at"], now), row["purpose"], row["status"], row["verdict"], took, size, first
    yield from (("", "", "", "", "", "", line) for line in more)


def _kept(trace: AddressTrace, now: datetime) -> Iterator[str]:
    assert trace.article is not None
    yield from reading_lines({**trace.article, "judgements": trace.judgements})
    if len(trace.versions) > 1:
        yield _heading("Versions")
        rows = [
            (
                row["revision"],
                when_noted(row["fetched_at"], now),
                row["word_count"],
                row["kinds"] or row["changed"] or "first",
                row["title"],
            )
            for row in trace.versions
        ]
        yield text_table(("no", "fetched", "words", "changed", "title"), rows, flexible=4)
    fates = [each for each in trace.events if each["kind"] in ("removed", "restored", "moved")]
    if fates:
        yield _heading("What became of it")
        yield from (
            f"  {when_noted(each['happened_at'], now)}, {each['kind']}. {safe_line(each['reason'] or '')}"
            for each in fates
        )
    if trace.original:
        yield _heading("Copy of")
        yield f"  article {trace.original['id']}, {trace.original['similarity']:.0%} of the text: {safe_line(trace.original['url'])}"
    if trace.copies:
        yield _heading("Copied by")
        yield from (f"  article {row['id']}: {safe_line(row['url'])}" for row in trace.copies)
    if trace.notifications:
        yield _heading("Sent to")
        for row in trace.notifications:
            because = f": {safe_line(row['problem'])}" if row["problem"] else ""
            at = when_noted(row["told_at"] or row["due_at"], now)
            yield f"  {row['kind']}, alert {safe_line(row['alert'])} to {safe_line(row['label'])}, {row['state']} {at}{because}"


def reading_lines(reading: Row) -> Iterator[str]:
    """What was read on a page: text, fields with their origin, what was removed, judgements."""
    if reading.get("problem"):
        yield f"No article: {safe_line(reading['problem'])}"
        return
    yield _heading(safe_line(reading["title"]))
    where = ", the feed's own text" if reading["origins"].get("text") == "feed" else ""
    yield f"{many(reading['word_count'], 'word')}{where}: {cut(safe_line(reading['text']), 85)}"
    yield _heading("Where each field was read")
    rows = [
        (name, reading["origins"].get(name, "-"), _value(name, reading[name]))
        for name in _FIELDS
        if reading.get(name) not in (None, (), [])
    ]
    yield text_table(("field", "read from", "value"), rows, flexible=2)
    yield _heading("Removed from the text")
    removed = [(each["rule"], each["text"]) for each in reading["removed"]]
    yield text_table(("rule", "text"), removed, flexible=1) if removed else "  nothing"
    for judgement in reading["judgements"]:
        yield from _judged(judgement)


def _judged(judgement: Row) -> Iterator[str]:
    yield _heading(
        f"Judged for {judgement['beat']}: {judgement['band']}, score {judgement['score']:.2f},"
        f" relevant from {judgement['threshold']:.2f}"
    )
    rows = [
        # the first records have no concept
        (f"{each['weight']:+.2f}", each.get("concept", ""), each["field"], each["count"], each["term"])
        for each in judgement["evidence"]
    ]
    if not rows:
        yield NO_RULE
    else:
        yield text_table(("points", "rule", "where", "times", "terms"), rows, flexible=4)


def _value(name: str, value: Any) -> str:
    """A field's value as people read it; the record has 0 and 1 for no and yes."""
    if name == "is_free":
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
