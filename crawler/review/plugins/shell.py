"""Datasette plugin: what every page shares. Filters, navigation, cells, headers, and who may mark."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup
from pluggy import HookimplMarker

from crawler.publish import display
from crawler.review.cells import cell
from crawler.review.guard import App, guarded
from crawler.review.reading import heaviest

hookimpl = HookimplMarker("datasette")

#: of a text or blob that a query makes, and of a row
MOST_CELL_BYTES = 20_000_000


def _or_blank(show: Callable[..., str]) -> Callable[..., str]:
    """*show* for a template: what is not known is blank."""
    return lambda value, *rest: "" if value is None else show(str(value), *rest)


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    """The words of `crawler.publish.display`, as filters."""
    env.filters.update(
        one_line=_or_blank(display.one_line),
        plain=_or_blank(display.plain),
        web_link=display.web_link,
        host_of=display.host_of,
        moment=display.moment,
        ago=display.ago,
        tone=lambda word: display.TONES.get(word, ""),
        heaviest=lambda evidence: heaviest(evidence or ()),
    )
    env.trim_blocks = True
    env.lstrip_blocks = True


@hookimpl
def extra_template_vars(datasette: Any, request: Any) -> Mapping[str, Any]:
    """The rooms of the navigation bar."""
    database = record_of(datasette)
    rooms = (
        ("Review queue", "/-/queue"),
        ("Articles", "/-/articles"),
        ("Stories", "/-/stories"),
        ("Charts", "/-/charts"),
        ("Sources", f"/{database}/health"),
        ("Why?", "/-/why"),
        ("Record", f"/{database}"),
    )
    here = request.path if request else ""
    return {
        "rooms": [
            {"label": label, "href": datasette.urls.path(path), "is_here": here == path}
            for label, path in rooms
        ],
        "record": database,
    }


def record_of(datasette: Any) -> str:
    """Name of the database that is the record: `articles`, else the first one served."""
    return "articles" if "articles" in datasette.databases else str(datasette.get_database().name)


@hookimpl
def render_cell(row: Any, value: Any, column: str, table: str | None, datasette: Any) -> Markup | None:
    """Cells of Datasette's own tables, see `crawler.review.cells`."""
    return cell(row, value, column, table, datasette.urls.path)


@hookimpl
def permission_allowed(actor: Mapping[str, Any] | None, action: str) -> bool | None:
    """Whoever is signed in may mark articles; another plugin may decide otherwise."""
    return actor is not None if action == "mark-article" else None


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """The promises of `crawler.review.guard`, around everything else."""
    told = datasette.plugin_config("spacereel") or {}
    return lambda app: guarded(app, tuple(told.get("hosts", ())), told.get("session_host"))


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """No cell that a query makes is larger than anything in the record."""
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_CELL_BYTES)
