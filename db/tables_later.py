"""What the fifth and later schemas added, each a tuple of statements that a migration runs once; see `db.tables`."""

from __future__ import annotations

HISTORY = (
    """CREATE TABLE article_events (
    id INTEGER PRIMARY KEY,
    canonical_url TEXT NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    kind TEXT NOT NULL,
    reason TEXT,
    happened_at TEXT NOT NULL
)""",
    "CREATE INDEX article_events_article ON article_events(article_id, kind)",
    "CREATE INDEX article_events_url ON article_events(canonical_url, id)",
    "ALTER TABLE newest ADD COLUMN removed_at TEXT",
    "ALTER TABLE stories ADD COLUMN first_reported_at TEXT",
    "ALTER TABLE stories ADD COLUMN last_reported_at TEXT",
    "ALTER TABLE stories ADD COLUMN articles INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE stories ADD COLUMN outlets INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE stories ADD COLUMN languages TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE stories ADD COLUMN merged_into INTEGER REFERENCES stories(id)",
    "CREATE INDEX stories_latest ON stories(last_reported_at) WHERE merged_into IS NULL",
    """CREATE TABLE story_events (
    id INTEGER PRIMARY KEY,
    story_id INTEGER NOT NULL REFERENCES stories(id),
    kind TEXT NOT NULL CHECK (kind IN ('opened', 'joined', 'merged', 'split')),
    article_id INTEGER REFERENCES articles(id),
    other_story_id INTEGER REFERENCES stories(id),
    likeness REAL,
    happened_at TEXT NOT NULL
)""",
    "CREATE INDEX story_events_story ON story_events(story_id, id)",
    """CREATE TABLE story_profiles (
    canonical_url TEXT PRIMARY KEY,
    article_id INTEGER NOT NULL,
    reported_at TEXT NOT NULL,
    language TEXT,
    terms TEXT NOT NULL
) WITHOUT ROWID""",
    "CREATE UNIQUE INDEX story_profiles_article ON story_profiles(article_id)",
    """CREATE TABLE story_terms (
    term TEXT NOT NULL,
    day INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (term, day, article_id)
) WITHOUT ROWID""",
    """CREATE TABLE story_counts (
    term TEXT PRIMARY KEY,
    articles INTEGER NOT NULL
) WITHOUT ROWID""",
)

DISCOVERY = (
    "ALTER TABLE sources ADD COLUMN max_age_s REAL DEFAULT 2592000.0",
    "ALTER TABLE sources ADD COLUMN engine TEXT",
    "ALTER TABLE sources ADD COLUMN queries TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE sources ADD COLUMN state TEXT NOT NULL DEFAULT 'waiting'",
    "ALTER TABLE sources ADD COLUMN state_since TEXT",
    "ALTER TABLE sources ADD COLUMN state_reason TEXT",
    "ALTER TABLE sources ADD COLUMN brought_at TEXT",
    "ALTER TABLE sources ADD COLUMN gap_at TEXT",
    "ALTER TABLE sources ADD COLUMN moved_to TEXT",
    "ALTER TABLE sources ADD COLUMN entries REAL",
    "ALTER TABLE sources ADD COLUMN newest_entry_at TEXT",
    "ALTER TABLE sources ADD COLUMN answer_ms REAL",
    "ALTER TABLE sources ADD COLUMN last_entries TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE sources ADD COLUMN surfaces TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE sources ADD COLUMN surfaces_at TEXT",
    "ALTER TABLE sources ADD COLUMN suspect TEXT",
    """UPDATE sources SET state_since = checked_at, state = iif(failures > 0, 'failing', 'ok'),
        state_reason = iif(failures > 0, reason, NULL) WHERE checked_at IS NOT NULL""",
    "ALTER TABLE frontier ADD COLUMN hint REAL NOT NULL DEFAULT 0",
    "DROP INDEX frontier_new",
    "CREATE INDEX frontier_new ON frontier(host, hint DESC, found_at DESC, published_at DESC) WHERE purpose = 'new'",
    """CREATE TABLE url_keys (
    key TEXT PRIMARY KEY,
    url TEXT NOT NULL
) WITHOUT ROWID""",
    """CREATE TABLE site_readings (
    site TEXT PRIMARY KEY,
    readings TEXT NOT NULL
) WITHOUT ROWID""",
    "CREATE INDEX visits_near_miss ON visits(score) WHERE verdict = 'off_topic' AND score > 0",
)

TURNS = (
    "DROP INDEX frontier_new",
    """CREATE INDEX frontier_new ON frontier(
    host, source, hint DESC, found_at DESC, published_at DESC, not_before_at
) WHERE purpose = 'new'""",
    "CREATE INDEX frontier_source ON frontier(source)",
)

FEEDS = (
    """CREATE TABLE feed_entries (
    source TEXT NOT NULL,
    guid TEXT NOT NULL,
    url TEXT NOT NULL,
    former_url TEXT,
    told_sha256 TEXT NOT NULL,
    changes INTEGER NOT NULL DEFAULT 0,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (source, guid)
) WITHOUT ROWID""",
    "CREATE INDEX feed_entries_seen ON feed_entries(seen_at)",
    "CREATE INDEX feed_entries_moved ON feed_entries(url) WHERE former_url IS NOT NULL",
    "ALTER TABLE frontier ADD COLUMN content BLOB",
    "ALTER TABLE pages ADD COLUMN found_on TEXT",
)

REST = ("ALTER TABLE sources ADD COLUMN rest TEXT NOT NULL DEFAULT '{}'",)

IDENTITY = (
    """CREATE TABLE identity (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    record TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    place TEXT NOT NULL,
    host TEXT NOT NULL,
    program TEXT NOT NULL,
    noted_at TEXT NOT NULL
)""",
    """CREATE TABLE record_events (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    happened_at TEXT NOT NULL
)""",
)

WRITTEN = (
    "ALTER TABLE frontier ADD COLUMN published_precision TEXT",
    "ALTER TABLE frontier ADD COLUMN written TEXT",
)

WORDS = (
    # neither table has content: `db.wordindex` fills them, in order of articles.id
    """CREATE VIRTUAL TABLE articles_words USING FTS5 (
    words, content='', tokenize='ascii', detail='none', prefix='1 2 3 4'
)""",
    "CREATE VIRTUAL TABLE articles_runs USING FTS5 (runs, content='', tokenize='ascii')",
    "ALTER TABLE newest ADD COLUMN found_at TEXT",
    """UPDATE newest SET found_at = (
    SELECT fetched_at FROM articles a WHERE a.canonical_url = newest.canonical_url AND a.revision = 1)""",
    "CREATE INDEX newest_found ON newest(found_at)",
    # the order of every list, with what a list is searched by, so that a search never reads the rows
    "CREATE INDEX newest_listed ON newest(published_at DESC, article_id DESC)",
    "CREATE INDEX article_events_kind ON article_events(kind, canonical_url)",
)

OUTBOX = (
    """CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    alert TEXT NOT NULL,
    target TEXT NOT NULL,
    label TEXT NOT NULL,
    kind TEXT NOT NULL,
    article_id INTEGER REFERENCES articles(id),
    story_id INTEGER REFERENCES stories(id),
    source TEXT,
    caused_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'dropped')),
    message TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    first_tried_at TEXT,
    told_at TEXT,
    problem TEXT
)""",
    "CREATE INDEX outbox_due ON outbox(due_at) WHERE state IN ('waiting', 'sending')",
    "CREATE INDEX outbox_article ON outbox(article_id) WHERE article_id IS NOT NULL",
    "CREATE INDEX outbox_told ON outbox(alert, target, told_at)",
    "CREATE INDEX outbox_message ON outbox(message) WHERE message IS NOT NULL",
    """CREATE TABLE alert_cursors (
    alert TEXT PRIMARY KEY,
    article_id INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    story_event_id INTEGER NOT NULL,
    since_at TEXT NOT NULL
)""",
)

PACE = (
    "ALTER TABLE hosts ADD COLUMN learned_gap_s REAL",
    "ALTER TABLE hosts ADD COLUMN refused_gap_s REAL",
)

SUBSCRIPTIONS = (
    """CREATE TABLE subscriptions (
    source TEXT PRIMARY KEY,
    hub TEXT NOT NULL,
    topic TEXT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    secret TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'active', 'refused')),
    asked_at TEXT NOT NULL,
    lease_until TEXT,
    pushed_at TEXT
) WITHOUT ROWID""",
)

PARAMETERS = (
    """CREATE TABLE parameters (
    host TEXT NOT NULL,
    name TEXT NOT NULL,
    pages TEXT NOT NULL DEFAULT '[]',
    is_needed INTEGER NOT NULL DEFAULT 0,
    learned_at TEXT NOT NULL,
    PRIMARY KEY (host, name)
) WITHOUT ROWID""",
)

OPINIONS = (
    "ALTER TABLE review_events ADD COLUMN kind TEXT NOT NULL DEFAULT 'mark'",
    "CREATE INDEX review_events_at ON review_events(reviewed_at)",
)

KEEPING = (
    """CREATE TABLE forgotten (
    what TEXT PRIMARY KEY CHECK (what IN ('polls', 'visits')),
    before_at TEXT NOT NULL,
    done_at TEXT NOT NULL,
    visits INTEGER NOT NULL
)""",
)

SEARCHES = (
    # AUTOINCREMENT: the feed of a search that was dropped is never that of another one
    """CREATE TABLE searches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    person TEXT,
    bell TEXT,
    since_id INTEGER NOT NULL,
    saved_by TEXT NOT NULL,
    saved_at TEXT NOT NULL
)""",
)

QUIET = (
    """CREATE TABLE quiet_polls (
    source TEXT NOT NULL,
    day TEXT NOT NULL,
    verdict TEXT NOT NULL,
    polls INTEGER NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    elapsed_ms INTEGER NOT NULL,
    received_bytes INTEGER NOT NULL,
    PRIMARY KEY (source, day, verdict)
) WITHOUT ROWID""",
    "CREATE INDEX quiet_polls_day ON quiet_polls(day)",
    "ALTER TABLE runs ADD COLUMN quiet_polls TEXT NOT NULL DEFAULT '{}'",
)

NEARBY = (
    # in the order of days, what is filed today lies together; in the order of terms each term had a page of its own
    """CREATE TABLE story_terms_by_day (
    day INTEGER NOT NULL,
    term TEXT NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (day, term, article_id)
) WITHOUT ROWID""",
    "INSERT INTO story_terms_by_day SELECT day, term, article_id FROM story_terms ORDER BY 1, 2, 3",
    "DROP TABLE story_terms",
    "ALTER TABLE story_terms_by_day RENAME TO story_terms",
    """CREATE TABLE story_uncounted (
    id INTEGER PRIMARY KEY,
    terms TEXT NOT NULL
)""",
)
