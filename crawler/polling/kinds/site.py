"""The front page of a site, of which the feeds, sitemaps and sections are found and polled."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crawler.discover.url_shapes import by_promise
from crawler.errors import FetchError
from crawler.polling.kinds.base import Kind, ParsedAnswer
from crawler.polling.kinds.section import links_of
from crawler.polling.kinds.sitemap import read_children
from db.model import Page, Source, SourceKind

if TYPE_CHECKING:
    from crawler.polling.poll import RunningPoll
    from crawler.polling.results import EntryCounts

#: feeds, sitemaps and sections that are polled
MOST_SURFACES: dict[SourceKind, int] = {"feed": 3, "sitemap": 3, "section": 6}
#: of what a site names, so much is looked at to find as many
_MOST_FEEDS, _MOST_SITEMAPS, _MOST_SECTIONS = 5, 30, 6
#: pages that may list feeds
_MOST_LISTS = 2
#: they are looked for again after that, and sooner where there were none
SURFACES_FRESH, NO_SURFACES_FRESH = timedelta(days=7), timedelta(days=1)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class SiteKind(Kind):
    """Everything that one site lists."""

    name: SourceKind = "site"
    is_page = True

    def parse(self, source: Source, page: Page, now: datetime) -> ParsedAnswer:
        """The links of its front page."""
        return links_of(source, page, now)

    async def read_further(
        self, poll: RunningPoll, first: ParsedAnswer, found: EntryCounts
    ) -> tuple[tuple[str, str], ...] | None:
        """Poll its feeds, sitemaps and sections; returns them when they were looked for."""
        state = poll.state
        age = poll.now - state.surfaces_at if state.surfaces_at is not None else SURFACES_FRESH
        if age < (SURFACES_FRESH if state.surfaces else NO_SURFACES_FRESH):
            results = [await _look(poll, url, _kind(kind)) for kind, url in state.surfaces]
            poll.notes.append(f"{len(results)} surfaces, {results.count(None)} failed")
            if not results or any(result is not None for result in results):
                return None
        surfaces = await poll.surfaces()
        chosen = (
            await _working(poll, "feed", surfaces.feeds[:_MOST_FEEDS])
            or await _working(poll, "feed", await _listed(poll, surfaces.feeds[:_MOST_LISTS]))
            or await _working(poll, "feed", surfaces.guessed_feeds, 1)
        )
        chosen += await _sitemaps(poll, surfaces.sitemaps)
        chosen += await _working(poll, "section", [url for url, _ in surfaces.sections[:_MOST_SECTIONS]])
        names = ", ".join(f"{kind} {url}" for kind, url in chosen) or "none"
        poll.notes.append(f"surfaces found: {names}")
        return tuple(chosen)

    async def read_unmodified(self, poll: RunningPoll) -> None:
        """Its surfaces may have something new although its front page has not."""
        surfaces = poll.state.surfaces
        for kind, url in surfaces:
            await _look(poll, url, _kind(kind))
        if surfaces:
            poll.notes.append(f"{len(surfaces)} surfaces: {'; '.join(poll.found.in_words(None))}")


async def _working(
    poll: RunningPoll, kind: SourceKind, urls: Sequence[str], most: int | None = None
) -> list[tuple[str, str]]:
    """The first few of *urls* that are what they should be."""
    working: list[tuple[str, str]] = []
    for url in urls:
        if len(working) < (most or MOST_SURFACES[kind]) and await _look(poll, url, kind) is not None:
            working.append((kind, url))
    return working


async def _listed(poll: RunningPoll, urls: Sequence[str]) -> list[str]:
    """Feeds that are named on pages about feeds: where a link said "RSS" there was no feed, but maybe a list of them."""
    feeds: list[str] = []
    for url in urls:
        with contextlib.suppress(FetchError):
            page = await poll.fetch(url)
            feeds += (await poll.surfaces(page)).feeds if page.status == 200 else ()
    return [each for each in dict.fromkeys(feeds) if each not in urls][:_MOST_FEEDS]


async def _sitemaps(poll: RunningPoll, guesses: Sequence[str]) -> list[tuple[str, str]]:
    """Of the sitemaps that robots.txt names, else of the usual ones, those that are newest.

    All of them are looked at, as far as they are not too many: twenty of
    products may stand before the one of news, whatever they are called.
    """
    named = await poll.sitemaps_named(poll.answer.page.final_url)
    if not named:
        return await _working(poll, "sitemap", guesses)
    ranked: list[tuple[bool, datetime, int, str]] = []
    for place, url in enumerate(by_promise(named)[:_MOST_SITEMAPS]):
        answer = await _look(poll, url, "sitemap")
        if answer is not None:
            dates = [each.published_at or each.modified_at or _LONG_AGO for each in answer.candidates]
            dates += [child.modified_at or _LONG_AGO for child in answer.children]
            has_news = any(each.published_at for each in answer.candidates)
            ranked.append((has_news, max(dates, default=_LONG_AGO), -place, url))
    best = sorted(ranked, reverse=True)[: MOST_SURFACES["sitemap"]]
    return [("sitemap", url) for *_, url in best]


async def _look(poll: RunningPoll, url: str, kind: SourceKind) -> ParsedAnswer | None:
    """Read a surface, and the sitemaps that an index among them names."""
    result = await poll.look(url, kind)
    if result is not None and result[0].children:
        await read_children(poll, result[0].children, {url})
    return result[0] if result is not None else None


def _kind(name: str) -> SourceKind:
    return "feed" if name == "feed" else "sitemap" if name == "sitemap" else "section"
