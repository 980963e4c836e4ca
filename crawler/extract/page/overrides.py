"""Sites that need help: one TOML file per site says where its text, title, date and authors stand."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from crawler.errors import ConfigError
from crawler.extract.metadata.fields import Metadata
from crawler.extract.metadata.sites import registered_name
from crawler.extract.page.document import Document
from crawler.memory import remembers
from db.model import Precision

#: what has no origin of its own: it comes with another field
_UNNAMED = frozenset({"headlines", "published_raw", "published_precision"})
_KEYS = frozenset({"text", "drop", "title", "date", "date_format", "authors", "language"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What is known about the pages of one site. Every part is optional."""

    #: the site's registered name, e.g. `example.com`
    site: str
    #: selectors of the elements that hold the text
    text: tuple[CSSSelector, ...] = ()
    #: selectors of what is to be left out of it
    drop: tuple[CSSSelector, ...] = ()
    title: CSSSelector | None = None
    date: CSSSelector | None = None
    #: as `datetime.strptime` reads it; without a zone it means UTC
    date_format: str | None = None
    authors: CSSSelector | None = None
    #: ISO 639-1
    language: str | None = None


def override_of(url: str, folder: Path | None = None) -> Override | None:
    """The override for a page's site, or None: nearly all sites need none.

    Args:
        url: the page's address.
        folder: where the files lie; those that come with the package by default.

    Raises:
        ConfigError: an unknown key or a selector that is none; names file and key.
    """
    site = registered_name(url)
    if not site or "/" in site or site.startswith("."):
        return None
    return _load(site, folder or _shipped())


@cache
def _shipped() -> Path:
    return Path(str(files("crawler.extract").joinpath("sites")))


@remembers(512, letters=300)
def _load(site: str, folder: Path) -> Override | None:
    path = folder.joinpath(f"{site}.toml")
    if not path.is_file():
        return None
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as fault:
        raise ConfigError(f"{path.name}: {fault}", str(path)) from fault
    if unknown := sorted(set(table) - _KEYS):
        raise ConfigError(
            f"{path.name}: unknown key {unknown[0]!r}; known are {', '.join(sorted(_KEYS))}",
            str(path),
            unknown[0],
        )
    return Override(
        site=site,
        text=_selectors(path, table, "text"),
        drop=_selectors(path, table, "drop"),
        title=_selector(path, table, "title"),
        date=_selector(path, table, "date"),
        date_format=table.get("date_format"),
        authors=_selector(path, table, "authors"),
        language=table.get("language"),
    )


def _selectors(path: Path, table: dict[str, Any], key: str) -> tuple[CSSSelector, ...]:
    return tuple(_compiled(path, key, text) for text in table.get(key, ()))


def _selector(path: Path, table: dict[str, Any], key: str) -> CSSSelector | None:
    return _compiled(path, key, table[key]) if key in table else None


def _compiled(path: Path, key: str, selector: str) -> CSSSelector:
    try:
        return CSSSelector(selector, translator="html")
    except SelectorError as fault:
        raise ConfigError(
            f"{path.name}: {key}: {selector!r} is no CSS selector: {fault}", str(path), key
        ) from fault


def apply_to_metadata(override: Override, document: Document, metadata: Metadata) -> Metadata:
    """Metadata with what the override finds; its origin becomes `site:<name>`."""
    changes: dict[str, Any] = {}
    if override.title is not None and (title := _first_text(override.title, document.tree)):
        changes["title"] = title
        changes["headlines"] = (title, *metadata.headlines)
    if override.authors is not None and (names := _texts(override.authors, document.tree)):
        changes["authors"] = tuple(names)
    if override.date is not None and override.date_format:
        raw = _first_text(override.date, document.tree)
        if raw and (at := _parsed(raw, override.date_format)) is not None:
            changes |= {
                "published_at": at,
                "published_raw": raw,
                "published_precision": _precision(override.date_format),
            }
    if override.language:
        changes["language"] = override.language
    if not changes:
        return metadata
    origin = f"site:{override.site}"
    kept = tuple((name, where) for name, where in metadata.origins if name not in changes)
    found = tuple((name, origin) for name in changes if name not in _UNNAMED)
    return replace(metadata, **changes, origins=(*kept, *found))


def selected(selectors: Iterable[CSSSelector], tree: HtmlElement) -> list[HtmlElement]:
    """Every element the selectors find, in the order of the selectors."""
    return [found for selector in selectors for found in _found(selector, tree)]


def _found(selector: CSSSelector, tree: HtmlElement) -> list[HtmlElement]:
    return cast(list[HtmlElement], selector(tree))


def _texts(selector: CSSSelector, tree: HtmlElement) -> list[str]:
    texts = (" ".join("".join(element.itertext()).split()) for element in _found(selector, tree))
    return [text for text in texts if text]


def _first_text(selector: CSSSelector, tree: HtmlElement) -> str | None:
    return next(iter(_texts(selector, tree)), None)


def _precision(date_format: str) -> Precision:
    """How exact a date is that was written so."""
    if any(code in date_format for code in ("%S", "%X", "%c", "%T")):
        return "second"
    return "minute" if any(code in date_format for code in ("%H", "%I")) else "day"


def _parsed(raw: str, date_format: str) -> datetime | None:
    try:
        at = datetime.strptime(raw, date_format)  # noqa: DTZ007 - the format may name a zone; two lines below
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
