"""`spacereel beat new`: a working beat from a title, a few words and examples."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click

from crawler.catalogue import load_beats
from crawler.commands.example_pages import read_addresses
from crawler.commands.open_record import open_record
from crawler.commands.terminal import safe_line
from crawler.commands.turns_bar import watched
from crawler.commands.verbs import reads_config
from crawler.config import Config
from crawler.drafting import gather
from crawler.drafting.draft import Draft, draft
from crawler.drafting.origin import MARKED
from crawler.drafting.parts import DraftPart, read_parts
from crawler.drafting.proposals import ProposedSource, own_sources, query_services
from crawler.drafting.service_queries import questions
from crawler.drafting.words import Suggestion, draft_words, stem_of, translations
from crawler.drafting.write import beat_text
from crawler.errors import ConfigError
from crawler.relevance.evaluate import Example, Label
from crawler.relevance.topic import parse_topic
from crawler.units import many

#: suggested words that are asked about on a terminal
_MOST_ASKED = 20


@click.command("new")
@click.argument("title")
@click.option(
    "--about",
    default="",
    metavar="SENTENCE",
    help="What the beat is about, for the file's first line; its words count where no part is typed.",
)
@click.option(
    "--part",
    "parts",
    multiple=True,
    metavar="NAME=WORD,...",
    help="What such an article must speak of, and by which words; name.de=... for one language. Repeat it.",
)
@click.option(
    "--belongs",
    multiple=True,
    metavar="TEXT|URL|FILE",
    help="A headline or an address that belongs, or a .txt or .jsonl file of them.",
)
@click.option(
    "--not",
    "others",
    multiple=True,
    metavar="TEXT|URL|FILE",
    help="A headline or an address that does not belong, or a file of them.",
)
@click.option(
    "--search", "searches", multiple=True, metavar="QUERY", help="Articles of the record that belong."
)
@click.option("--marked", is_flag=True, help="Take the articles marked in the review.")
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The file to write; <id>.toml if not named.",
)
@click.option("--yes", is_flag=True, help="Ask nothing: take every suggestion, and fetch the addresses.")
@reads_config
def command(
    config: Config,
    title: str,
    about: str,
    parts: tuple[str, ...],
    belongs: tuple[str, ...],
    others: tuple[str, ...],
    searches: tuple[str, ...],
    marked: bool,
    to: Path | None,
    yes: bool,
) -> None:
    """Draft a beat from a title, words and examples.

    Words of the parts that were typed are joined by words that the examples suggest, each with its counts;
    without --part, parts are derived from the title, the sentence and the examples, as a first guess to look over;
    points are fitted, and the figures are of examples that were left out. Addresses that the record does not have are
    fetched politely, after you agreed. Sources are proposed, the record's own that carried such articles first, and stay
    switched off. No file is written over.

    \b
    Examples:
      spacereel beat new "Otters in cities" --belongs "Otters return to the harbour" --not "Otters win the cup"
      spacereel beat new "Otters in cities" --part "otter=otter*, lutra" --part "city=city, harbour" \\
        --belongs examples.jsonl --yes
      spacereel beat new "Otters in cities" --belongs https://www.example.org/news/otters --not others.txt
    """  # fmt: skip
    now = datetime.now(UTC)
    beat_id = id_of(title, to)
    path = to or Path(f"{beat_id}.toml")
    if path.exists():
        raise ConfigError(f"{path} is there already; name another file with --to", str(path))
    typed: list[tuple[Label, str]] = [
        *(("positive", each) for each in belongs),
        *(("negative", each) for each in others),
    ]
    with _record(config, must=bool(searches or marked)) as conn:
        found = _examples(conn, typed, searches, marked, now)
        known = read_addresses(found, config, now, is_agreed=yes)
        made = _drafted(conn, title, about, read_parts(parts), known, ask=not yes and sys.stdin.isatty())
        sources = tuple(_proposed(conn, beat_id, made, known))
    given = (*belongs, *others, *searches, *([MARKED] if marked else ()))
    write_new(path, beat_text(beat_id, title, about, made, sources, now.date(), given))
    for line in _summary(path, made, known, sources):
        click.echo(line)


def id_of(title: str, to: Path | None = None) -> str:
    """A beat's id from its title, from the file's name where the title has no Latin letter, or a digest where neither has one.

    Raises:
        ConfigError: the title has no Latin letter and no file is named; an id is one that fits addresses.

    >>> id_of("Rewilding of rivers, in Europe!"), id_of("Ночные поезда", Path("beats/night trains.toml"))
    ('rewilding-of-rivers-in-europe', 'night-trains')
    """
    found = _slug(title) or _slug(to.stem if to else "")
    if found:
        return found
    if to is None or not draft_words(title):
        raise ConfigError(
            f'"{title}" has no Latin letter to make an id of; name the file with --to', key=title
        )
    return f"beat-{hashlib.sha256(title.encode()).hexdigest()[:8]}"


def _slug(text: str) -> str:
    plain = re.sub("['’]", "", text)
    return re.sub(r"[^a-z0-9]+", "-", " ".join(draft_words(plain)).replace("|", " ")).strip("-")


@contextmanager
def _record(config: Config, *, must: bool) -> Iterator[sqlite3.Connection | None]:
    """The record, when there is one, or when something is to be taken from it."""
    if must or config.store.path.is_file():
        with open_record(config.store.path) as conn:
            yield conn
    else:
        yield None


def _examples(
    conn: sqlite3.Connection | None,
    typed: Sequence[tuple[Label, str]],
    searches: Sequence[str],
    marked: bool,
    now: datetime,
) -> tuple[Example, ...]:
    found = list(gather.typed_examples(typed))
    if conn is not None:
        found = list(gather.known_examples(conn, found))
        for query in searches:
            found += _or_notice(f"--search {query}", gather.searched(conn, query, "positive", now))
        found += _or_notice("--marked", gather.marked(conn)) if marked else ()
    return gather.once_each(found)


def _or_notice(asked: str, found: tuple[Example, ...]) -> tuple[Example, ...]:
    if not found:
        click.echo(f"{safe_line(asked)}: no such article in the record", err=True)
    return found


def _drafted(
    conn: sqlite3.Connection | None,
    title: str,
    about: str,
    parts: tuple[DraftPart, ...],
    known: Sequence[Example],
    *,
    ask: bool,
) -> Draft:
    """The draft; on a terminal every suggested word is asked about, and those refused are left out of a second one."""
    background = gather.background(conn, known) if conn is not None else ()
    more = translations(_stems(parts), gather.story_groups(conn)) if conn is not None and parts else ()
    made = draft(title, parts, known, about=about, background=background, more=more, watch=watched)
    refused = frozenset(_refused(made)) if ask else frozenset()
    return (
        draft(
            title, parts, known, about=about, background=background, more=more, watch=watched, refused=refused
        )
        if refused
        else made
    )


def _stems(parts: Sequence[DraftPart]) -> list[str]:
    typed = [term for part in parts for those in part.typed.values() for term in those]
    return [stem_of(word) for term in typed for word in draft_words(term.replace("*", " ")) if len(word) > 2]


def _refused(made: Draft) -> Iterator[str]:
    asked = [(part.name, each) for part in made.parts for each in part.suggested][:_MOST_ASKED]
    for name, each in asked:
        if not click.confirm(
            f"{name}: {safe_line(each.term)} ({evidence_of(each)})?", default=True, err=True
        ):
            yield each.term


def evidence_of(each: Suggestion) -> str:
    """What speaks for a suggestion, in words."""
    if each.because in ("word", "phrase"):
        return f"{each.language}, in {each.belonging} that belong and {each.others} that do not"
    return f"{each.language}, {each.because}"


def _proposed(
    conn: sqlite3.Connection | None, beat_id: str, made: Draft, known: Sequence[Example]
) -> Iterator[ProposedSource]:
    """What the beat could look in, all of it switched off: nobody is asked before a person says so."""
    if conn is not None:
        named = {each.id for each in known if each.kind == "record" and each.label == "positive"}
        yield from own_sources(conn, beat_id, parse_topic(made.table, beat_id), named)
    yield from query_services(beat_id, questions(made.parts, known))


def write_new(path: Path, text: str) -> None:
    """Write a beat to a file that is not there yet; what would be no beat is not left behind.

    Raises:
        ConfigError: it is there already, or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ConfigError(f"{path} is there already", str(path)) from None
    except OSError as problem:
        raise ConfigError(f"{path} cannot be written ({problem.strerror})", str(path)) from problem
    try:
        load_beats([path])
    except ConfigError:
        path.unlink()
        raise


def _summary(
    path: Path, made: Draft, known: Sequence[Example], sources: Sequence[ProposedSource]
) -> Iterator[str]:
    """What was written, what it is worth, and what to do next."""
    suggested = sum(len(part.suggested) for part in made.parts)
    yield f"{path}: {many(len(made.parts), 'part')}, {many(len(made.table['rule']), 'rule')}, {many(suggested, 'word')} suggested by {many(len(known), 'example')}"
    if made.held:
        yield f"on examples left out: F1 {made.held.f1:.2f}, precision {made.held.precision:.2f}, recall {made.held.recall:.2f} ({made.held.items})"
    for doubt in made.doubts:
        yield f"unsure: {safe_line(doubt)}"
    for each in sources:
        if each.because:
            yield f"proposed, switched off: {safe_line(each.table['title'])}, as {each.because}"
    hosts = sorted({host for each in known if each.url and (host := urlsplit(each.url).hostname)})
    for host in hosts[:5]:
        yield f"a source to add: spacereel sources add https://{safe_line(host)}/ --beat {path}"
    then = (
        "its sources are switched off until you say enabled = true"
        if sources
        else f"it has no sources yet: spacereel sources add URL --beat {path}"
    )
    yield f"next: spacereel beat check {path}, then name it in [beats] paths of spacereel.toml; {then}"
