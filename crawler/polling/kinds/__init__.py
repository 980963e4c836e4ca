"""One object per kind of source: how it is parsed, polled, judged healthy, and what `sources add` makes of it.

A new kind is one file here, its name in `db.model.SourceKind` and its line below. Others call `kind_of` and `polls_of`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from crawler.frontier.errands import Poll
from crawler.polling.kinds.base import Kind, ParsedAnswer
from crawler.polling.kinds.feed import FeedKind
from crawler.polling.kinds.mail import MailKind
from crawler.polling.kinds.page import PageKind
from crawler.polling.kinds.query import QueryKind
from crawler.polling.kinds.section import SectionKind
from crawler.polling.kinds.site import SiteKind
from crawler.polling.kinds.sitemap import SitemapKind
from db.model import Source, SourceKind
from db.watched import SourceState

__all__ = ["KINDS", "Kind", "ParsedAnswer", "kind_of", "polls_of"]

KINDS: Mapping[SourceKind, Kind] = {
    kind.name: kind
    for kind in (FeedKind(), SitemapKind(), SectionKind(), SiteKind(), PageKind(), QueryKind(), MailKind())
}


def kind_of(source: Source) -> Kind:
    """What polls *source*."""
    return KINDS[source.kind]


def polls_of(states: Iterable[SourceState], now: datetime) -> list[Poll]:
    """A poll for each source that is due."""
    return [kind_of(state.source).poll(state, now) for state in states]
