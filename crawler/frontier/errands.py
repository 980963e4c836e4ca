"""What a crawl goes and asks for: the list of a source, or a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crawler.dedupe.urls import host_of
from db.watched import FrontierEntry, SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A source whose time has come."""

    state: SourceState
    #: where it is asked first
    url: str
    #: seconds that its service wants between two requests
    gap_s: float = 0.0

    @property
    def purpose(self) -> Literal["source"]:
        """As the ledger says it."""
        return "source"

    @property
    def host(self) -> str:
        """The host whose pace it keeps."""
        return host_of(self.url)

    @property
    def key(self) -> tuple[str, str]:
        """A source is polled once at a time."""
        return ("source", self.state.source.id)

    @property
    def source(self) -> str:
        """Source.id."""
        return self.state.source.id

    @property
    def validators(self) -> tuple[str | None, str | None]:
        """ETag and Last-Modified of the last answer."""
        return (self.state.etag, self.state.last_modified)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A page whose turn in the queue has come."""

    entry: FrontierEntry

    @property
    def url(self) -> str:
        """As it is asked for."""
        return self.entry.candidate.url

    @property
    def purpose(self) -> Literal["new", "recheck"]:
        """As the ledger says it."""
        return self.entry.purpose

    @property
    def host(self) -> str:
        """The host whose pace it keeps."""
        return host_of(self.url)

    @property
    def key(self) -> tuple[str, str]:
        """A page is fetched once at a time."""
        return ("page", self.url)

    @property
    def source(self) -> str:
        """Source.id of what named the page; empty when nothing did."""
        return self.entry.candidate.source

    @property
    def validators(self) -> tuple[str | None, str | None]:
        """ETag and Last-Modified of the last answer."""
        return (self.entry.etag, self.entry.last_modified)


#: what the frontier hands out; each ends in one row of the ledger
Errand = Poll | Visit
