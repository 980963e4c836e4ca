"""Where messages go: an address with its secrets, and a name for it that has none."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from crawler.config.alerts import AlertConfig
from crawler.config.home import without_tilde
from crawler.errors import ConfigError

_NAMED = re.compile(r"\$\{([^{}]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One address of an alert."""

    #: the same for the same line of the configuration, whatever its secrets are
    id: str
    #: for people and logs: scheme, and host of a webhook; never a path, which may be the secret
    label: str
    address: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)


def targets_of(alert: AlertConfig, environment: Mapping[str, str]) -> tuple[Target, ...]:
    """The targets of an alert.

    Raises:
        ConfigError: a variable or a file is not there; says which.
    """
    secret = revealed(alert, alert.secret, environment) if alert.secret else None
    return tuple(_target(alert, written, secret, environment) for written in alert.to)


def _target(alert: AlertConfig, written: str, secret: str | None, environment: Mapping[str, str]) -> Target:
    address = revealed(alert, written, environment)
    scheme = address.partition("://")[0].lower()
    label = scheme if "://" in address else "target"
    if scheme in ("http", "https"):
        try:
            label = f"webhook {scheme}://{urlsplit(address).hostname}"
        except ValueError:
            raise ConfigError(f'alert "{alert.name}": a target is no web address', "", "to") from None
    return Target(id=target_id(written), label=label, address=address, secret=secret)


def target_id(written: str) -> str:
    """What the record knows a target by."""
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def revealed(alert: AlertConfig, written: str, environment: Mapping[str, str]) -> str:
    """*written* with `${NAME}` from the environment and `${file:PATH}` from a file."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name.startswith("file:"):
            try:
                return without_tilde(name.removeprefix("file:")).read_text(encoding="utf-8").strip()
            except (ConfigError, OSError, UnicodeDecodeError):
                raise ConfigError(
                    f'alert "{alert.name}": the file {name.removeprefix("file:")} cannot be read', "", "to"
                ) from None
        if name not in environment:
            raise ConfigError(f'alert "{alert.name}": the environment has no {name}', "", "to")
        return environment[name]

    return _NAMED.sub(value, written)
