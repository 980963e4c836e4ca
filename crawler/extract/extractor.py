"""What reads an article, by name: light, for those that only have to say it."""

from __future__ import annotations

from importlib.metadata import version

#: name and versions of what reads an article; stands in articles.extractor
EXTRACTOR = f"spacereel {version('spacereel')} / trafilatura {version('trafilatura')}"
