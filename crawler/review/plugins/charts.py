"""Datasette plugin: the page of charts, and the picture of a story."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from datasette.utils.asgi import Response
from markupsafe import Markup
from pluggy import HookimplMarker

from crawler.publish.charts.data import CHARTS, Period, chart
from crawler.review.record_access import ask, record_of
from crawler.review.spoken import wording_now

hookimpl = HookimplMarker("datasette")

#: days that can be looked back, the first one unless the address says otherwise
SPANS = (30, 7, 90, 365)


@hookimpl
def register_routes() -> Sequence[tuple[str, Callable[..., Any]]]:
    """Where the page stands."""
    return ((r"/-/charts$", charts),)


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    """A drawing as it stands: `crawler.publish.charts.svg` escapes every text in it."""
    env.filters["drawn"] = lambda drawn: Markup(drawn.svg)  # noqa: S704 - our own drawing, its texts escaped


async def charts(datasette: Any, request: Any) -> Any:
    """Every chart of the last days, each with its table."""
    await datasette.ensure_permissions(
        request.actor, [("view-database", record_of(datasette).name), "view-instance"]
    )
    asked = request.args.get("days") or ""
    days = int(asked) if asked in map(str, SPANS) else SPANS[0]
    now = datetime.now(UTC)
    drawn = [
        await ask(
            datasette,
            chart,
            name,
            Period(since=now - timedelta(days=days), until=now, wording=wording_now()),
        )
        for name in CHARTS
    ]
    context = {"charts": drawn, "days": days, "spans": sorted(SPANS)}
    return Response.html(
        await datasette.render_template("charts.html", context, request=request),
        headers={"Cache-Control": "no-cache"},
    )
