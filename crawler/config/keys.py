"""The keys of the settings: how each value is read, and into which attribute of `Config` it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from crawler.config.alerts import ALERT_KEYS, AlertConfig
from crawler.config.cluster import CLUSTER_KEYS
from crawler.config.languages import LANGUAGES
from crawler.config.readers import (
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
from crawler.config.spelling import nearest
from crawler.config.tables import read_toml
from crawler.config.websub import callback_address
from crawler.errors import ConfigError

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


def values_in(path: Path, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Attribute of `Config` -> its value, for every table of a file.

    Args:
        defaults: section -> what holds where it has no key.

    Raises:
        ConfigError: with one sentence for a person.
    """
    tables = read_toml(path)
    alerts = _alerts(tables.pop("alert", []), path)
    return {
        "alerts": alerts,
        **{name: _section(defaults, name, table, path) for name, table in tables.items()},
    }


def _section(defaults: Mapping[str, Any], name: str, table: Any, path: Path) -> Any:
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
    return replace(defaults[name], **values)


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
