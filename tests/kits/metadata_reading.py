"""What the metadata tests read pages with."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.extract.metadata.fields import Metadata, read_metadata
from crawler.extract.page.document import parse_document
from db.model import Candidate, Page

URL = "https://www.perigee-times.example/film/2023/orbital-camera"
FETCHED_AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def metadata_of(
    head: str = "",
    body: str = "<h1>A camera in orbit is switched on</h1>",
    *,
    url: str = URL,
    lang: str = "en",
    fetched_at: datetime = FETCHED_AT,
    candidate: Candidate | None = None,
) -> Metadata:
    """The metadata of a page with this head and body."""
    html = f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'
    page = Page(
        url=url,
        final_url=url,
        status=200,
        headers=(),
        body=html.encode("utf-8", "replace"),
        fetched_at=fetched_at,
    )
    return read_metadata(parse_document(page), candidate)


def json_ld(text: str) -> str:
    """A JSON-LD block."""
    return f'<script type="application/ld+json">{text}</script>'


def from_feed(**fields: object) -> Candidate:
    """What a feed said about the page."""
    return Candidate(
        url=URL,
        source="feed",
        found_on="https://www.perigee-times.example/rss",
        found_at=FETCHED_AT,
        **fields,
    )  # type: ignore[arg-type]
