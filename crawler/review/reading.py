"""Everything the record knows about one article, for the page on which it is read. Read-only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.dedupe.diffs import Change, Span, diff_texts, diff_words
from crawler.publish.display import finder, highlighted, one_line, paragraphs
from crawler.review.queries import as_found_in
from db import outbox

#: most rows of each list beside the text
_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class BeatJudgement:
    """One beat's newest judgement of a version."""

    row: sqlite3.Row
    #: term, concept, field, count, weight; the heaviest first
    evidence: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleShown:
    """One version of an article, with what stands around it."""

    article: sqlite3.Row
    #: its row of `newest`: what is known of the article whatever its version
    newest: sqlite3.Row
    #: in stretches, with whether they are evidence; so is each paragraph
    title: Sequence[tuple[str, bool]]
    paragraphs: Sequence[Sequence[tuple[str, bool]]]
    authors: Sequence[str]
    tags: Sequence[str]
    image_credits: Sequence[str]
    #: rule -> paragraphs it took out
    removed: Mapping[str, Sequence[str]]
    #: field -> where it was read
    origins: Mapping[str, str]
    judgements: Sequence[BeatJudgement]
    #: id, revision, title, fetched_at, and the kinds of what changed; the newest first
    versions: Sequence[sqlite3.Row]
    #: moved, removed or restored: kind, reason, happened_at; the newest first
    events: Sequence[sqlite3.Row]
    #: at which the article was met, besides its canonical URL
    addresses: Sequence[str]
    #: the article that this one copies, with similarity; None when it is nobody's copy
    original: sqlite3.Row | None
    copies: Sequence[sqlite3.Row]
    #: other reports of the same event; copies stand under their original
    story: Sequence[sqlite3.Row]
    visits: Sequence[sqlite3.Row]
    #: what people thought of it, the newest first
    marks: Sequence[sqlite3.Row]
    #: what alerts sent about it, the newest first
    notifications: Sequence[Mapping[str, Any]]


def reading(conn: sqlite3.Connection, article_id: int, sought: Iterable[str] = ()) -> ArticleShown | None:
    """The version *article_id* of an article, or None when there is none; what was *sought* is shown like evidence."""
    article = conn.execute("SELECT * FROM articles WHERE id = ?", (article_id,)).fetchone()
    if article is None:
        return None
    url = {"url": article["canonical_url"], "id": article_id, "most": _MOST}
    judgements = _judged(conn, article_id)
    title, lines = one_line(article["title"], 600), paragraphs(article["text"])
    pattern = finder((*as_found_in(sought, "\n".join((title, *lines))), *_words(judgements)))
    newest = conn.execute("SELECT * FROM newest WHERE canonical_url = :url", url).fetchone()
    return ArticleShown(
        article=article,
        newest=newest,
        title=highlighted(title, pattern),
        paragraphs=tuple(highlighted(each, pattern) for each in lines),
        authors=_texts(article["authors"]),
        tags=_texts(article["tags"]),
        image_credits=_texts(article["image_credits"]),
        removed=_by_rule(article["removed"]),
        origins={str(name): str(where) for name, where in json.loads(article["origins"]).items()},
        judgements=judgements,
        versions=conn.execute(_VERSIONS, url).fetchall(),
        events=conn.execute(_EVENTS, url).fetchall(),
        addresses=tuple(row["url"] for row in conn.execute(_ADDRESSES, url)),
        original=conn.execute(_ORIGINAL, url).fetchone(),
        copies=conn.execute(_COPIES, url).fetchall(),
        story=conn.execute(_STORY, {**url, "story": newest["story_id"]}).fetchall(),
        visits=conn.execute(_VISITS, {**url, "fetched": article["url"]}).fetchall(),
        marks=conn.execute(_MARKS, url).fetchall(),
        notifications=outbox.notifications_of(conn, article["canonical_url"]),
    )


_VERSIONS = """SELECT id, revision, title, fetched_at, word_count, (SELECT group_concat(kind, ', ') FROM
    (SELECT kind FROM article_events e WHERE e.article_id = a.id AND kind NOT IN ('moved', 'removed', 'restored') ORDER BY e.id)) AS kinds
FROM articles a WHERE canonical_url = :url ORDER BY revision DESC LIMIT :most"""
_EVENTS = """SELECT kind, reason, happened_at FROM article_events
WHERE canonical_url = :url AND kind IN ('moved', 'removed', 'restored') ORDER BY id DESC LIMIT :most"""
_ADDRESSES = "SELECT url FROM aliases WHERE canonical_url = :url AND url <> :url ORDER BY url LIMIT :most"
_ORIGINAL = """SELECT n.article_id AS id, n.title, n.site_name, n.url, n.published_at, c.similarity
FROM newest me JOIN newest n ON n.canonical_url = me.original_url
LEFT JOIN copies c ON c.article_id = me.article_id
WHERE me.canonical_url = :url"""
_COPIES = """SELECT n.article_id AS id, n.title, n.site_name, n.url, n.published_at, c.similarity
FROM newest n LEFT JOIN copies c ON c.article_id = n.article_id
WHERE n.original_url = :url ORDER BY n.published_at LIMIT :most"""
_STORY = """SELECT article_id AS id, title, site_name, url, published_at FROM newest
WHERE story_id = :story AND canonical_url <> :url AND original_url IS NULL ORDER BY published_at LIMIT :most"""
_VISITS = """SELECT id, started_at, verdict, reason, status, source, elapsed_ms, url FROM visits
WHERE url IN (:url, :fetched) OR article_id IN (SELECT id FROM articles WHERE canonical_url = :url)
ORDER BY id DESC LIMIT :most"""
_MARKS = """SELECT e.id, e.kind, e.mark, e.note, e.reviewer, e.reviewed_at FROM review_events e
WHERE e.article_id IN (SELECT id FROM articles WHERE canonical_url = :url) ORDER BY e.id DESC LIMIT :most"""


def _texts(array: str) -> Sequence[str]:
    return tuple(str(item) for item in json.loads(array))


def _by_rule(array: str) -> Mapping[str, Sequence[str]]:
    grouped: dict[str, list[str]] = {}
    for item in sorted(json.loads(array), key=lambda each: each.get("position", 0)):
        grouped.setdefault(str(item["rule"]), []).append(str(item["text"]))
    return grouped


def _judged(conn: sqlite3.Connection, article_id: int) -> Sequence[BeatJudgement]:
    """The newest judgement of each beat, the highest score first."""
    rows = conn.execute(
        """SELECT * FROM judgements j WHERE article_id = ?
        AND id = (SELECT max(id) FROM judgements WHERE article_id = j.article_id AND beat = j.beat)
        ORDER BY score DESC""",
        (article_id,),
    ).fetchall()
    return tuple(BeatJudgement(row=row, evidence=heaviest(json.loads(row["evidence"]))) for row in rows)


def _words(judgements: Sequence[BeatJudgement]) -> Iterator[str]:
    """The words of the evidence as they stand in the text; ` + ` joins those that count together."""
    for judged in judgements:
        for item in judged.evidence:
            yield from str(item.get("term") or "").split(" + ")


def heaviest(evidence: Iterable[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Evidence, the heaviest first."""
    return tuple(sorted(evidence, key=lambda each: -abs(float(each.get("weight") or 0))))


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionComparison:
    """What changed between two versions of an article."""

    old: sqlite3.Row
    new: sqlite3.Row
    title: Sequence[Span]
    changes: Sequence[Change]
    #: other fields that differ: (name, before, after)
    fields: Sequence[tuple[str, str, str]]


#: fields besides title and text that a reader compares
_COMPARED = (
    "description",
    "authors",
    "published_at",
    "modified_at",
    "section",
    "tags",
    "image_credits",
    "is_free",
)


def comparison(
    conn: sqlite3.Connection, article_id: int, against: int | None = None
) -> VersionComparison | None:
    """A version compared with *against*, or with the version before it; None when there is no such pair."""
    new = conn.execute("SELECT * FROM articles WHERE id = ?", (article_id,)).fetchone()
    old = (
        new
        and conn.execute(
            "SELECT * FROM articles WHERE canonical_url = ? AND (id = ? OR (? IS NULL AND revision = ?))",
            (new["canonical_url"], against, against, new["revision"] - 1),
        ).fetchone()
    )
    if not old:
        return None
    return VersionComparison(
        old=old,
        new=new,
        title=diff_words(old["title"], new["title"]),
        changes=diff_texts(old["text"], new["text"]),
        fields=tuple(
            (name, str(old[name] or "—"), str(new[name] or "—"))
            for name in _COMPARED
            if old[name] != new[name]
        ),
    )
