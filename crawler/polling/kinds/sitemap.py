"""Sitemaps: news and plain ones, gzip, text, and indexes of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crawler.discover.follow import compiled_follow
from crawler.discover.packing import MAX_UNPACKED_BYTES
from crawler.discover.sitemaps import ChildSitemap, parse_sitemap
from crawler.polling.kinds.base import Kind, ParsedAnswer, parse_notes
from crawler.units import many
from db.model import Page, Source, SourceKind

if TYPE_CHECKING:
    from crawler.polling.poll import RunningPoll
    from crawler.polling.results import EntryCounts

#: sitemaps of an index read at one poll, newest first
MOST_CHILDREN = 20


class SitemapKind(Kind):
    """Everything that a site wants to be found."""

    name: SourceKind = "sitemap"
    is_list = True
    #: sitemaps.org: 50,000 addresses, 50 MB
    least_max_bytes = MAX_UNPACKED_BYTES
    stopped_after = timedelta(days=14)
    offered_every = "1h"
    cheapness = 0.3

    def parse(self, source: Source, page: Page, now: datetime) -> ParsedAnswer:
        """What `follow` matches, then the newest of that: a sitemap mixes articles with everything else."""
        sitemap = parse_sitemap(
            page.body, page.final_url, source.id, now, content_type=page.header("content-type")
        )
        candidates = sitemap.candidates
        if source.follow:
            pattern = compiled_follow(source.follow)
            candidates = tuple(each for each in candidates if pattern.search(each.url))
        return ParsedAnswer(
            candidates=candidates[: source.max_pages], children=sitemap.children, notes=parse_notes(sitemap)
        )

    async def read_further(self, poll: RunningPoll, first: ParsedAnswer, found: EntryCounts) -> None:
        """Read the sitemaps of an index that may have something new; an index among them is one as well."""
        if first.children:
            page = poll.answer.page
            await read_children(poll, first.children, {page.url, page.final_url})


async def read_children(poll: RunningPoll, children: tuple[ChildSitemap, ...], itself: set[str]) -> None:
    """Read the sitemaps that an index names, newest first, as far as they may have something new.

    Args:
        itself: addresses of the index.
    """
    since, max_age_s = poll.state.succeeded_at, poll.source.max_age_s
    if since is None and max_age_s is not None:
        since = poll.now - timedelta(seconds=max_age_s)
    named = set(itself)
    waiting: list[ChildSitemap] = []

    def take(more: tuple[ChildSitemap, ...]) -> None:
        fresh = (each for each in more if not (since and each.modified_at and each.modified_at < since))
        waiting[:0] = [each for each in fresh if each.url not in named]
        named.update(each.url for each in more)

    take(children)
    results: list[tuple[ParsedAnswer, EntryCounts] | None] = []
    while waiting and len(results) < MOST_CHILDREN:
        result = await poll.look(waiting.pop(0).url, "sitemap")
        results.append(result)
        take(result[0].children if result else ())
    answers = [result for result in results if result is not None]
    failed = len(results) - len(answers)
    # an index without dates does not change when its sitemaps do
    poll.is_whole &= not failed and not waiting and all(each.modified_at for each in children)
    damaged = sum(bool(parsed.notes) for parsed, _ in answers)
    said = f"{many(len(named) - len(itself), 'sitemap')}, {len(results)} read with {many(sum(found.new for _, found in answers), 'new page')}"
    more = [f"{failed} failed" * bool(failed), f"{damaged} damaged or not understood in part" * bool(damaged)]
    poll.notes.append(", ".join([said, *filter(None, more)]))
