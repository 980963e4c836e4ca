"""What decides how pages are read and judged: the same on every machine, or the writer reads again."""

from __future__ import annotations

import hashlib

from crawler.config import Config
from crawler.ingest.crawl import Crawl
from crawler.ingest.reading import EXTRACTOR
from crawler.ingest.rulesets import ruleset_of
from crawler.relevance.rules import Topic
from db.identity import program


def reading_rules(config: Config, topics: tuple[Topic, ...]) -> str:
    """Equal on two machines that read and judge alike; 16 hex digits."""
    parts = (program(), EXTRACTOR, config.keep.band, ruleset_of(topics).key)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


class OwnRules:
    """The same of a session, reckoned again when its topics are others."""

    def __init__(self) -> None:
        self._known: tuple[tuple[Topic, ...], str] | None = None

    def of(self, session: Crawl) -> str:
        """By which it reads now."""
        if self._known is None or self._known[0] is not session.topics:
            self._known = (session.topics, reading_rules(session.config, session.topics))
        return self._known[1]
