"""Search services as sources: a question into addresses to ask, an answer into candidates. Nothing is asked here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.discover.decoding import clean_title, decoded, sound_instant, web_address
from crawler.discover.feeds import parse_feed
from crawler.discover.packing import unpacked
from crawler.errors import DiscoverError
from db.model import Candidate, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One search service, with its quirks."""

    url: str
    #: seconds between two requests that it asks for in its documentation
    gap_s: float = 0.0
    #: most results of one answer; as many mean that there are more
    most: int | None = None
    #: asked about a span of time
    is_windowed: bool = False
    #: its links lead to pages of scripts, not to articles: only the headline is noted
    is_headline_only: bool = False
    #: longest question, in characters
    most_chars: int = 240


#: the service's name in a beat file -> what is known of it
ENGINES: Mapping[str, Engine] = {
    "gdelt": Engine(
        url="https://api.gdeltproject.org/api/v2/doc/doc", gap_s=5.0, most=250, is_windowed=True
    ),
    "bing-news": Engine(url="https://www.bing.com/news/search"),
    "google-news": Engine(url="https://news.google.com/rss/search", is_headline_only=True),
    "spaceflight-news": Engine(url="https://api.spaceflightnewsapi.net/v4/articles/", most=100, is_windowed=True),
}  # fmt: skip
#: a first poll looks so far back, and every later one a little behind the last
FIRST_WINDOW, OVERLAP = timedelta(days=7), timedelta(hours=2)
#: a shorter span is not split again
SHORTEST_WINDOW = timedelta(minutes=15)
_LANGUAGE = re.compile(r"([a-z]{2}): *(?=\S)")
_STAMP = "%Y%m%d%H%M%S"
_NAMES = {
    "ar": "arabic", "de": "german", "en": "english", "es": "spanish", "fr": "french", "hi": "hindi", "it": "italian",
    "ja": "japanese", "ko": "korean", "nl": "dutch", "pl": "polish", "pt": "portuguese", "ru": "russian", "tr": "turkish",
    "uk": "ukrainian", "zh": "chinese",
}  # fmt: skip
_CODES = {name: code for code, name in _NAMES.items()}
#: a language's largest news market
_MARKETS = {
    "ar": "SA", "en": "GB", "hi": "IN", "ja": "JP", "ko": "KR", "pt": "BR", "uk": "UA", "zh": "CN",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryAnswer:
    """What a service said."""

    candidates: tuple[Candidate, ...]
    #: there is more than it gives at once
    is_cut: bool = False


def question(language: str | None, groups: Sequence[Sequence[str]], engine: str) -> str:
    """A question as a beat file would write it: alternatives in brackets, the language in front.

    >>> question("en", (("film", "movie set"), ("ISS",)), "gdelt")
    'en: (film OR "movie set") ISS'
    """
    kept = [list(group) for group in groups]
    while len(_joined(kept)) > ENGINES[engine].most_chars and max(map(len, kept)) > 1:
        max(kept, key=len).pop()
    return f"{language}: {_joined(kept)}" if language else _joined(kept)


def _joined(groups: Sequence[Sequence[str]]) -> str:
    spoken = [[f'"{word}"' if " " in word or "-" in word else word for word in group] for group in groups]
    return " ".join(f"({' OR '.join(group)})" if len(group) > 1 else group[0] for group in spoken)


def requests_of(source: Source, since: datetime | None, now: datetime) -> tuple[str, ...]:
    """The addresses to ask for one poll, one per question.

    Args:
        since: when the last poll worked; None for a first one.
    """
    engine = ENGINES[source.engine or ""]
    overlap = max(OVERLAP, timedelta(seconds=source.every_s))
    first = since - overlap if since else now - FIRST_WINDOW
    if source.max_age_s is not None:
        first = max(first, now - timedelta(seconds=source.max_age_s))
    asked = []
    for written in source.queries:
        found = _LANGUAGE.match(written)
        language, text = (found[1], written[found.end() :]) if found else (source.language, written)
        asked.append(_address(source, engine, text, language, first, now))
    return tuple(asked)


def _address(
    source: Source, engine: Engine, text: str, language: str | None, first: datetime, now: datetime
) -> str:
    market = _MARKETS.get(language or "en", (language or "en").upper())
    spoken = language or "en"
    parameters: dict[str, str] = {}
    if source.engine == "gdelt":
        tail = f" sourcelang:{_NAMES[language]}" if language in _NAMES else ""
        parameters = {
            "query": text + tail,
            "mode": "artlist",
            "format": "json",
            "maxrecords": str(engine.most),
        }
        parameters |= {
            "sort": "datedesc",
            "startdatetime": first.strftime(_STAMP),
            "enddatetime": now.strftime(_STAMP),
        }
    elif source.engine == "bing-news":
        parameters = {"q": text, "format": "rss", "mkt": f"{spoken}-{market}"}
    elif source.engine == "google-news":
        parameters = {"q": f"{text} when:7d", "hl": spoken, "gl": market, "ceid": f"{market}:{spoken}"}
    else:
        parameters = {"search": text, "ordering": "-published_at", "limit": str(engine.most)}
        parameters |= {"published_at_gte": first.strftime("%Y-%m-%dT%H:%M:%SZ")}
    return f"{source.url}{'&' if '?' in source.url else '?'}{urlencode(parameters)}"


def halves(url: str) -> tuple[str, ...]:
    """The same question about each half of its time; nothing when that is short already, or has no bounds."""
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))
    try:
        first = datetime.strptime(asked["startdatetime"], _STAMP).replace(tzinfo=UTC)
        last = datetime.strptime(asked["enddatetime"], _STAMP).replace(tzinfo=UTC)
    except (KeyError, ValueError):
        return ()
    if last - first < 2 * SHORTEST_WINDOW:
        return ()
    middle = (first + (last - first) / 2).strftime(_STAMP)
    spans = ((middle, asked["enddatetime"]), (asked["startdatetime"], middle))
    return tuple(
        urlunsplit(parts._replace(query=urlencode(asked | {"startdatetime": start, "enddatetime": end})))
        for start, end in spans
    )


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
