"""One `[[alert]]` of the configuration: what is sent, to whom, and when not. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

#: what an alert can be about, in the order of docs/alerts.md
ALERT_KINDS = ("new", "edited", "corrected", "removed", "story", "source")
_CLOCK = r"([01]?\d|2[0-3]):([0-5]\d)"
_QUIET = re.compile(rf"{_CLOCK}\s*-\s*{_CLOCK}")
_DIGEST = re.compile(
    rf"(?:(hourly)|(daily)\s+{_CLOCK}|(?:weekly\s+)?(mon|tue|wed|thu|fri|sat|sun)[a-z]*\s+{_CLOCK})"
)
_RATE = re.compile(r"([1-9]\d{0,3}) per (minute|hour|day)")
_PERIOD_S = {"minute": 60, "hour": 3600, "day": 86400}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]*://\S+|\$\{[^{}]+\}\S*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTimes:
    """When what has come together is sent in one message; every hour when *hour* is None."""

    hour: int | None = None
    minute: int = 0
    #: 0 is Monday; None is every day
    weekday: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertConfig:
    """`[[alert]]`: who is notified of what."""

    name: str
    #: what people call it, where that is not its name
    title: str = ""
    #: addresses as written, their secrets still names: `${NAME}` of the environment, `${file:PATH}`
    to: tuple[str, ...]
    #: in the query language; empty is every relevant article
    query: str = ""
    #: empty tells nothing by itself, and lends its targets to the bells of saved searches
    when: tuple[str, ...] = ("new",)
    #: signs what a webhook gets; written like `to`
    secret: str | None = None
    #: minutes of the day from which, and until which, nobody is disturbed
    quiet: tuple[int, int] | None = None
    #: messages, and the seconds in which no more are sent
    at_most: tuple[int, int] | None = None
    digest: DigestTimes | None = None
    timezone: str = "UTC"
    #: also what replay and backfill bring, and what was published before its source was listed
    backlog: bool = False
    #: where the review can be reached, for links
    review_url: str = "http://127.0.0.1:8001"


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text in quotes")
    return value.strip()


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list in square brackets with something in it")
    return tuple(_text(each) for each in value)


def _targets(value: Any) -> tuple[str, ...]:
    found = _texts(value)
    for each in found:
        if not _SCHEME.fullmatch(each):
            raise ValueError('must be addresses such as "https://…", "mailto://…" or "${NAME}"')
    return found


def _name(value: Any) -> str:
    found = _text(value)
    if re.fullmatch(r"search \d+", found):
        raise ValueError(f'"{found}" is what the bell of a saved search is called; choose another name')
    return found


def _kinds(value: Any) -> tuple[str, ...]:
    found = _texts(value) if value != [] else ()
    for each in found:
        if each not in ALERT_KINDS:
            raise ValueError(f'"{each}" is no kind of event; choose from {", ".join(ALERT_KINDS)}')
    return found


def _minutes(hour: str, minute: str) -> int:
    return int(hour) * 60 + int(minute)


def _quiet(value: Any) -> tuple[int, int]:
    found = _QUIET.fullmatch(_text(value))
    if found is None:
        raise ValueError('must be two times of the day, as in "22:00-07:00"')
    return _minutes(found[1], found[2]), _minutes(found[3], found[4])


def _at_most(value: Any) -> tuple[int, int]:
    found = _RATE.fullmatch(_text(value))
    if found is None:
        raise ValueError('must be so many per minute, hour or day, as in "6 per hour"')
    return int(found[1]), _PERIOD_S[found[2]]


def _digest(value: Any) -> DigestTimes:
    found = _DIGEST.fullmatch(_text(value).lower())
    if found is None:
        raise ValueError('must be "hourly", "daily 07:30" or "weekly monday 07:30"')
    if found[1]:
        return DigestTimes()
    if found[2]:
        return DigestTimes(hour=int(found[3]), minute=int(found[4]))
    return DigestTimes(hour=int(found[6]), minute=int(found[7]), weekday=_DAYS.index(found[5]))


def _timezone(value: Any) -> str:
    name = _text(value)
    try:
        if name != "UTC":
            ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f'"{name}" is no time zone; write for example "Europe/Berlin"') from None
    return name


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _web(value: Any) -> str:
    found = _text(value)
    if not found.startswith(("http://", "https://")):
        raise ValueError('must be a web address, as in "https://review.example.org"')
    return found.rstrip("/")


def _query(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text in quotes")
    return value


#: key -> how it is read
ALERT_KEYS: Mapping[str, Callable[[Any], Any]] = {
    "name": _name, "query": _query, "when": _kinds, "to": _targets, "secret": _text, "quiet": _quiet, "at_most": _at_most,
    "digest": _digest, "timezone": _timezone, "backlog": _flag, "review_url": _web,
}  # fmt: skip
