"""The nouns: frozen dataclasses that travel from the wire to the record, pickled to workers as they are.

Datetimes are aware and UTC and their names end in `_at`; durations end in `_s`
or `_ms`, sizes in `_bytes`, digests in `_sha256`, booleans begin with `is_` or
`has_`. Sequences are tuples. "Not known" is None, never an empty string.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from db.instants import from_iso as from_iso
from db.instants import iso as iso

Band = Literal["relevant", "mention", "off"]
Precision = Literal["second", "minute", "day"]
SourceKind = Literal["feed", "sitemap", "section", "site", "query", "page", "mail"]


class Outcome(StrEnum):
    """The verdict of one visit to one URL."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    NOT_MODIFIED = "not_modified"
    COPY = "copy"
    OFF_TOPIC = "off_topic"
    NOT_ARTICLE = "not_article"
    ROBOTS_DENIED = "robots_denied"
    BLOCKED = "blocked"
    TOO_LARGE = "too_large"
    GONE = "gone"
    DEFERRED = "deferred"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One place a beat looks in, as its TOML file says it."""

    #: slug, unique in the record; stands in articles.source
    id: str
    title: str
    kind: SourceKind
    url: str
    #: id of the beat that lists it
    beat: str
    #: polling interval in seconds
    every_s: float
    language: str | None = None
    is_enabled: bool = True
    #: most pages fetched for one poll of a section or sitemap
    max_pages: int = 200
    #: regular expression that article URLs of a section or sitemap must match
    follow: str | None = None
    #: entries dated longer ago are left out, in seconds; None takes every age
    max_age_s: float | None = 30 * 86400.0
    #: its pages are drawn by their scripts; not in the record, which the next reading of the beat would overrule
    render: bool = False
    #: of a query: which service it asks (`discover.engines.ENGINES`), and what, one request each
    engine: str | None = None
    queries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A link a source pointed at, not fetched yet."""

    #: canonical once it has passed `dedupe.urls.canonical_url`
    url: str
    #: Source.id
    source: str
    #: URL of the feed, sitemap or page that named it
    found_on: str
    found_at: datetime
    title: str | None = None
    published_at: datetime | None = None
    #: how exactly that was given; None as exactly as it is written
    published_precision: Precision | None = None
    #: what a feed's `updated`, or a sitemap's `lastmod`, says
    modified_at: datetime | None = None
    language: str | None = None
    #: what all addresses of the same page share (`dedupe.urls.url_key`); None when nobody has said
    key: str | None = None
    #: how much its title and address look like the beats' subject; what looks more like it is fetched first
    hint: float = 0.0
    #: a feed's own name for the entry (`guid`, Atom and JSON Feed `id`), its link when it has none;
    #: None for what no feed named, and for a name given to several entries
    guid: str | None = None
    #: digest of what the feed says of the entry: title, summary and text
    entry_sha256: str | None = None
    #: the feed's own HTML of the entry, when that is more than a teaser; read when the page gives next to nothing
    content: str | None = field(default=None, repr=False)
    #: its address as the source wrote it, absolute, when `url` is another spelling; robots.txt is asked about both
    written: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The bytes of one response."""

    #: as asked for
    url: str
    #: after redirects
    final_url: str
    status: int
    #: names in lower case, in the order they came
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    fetched_at: datetime
    _sha256: str | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def sha256(self) -> str:
        """SHA-256 of the body, in hex."""
        if self._sha256 is None:
            object.__setattr__(self, "_sha256", hashlib.sha256(self.body).hexdigest())
        return self._sha256 or ""

    def header(self, name: str) -> str | None:
        """The first header of that name (lower case), or None."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """One paragraph, or part of one, that was taken out of the text, and why."""

    #: name of the rule, e.g. `prompt.notification`, `memory.line`
    rule: str
    text: str
    #: index of the paragraph in what the extractor returned, from 0
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What we read on one page."""

    url: str
    canonical_url: str
    title: str
    #: paragraphs separated by one newline
    text: str
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    #: the string the date was read from
    published_raw: str | None = None
    published_precision: Precision | None = None
    modified_at: datetime | None = None
    site_name: str | None = None
    section: str | None = None
    #: ISO 639-1
    language: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    image_url: str | None = None
    image_credits: tuple[str, ...] = ()
    is_free: bool | None = None
    removed: tuple[Removed, ...] = ()
    #: (field, where it was read), e.g. ("title", "h1")
    origins: tuple[tuple[str, str], ...] = ()
    #: name and version of what read it, e.g. "spacereel 0.1.0 / trafilatura 2.3.1"
    extractor: str = ""
    #: the page says that it is a live blog, which grows all day
    is_live: bool = False

    @property
    def word_count(self) -> int:
        """Words of the text, split at white space."""
        return len(self.text.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One term that counted towards a score."""

    term: str
    concept: str
    #: title | lead | body | slug | tags | description | section | text (where in the text it stands; see `relevance.aboutness`)
    field: str
    count: int
    #: what it added to the score; negative for a deduction
    weight: float
    #: number of the first sentence in which it counted, from 1, through lead and body; None for a section
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether an article belongs to a topic, and why."""

    #: the beat's id
    topic_id: str
    #: 0.0 and up
    score: float
    #: the score from which an article is relevant
    threshold: float
    band: Band
    evidence: tuple[Evidence, ...] = ()
    #: digest of the topic's rules
    ruleset: str = ""

    @property
    def is_relevant(self) -> bool:
        """Whether the band is `relevant`."""
        return self.band == "relevant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A page with all that was read in it; one goes in for every one that comes out."""

    candidate: Candidate
    page: Page
    article: Article | None = None
    judgements: tuple[Judgement, ...] = ()
    #: one sentence: why there is no article
    problem: str | None = None
    #: one sentence: why the text of the article is the feed's own and not the page's
    feed_note: str | None = None
    #: verdict that goes with *problem*: NOT_ARTICLE, FAILED, or OFF_TOPIC for a page that was not read further
    problem_outcome: Outcome | None = None
    #: hashes of the text's lines before site memory was applied, for learning
    line_hashes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What an article is recognised by; computed once, in `dedupe.fingerprint`."""

    #: of the cleaned title, text, authors and dates
    content_sha256: str
    #: signed 64 bits
    simhash: int
    #: MinHash bands, signed 64 bits each; equal bands make two articles neighbours
    bands: tuple[int, ...]
    #: key of the site, for site memory
    site: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The newest version of an article in the record, as recognition sees it."""

    article_id: int
    canonical_url: str
    revision: int
    content_sha256: str
    title: str
    text: str
    published_at: datetime | None = None
    fetched_at: datetime
    site_name: str | None = None
    #: None when they were not asked for
    authors: tuple[str, ...] | None = None
    is_free: bool | None = None
    #: met at an address of the article in question: the same, one that led to it, or one that it gives as its own
    is_same_address: bool = False
    #: a feed gave it the name (guid) that it now gives to the article in question
    is_same_guid: bool = False
    #: where its text was read (`Article.origins`); None when that is not known
    text_origin: str | None = None
    #: of the page it was read on, as the archive knows it; None when it was read on none
    page_sha256: str | None = None
    #: versions of the last days: (when fetched, title), the newest first
    recent: tuple[tuple[datetime, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How an article relates to what is already recorded."""

    kind: Literal["new", "changed", "unchanged", "copy", "near_copy"]
    #: articles.id of the earlier version or of the original
    article_id: int | None = None
    #: 0.0 to 1.0
    similarity: float = 0.0
    #: of a copy: this article came first, so the one of `article_id` is the copy and this the original
    is_original: bool = False
    #: of a changed article: what kinds of change, see `crawler.dedupe.changes.KINDS`
    changes: tuple[str, ...] = ()
    #: of an unchanged one: why what differs brings no version, in one sentence
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One version of an article as recorded."""

    article_id: int
    canonical_url: str
    #: 1 for the first version
    revision: int
    fetched_at: datetime
    content_sha256: str
    story_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRecord:
    """One row of the ledger: one visit to one URL."""

    url: str
    final_url: str | None = None
    #: Source.id; None for a URL named by a person
    source: str | None
    #: what the visit was for
    purpose: Literal["source", "new", "recheck", "robots", "replay", "backfill", "push"]
    started_at: datetime
    elapsed_ms: int = 0
    #: HTTP status
    status: int | None = None
    outcome: Outcome
    #: one sentence for a person
    reason: str
    received_bytes: int = 0
    page_sha256: str | None = None
    article_id: int | None = None
    #: what named the page, for one that never was in the queue
    found_on: str | None = None
    #: of the best judgement
    score: float | None = None
    evidence: tuple[Evidence, ...] = ()
