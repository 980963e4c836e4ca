"""What every page of ours has: who may see it, when it is, and what of its address was not understood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from datasette.utils.asgi import Response

from crawler.publish.display import one_line
from crawler.review.record_access import record_of
from crawler.review.spoken import phrase


async def permit(datasette: Any, request: Any) -> None:
    """Raise Forbidden for whom the record is not."""
    await datasette.ensure_permissions(
        request.actor, [("view-database", record_of(datasette).name), "view-instance"]
    )


async def page(datasette: Any, request: Any, template: str, known: Iterable[str] = (), **context: Any) -> Any:
    """A page of *template*.

    Args:
        known: parameters that its address may have; others are shown to the reader, as they changed nothing.
    """
    await permit(datasette, request)
    html = await datasette.render_template(
        template,
        {
            "now": datetime.now(UTC),
            "database": record_of(datasette).name,
            "not_understood": not_understood(request.args, known),
            **context,
        },
        request=request,
    )
    return Response.html(html, headers={"Cache-Control": "no-cache"})


def not_understood(args: Mapping[str, Any], known: Iterable[str]) -> list[str]:
    """Parameters that say nothing here, in order.

    >>> not_understood({"q": "x", "since": "2026"}, ("q",))
    ['since']
    """
    return [name for name in args if name not in set(known)][:10]


def cannot_be_read(name: str, value: str) -> str:
    """The sentence about a parameter whose value says nothing."""
    return phrase(
        "The address says %(name)s=%(value)s, which cannot be read.", name=name, value=one_line(value, 60)
    )


def id_in(asked: str | None) -> int | None:
    """The number that an address asks for; None when it is none."""
    begin = (asked or "")[:18]
    return int(begin) if begin.isascii() and begin.isdecimal() else None
