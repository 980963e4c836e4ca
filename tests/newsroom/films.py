"""Pages that belong to the shipped beat, and pages that its words rule out; as bytes, and as records of WARC files."""

from __future__ import annotations

import press
from warcs import page

FILM = "Tom Cruise will shoot a feature film on the International Space Station"


def url_of(slug: str) -> str:
    return f"https://paper.example/2021/{slug}"


def film(slug: str, edition: int = 1) -> bytes:
    """A page that belongs to the shipped beat."""
    body = press.article(slug, url_of(slug), edition).decode()
    body = body.replace("<h1>", f"<h1>{FILM}: ").replace("2026-11-20T08:00", "2021-10-05T08:00")
    return body.replace("<p>", f"<p>{FILM}, the studio said on day {slug}. ", 1).encode()


def gardening(slug: str) -> bytes:
    """A page whose words rule the beat out."""
    return press.article(f"gardening-{slug}", url_of(f"gardening-{slug}"))


def gardens(count: int, first: int = 0) -> list[bytes]:
    """Records of pages that the gate stops."""
    numbers = range(first, first + count)
    return [page(url_of(f"gardening-{number}"), gardening(str(number))) for number in numbers]
