"""Datasette plugin: what every page shares. Filters, navigation, cells, headers, and who may mark."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup
from pluggy import HookimplMarker

from crawler.config.languages import LANGUAGES
from crawler.publish import display
from crawler.publish.wording.wording import wording_of
from crawler.review.cells import cell
from crawler.review.guard import App, guarded
from crawler.review.reading import heaviest
from crawler.review.record_access import access_in, config_of, file_of
from crawler.review.serve import MOST_CELL_BYTES
from crawler.review.spoken import phrase, speaking, wording_now
from db import people, sessions
from db.sessions import Asking

hookimpl = HookimplMarker("datasette")


def _or_blank(show: Callable[..., str]) -> Callable[..., str]:
    """*show* for a template: what is not known is blank."""
    return lambda value, *rest: "" if value is None else show(str(value), *rest)


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """The words of `crawler.publish.display`, as filters; and the rooms, for the pages of errors, which get nothing else."""
    env.add_extension("jinja2.ext.i18n")
    env.newstyle_gettext = True
    env.globals.update(_said())
    env.globals["rooms_of_all_pages"] = lambda: _rooms(datasette, "")
    env.filters.update(
        one_line=_or_blank(display.one_line),
        plain=_or_blank(display.showable),
        web_link=display.web_link,
        host_of=display.shown_host,
        moment=lambda at, precision="minute": wording_now().moment(at, precision),
        ago=lambda at, now: wording_now().ago(at, now),
        listed=json.loads,
        translated=lambda text: wording_now().catalogue.gettext(text),
        word=lambda word: wording_now().word(str(word or "")),
        number=lambda value: wording_now().number(value),
        score=lambda value, pattern="0.00": wording_now().number(value, pattern),
        tone=lambda word: display.TONES.get(word, ""),
        heaviest=lambda evidence: heaviest(evidence or ()),
    )
    env.trim_blocks = True
    env.lstrip_blocks = True


@hookimpl
def extra_template_vars(datasette: Any, request: Any) -> Mapping[str, Any]:
    """The rooms of the navigation bar, and what the person may do."""
    here = request.path if request else ""
    return {
        "rooms": _rooms(datasette, here),
        "record": record_name(datasette),
        "has_sign_in": access_in(datasette).mode != "public",
        "may_mark": bool(request and request.actor and request.actor.get("role") in ("reviewer", "admin")),
        "here": f"{here}?{request.query_string}" if request and request.query_string else here,
    }


def _said() -> Mapping[str, Any]:
    """What sentences of templates call; values are escaped, and `num` is written as people write numbers."""

    def sentence(message: str, **values: object) -> Markup:
        return Markup(wording_now().catalogue.gettext(message)) % values  # noqa: S704 - our own sentence, its values escaped

    def counting(one: str, many: str, num: int, **values: object) -> Markup:
        said = Markup(wording_now().catalogue.ngettext(one, many, num))  # noqa: S704 - same
        return said % {"num": wording_now().number(num), **values}

    return {
        "_": sentence,
        "gettext": sentence,
        "ngettext": counting,
        "pgettext": lambda context, message: wording_now().catalogue.pgettext(context, message),
        "spoken": wording_now,
        "languages": {code: wording_of(code).name for code in LANGUAGES},
    }


def _rooms(datasette: Any, here: str) -> list[dict[str, Any]]:
    database = record_name(datasette)
    rooms = (
        (phrase("Review queue"), "/-/queue"),
        (phrase("Articles"), "/-/articles"),
        (phrase("Stories"), "/-/stories"),
        (phrase("Charts"), "/-/charts"),
        (phrase("Sources"), f"/{database}/health"),
        (phrase("Why?"), "/-/why"),
        (phrase("Record"), f"/{database}"),
    )
    return [
        {"label": label, "href": datasette.urls.path(path), "is_here": here == path} for label, path in rooms
    ]


def record_name(datasette: Any) -> str:
    """Name of the database that is the record: `articles`, else the first one served."""
    return "articles" if "articles" in datasette.databases else str(datasette.get_database().name)


@hookimpl
def render_cell(row: Any, value: Any, column: str, table: str | None, datasette: Any) -> Markup | None:
    """Cells of Datasette's own tables, see `crawler.review.cells`."""
    return cell(row, value, column, table, datasette.urls.path)


@hookimpl
def permission_allowed(datasette: Any, actor: Mapping[str, Any] | None, action: str) -> bool | None:
    """Reviewers and admins mark articles; where the review is closed nobody sees it without a login.

    SQL is for admins: `allow_sql` of datasette.yaml.
    """
    if action == "mark-article":
        return actor is not None and actor.get("role") in ("reviewer", "admin")
    if action == "view-instance" and actor is None and access_in(datasette).mode == "closed":
        return False
    return None


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """The promises of `crawler.review.guard`, around everything else."""

    async def who(key: str | None, token: str | None) -> Asking | None:
        return await asyncio.to_thread(_who, file_of(datasette), key, token)

    def wrapped(app: App) -> App:
        async def answer(scope: Any, receive: Any, send: Any) -> None:
            # Datasette wraps its application before anybody can say how it is reached
            await guarded(app, access_in(datasette), who)(scope, receive, send)

        return speaking(answer, lambda: config_of(datasette).review.language)

    return wrapped


def _who(record: Path, key: str | None, token: str | None) -> Asking | None:
    with people.people_to_read(record) as conn:
        if conn is None:
            return None
        now = datetime.now(UTC)
        asking = sessions.who(conn, key, now) if key else None
        return asking or (sessions.whose_token(conn, token, now) if token else None)


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """No cell that a query makes is larger than anything in the record."""
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_CELL_BYTES)
