"""What a search service answers, into candidates; `engines` knows how it is asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from crawler.discover.decoding import clean_title, decoded, sound_instant, web_address
from crawler.discover.engines import ENGINES, LANGUAGE_NAMES
from crawler.discover.feeds import parse_feed
from crawler.discover.packing import unpacked
from crawler.errors import DiscoverError
from db.model import Candidate, Source

_CODES = {name: code for code, name in LANGUAGE_NAMES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryAnswer:
    """What a service said."""

    candidates: tuple[Candidate, ...]
    #: there is more than it gives at once
    is_cut: bool = False


def parse_answer(
    source: Source, body: bytes, url: str, now: datetime, content_type: str | None = None
) -> QueryAnswer:
    """What a service named; addresses are as it gives them, wrapped ones included.

    Raises:
        DiscoverError: a web page, a message in words, or nothing that can be read.
    """
    if source.engine not in ("gdelt", "spaceflight-news"):
        return QueryAnswer(candidates=parse_feed(body, url, source.id, now, content_type).candidates)
    text = decoded(unpacked(body), content_type).strip().lstrip("\ufeff")
    key = "articles" if source.engine == "gdelt" else "results"
    try:
        answer = json.loads(text, strict=False) if text else None
    except (ValueError, RecursionError) as problem:
        raise DiscoverError(f"{urlsplit(url).netloc} answered in words: {text[:80]!r}", url) from problem
    if not isinstance(answer, dict):
        raise DiscoverError(f"{urlsplit(url).netloc} answered with nothing that can be read", url)
    rows = answer.get(key)
    rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    read = _of_gdelt if source.engine == "gdelt" else _of_spaceflight
    found = (read(row, source, url, now) for row in rows)
    candidates = {each.url: each for each in found if each is not None}
    most = ENGINES[source.engine].most
    is_cut = bool(answer.get("next")) or (most is not None and len(rows) >= most)
    return QueryAnswer(candidates=tuple(candidates.values()), is_cut=is_cut)


def _candidate(row: Mapping[str, Any], source: Source, url: str, now: datetime) -> Candidate | None:
    link, title = row.get("url"), row.get("title")
    address = web_address(link, url) if isinstance(link, str) else None
    named = clean_title(title) if isinstance(title, str) else None
    return (
        Candidate(url=address, source=source.id, found_on=url, found_at=now, title=named) if address else None
    )


def _of_gdelt(row: Mapping[str, Any], source: Source, url: str, now: datetime) -> Candidate | None:
    """GDELT's `seendate` is when it met the article, not when that was published: it dates nothing."""
    found = _candidate(row, source, url, now)
    return replace(found, language=_CODES.get(str(row.get("language", "")).lower())) if found else None


def _of_spaceflight(row: Mapping[str, Any], source: Source, url: str, now: datetime) -> Candidate | None:
    found = _candidate(row, source, url, now)
    try:
        at = datetime.fromisoformat(str(row.get("published_at")))
    except ValueError:
        at = None
    return replace(found, published_at=sound_instant(at, now), language="en") if found else None
