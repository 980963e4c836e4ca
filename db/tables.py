"""The statements of each migration in `db.migrations`, in the order they are executed; a released one is never edited."""

from __future__ import annotations

RECORD = (
    """CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    published_at TEXT,
    language TEXT,
    url TEXT NOT NULL,
    canonical_url TEXT NOT NULL,
    revision INTEGER NOT NULL,
    authors TEXT NOT NULL DEFAULT '[]' CHECK (json_type(authors) = 'array'),
    tags TEXT NOT NULL DEFAULT '[]' CHECK (json_type(tags) = 'array'),
    section TEXT,
    site_name TEXT,
    description TEXT,
    image_url TEXT,
    image_credits TEXT NOT NULL DEFAULT '[]' CHECK (json_type(image_credits) = 'array'),
    is_free INTEGER CHECK (is_free IN (0, 1)),
    modified_at TEXT,
    published_raw TEXT,
    published_precision TEXT CHECK (published_precision IN ('second', 'minute', 'day')),
    fetched_at TEXT NOT NULL,
    word_count INTEGER NOT NULL,
    text TEXT NOT NULL,
    removed TEXT NOT NULL DEFAULT '[]' CHECK (json_type(removed) = 'array'),
    origins TEXT NOT NULL DEFAULT '{}' CHECK (json_type(origins) = 'object'),
    content_sha256 TEXT NOT NULL,
    simhash INTEGER,
    extractor TEXT NOT NULL,
    page_sha256 TEXT,
    run_id INTEGER REFERENCES runs(id),
    UNIQUE (canonical_url, revision)
)""",
    "CREATE INDEX articles_content ON articles(content_sha256)",
    "CREATE INDEX articles_page ON articles(page_sha256)",
    "CREATE INDEX articles_changed ON articles(fetched_at) WHERE revision > 1",
    """CREATE TABLE article_authors (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    position INTEGER NOT NULL,
    author TEXT NOT NULL,
    PRIMARY KEY (article_id, position)
) WITHOUT ROWID""",
    "CREATE INDEX article_authors_author ON article_authors(author, article_id)",
    """CREATE TABLE article_tags (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    position INTEGER NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (article_id, position)
) WITHOUT ROWID""",
    "CREATE INDEX article_tags_tag ON article_tags(tag, article_id)",
    """CREATE TABLE judgements (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    beat TEXT NOT NULL,
    score REAL NOT NULL,
    threshold REAL NOT NULL,
    band TEXT NOT NULL CHECK (band IN ('relevant', 'mention', 'off')),
    evidence TEXT NOT NULL DEFAULT '[]' CHECK (json_type(evidence) = 'array'),
    ruleset TEXT NOT NULL,
    judged_at TEXT NOT NULL
)""",
    "CREATE INDEX judgements_article ON judgements(article_id, beat)",
    """CREATE TABLE copies (
    article_id INTEGER PRIMARY KEY REFERENCES articles(id),
    copy_of INTEGER NOT NULL REFERENCES articles(id),
    similarity REAL NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('copy', 'near_copy')),
    CHECK (copy_of <> article_id)
)""",
    "CREATE INDEX copies_original ON copies(copy_of)",
    """CREATE TABLE stories (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    first_article_id INTEGER NOT NULL REFERENCES articles(id),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
)""",
    """CREATE TABLE review_events (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    mark TEXT,
    note TEXT,
    reviewer TEXT,
    reviewed_at TEXT NOT NULL
)""",
    "CREATE INDEX review_events_article ON review_events(article_id)",
    """CREATE TABLE reviews (
    canonical_url TEXT PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    mark TEXT,
    note TEXT,
    reviewer TEXT,
    reviewed_at TEXT NOT NULL
)""",
    """CREATE VIRTUAL TABLE articles_fts USING FTS5 (
    title, description, text,
    tokenize='unicode61 remove_diacritics 2',
    content="articles", content_rowid="id"
)""",
    # one row per article, kept by triggers: where the views start, small enough to count and sort
    """CREATE TABLE newest (
    canonical_url TEXT PRIMARY KEY,
    article_id INTEGER NOT NULL UNIQUE REFERENCES articles(id),
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    published_at TEXT,
    language TEXT,
    url TEXT NOT NULL,
    revision INTEGER NOT NULL,
    section TEXT,
    site_name TEXT,
    is_free INTEGER,
    fetched_at TEXT NOT NULL,
    word_count INTEGER NOT NULL,
    beat TEXT,
    score REAL,
    band TEXT,
    story_id INTEGER REFERENCES stories(id),
    original_url TEXT,
    mark TEXT,
    is_waiting INTEGER GENERATED ALWAYS AS (
        iif(band IN ('relevant', 'mention') AND mark IS NULL AND original_url IS NULL, 1, NULL)) VIRTUAL
)""",
    "CREATE INDEX newest_url ON newest(url)",
    "CREATE INDEX newest_published ON newest(published_at)",
    "CREATE INDEX newest_fetched ON newest(fetched_at)",
    "CREATE INDEX newest_source ON newest(source, published_at)",
    "CREATE INDEX newest_source_fetched ON newest(source, fetched_at)",
    "CREATE INDEX newest_language ON newest(language, published_at)",
    "CREATE INDEX newest_site ON newest(site_name, published_at)",
    "CREATE INDEX newest_band ON newest(band, published_at)",
    "CREATE INDEX newest_story ON newest(story_id) WHERE story_id IS NOT NULL",
    "CREATE INDEX newest_original ON newest(original_url) WHERE original_url IS NOT NULL",
    "CREATE INDEX newest_waiting ON newest(is_waiting, published_at) WHERE is_waiting = 1",
    "CREATE INDEX newest_waiting_score ON newest(is_waiting, score) WHERE is_waiting = 1",
)

LEDGER = (
    """CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    beat TEXT NOT NULL,
    language TEXT,
    is_enabled INTEGER NOT NULL DEFAULT 1,
    every_s REAL NOT NULL,
    max_pages INTEGER NOT NULL,
    follow TEXT,
    added_at TEXT NOT NULL,
    checked_at TEXT,
    succeeded_at TEXT,
    next_due_at TEXT,
    failures REAL NOT NULL DEFAULT 0,
    outcome TEXT,
    reason TEXT,
    etag TEXT,
    last_modified TEXT
)""",
    "CREATE INDEX sources_due ON sources(next_due_at) WHERE is_enabled = 1",
    """CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    mode TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    verdicts TEXT NOT NULL DEFAULT '{}' CHECK (json_type(verdicts) = 'object')
)""",
    """CREATE TABLE visits (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    final_url TEXT,
    source TEXT,
    run_id INTEGER REFERENCES runs(id),
    purpose TEXT NOT NULL,
    started_at TEXT NOT NULL,
    elapsed_ms INTEGER NOT NULL,
    status INTEGER,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    received_bytes INTEGER NOT NULL,
    page_sha256 TEXT,
    article_id INTEGER REFERENCES articles(id),
    score REAL,
    evidence TEXT NOT NULL DEFAULT '[]' CHECK (json_type(evidence) = 'array')
)""",
    "CREATE INDEX visits_url ON visits(url)",
    "CREATE INDEX visits_final_url ON visits(final_url) WHERE final_url IS NOT NULL AND final_url <> url",
    "CREATE INDEX visits_source ON visits(source, started_at, purpose, verdict, elapsed_ms)",
    "CREATE INDEX visits_run ON visits(run_id, verdict)",
    "CREATE INDEX visits_started ON visits(started_at)",
    "CREATE INDEX visits_article ON visits(article_id) WHERE article_id IS NOT NULL",
    """CREATE TABLE repairs (
    id INTEGER PRIMARY KEY,
    repaired_at TEXT NOT NULL,
    guards TEXT NOT NULL
)""",
    """CREATE TABLE heartbeat (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    pid INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    beat_at TEXT NOT NULL
)""",
)

QUEUE = (
    """CREATE TABLE frontier (
    url TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('new', 'recheck')),
    source TEXT NOT NULL,
    found_on TEXT NOT NULL,
    found_at TEXT NOT NULL,
    title TEXT,
    published_at TEXT,
    modified_at TEXT,
    language TEXT,
    not_before_at TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0
)""",
    "CREATE INDEX frontier_new ON frontier(host, found_at DESC, published_at DESC) WHERE purpose = 'new'",
    "CREATE INDEX frontier_recheck ON frontier(host, not_before_at) WHERE purpose = 'recheck'",
    "CREATE INDEX frontier_due ON frontier(not_before_at)",
    """CREATE TABLE hosts (
    host TEXT PRIMARY KEY,
    not_before_at TEXT,
    crawl_delay_s REAL,
    refusals INTEGER NOT NULL DEFAULT 0,
    reason TEXT
)""",
    """CREATE TABLE pages (
    url TEXT PRIMARY KEY,
    etag TEXT,
    last_modified TEXT,
    checked_at TEXT NOT NULL
) WITHOUT ROWID""",
    """CREATE TABLE aliases (
    url TEXT PRIMARY KEY,
    canonical_url TEXT NOT NULL
) WITHOUT ROWID""",
    "CREATE INDEX aliases_canonical ON aliases(canonical_url)",
    """CREATE TABLE replays (
    rules TEXT PRIMARY KEY,
    position INTEGER NOT NULL
) WITHOUT ROWID""",
)

RECOGNITION = (
    """CREATE TABLE bands (
    band INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (band, article_id)
) WITHOUT ROWID""",
    """CREATE TABLE site_lines (
    site TEXT NOT NULL,
    line_hash INTEGER NOT NULL,
    articles INTEGER NOT NULL,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    PRIMARY KEY (site, line_hash)
) WITHOUT ROWID""",
    "CREATE INDEX site_lines_known ON site_lines(site, last_seen_at, line_hash) WHERE articles >= 3",
    """CREATE TABLE sites (
    site TEXT PRIMARY KEY,
    articles INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    last_seen_at TEXT NOT NULL
) WITHOUT ROWID""",
)
