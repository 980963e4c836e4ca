"""Every error Spacereel raises on purpose.

    SpacereelError                      one line for a person, and the thing it is about as an attribute
    ├── ConfigError(path, key)          stop before starting; names the nearest valid key
    │   └── TopicSyntaxError            a beat's topic; names line, column and the nearest valid word
    ├── QuerySyntaxError(query, position)   a search that cannot be read; shows where
    ├── FetchError(url)                 weighs 0.25 (temporary), 0.5 (soft) or 1.0 (hard)
    │   ├── ForbiddenAddress  RobotsDenied  TooLarge  BadStatus(status, retry_after_s)  Unreachable
    ├── DiscoverError(url)
    │   ├── FeedSyntaxError  SitemapSyntaxError  WarcSyntaxError
    ├── ExtractError(url)               -> Capture.problem; the page is kept and can be read again
    │   ├── NotAnArticle  NoText
    │   │   └── Walled
    ├── PublishError(target)
    ├── ClusterError                    PostgreSQL, or what stands in it
    └── StoreError(path)                see db.errors: SchemaTooNew  Locked  DiskFull  Corrupt

Catch where something can be done: a page's error costs that page, a source's
error that source, a crawl's error that crawl.
"""

from __future__ import annotations

from db.errors import Corrupt, DiskFull, Locked, SchemaTooNew, SpacereelError, StoreError

__all__ = [
    "BadStatus",
    "ClusterError",
    "ConfigError",
    "Corrupt",
    "DiscoverError",
    "DiskFull",
    "ExtractError",
    "FeedSyntaxError",
    "FetchError",
    "ForbiddenAddress",
    "Locked",
    "NoText",
    "NotAnArticle",
    "PublishError",
    "QuerySyntaxError",
    "RobotsDenied",
    "SchemaTooNew",
    "SitemapSyntaxError",
    "SpacereelError",
    "StoreError",
    "TooLarge",
    "TopicSyntaxError",
    "Unreachable",
    "Walled",
    "WarcSyntaxError",
]


class ConfigError(SpacereelError):
    """A configuration or beat file that cannot be used."""

    def __init__(self, message: str, path: str = "", key: str = "") -> None:
        super().__init__(message)
        self.path = path
        self.key = key


class TopicSyntaxError(ConfigError):
    """A topic that does not follow the topic language."""


class QuerySyntaxError(SpacereelError):
    """A query that cannot be read; *position* counts characters from 1."""

    def __init__(self, why: str, query: str, position: int, hint: str = "") -> None:
        self.query = query
        self.position = position
        #: the mistake alone, for where the query stands beside it
        self.why = why
        super().__init__(f"{why} (character {position} of the query{f'; {hint}' if hint else ''})")


class FetchError(SpacereelError):
    """A page or source could not be fetched; *weight* is what it adds to a source's failures.

    Source of the weights: Media Cloud's rss-fetcher.
    """

    weight = 1.0

    def __init__(self, message: str, url: str) -> None:
        super().__init__(message)
        self.url = url


class ForbiddenAddress(FetchError):  # noqa: N818 - the base class says Error
    """A private, loopback or otherwise not public address, refused at connect time."""


class RobotsDenied(FetchError):  # noqa: N818 - the base class says Error
    """robots.txt does not allow it (RFC 9309)."""

    weight = 0.5


class TooLarge(FetchError):  # noqa: N818 - the base class says Error
    """More bytes than `[fetch] max_bytes`, before or after decompression."""

    weight = 0.5


class BadStatus(FetchError):  # noqa: N818 - the base class says Error
    """An HTTP status that is neither success nor 304."""

    def __init__(self, message: str, url: str, status: int, retry_after_s: float | None = None) -> None:
        super().__init__(message, url)
        self.status = status
        self.retry_after_s = retry_after_s
        self.weight = 1.0 if status in (404, 410) else 0.25 if status in (429, 502, 503, 504) else 0.5


class Unreachable(FetchError):  # noqa: N818 - the base class says Error
    """No answer: name, connection, TLS or time-out."""

    weight = 0.25


class DiscoverError(SpacereelError):
    """A source's body could not be understood."""

    def __init__(self, message: str, url: str) -> None:
        super().__init__(message)
        self.url = url


class FeedSyntaxError(DiscoverError):
    """Not a feed, or one that no parser understands."""


class SitemapSyntaxError(DiscoverError):
    """Not a sitemap."""


class WarcSyntaxError(DiscoverError):
    """Not a WARC file."""


class ExtractError(SpacereelError):
    """A page gave no article; the page is kept and can be read again."""

    def __init__(self, message: str, url: str) -> None:
        super().__init__(message)
        self.url = url


class NotAnArticle(ExtractError):  # noqa: N818 - the base class says Error
    """A consent wall, index, login, gallery, video or error page."""


class Walled(NotAnArticle):  # named like its base
    """Something stands before the article: a request for consent, to log in, or to show that a person is asking."""


class NoText(ExtractError):  # noqa: N818 - the base class says Error
    """An article page without readable text."""


class PublishError(SpacereelError):
    """An export or alert could not be delivered."""

    def __init__(self, message: str, target: str) -> None:
        super().__init__(message)
        self.target = target


class ClusterError(SpacereelError):
    """PostgreSQL does not answer, refuses, or holds what this program does not work with."""
