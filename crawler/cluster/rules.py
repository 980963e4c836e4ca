"""What decides how pages are read and judged: the same on every machine, or the writer reads again."""

from __future__ import annotations

import hashlib

from crawler.config import Config
from crawler.ingest.reading import EXTRACTOR
from crawler.ingest.rulesets import ruleset_of
from crawler.relevance.rules import Topic
from db.identity import program


def reading_rules(config: Config, topics: tuple[Topic, ...]) -> str:
    """Equal on two machines that read and judge alike; 16 hex digits."""
    parts = (program(), EXTRACTOR, config.keep.band, ruleset_of(topics).key)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
