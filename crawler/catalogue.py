"""Beat files into beats: the topic we watch and the sources we watch it in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar, get_args
from urllib.parse import urlsplit

from crawler.config import Config
from crawler.config.spelling import nearest
from crawler.config.tables import read_toml
from crawler.discover.engines import ENGINES, question
from crawler.discover.follow import compiled_follow
from crawler.errors import ConfigError
from crawler.logs import redacted
from crawler.relevance.service_queries import asks_of
from crawler.relevance.toml_place import TOP, Section, place_of
from crawler.relevance.topic import Topic, parse_topic
from crawler.units import duration_s
from db.model import Source, SourceKind

_T = TypeVar("_T")

#: how far back the kinds are read that list whole back-catalogues; a feed or section shows only its latest anyway
MAX_AGE_S: Mapping[SourceKind, float] = dict.fromkeys(("sitemap", "site", "query"), 30 * 86400.0)
#: questions that a query without `queries` asks
_MOST_QUESTIONS = 20

_SECTIONS = ("beat", "source", "topic")
_BEAT_KEYS = ("id", "title")
_SOURCE_KEYS = (
    "id",
    "title",
    "kind",
    "url",
    "every",
    "language",
    "enabled",
    "max_pages",
    "follow",
    "max_age",
    "engine",
    "queries",
    "render",
)
_KINDS = get_args(SourceKind)
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Za-z]{2,4})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A subject somebody follows."""

    id: str
    title: str
    sources: tuple[Source, ...]
    topic: Topic
    #: the file it was read from
    path: Path


def load_beats(paths: Sequence[Path], default_every_s: float = 1800) -> tuple[Beat, ...]:
    """Read beat files.

    Args:
        default_every_s: polling interval of sources without `every`, in seconds.

    Raises:
        ConfigError: with one sentence that names the file and, where it can, the line; for the
            topic a `TopicSyntaxError`. Ids of beats and of sources are unique over all files.
    """
    beats = tuple(_BeatReader(path, default_every_s).beat() for path in paths)
    _check_unique([(beat.id, beat.path) for beat in beats], "beat")
    _check_unique([(source.id, beat.path) for beat in beats for source in beat.sources], "source")
    return beats


def configured_beats(config: Config) -> tuple[Beat, ...]:
    """The beats that a configuration names.

    Raises:
        ConfigError: with one sentence.
    """
    return load_beats(config.beats.paths, config.schedule.every_s)


def configured_sources(config: Config) -> tuple[Source, ...]:
    """Every source of the configured beats, in the order of the files."""
    return tuple(source for beat in configured_beats(config) for source in beat.sources)


def _check_unique(named: Sequence[tuple[str, Path]], what: str) -> None:
    seen: dict[str, Path] = {}
    for name, path in named:
        if name in seen:
            other = "" if seen[name] == path else f", first in {seen[name]}"
            raise ConfigError(f'{path}: {what} id "{name}" is there twice{other}', str(path), name)
        seen[name] = path


class _BeatReader:
    """One reading of one beat file."""

    def __init__(self, path: Path, default_every_s: float) -> None:
        self.path = path
        self.default_every_s = default_every_s
        #: the table of the file that is being read
        self.section: Section = TOP

    def beat(self) -> Beat:
        tables = read_toml(self.path)
        self._only(tables, _SECTIONS, "the file", "section")
        head = self._table(tables, "beat")
        self.section = ("beat", 1)
        self._only(head, _BEAT_KEYS, "[beat]")
        beat_id = self._slug(head, "[beat]")
        title = self._text(head, "title", "[beat]")
        self.section = TOP
        topic = parse_topic(self._table(tables, "topic"), beat_id, str(self.path))
        return Beat(
            id=beat_id,
            title=title,
            sources=self._sources(tables, beat_id, topic),
            topic=topic,
            path=self.path,
        )

    def _sources(self, tables: Mapping[str, Any], beat_id: str, topic: Topic) -> tuple[Source, ...]:
        rows = tables.get("source", [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self._fail("sources must be written [[source]], one for each", "source")
        return tuple(self._source(row, at, beat_id, topic) for at, row in enumerate(rows, 1))

    def _source(self, row: Mapping[str, Any], at: int, beat_id: str, topic: Topic) -> Source:
        self.section = ("source", at)
        source_id = self._slug(row, f"[[source]] number {at}")
        label = f'[[source]] "{source_id}"'
        self._only(row, _SOURCE_KEYS, label)
        kind = self._read(row, "kind", label, _kind)
        engine = self._engine(row, kind, label)
        return Source(
            id=source_id,
            title=self._text(row, "title", label) if "title" in row else source_id,
            kind=kind,
            url=ENGINES[engine].url
            if engine and "url" not in row
            else self._read(row, "url", label, _mailbox if kind == "mail" else _url),
            beat=beat_id,
            every_s=self._read(row, "every", label, _every) if "every" in row else self.default_every_s,
            language=self._read(row, "language", label, _language) if "language" in row else None,
            is_enabled=self._read(row, "enabled", label, _switch) if "enabled" in row else True,
            max_pages=self._read(row, "max_pages", label, _whole) if "max_pages" in row else 200,
            follow=self._read(row, "follow", label, _pattern) if "follow" in row else None,
            max_age_s=self._read(row, "max_age", label, _age) if "max_age" in row else MAX_AGE_S.get(kind),
            render=self._render(row, kind, label),
            engine=engine,
            queries=self._queries(row, engine, label, topic),
        )

    def _render(self, row: Mapping[str, Any], kind: str, label: str) -> bool:
        if "render" not in row:
            return False
        if kind in ("query", "mail"):
            self._fail(f"{label}: render is for sources whose pages are on the web", "render")
        return self._read(row, "render", label, _switch)

    def _engine(self, row: Mapping[str, Any], kind: str, label: str) -> str | None:
        if kind != "query" and (odd := {"engine", "queries"} & row.keys()):
            self._fail(f"{label}: {min(odd)} is for sources of kind query", min(odd))
        return self._read(row, "engine", label, _engine) if "engine" in row else None

    def _queries(
        self, row: Mapping[str, Any], engine: str | None, label: str, topic: Topic
    ) -> tuple[str, ...]:
        """What a query asks for: as written, or from the rules of the topic."""
        if engine is None:
            return ()
        if "queries" in row:
            return self._read(row, "queries", label, _texts)
        language = self._read(row, "language", label, _language) if "language" in row else None
        asks = asks_of(topic, _MOST_QUESTIONS, language)
        if not asks:
            self._fail(f"{label}: the topic has no rule to ask by; write queries", "engine")
        return tuple(question(spoken, groups, engine) for spoken, groups in asks)

    def _table(self, tables: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        table = tables.get(name)
        if table is None:
            self._fail(f"section [{name}] is missing", name)
        if not isinstance(table, dict):
            self._fail(f"{name} must be a section, written [{name}]", name)
        return table

    def _slug(self, table: Mapping[str, Any], label: str) -> str:
        slug = self._text(table, "id", label)
        if not _SLUG.fullmatch(slug):
            self._fail(f'{label}: id "{slug}" must be small letters, digits and hyphens', slug, "id")
        return slug

    def _text(self, table: Mapping[str, Any], key: str, label: str) -> str:
        return self._read(table, key, label, _text)

    def _read(self, table: Mapping[str, Any], key: str, label: str, read: Callable[[Any], _T]) -> _T:
        if key not in table:
            self._fail(f"{label}: {key} is missing", key)
        try:
            return read(table[key])
        except ValueError as problem:
            self._fail(f"{label}: {key} {problem}", key)

    def _only(self, table: Mapping[str, Any], valid: tuple[str, ...], label: str, what: str = "key") -> None:
        for key in table:
            if key not in valid:
                self._fail(f'{label} has an unknown {what} "{key}"{nearest(key, valid)}', key)

    def _fail(self, sentence: str, word: str, key: str = "") -> NoReturn:
        raise ConfigError(
            f"{self.path}{place_of(str(self.path), word, self.section, key)}: {sentence}",
            str(self.path),
            word,
        )


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text in quotes")
    return value


def _kind(value: Any) -> Any:
    if value not in _KINDS:
        raise ValueError(f'"{value}" is not a kind of source{nearest(str(value), _KINDS)}')
    return value


def _url(value: Any) -> str:
    url = _text(value).strip()
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", url):
        raise ValueError(f'"{redacted(url)}" is not a web address that begins with http:// or https://')
    if "@" in parts.netloc:
        raise ValueError(
            f'"{redacted(url)}" holds a user name; Spacereel signs in nowhere, and keeps no secret in its record'
        )
    return url


def _mailbox(value: Any) -> str:
    url = _text(value).strip()
    scheme, _, path = url.partition(":")
    if scheme in ("maildir", "mbox") and path.startswith(("/", "~")):
        return url
    parts = urlsplit(url)
    if scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
        raise ValueError(
            f'"{redacted(url)}" is no mailbox; write maildir:/folder, mbox:/file or imaps://user@host/folder'
        )
    if parts.password is not None:
        raise ValueError(
            f'"{redacted(url)}" holds a password; put it into the environment, see docs/sources.md'
        )
    return url


def _every(value: Any) -> float:
    seconds = duration_s(_text(value))
    if seconds < 1:
        raise ValueError("must be at least 1s")
    return seconds


def _language(value: Any) -> str:
    if not _LANGUAGE.fullmatch(_text(value)):
        raise ValueError(f'"{value}" is not a language; write two letters, such as "en"')
    return str(value)


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError("must be a whole number from 1")
    return value


def _pattern(value: Any) -> str:
    compiled_follow(_text(value))
    return str(value)


def _engine(value: Any) -> str:
    if value not in ENGINES:
        raise ValueError(f'"{value}" is no service that is known{nearest(str(value), ENGINES)}')
    return str(value)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list of texts in quotes")
    return tuple(_text(each) for each in value)


def _age(value: Any) -> float | None:
    return None if value == "forever" else duration_s(_text(value))
