"""RSS, Atom and JSON Feed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crawler.discover.feeds import parse_feed
from crawler.discover.url_shapes import by_promise
from crawler.polling.kinds.base import Kind, ParsedAnswer, parse_notes
from db.model import Page, Source, SourceKind

if TYPE_CHECKING:
    from crawler.polling.poll import RunningPoll
    from crawler.polling.results import EntryCounts

#: sitemaps that robots.txt names, of which a gap is filled
MOST_FILLING = 2


class FeedKind(Kind):
    """The newest entries, in full each time."""

    name: SourceKind = "feed"
    is_said_at_once = True
    is_list = True
    stopped_after = timedelta(days=90)
    offered_every = "30m"
    cheapness = 0.4

    def parse(self, source: Source, page: Page, now: datetime) -> ParsedAnswer:
        """Its entries, and the rest that it asks for."""
        feed = parse_feed(page.body, page.final_url, source.id, now, content_type=page.header("content-type"))
        return ParsedAnswer(
            candidates=feed.candidates,
            rest=feed.rest,
            notes=parse_notes(feed),
            hub_url=feed.hub_url,
            self_url=feed.self_url,
        )

    async def read_further(self, poll: RunningPoll, first: ParsedAnswer, found: EntryCounts) -> None:
        """After a gap, read the sitemaps that its site's robots.txt names, unless some are sources themselves."""
        state = poll.state
        if not self.is_gap(state, first.candidates) or poll.has_sitemaps_beside():
            return
        named = await poll.sitemaps_named(first.candidates[0].url)
        since = (state.succeeded_at or poll.now) - timedelta(days=1)
        for url in by_promise(named)[:MOST_FILLING]:
            result = await poll.look(url, "sitemap", since)
            children = result[0].children[:1] if result else ()
            for child in children:
                result = await poll.look(child.url, "sitemap", since)
            if result is not None:
                poll.filled_from.append(children[0].url if children else url)
