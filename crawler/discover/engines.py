"""Search services as sources: a question into addresses to ask. Nothing is asked here; `queries` reads what they answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from db.model import Source


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
#: how GDELT calls a language
LANGUAGE_NAMES = {
    "ar": "arabic", "de": "german", "en": "english", "es": "spanish", "fr": "french", "hi": "hindi", "it": "italian",
    "ja": "japanese", "ko": "korean", "nl": "dutch", "pl": "polish", "pt": "portuguese", "ru": "russian", "tr": "turkish",
    "uk": "ukrainian", "zh": "chinese",
}  # fmt: skip
#: a language's largest news market
_MARKETS = {
    "ar": "SA", "en": "GB", "hi": "IN", "ja": "JP", "ko": "KR", "pt": "BR", "uk": "UA", "zh": "CN",
}  # fmt: skip


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
        tail = f" sourcelang:{LANGUAGE_NAMES[language]}" if language in LANGUAGE_NAMES else ""
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
