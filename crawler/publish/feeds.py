"""Feeds of articles: Atom (RFC 4287) and JSON Feed 1.1, paged as RFC 5005 has it. Pure.

An entry is an article, not a version: its id stays, and `updated` moves when a
new version is recorded, so a reader shows an edit as an update.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from crawler.publish import atom
from crawler.publish.alerts.events import edit_in_words, top_terms
from crawler.publish.display import one_line, paragraphs, shown_host
from crawler.publish.export import from_json, link_of
from db.rows import Row

#: longest text of an entry, in characters
MOST_TEXT = 50_000
#: a feed without entries was never updated
NEVER = "1970-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFeed:
    """One page of a feed."""

    #: what it is a feed of, in words
    about: str
    #: a tag URI that stays
    id: str
    #: addresses of this page, of the first page, of the older one, and of the page for people
    here: str
    first: str
    older: str | None
    home: str
    #: where article N of the record is shown: `{}` stands for N
    review: str
    #: the last changed first; see `db.listing`
    rows: Sequence[Row]

    @property
    def title(self) -> str:
        """For a reader's list of feeds."""
        return one_line(f"Spacereel: {self.about}" if self.about else "Spacereel", 200)

    @property
    def updated(self) -> str:
        """When an entry last changed."""
        return max((str(row["fetched_at"]) for row in self.rows), default=NEVER)


def tag_uri(kind: str, name: str) -> str:
    """A name (RFC 4151) that stays the same in every feed and every record.

    >>> tag_uri("article", "https://news.example/1")
    'tag:spacereel,2026:article/f1372b7cd058c104fa2e0beeaf356363'
    """
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32]
    return f"tag:spacereel,2026:{kind}/{digest}"


def as_atom(feed: PublishedFeed) -> str:
    """The page as Atom."""
    links = [("self", feed.here, "application/atom+xml"), ("first", feed.first, "application/atom+xml")]
    links += [("next", feed.older, "application/atom+xml")] if feed.older else []
    links.append(("alternate", feed.home, "text/html"))
    head = atom.feed_head(
        feed_id=feed.id,
        title=feed.title,
        updated=feed.updated,
        author="Spacereel",
        links=({"rel": rel, "type": kind, "href": href} for rel, href, kind in links),
    )
    return head + "".join(atom.feed_entry(_entry(feed, row)) for row in feed.rows) + atom.FEED_END


def _entry(feed: PublishedFeed, row: Row) -> atom.AtomEntry:
    review = feed.review.format(row["id"])
    page = {"type": "text/html"}
    return atom.AtomEntry(
        id=tag_uri("article", row["canonical_url"]),
        title=_title(row),
        updated=row["fetched_at"],
        published=row["published_at"],
        links=[
            {"rel": "alternate", **page, "href": link_of(row) or review},
            {"rel": "related", **page, "title": "In the review", "href": review},
        ],
        authors=_authors(row),
        tags=_names(row["tags"]),
        summary=one_line(row["description"], 1000) if row["description"] else None,
        content=content_html(row),
        content_type="html",
    )


def as_json_feed(feed: PublishedFeed) -> str:
    """The page as JSON Feed."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.here,
        **({"next_url": feed.older} if feed.older else {}),
        "items": [_item(feed, row) for row in feed.rows],
    }
    return json.dumps(document, ensure_ascii=True)


def _item(feed: PublishedFeed, row: Row) -> dict[str, Any]:
    review = feed.review.format(row["id"])
    item = {
        "id": tag_uri("article", row["canonical_url"]),
        "url": link_of(row) or review,
        "external_url": review,
        "title": _title(row),
        "content_html": content_html(row),
        "summary": one_line(row["description"] or "", 1000),
        "date_published": row["published_at"] or row["found_at"],
        "date_modified": row["fetched_at"],
        "authors": [{"name": name} for name in _authors(row)],
        "tags": _names(row["tags"]),
        "language": row["language"],
    }
    return {name: value for name, value in item.items() if value not in (None, "", [])}


def content_html(row: Row) -> str:
    """The text of an entry: what is known of it, what an edit changed, then its paragraphs; every word of it escaped."""
    return "".join(f"<p>{escape(line)}</p>" for line in _lines(row))


def _lines(row: Row) -> Iterator[str]:
    terms = top_terms(row["evidence"])
    why = f"why: {', '.join(terms)}" if terms else ""
    score = f"score {row['score']:.2f}" if row["score"] is not None else ""
    facts = (one_line(row["site_name"] or shown_host(row["url"]), 80), row["language"] or "", score, why)
    yield " · ".join(fact for fact in facts if fact)
    if row["removed_at"]:
        yield f"Its page was taken down ({row['removed_at']})."
    if row["text_before"] is not None:
        changes = edit_in_words(row["title_before"] or "", row["title"], row["text_before"], row["text"])
        yield f"Version {row['revision']}: {changes}" if changes else f"Version {row['revision']}."
    yield from paragraphs(row["text"][:MOST_TEXT])


def _title(row: Row) -> str:
    return one_line(row["title"], 300) or "(no title)"


def _authors(row: Row) -> list[str]:
    return _names(row["authors"]) or [one_line(row["site_name"] or shown_host(row["url"]), 80) or "unknown"]


def _names(array: str) -> list[str]:
    found = from_json(array)
    names = [one_line(str(each), 120) for each in found] if isinstance(found, list) else []
    return [name for name in names if name]
