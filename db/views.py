"""The views: what people read. One list, made anew when a wording changes."""

from __future__ import annotations

from collections.abc import Mapping

#: columns of articles that `newest` repeats: sorted, filtered and counted without touching the wide table
NARROW = (
    "id", "title", "source", "published_at", "language", "url", "canonical_url", "revision", "section", "site_name",
    "is_free", "fetched_at", "word_count",
)  # fmt: skip

#: columns of articles, in the order people know
ARTICLE_COLUMNS = (
    "id", "title", "source", "published_at", "language", "url", "canonical_url", "revision", "authors", "tags",
    "section", "site_name", "description", "image_url", "image_credits", "is_free", "modified_at", "published_raw",
    "published_precision", "fetched_at", "word_count", "text", "removed", "origins", "content_sha256", "simhash",
    "extractor", "page_sha256", "run_id",
)  # fmt: skip


def _column(name: str) -> str:
    """A column of the newest version; a wide one is looked up only when a query asks for it.

    A join would be made for every row even to count them.
    """
    if name == "id":
        return "n.article_id AS id"
    if name in NARROW:
        return f"n.{name} AS {name}"
    return f"(SELECT {name} FROM articles WHERE id = n.article_id) AS {name}"  # noqa: S608 - column names are ours


def _select(*names: str) -> str:
    return ", ".join(_column(name) for name in names)


_CURRENT = f"""CREATE VIEW current_articles AS
SELECT {_select(*ARTICLE_COLUMNS)}, n.score AS score, n.band AS band, n.story_id AS story_id,
    n.removed_at AS removed_at
FROM newest n"""  # noqa: S608 - column names are ours

_QUEUE = f"""CREATE VIEW review_queue AS
SELECT n.article_id AS id, n.title AS title, n.band AS band, n.score AS score,
    {_select("source", "published_at", "language", "site_name", "url")}, n.beat AS beat,
    {_select("description", "authors", "tags", "revision")},
    (SELECT count(*) FROM newest c WHERE c.original_url = n.canonical_url) AS copies,
    n.story_id AS story_id, {_select("fetched_at", "canonical_url", "image_url", "word_count")}
FROM newest n WHERE n.is_waiting = 1"""  # noqa: S608 - column names are ours

_CHANGES = """CREATE VIEW article_changes AS
SELECT a.id AS id, a.title AS title, a.source AS source, a.fetched_at AS changed_at, a.url AS url,
    a.revision AS revision,
    (SELECT group_concat(kind, ', ') FROM (
        SELECT kind FROM article_events WHERE article_id = a.id AND kind NOT IN ('removed', 'moved') ORDER BY id)) AS kinds,
    rtrim(iif(a.title IS NOT b.title, 'title, ', '') || iif(a.text IS NOT b.text, 'text, ', '')
        || iif(a.authors IS NOT b.authors, 'authors, ', '')
        || iif(a.published_at IS NOT b.published_at, 'published_at, ', '')
        || iif(a.modified_at IS NOT b.modified_at, 'modified_at, ', '')
        || iif(a.description IS NOT b.description, 'description, ', ''), ', ') AS changed,
    a.word_count - b.word_count AS words_added,
    nullif(b.title, a.title) AS title_before, b.fetched_at AS previous_fetched_at, b.id AS previous_id,
    a.canonical_url AS canonical_url, b.text AS text_before, a.text AS text_after
FROM articles a JOIN articles b ON b.canonical_url = a.canonical_url AND b.revision = a.revision - 1
WHERE a.revision > 1
    AND NOT EXISTS (SELECT 1 FROM article_events WHERE article_id = a.id AND kind = 'extraction')"""

_HISTORY = """CREATE VIEW article_history AS
SELECT e.id AS id, e.article_id AS article_id, a.title AS title, e.kind AS kind, e.reason AS reason,
    e.happened_at AS happened_at, a.source AS source, a.url AS url, e.canonical_url AS canonical_url
FROM article_events e LEFT JOIN articles a ON a.id = e.article_id"""

_TIMELINE = """CREATE VIEW story_timeline AS
SELECT n.story_id AS story_id, s.title AS story, n.article_id AS id, coalesce(n.published_at, n.fetched_at) AS reported_at,
    n.title AS title, n.site_name AS site_name, n.language AS language, n.url AS url,
    (SELECT count(*) FROM newest c WHERE c.original_url = n.canonical_url) AS copies, n.source AS source, n.band AS band
FROM newest n LEFT JOIN stories s ON s.id = n.story_id
WHERE n.story_id IS NOT NULL AND n.original_url IS NULL"""

_OPINIONS = """CREATE VIEW review_opinions AS
SELECT e.id AS id, e.article_id AS article_id, a.title AS title, e.reviewer AS reviewer, e.mark AS mark,
    (SELECT x.note FROM review_events x JOIN articles y ON y.id = x.article_id
        WHERE y.canonical_url = a.canonical_url AND x.reviewer IS e.reviewer ORDER BY x.id DESC LIMIT 1) AS note,
    e.reviewed_at AS reviewed_at, a.canonical_url AS canonical_url
FROM review_events e JOIN articles a ON a.id = e.article_id
WHERE e.kind = 'mark' AND e.mark IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM review_events x JOIN articles y ON y.id = x.article_id
    WHERE y.canonical_url = a.canonical_url AND x.kind = 'mark' AND x.reviewer IS e.reviewer AND x.id > e.id)"""

_REPORTS = """CREATE VIEW story_reports AS
SELECT n.story_id AS story_id, s.title AS story, n.article_id AS id, n.title AS title, n.site_name AS site_name,
    n.language AS language, n.published_at AS published_at, coalesce(n.published_at, n.fetched_at) AS reported_at,
    n.canonical_url = (SELECT canonical_url FROM articles WHERE id = s.first_article_id) AS is_first,
    o.article_id AS copy_of, c.similarity AS similarity, n.score AS score, n.band AS band, n.source AS source, n.url AS url,
    n.fetched_at AS fetched_at, n.removed_at AS removed_at, n.canonical_url AS canonical_url
FROM newest n LEFT JOIN stories s ON s.id = n.story_id LEFT JOIN newest o ON o.canonical_url = n.original_url
LEFT JOIN copies c ON c.article_id = n.article_id
WHERE n.story_id IS NOT NULL"""

_RECENT = "source = s.id AND started_at >= strftime('%Y-%m-%dT%H:%M:%SZ', s.checked_at, '-30 days')"
#: three counts of one walk over a source's visits go into one number, 21 bits each: three walks take twice as long
_PAGE, _KEPT = 1 << 21, 1 << 42

#: figures are of the 30 days before the last poll
_HEALTH = f"""CREATE VIEW source_health AS
WITH seen AS MATERIALIZED (
    SELECT s.*,
        (SELECT coalesce(sum(CASE purpose WHEN 'source' THEN 1
                WHEN 'new' THEN iif(verdict IN ('new', 'copy'), {_PAGE + _KEPT}, {_PAGE}) ELSE 0 END), 0)
            FROM visits WHERE {_RECENT}) AS tally,
        (SELECT coalesce(sum(polls), 0) FROM quiet_polls
            WHERE source = s.id AND day >= date(s.checked_at, '-30 days')) AS quiet,
        (SELECT max(fetched_at) FROM newest WHERE source = s.id) AS last_kept_at
    FROM sources s
)
SELECT id, title,
    CASE WHEN is_enabled = 0 THEN 'off' WHEN checked_at IS NULL THEN 'waiting' ELSE state END AS state,
    coalesce(state_reason, reason) AS reason, state_since, succeeded_at, checked_at, next_due_at, failures,
    tally % {_PAGE} + quiet AS polls, tally / {_PAGE} % {_PAGE} AS pages, tally / {_KEPT} AS kept, last_kept_at,
    brought_at, newest_entry_at, gap_at, CAST(answer_ms AS INTEGER) AS answer_ms, moved_to, kind, beat, url
FROM seen"""  # noqa: S608 - a constant

_JSONLD = """CREATE VIEW articles_jsonld AS
SELECT n.article_id AS id, json_object(
    '@context', 'https://schema.org', '@type', 'NewsArticle', '@id', n.canonical_url, 'url', a.url,
    'headline', a.title, 'description', a.description, 'articleBody', a.text,
    'author', (SELECT json_group_array(json_object('@type', 'Person', 'name', value)) FROM json_each(a.authors)),
    'datePublished', a.published_at, 'dateModified', a.modified_at, 'inLanguage', a.language,
    'keywords', json(a.tags), 'articleSection', a.section, 'image', a.image_url,
    'isAccessibleForFree', CASE a.is_free WHEN 1 THEN json('true') WHEN 0 THEN json('false') END,
    'wordCount', a.word_count, 'version', a.revision,
    'publisher', CASE WHEN a.site_name IS NOT NULL
        THEN json_object('@type', 'Organization', 'name', a.site_name) END) AS jsonld,
    a.title AS headline, a.text AS articleBody, a.authors AS author, a.published_at AS datePublished,
    a.modified_at AS dateModified, a.language AS inLanguage, a.tags AS keywords, a.section AS articleSection,
    a.site_name AS publisher, a.description AS description, a.image_url AS image,
    a.is_free AS isAccessibleForFree, a.word_count AS wordCount, a.revision AS version, a.url AS url
FROM newest n LEFT JOIN articles a ON a.id = n.article_id"""

#: name -> SQL, in an order in which each uses only earlier ones
VIEWS: Mapping[str, str] = {
    "current_articles": _CURRENT,
    "review_queue": _QUEUE,
    "review_opinions": _OPINIONS,
    "article_changes": _CHANGES,
    "source_health": _HEALTH,
    "articles_jsonld": _JSONLD,
    "article_history": _HISTORY,
    "story_timeline": _TIMELINE,
    "story_reports": _REPORTS,
}
