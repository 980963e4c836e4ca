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
    #: why nothing can be sent there, such as a variable that is not set; the address is as written then
    lack: str = ""


def targets_of(alert: AlertConfig, environment: Mapping[str, str]) -> tuple[Target, ...]:
    """The targets of an alert; one whose variable or file is not there says so, and the others are as they are."""
    return tuple(_target(alert, written, environment) for written in alert.to)


def _target(alert: AlertConfig, written: str, environment: Mapping[str, str]) -> Target:
    lack, secret = "", None
    try:
        address = revealed(alert, written, environment)
    except ConfigError as problem:
        address, lack = _NAMED.sub("unknown", written), str(problem)
    scheme = address.partition("://")[0].lower()
    label = scheme if "://" in address else "target"
    if scheme in ("http", "https"):
        try:
            label = f"webhook {scheme}://{urlsplit(address).hostname}"
            secret = revealed(alert, alert.secret, environment) if alert.secret else None
        except ConfigError as problem:
            lack = lack or str(problem)
        except ValueError:
            lack = f'alert "{alert.name}": a target is no web address'
    return Target(id=target_id(written), label=label, address=address, secret=secret, lack=lack)


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
