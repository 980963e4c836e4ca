"""What is said of one thing that happened: read from the record when a message is written."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crawler.dedupe.diffs import Change, diff_texts, diff_words
from crawler.publish.display import one_line, showable, shown_host, web_link

#: longest account of a change, in characters
MOST_CHANGED = 600
#: terms that are named as the reason
TERMS = 3
_BRACKETS = {"removed": ("[-", "-]"), "added": ("{+", "+}"), "same": ("", "")}

_ARTICLE = """SELECT a.id, a.title, a.url, a.source, a.site_name, a.language, a.published_at, a.published_precision, a.canonical_url,
    a.revision, a.text, n.found_at, n.score, n.beat, n.story_id, b.title AS title_before, b.text AS text_before,
    (SELECT evidence FROM judgements j WHERE j.article_id = a.id AND j.beat = n.beat ORDER BY j.id DESC LIMIT 1) AS evidence,
    (SELECT reason FROM article_events e WHERE e.article_id = a.id AND e.kind = 'removed' ORDER BY e.id DESC LIMIT 1) AS removal
    FROM articles a LEFT JOIN newest n ON n.canonical_url = a.canonical_url
    LEFT JOIN articles b ON b.canonical_url = a.canonical_url AND b.revision = a.revision - 1 WHERE a.id = ?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEvent:
    """One thing that happened; texts are fit to be shown, on one line each."""

    key: str
    kind: str
    title: str
    #: outlet, or the source itself
    site: str = ""
    url: str | None = None
    source: str | None = None
    beat: str | None = None
    language: str | None = None
    published_at: str | None = None
    precision: str | None = None
    found_at: str | None = None
    score: float | None = None
    terms: tuple[str, ...] = ()
    #: an edit in words, why a page is gone, or what ails a source
    changes: str = ""
    review_url: str | None = None


def alert_event(conn: sqlite3.Connection, row: Mapping[str, Any], review_url: str) -> AlertEvent:
    """What stands behind a row of the outbox."""
    if row["kind"] == "source":
        return _of_source(conn, row, review_url)
    conn_row = conn.execute(_ARTICLE, (row["article_id"],)).fetchone()
    article = dict(zip(_names(conn, _ARTICLE), conn_row, strict=True))
    kind = row["kind"]
    place = f"story/{row['story_id']}" if kind == "story" else f"article/{article['id']}"
    return AlertEvent(
        key=row["key"],
        kind=kind,
        title=one_line(article["title"], 300) or "(no title)",
        site=one_line(article["site_name"] or shown_host(article["url"]), 80),
        url=web_link(article["url"]),
        source=article["source"],
        beat=article["beat"],
        language=article["language"],
        published_at=article["published_at"],
        precision=article["published_precision"],
        found_at=article["found_at"],
        score=article["score"],
        terms=top_terms(article["evidence"]),
        changes=_changes(kind, article),
        review_url=f"{review_url}/-/{place}",
    )


def _names(conn: sqlite3.Connection, sql: str) -> list[str]:
    return [column[0] for column in conn.execute(f"{sql} LIMIT 0", (0,)).description]


def _of_source(conn: sqlite3.Connection, row: Mapping[str, Any], review_url: str) -> AlertEvent:
    found = conn.execute(
        "SELECT title, url, state, state_reason, beat FROM sources WHERE id = ?", (row["source"],)
    ).fetchone() or (row["source"], None, "gone", None, None)
    title, url, state, reason, beat = found
    return AlertEvent(
        key=row["key"],
        kind="source",
        title=one_line(f"{title} is {state}", 300),
        site=one_line(str(row["source"]), 80),
        url=web_link(url),
        source=row["source"],
        beat=beat,
        changes=one_line(reason or "", MOST_CHANGED),
        review_url=f"{review_url}/articles/health",
    )


def top_terms(evidence: str | None) -> tuple[str, ...]:
    """The terms that weigh most, each once.

    >>> top_terms('[{"term": "orbit", "weight": 1}, {"term": "film", "weight": 3}, {"term": "film", "weight": 1}]')
    ('film', 'orbit')
    """
    weights: dict[str, float] = {}
    for each in json.loads(evidence or "[]"):
        term = one_line(str(each.get("term") or ""), 60)
        weights[term] = weights.get(term, 0.0) + float(each.get("weight") or 0)
    best = sorted((term for term in weights if term and weights[term] > 0), key=lambda term: -weights[term])
    return tuple(best[:TERMS])


def _changes(kind: str, article: Mapping[str, Any]) -> str:
    if kind == "removed":
        return one_line(article["removal"] or "", MOST_CHANGED)
    if kind not in ("edited", "corrected") or article["text_before"] is None:
        return ""
    return edit_in_words(
        article["title_before"] or "", article["title"], article["text_before"], article["text"]
    )


def edit_in_words(title_before: str, title: str, text_before: str, text: str) -> str:
    """What an edit changed, with [-removed-] and {+added+} words, the headline first.

    >>> edit_in_words("Landing on Monday", "Landing on Sunday", "It flew.", "It flew.")
    'Landing on [-Monday-]{+Sunday+}'
    """
    pieces = []
    if title_before != title:
        pieces.append("".join(bracketed(span.kind, span.text) for span in diff_words(title_before, title)))
    pieces += [_change(change) for change in diff_texts(text_before, text) if change.kind != "same"]
    return one_line(" … ".join(showable(each) for each in pieces), MOST_CHANGED)


def _change(change: Change) -> str:
    """A paragraph that changed; of what stayed only the words beside a change."""
    parts = []
    for number, span in enumerate(change.spans):
        text = span.text
        if span.kind == "same":
            words = text.split(" ")
            if len(words) > 8:
                head = [] if number == 0 else words[:4]
                tail = [] if number == len(change.spans) - 1 else words[-4:]
                text = " … ".join(" ".join(some) for some in (head, tail) if some)
                text = f"… {text}" if number == 0 else text
        parts.append(bracketed(span.kind, text))
    return "".join(parts)


def bracketed(kind: str, text: str) -> str:
    """A stretch of a comparison with its brackets, the white space behind it outside of them."""
    begin, end = _BRACKETS[kind]
    bare = text.rstrip()
    return f"{begin}{bare}{end}{text[len(bare) :]}" if bare and begin else text
