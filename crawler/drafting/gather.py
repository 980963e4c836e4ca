"""Examples from where a person has them: typed headlines, files, marked articles and searches of the record."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from crawler.dedupe.urls import canonical_url
from crawler.errors import ConfigError
from crawler.extract.metadata.language import language_of
from crawler.query.conditions import condition
from crawler.relevance.evaluate import Example, Label, example_lines, load_examples
from db.model import Article
from db.texts import StoredText, stored_texts

#: articles of the record that count as what news speak of otherwise, and that are looked through for translations
BACKGROUND, IN_STORIES = 2000, 20_000
#: words of an article that are looked at, its lead
_LEAD_WORDS = 80
#: most articles that a search may bring
MOST_FOUND = 200
#: endings of files of examples, of files that hold none, and letters of a file's name
_FILES, _OTHER_FILES, _LONGEST_NAME = (".txt", ".jsonl"), (".csv", ".json", ".tsv", ".xls", ".xlsx"), 250
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


def typed_examples(typed: Iterable[tuple[Label, str]]) -> Iterator[Example]:
    """Headlines as examples, or those of a file: lines of JSON as `beat examples` prints them, or a headline a line.

    Raises:
        ConfigError: the file cannot be read.
    """
    for label, each in typed:
        if _is_file_name(each):
            yield from _of_file(Path(each), label)
        elif each.strip():
            yield headline(each.strip(), label)


def _is_file_name(text: str) -> bool:
    """Whether a file is meant, by its ending or as it is there; an address or a headline else."""
    if len(text) > _LONGEST_NAME or not text.isprintable() or _ADDRESS.match(text):
        return False
    path = Path(text)
    is_named = path.suffix.lower() in _FILES or (path.suffix.lower() in _OTHER_FILES and " " not in text)
    return is_named or path.is_file()


def _of_file(path: Path, label: Label) -> Iterator[Example]:
    if path.suffix.lower() not in _FILES:
        raise ConfigError(
            f"{path} is no file of examples; a headline or an address a line is read from .txt, labelled lines of JSON from .jsonl",
            str(path),
        )
    if path.suffix.lower() == ".jsonl":
        yield from (spoken(example) for example in load_examples(path))
        return
    yield from (headline(line.strip(), label) for line in example_lines(path) if line.strip())


def headline(text: str, label: Label) -> Example:
    """A typed headline, of which the language is guessed; or an address, of which the words are not known yet."""
    if _ADDRESS.fullmatch(text):
        return Example(id=text, label=label, url=text)
    return spoken(Example(id=text, label=label, title=text))


def spoken(example: Example) -> Example:
    """The example with a language; None stays where nothing tells it."""
    if example.language:
        return example
    guessed, _ = language_of(f"{example.title}. {example.text}", None)
    return replace(example, language=guessed)


def once_each(examples: Iterable[Example]) -> tuple[Example, ...]:
    """Examples without repeats of an id; the first one stays.

    Raises:
        ConfigError: one belongs and does not.
    """
    found: dict[str, Example] = {}
    for each in examples:
        if found.setdefault(each.id, each).label != each.label:
            raise ConfigError(f'"{each.id}" is said to belong and not to belong', key=each.id)
    return tuple(found.values())


def example_of(row: StoredText, label: Label) -> Example:
    """An article of the record with the beginning of its text."""
    return Example(
        id=row.canonical_url,
        label=label,
        title=row.title,
        text=_lead(row.text),
        url=row.url,
        language=row.language.split("-")[0] if row.language else None,
        kind="record",
    )


def _lead(text: str) -> str:
    return " ".join(text.split(" ", _LEAD_WORDS)[:_LEAD_WORDS])


def is_wordless(example: Example) -> bool:
    """Whether an example is an address and nothing else."""
    return bool(example.url) and not (example.title or example.text)


def read_example(example: Example, article: Article) -> Example:
    """An address with what was read there."""
    language = article.language.split("-")[0] if article.language else None
    return spoken(replace(example, title=article.title, text=_lead(article.text), language=language))


def known_examples(conn: sqlite3.Connection, examples: Iterable[Example]) -> Iterator[Example]:
    """The examples; an address that the record has an article of gets its words."""
    for example in examples:
        row = _stored_at(conn, example.url) if is_wordless(example) else None
        yield example_of(row, example.label) if row else example


def _stored_at(conn: sqlite3.Connection, url: str) -> StoredText | None:
    """The article of an address, under the spelling it was given or fetched by."""
    spellings = (url, canonical_url(url) or url)
    where = "n.canonical_url IN (SELECT canonical_url FROM aliases WHERE url IN (?, ?) UNION SELECT ? UNION SELECT ?)"
    return next(stored_texts(conn, where, (*spellings, *spellings), 1), None)


def searched(conn: sqlite3.Connection, query: str, label: Label, now: datetime) -> tuple[Example, ...]:
    """Articles that a search of the record finds.

    Raises:
        QuerySyntaxError: the query cannot be read.
    """
    asked = condition(query, now)
    return tuple(example_of(row, label) for row in stored_texts(conn, asked.sql, asked.values, MOST_FOUND))


def marked(conn: sqlite3.Connection, beat: str | None = None) -> tuple[Example, ...]:
    """Articles that a person marked in the review.

    Args:
        beat: only those that this beat judged best, or none did; None for all.
    """
    labels: dict[str | None, Label] = {"relevant": "positive", "irrelevant": "negative"}
    rows = stored_texts(
        conn,
        "n.mark IN ('relevant', 'irrelevant') AND coalesce(n.beat, ?1, '') = coalesce(?1, n.beat, '')",
        (beat,),
    )
    return tuple(example_of(row, labels[row.mark]) for row in rows)


def background(conn: sqlite3.Connection, known: Iterable[Example]) -> tuple[Example, ...]:
    """Articles of the record that nobody labelled."""
    ids = {example.id for example in known}
    rows = stored_texts(conn, "n.mark IS NULL", limit=BACKGROUND)
    return tuple(example_of(row, "negative") for row in rows if row.canonical_url not in ids)


def story_groups(conn: sqlite3.Connection) -> tuple[Sequence[Example], ...]:
    """The articles of each story that is reported in two languages or more."""
    found: defaultdict[int, list[Example]] = defaultdict(list)
    for row in islice(stored_texts(conn, "n.story_id IS NOT NULL"), IN_STORIES):
        found[row.story_id or 0].append(example_of(row, "positive"))
    return tuple(each for each in found.values() if len({example.language for example in each}) > 1)


def story_numbers(conn: sqlite3.Connection) -> dict[str, int]:
    """Address of an article -> the story it belongs to."""
    rows = conn.execute("SELECT canonical_url, story_id FROM newest WHERE story_id IS NOT NULL")
    return {str(url): int(story) for url, story in rows}
