"""The front page of a site, of which the feeds, sitemaps and sections are found and polled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crawler.polling.kinds.base import Kind, ParsedAnswer
from crawler.polling.kinds.section import links_of
from db.model import Page, Source, SourceKind

if TYPE_CHECKING:
    from crawler.polling.poll import RunningPoll
    from crawler.polling.results import Found

#: feeds, sitemaps and sections that are polled, and what is probed to find as many
MOST_SURFACES: dict[SourceKind, int] = {"feed": 3, "sitemap": 3, "section": 6}
MOST_PROBED: dict[SourceKind, int] = {"feed": 5, "sitemap": 7, "section": 6}
#: they are looked for again after that
SURFACES_FRESH = timedelta(days=7)


class Site(Kind):
    """Everything that one site lists."""

    name: SourceKind = "site"

    def parse(self, source: Source, page: Page, now: datetime) -> ParsedAnswer:
        """The links of its front page."""
        return links_of(source, page, now)

    async def read_further(
        self, poll: RunningPoll, first: ParsedAnswer, found: Found
    ) -> tuple[tuple[str, str], ...] | None:
        """Poll its feeds, sitemaps and sections; returns them when they were looked for."""
        state = poll.state
        is_fresh = state.surfaces_at is not None and poll.now - state.surfaces_at < SURFACES_FRESH
        if is_fresh and state.surfaces:
            results = [await poll.look(url, _kind(kind)) for kind, url in state.surfaces]
            poll.notes.append(f"{len(results)} surfaces, {results.count(None)} failed")
            return None if not all(result is None for result in results) else ()
        chosen: list[tuple[str, str]] = []
        for kind, urls in (await _listed(poll)).items():
            working = 0
            for url in urls[: MOST_PROBED[kind]]:
                if working < MOST_SURFACES[kind] and await poll.look(url, kind) is not None:
                    chosen.append((kind, url))
                    working += 1
        names = ", ".join(f"{kind} {url}" for kind, url in chosen) or "none"
        poll.notes.append(f"surfaces found: {names}")
        return tuple(chosen)

    async def read_unmodified(self, poll: RunningPoll) -> None:
        """Its surfaces may have something new although its front page has not."""
        surfaces = poll.state.surfaces
        for kind, url in surfaces:
            await poll.look(url, _kind(kind))
        if surfaces:
            poll.notes.append(f"{len(surfaces)} surfaces: {'; '.join(poll.found.in_words(None))}")


async def _listed(poll: RunningPoll) -> dict[SourceKind, tuple[str, ...]]:
    """Where its articles may be listed: what its page tells, and the sitemaps that robots.txt names."""
    named = await poll.surfaces()
    return {
        "feed": named.feeds,
        "sitemap": await poll.sitemaps_named(poll.answer.page.final_url) or named.sitemaps,
        "section": tuple(url for url, _ in named.sections),
    }


def _kind(name: str) -> SourceKind:
    return "feed" if name == "feed" else "sitemap" if name == "sitemap" else "section"
