"""Datasette plugin: what makes the review an app on a phone's home screen, a manifest and a worker for where no network is."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from datasette.utils.asgi import Response
from pluggy import HookimplMarker

from crawler.review.spoken import phrase, wording_now

hookimpl = HookimplMarker("datasette")

_WORKER = Path(__file__).parents[1] / "static" / "worker.js"


@hookimpl
def register_routes() -> Sequence[tuple[str, Callable[..., Any]]]:
    """Where they stand."""
    return ((r"/-/manifest\.webmanifest$", manifest), (r"/-/worker\.js$", worker))


async def manifest(datasette: Any, request: Any) -> Any:
    """https://www.w3.org/TR/appmanifest/"""
    path = datasette.urls.path
    manifest = {
        "id": path("/"),
        "name": "Spacereel",
        "short_name": "Spacereel",
        "lang": wording_now().code,
        "dir": wording_now().direction,
        "description": phrase("The review of a record of the news."),
        "start_url": path("/-/queue"),
        "scope": path("/"),
        "display": "standalone",
        "background_color": "#faf9f6",
        "theme_color": "#faf9f6",
        "icons": [
            {"src": path("/spacereel/icon.svg"), "type": "image/svg+xml", "sizes": "any"},
            {"src": path("/spacereel/icon-192.png"), "type": "image/png", "sizes": "192x192"},
            {
                "src": path("/spacereel/icon-512.png"),
                "type": "image/png",
                "sizes": "512x512",
                "purpose": "any maskable",
            },
        ],
        "shortcuts": [{"name": phrase("Next article"), "url": path("/-/queue/next")}],
    }
    return Response(
        json.dumps(manifest),
        content_type="application/manifest+json",
        headers={"Cache-Control": "max-age=3600"},
    )


async def worker(datasette: Any, request: Any) -> Any:
    """The worker, for the whole review and not only what lies beside it."""
    offline = phrase("There is no network, and the review queue was not opened here before.")
    return Response(
        _WORKER.read_text(encoding="utf-8").replace('"OFFLINE"', json.dumps(offline)),
        content_type="text/javascript; charset=utf-8",
        headers={"Service-Worker-Allowed": datasette.urls.path("/"), "Cache-Control": "no-cache"},
    )
