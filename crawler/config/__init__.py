"""One TOML file -> one frozen Config. An unknown key is an error that names the nearest valid one.

Others call `load_config` and read a `Config`; `alerts`, `cluster` and `websub` have the keys of those tables, `home` finds the file.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from crawler.config.alerts import ALERT_KEYS, AlertConfig
from crawler.config.cluster import CLUSTER_KEYS, ClusterConfig
from crawler.config.home import SETTINGS, home_folder
from crawler.config.languages import LANGUAGES
from crawler.config.readers import (
    Network,
    address_in,
    duration_from,
    keeping,
    keeping_a_month,
    networks_in,
    one_of,
    path_in,
    paths_in,
    quoted_text,
    size_in,
    whole_from,
)
from crawler.config.tables import read_toml
from crawler.config.websub import WebSubConfig, callback_address
from crawler.errors import ConfigError

SHIPPED_BEAT = Path(__file__).parent.parent / "beats" / "space-films.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreConfig:
    """`[store]`: where the record lies."""

    path: Path = Path("db/articles.db")
    archive: Path = Path("db/archive.db")
    #: what a power cut may take: `normal` the last moments, `full` nothing that was acknowledged
    durability: Literal["normal", "full"] = "normal"


@dataclass(frozen=True, slots=True, kw_only=True)
class BeatsConfig:
    """`[beats]`: which subjects are watched."""

    paths: tuple[Path, ...] = (SHIPPED_BEAT,)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchConfig:
    """`[fetch]`: manners and limits on the network."""

    #: mail address or URL that goes into the User-Agent
    contact: str | None = None
    per_host_delay_s: float = 1.0
    #: requests under way at once, over all hosts
    concurrency: int = 64
    timeout_s: float = 30.0
    max_bytes: int = 10_000_000
    #: private networks that the address guard lets through
    allow_private: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleConfig:
    """`[schedule]`: when the daemon looks."""

    tick_s: float = 5.0
    #: polling interval of a source that names none
    every_s: float = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepConfig:
    """`[keep]`: what becomes an article, and how long the ledger remembers what did not; None is forever."""

    band: Literal["relevant", "mention", "all"] = "mention"
    #: rows of polls and of robots.txt
    polls_s: float | None = 90 * 86400.0
    #: rows of visits to pages that brought no version and took none
    visits_s: float | None = None
    #: rows of the outbox about articles, once they were sent, failed or dropped
    messages_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveConfig:
    """`[archive]`: how long page bodies are kept; None is forever."""

    relevant_s: float | None = None
    rejected_s: float | None = 30 * 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractConfig:
    """`[extract]`: who reads pages."""

    #: worker processes; 0 means one per core
    workers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsConfig:
    """`[metrics]`: where the daemon can be watched from outside."""

    #: host and port of /metrics and /healthz; None is nowhere
    listen: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsConfig:
    """`[logs]`: what the daemon and nodes write."""

    format: Literal["text", "json"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewConfig:
    """`[review]`: how the pages of the review speak."""

    #: a code of `LANGUAGES`; None is what each browser asks for
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything a person can set, with its default."""

    store: StoreConfig = field(default_factory=StoreConfig)
    beats: BeatsConfig = field(default_factory=BeatsConfig)
    fetch: FetchConfig = field(default_factory=FetchConfig)
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    keep: KeepConfig = field(default_factory=KeepConfig)
    archive: ArchiveConfig = field(default_factory=ArchiveConfig)
    extract: ExtractConfig = field(default_factory=ExtractConfig)
    metrics: MetricsConfig = field(default_factory=MetricsConfig)
    logs: LogsConfig = field(default_factory=LogsConfig)
    review: ReviewConfig = field(default_factory=ReviewConfig)
    websub: WebSubConfig = field(default_factory=WebSubConfig)
    cluster: ClusterConfig = field(default_factory=ClusterConfig)
    alerts: tuple[AlertConfig, ...] = ()
    #: the file it was read from; None for the defaults
    path: Path | None = None
    #: the folder that settings are looked for in when no file is named
    home: Path = Path()

    @property
    def file(self) -> Path:
        """The settings that are in force, or would be if the file existed."""
        return self.path or self.home / SETTINGS

    def with_record(self, db: Path) -> Config:
        """The same configuration on another record; the archive lies beside it."""
        return replace(self, store=replace(self.store, path=db, archive=db.with_name("archive.db")))


#: section -> key as written -> (attribute, reader)
KEYS: Mapping[str, Mapping[str, tuple[str, Callable[[Any], Any]]]] = {
    "store": {
        "path": ("path", path_in),
        "archive": ("archive", path_in),
        "durability": ("durability", one_of("normal", "full")),
    },
    "beats": {"paths": ("paths", paths_in)},
    "fetch": {
        "contact": ("contact", quoted_text),
        "per_host_delay": ("per_host_delay_s", duration_from(0.0)),
        "concurrency": ("concurrency", whole_from(1)),
        "timeout": ("timeout_s", duration_from(0.1)),
        "max_bytes": ("max_bytes", size_in),
        "allow_private": ("allow_private", networks_in),
    },
    "schedule": {"tick": ("tick_s", duration_from(0.05)), "every": ("every_s", duration_from(1.0))},
    "keep": {
        "band": ("band", one_of("relevant", "mention", "all")),
        "polls": ("polls_s", keeping_a_month),
        "visits": ("visits_s", keeping_a_month),
        "messages": ("messages_s", keeping_a_month),
    },
    "archive": {"relevant": ("relevant_s", keeping), "rejected": ("rejected_s", keeping)},
    "extract": {"workers": ("workers", whole_from(0))},
    "metrics": {"listen": ("listen", address_in)},
    "logs": {"format": ("format", one_of("text", "json"))},
    "review": {"language": ("language", one_of(*LANGUAGES))},
    "websub": {"callback": ("callback", callback_address), "listen": ("listen", address_in)},
    "cluster": CLUSTER_KEYS
    | {
        "bodies": ("bodies", path_in),
        "lease": ("lease_s", duration_from(1.0)),
        "outbox": ("outbox", whole_from(1)),
    },
}


def nearest(name: str, valid: Mapping[str, Any] | tuple[str, ...]) -> str:
    """`; did you mean "x"?`, or the list of what is valid when nothing is near."""
    near = difflib.get_close_matches(name, list(valid), n=1)
    return f'; did you mean "{near[0]}"?' if near else f"; valid are {', '.join(valid)}"


def _section(config: Config, name: str, table: Any, path: Path) -> Any:
    if name not in KEYS:
        raise ConfigError(f"{path}: unknown section [{name}]{nearest(name, KEYS)}", str(path), name)
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: {name} must be a section, written [{name}]", str(path), name)
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in KEYS[name]:
            raise ConfigError(f"{path}: unknown key {name}.{key}{nearest(key, KEYS[name])}", str(path), key)
        attribute, read = KEYS[name][key]
        try:
            values[attribute] = read(value)
        except (ConfigError, ValueError) as problem:
            raise ConfigError(f"{path}: {name}.{key}: {problem}", str(path), key) from problem
    return replace(getattr(config, name), **values)


def _alerts(tables: Any, path: Path) -> tuple[AlertConfig, ...]:
    """The `[[alert]]` tables; names are their own."""
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise ConfigError(
            f"{path}: alert must be a list of tables, each written [[alert]]", str(path), "alert"
        )
    alerts = tuple(_alert(number, table, path) for number, table in enumerate(tables, 1))
    names = [each.name for each in alerts]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ConfigError(f'{path}: two alerts are called "{twice}"', str(path), "name")
    return alerts


def _alert(number: int, table: dict[str, Any], path: Path) -> AlertConfig:
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in ALERT_KEYS:
            raise ConfigError(
                f"{path}: unknown key {key} of alert {number}{nearest(key, ALERT_KEYS)}", str(path), key
            )
        try:
            values[key] = ALERT_KEYS[key](value)
        except ValueError as problem:
            raise ConfigError(f"{path}: {key} of alert {number}: {problem}", str(path), key) from problem
    for key in ("name", "to"):
        if key not in values:
            raise ConfigError(f"{path}: alert {number} has no {key}", str(path), key)
    return AlertConfig(**values)


def load_config(
    path: Path | None = None, db: Path | None = None, home: Path | None = None, record: str | None = None
) -> Config:
    """The configuration of one run.

    Args:
        path: the TOML file; None takes `spacereel.toml` in the home when there is one.
        db: overrides `[store] path`, as the environment's SPACEREEL_DB does; the archive then lies beside it.
        home: see `home_folder`; relative paths of the defaults are taken from there.
        record: one of several records of that home. Like *home* it stands above SPACEREEL_DB.

    Relative paths in the file are relative to the file's own folder.

    Raises:
        ConfigError: with one sentence for a person.
    """
    place = home_folder(home, record)
    config = _anchored(Config(home=place), place)
    if path is None and config.file.exists():
        path = config.file
    if path is not None:
        tables = read_toml(path)
        alerts = _alerts(tables.pop("alert", []), path)
        sections = {name: _section(Config(), name, table, path) for name, table in tables.items()}
        config = _anchored(Config(home=place, path=path, alerts=alerts, **sections), path.parent)
    of_environment = os.environ.get("SPACEREEL_DB") if home is None and record is None else None
    named = db or (Path(of_environment) if of_environment else None)
    return config.with_record(named) if named else config


def _anchored(config: Config, folder: Path) -> Config:
    """The same configuration with its relative paths taken from *folder*."""
    return replace(
        config,
        store=replace(config.store, path=folder / config.store.path, archive=folder / config.store.archive),
        beats=BeatsConfig(paths=tuple(folder / each for each in config.beats.paths)),
        cluster=replace(config.cluster, bodies=folder / config.cluster.bodies),
    )
