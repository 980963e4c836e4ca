"""What every kind of source has to say; a kind overrides what is different about it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crawler.discover.feeds import Feed
from crawler.discover.sitemaps import ChildSitemap, Sitemap
from crawler.frontier.errands import Poll
from crawler.ingest.drift import entry_digest
from crawler.units import many
from db.model import Candidate, Page, Source, SourceKind
from db.watched import NO_REST, Rest, SourceState

if TYPE_CHECKING:
    from crawler.ingest.session import CrawlSession
    from crawler.polling.poll import RunningPoll
    from crawler.polling.results import EntryCounts

#: least entries that two polls need to be compared
LEAST_COMPARED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedAnswer:
    """What an answer named."""

    candidates: tuple[Candidate, ...]
    children: tuple[ChildSitemap, ...] = ()
    #: the page that continues a section
    next_url: str | None = None
    #: of a feed
    rest: Rest = NO_REST
    #: of a feed: the hub that pushes it, and the address by which the hub knows it
    hub_url: str | None = None
    self_url: str | None = None
    #: a query's answer that was cut off: the same question over less time gives more
    is_cut: bool = False
    #: what its row says of what could not be understood, one piece each
    notes: tuple[str, ...] = ()


def parse_notes(parsed: Feed | Sitemap) -> tuple[str, ...]:
    """What could not be understood of a list, in words."""
    notes = [parsed.damage] if parsed.damage else []
    if isinstance(parsed, Feed) and parsed.skipped:
        notes.append(f"{parsed.skipped} without a page left out")
    if parsed.unread_dates:
        notes.append(f"{many(parsed.unread_dates, 'date')} not understood, such as “{parsed.unread_date}”")
    return tuple(notes)


class Kind(ABC):
    """One kind of source. Objects of it hold nothing: what is known of a source is in its `SourceState`."""

    name: SourceKind

    # asking

    #: it is asked over HTTP
    is_on_web = True
    #: its first answer is a web page, which scripts may draw
    is_page = False
    #: its first answer says all there is, so that the same bytes say nothing new
    is_said_at_once = False
    #: a list of links: of one larger than `[fetch] max_bytes` the beginning is read
    is_list = False
    #: an answer may be as large as that whatever `[fetch] max_bytes` says
    least_max_bytes = 0

    # health

    #: with its newest entry older than that it has stopped moving; None when its entries need no dates
    stopped_after: timedelta | None = None
    #: two polls in a row share entries, unless something was missed between them
    is_comparable = True
    #: it names about as much each time, so that much less means that its links have changed shape
    has_usual_number = False
    #: an answer that names nothing is as good as any
    may_be_empty = False

    # `spacereel sources add`

    #: the interval it is written with; None when it is not offered
    offered_every: str | None = None
    #: how much its answers are cheaper than those of a page that is searched for links
    cheapness = 0.0

    @abstractmethod
    def parse(self, source: Source, page: Page, now: datetime) -> ParsedAnswer:
        """What an answer names; a pure function of the bytes, called in a reader process.

        Raises:
            DiscoverError: they are not what the source should be.
        """

    def poll(self, state: SourceState, now: datetime) -> Poll:
        """How it is asked first: at its address, or where it has moved to for good."""
        return Poll(state=state, url=state.moved_to or state.source.url)

    async def poll_without_asking(self, session: CrawlSession, poll: Poll, now: datetime) -> str | None:
        """Poll a source that takes no request; returns the reason for its row, or None when it has to be asked.

        Raises:
            FetchError, DiscoverError: it failed.
        """
        return None

    def is_headline_only(self, source: Source) -> bool:
        """Whether the links that it names must not be fetched."""
        return False

    def is_moving(self, source: Source) -> bool:
        """Whether each poll asks something else, so that validators of the last answer mean nothing."""
        return False

    def is_gap(self, state: SourceState, candidates: Sequence[Candidate]) -> bool:
        """Whether this poll shares no entry with the last one, so that something came and went between them."""
        if not self.is_comparable or min(len(state.last_entries), len(candidates)) < LEAST_COMPARED:
            return False
        return not set(state.last_entries) & {entry_digest(each.url) for each in candidates}

    async def read_further(
        self, poll: RunningPoll, first: ParsedAnswer, found: EntryCounts
    ) -> tuple[tuple[str, str], ...] | None:
        """Ask for what the first answer did not say.

        Args:
            found: what became of its entries.

        Returns:
            Where a site's articles are listed, when that was looked for; else None.
        """
        return None

    async def read_unmodified(self, poll: RunningPoll) -> None:
        """Ask for what a 304 to the first request does not answer."""
        return
