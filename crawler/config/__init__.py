"""One TOML file -> one frozen Config. An unknown key is an error that names the nearest valid one.

Others call `load_config` and read a `Config`; `keys` says how values are read, when there is a file, and `home` finds it.
"""

from __future__ import annotations

import os
from dataclasses import field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from crawler.config.cluster import ClusterConfig
from crawler.config.home import SETTINGS, home_folder
from crawler.config.websub import WebSubConfig
from db.frozen import Frozen

if TYPE_CHECKING:
    from crawler.config.alerts import AlertConfig
    from crawler.config.readers import Network

SHIPPED_BEAT = Path(__file__).parent.parent / "beats" / "space-films.toml"


class StoreConfig(Frozen):
    """`[store]`: where the record lies."""

    path: Path = Path("db/articles.db")
    archive: Path = Path("db/archive.db")
    #: what a power cut may take: `normal` the last moments, `full` nothing that was acknowledged
    durability: Literal["normal", "full"] = "normal"


class BeatsConfig(Frozen):
    """`[beats]`: which subjects are watched."""

    paths: tuple[Path, ...] = (SHIPPED_BEAT,)


class FetchConfig(Frozen):
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


class ScheduleConfig(Frozen):
    """`[schedule]`: when the daemon looks."""

    tick_s: float = 5.0
    #: polling interval of a source that names none
    every_s: float = 1800.0


class KeepConfig(Frozen):
    """`[keep]`: what becomes an article, and how long the ledger remembers what did not; None is forever."""

    band: Literal["relevant", "mention", "all"] = "mention"
    #: rows of polls and of robots.txt
    polls_s: float | None = 90 * 86400.0
    #: rows of visits to pages that brought no version and took none
    visits_s: float | None = None
    #: rows of the outbox about articles, once they were sent, failed or dropped
    messages_s: float | None = None


class ArchiveConfig(Frozen):
    """`[archive]`: how long page bodies are kept; None is forever."""

    relevant_s: float | None = None
    rejected_s: float | None = 30 * 86400.0


class ExtractConfig(Frozen):
    """`[extract]`: who reads pages."""

    #: worker processes; 0 means one per core
    workers: int = 0


class MetricsConfig(Frozen):
    """`[metrics]`: where the daemon can be watched from outside."""

    #: host and port of /metrics and /healthz; None is nowhere
    listen: tuple[str, int] | None = None


class LogsConfig(Frozen):
    """`[logs]`: what the daemon and nodes write."""

    format: Literal["text", "json"] = "text"


class ReviewConfig(Frozen):
    """`[review]`: how the pages of the review speak."""

    #: a code of `LANGUAGES`; None is what each browser asks for
    language: str | None = None


class Config(Frozen):
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
        from crawler.config.keys import values_in  # not for who has no settings

        plain = Config()
        defaults = {each.name: getattr(plain, each.name) for each in fields(Config)}
        values = values_in(path, defaults)
        config = _anchored(Config(home=place, path=path, **values), path.parent)
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
