CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE TABLE articles (
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
);
CREATE INDEX articles_content ON articles(content_sha256);
CREATE INDEX articles_page ON articles(page_sha256);
CREATE INDEX articles_changed ON articles(fetched_at) WHERE revision > 1;
CREATE TABLE article_authors (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    position INTEGER NOT NULL,
    author TEXT NOT NULL,
    PRIMARY KEY (article_id, position)
) WITHOUT ROWID;
CREATE INDEX article_authors_author ON article_authors(author, article_id);
CREATE TABLE article_tags (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    position INTEGER NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (article_id, position)
) WITHOUT ROWID;
CREATE INDEX article_tags_tag ON article_tags(tag, article_id);
CREATE TABLE judgements (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    beat TEXT NOT NULL,
    score REAL NOT NULL,
    threshold REAL NOT NULL,
    band TEXT NOT NULL CHECK (band IN ('relevant', 'mention', 'off')),
    evidence TEXT NOT NULL DEFAULT '[]' CHECK (json_type(evidence) = 'array'),
    ruleset TEXT NOT NULL,
    judged_at TEXT NOT NULL
);
CREATE INDEX judgements_article ON judgements(article_id, beat);
CREATE TABLE copies (
    article_id INTEGER PRIMARY KEY REFERENCES articles(id),
    copy_of INTEGER NOT NULL REFERENCES articles(id),
    similarity REAL NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('copy', 'near_copy')),
    CHECK (copy_of <> article_id)
);
CREATE INDEX copies_original ON copies(copy_of);
CREATE TABLE stories (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    first_article_id INTEGER NOT NULL REFERENCES articles(id),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
, first_reported_at TEXT, last_reported_at TEXT, articles INTEGER NOT NULL DEFAULT 0, outlets INTEGER NOT NULL DEFAULT 0, languages TEXT NOT NULL DEFAULT '[]', merged_into INTEGER REFERENCES stories(id));
CREATE TABLE review_events (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    mark TEXT,
    note TEXT,
    reviewer TEXT,
    reviewed_at TEXT NOT NULL
, kind TEXT NOT NULL DEFAULT 'mark');
CREATE INDEX review_events_article ON review_events(article_id);
CREATE TABLE reviews (
    canonical_url TEXT PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    mark TEXT,
    note TEXT,
    reviewer TEXT,
    reviewed_at TEXT NOT NULL
);
CREATE VIRTUAL TABLE articles_fts USING FTS5 (
    title, description, text,
    tokenize='unicode61 remove_diacritics 2',
    content="articles", content_rowid="id"
);
CREATE TABLE newest (
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
, removed_at TEXT, found_at TEXT);
CREATE INDEX newest_url ON newest(url);
CREATE INDEX newest_published ON newest(published_at);
CREATE INDEX newest_fetched ON newest(fetched_at);
CREATE INDEX newest_source ON newest(source, published_at);
CREATE INDEX newest_source_fetched ON newest(source, fetched_at);
CREATE INDEX newest_language ON newest(language, published_at);
CREATE INDEX newest_site ON newest(site_name, published_at);
CREATE INDEX newest_band ON newest(band, published_at);
CREATE INDEX newest_story ON newest(story_id) WHERE story_id IS NOT NULL;
CREATE INDEX newest_original ON newest(original_url) WHERE original_url IS NOT NULL;
CREATE INDEX newest_waiting ON newest(is_waiting, published_at) WHERE is_waiting = 1;
CREATE INDEX newest_waiting_score ON newest(is_waiting, score) WHERE is_waiting = 1;
CREATE TABLE sources (
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
, max_age_s REAL DEFAULT 2592000.0, engine TEXT, queries TEXT NOT NULL DEFAULT '[]', state TEXT NOT NULL DEFAULT 'waiting', state_since TEXT, state_reason TEXT, brought_at TEXT, gap_at TEXT, moved_to TEXT, entries REAL, newest_entry_at TEXT, answer_ms REAL, last_entries TEXT NOT NULL DEFAULT '[]', surfaces TEXT NOT NULL DEFAULT '[]', surfaces_at TEXT, suspect TEXT, rest TEXT NOT NULL DEFAULT '{}');
CREATE INDEX sources_due ON sources(next_due_at) WHERE is_enabled = 1;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    mode TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    verdicts TEXT NOT NULL DEFAULT '{}' CHECK (json_type(verdicts) = 'object')
, quiet_polls TEXT NOT NULL DEFAULT '{}');
CREATE TABLE visits (
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
);
CREATE INDEX visits_url ON visits(url);
CREATE INDEX visits_final_url ON visits(final_url) WHERE final_url IS NOT NULL AND final_url <> url;
CREATE INDEX visits_source ON visits(source, started_at, purpose, verdict, elapsed_ms);
CREATE INDEX visits_run ON visits(run_id, verdict);
CREATE INDEX visits_started ON visits(started_at);
CREATE INDEX visits_article ON visits(article_id) WHERE article_id IS NOT NULL;
CREATE TABLE repairs (
    id INTEGER PRIMARY KEY,
    repaired_at TEXT NOT NULL,
    guards TEXT NOT NULL
);
CREATE TABLE heartbeat (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    pid INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    beat_at TEXT NOT NULL
);
CREATE TABLE frontier (
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
, hint REAL NOT NULL DEFAULT 0, content BLOB, published_precision TEXT, written TEXT);
CREATE INDEX frontier_recheck ON frontier(host, not_before_at) WHERE purpose = 'recheck';
CREATE INDEX frontier_due ON frontier(not_before_at);
CREATE TABLE hosts (
    host TEXT PRIMARY KEY,
    not_before_at TEXT,
    crawl_delay_s REAL,
    refusals INTEGER NOT NULL DEFAULT 0,
    reason TEXT
, learned_gap_s REAL, refused_gap_s REAL);
CREATE TABLE pages (
    url TEXT PRIMARY KEY,
    etag TEXT,
    last_modified TEXT,
    checked_at TEXT NOT NULL
, found_on TEXT) WITHOUT ROWID;
CREATE TABLE aliases (
    url TEXT PRIMARY KEY,
    canonical_url TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX aliases_canonical ON aliases(canonical_url);
CREATE TABLE replays (
    rules TEXT PRIMARY KEY,
    position INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE bands (
    band INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (band, article_id)
) WITHOUT ROWID;
CREATE TABLE site_lines (
    site TEXT NOT NULL,
    line_hash INTEGER NOT NULL,
    articles INTEGER NOT NULL,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    PRIMARY KEY (site, line_hash)
) WITHOUT ROWID;
CREATE INDEX site_lines_known ON site_lines(site, last_seen_at, line_hash) WHERE articles >= 3;
CREATE TABLE sites (
    site TEXT PRIMARY KEY,
    articles INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    last_seen_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE article_events (
    id INTEGER PRIMARY KEY,
    canonical_url TEXT NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    kind TEXT NOT NULL,
    reason TEXT,
    happened_at TEXT NOT NULL
);
CREATE INDEX article_events_article ON article_events(article_id, kind);
CREATE INDEX article_events_url ON article_events(canonical_url, id);
CREATE INDEX stories_latest ON stories(last_reported_at) WHERE merged_into IS NULL;
CREATE TABLE story_events (
    id INTEGER PRIMARY KEY,
    story_id INTEGER NOT NULL REFERENCES stories(id),
    kind TEXT NOT NULL CHECK (kind IN ('opened', 'joined', 'merged', 'split')),
    article_id INTEGER REFERENCES articles(id),
    other_story_id INTEGER REFERENCES stories(id),
    likeness REAL,
    happened_at TEXT NOT NULL
);
CREATE INDEX story_events_story ON story_events(story_id, id);
CREATE TABLE story_profiles (
    canonical_url TEXT PRIMARY KEY,
    article_id INTEGER NOT NULL,
    reported_at TEXT NOT NULL,
    language TEXT,
    terms TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX story_profiles_article ON story_profiles(article_id);
CREATE TABLE story_counts (
    term TEXT PRIMARY KEY,
    articles INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE url_keys (
    key TEXT PRIMARY KEY,
    url TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE site_readings (
    site TEXT PRIMARY KEY,
    readings TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX visits_near_miss ON visits(score) WHERE verdict = 'off_topic' AND score > 0;
CREATE INDEX frontier_new ON frontier(
    host, source, hint DESC, found_at DESC, published_at DESC, not_before_at
) WHERE purpose = 'new';
CREATE INDEX frontier_source ON frontier(source);
CREATE TABLE feed_entries (
    source TEXT NOT NULL,
    guid TEXT NOT NULL,
    url TEXT NOT NULL,
    former_url TEXT,
    told_sha256 TEXT NOT NULL,
    changes INTEGER NOT NULL DEFAULT 0,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (source, guid)
) WITHOUT ROWID;
CREATE INDEX feed_entries_seen ON feed_entries(seen_at);
CREATE INDEX feed_entries_moved ON feed_entries(url) WHERE former_url IS NOT NULL;
CREATE TABLE identity (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    record TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    place TEXT NOT NULL,
    host TEXT NOT NULL,
    program TEXT NOT NULL,
    noted_at TEXT NOT NULL
);
CREATE TABLE record_events (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    happened_at TEXT NOT NULL
);
CREATE VIRTUAL TABLE articles_words USING FTS5 (
    words, content='', tokenize='ascii', detail='none', prefix='1 2 3 4'
);
CREATE VIRTUAL TABLE articles_runs USING FTS5 (runs, content='', tokenize='ascii');
CREATE INDEX newest_found ON newest(found_at);
CREATE INDEX newest_listed ON newest(published_at DESC, article_id DESC);
CREATE INDEX article_events_kind ON article_events(kind, canonical_url);
CREATE TABLE outbox (
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
);
CREATE INDEX outbox_due ON outbox(due_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX outbox_article ON outbox(article_id) WHERE article_id IS NOT NULL;
CREATE INDEX outbox_told ON outbox(alert, target, told_at);
CREATE INDEX outbox_message ON outbox(message) WHERE message IS NOT NULL;
CREATE TABLE alert_cursors (
    alert TEXT PRIMARY KEY,
    article_id INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    story_event_id INTEGER NOT NULL,
    since_at TEXT NOT NULL
);
CREATE TABLE parameters (
    host TEXT NOT NULL,
    name TEXT NOT NULL,
    pages TEXT NOT NULL DEFAULT '[]',
    is_needed INTEGER NOT NULL DEFAULT 0,
    learned_at TEXT NOT NULL,
    PRIMARY KEY (host, name)
) WITHOUT ROWID;
CREATE INDEX review_events_at ON review_events(reviewed_at);
CREATE TABLE forgotten (
    what TEXT PRIMARY KEY CHECK (what IN ('polls', 'visits')),
    before_at TEXT NOT NULL,
    done_at TEXT NOT NULL,
    visits INTEGER NOT NULL
);
CREATE TABLE subscriptions (
    source TEXT PRIMARY KEY,
    hub TEXT NOT NULL,
    topic TEXT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    secret TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'active', 'refused')),
    asked_at TEXT NOT NULL,
    lease_until TEXT,
    pushed_at TEXT
) WITHOUT ROWID;
CREATE TABLE searches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    person TEXT,
    bell TEXT,
    since_id INTEGER NOT NULL,
    saved_by TEXT NOT NULL,
    saved_at TEXT NOT NULL
);
CREATE TABLE quiet_polls (
    source TEXT NOT NULL,
    day TEXT NOT NULL,
    verdict TEXT NOT NULL,
    polls INTEGER NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    elapsed_ms INTEGER NOT NULL,
    received_bytes INTEGER NOT NULL,
    PRIMARY KEY (source, day, verdict)
) WITHOUT ROWID;
CREATE INDEX quiet_polls_day ON quiet_polls(day);
CREATE TABLE "story_terms" (
    day INTEGER NOT NULL,
    term TEXT NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (day, term, article_id)
) WITHOUT ROWID;
CREATE TABLE story_uncounted (
    id INTEGER PRIMARY KEY,
    terms TEXT NOT NULL
);
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (1, 'spacereel', '0001_record', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (10, 'spacereel', '0010_identity', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (11, 'spacereel', '0011_written', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (12, 'spacereel', '0012_words', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (13, 'spacereel', '0013_outbox', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (14, 'spacereel', '0014_pace', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (15, 'spacereel', '0015_parameters', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (16, 'spacereel', '0016_opinions', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (17, 'spacereel', '0017_keeping', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (18, 'spacereel', '0018_subscriptions', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (19, 'spacereel', '0019_searches', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (2, 'spacereel', '0002_ledger', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (20, 'spacereel', '0020_quiet', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (21, 'spacereel', '0021_nearby', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (3, 'spacereel', '0003_queue', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (4, 'spacereel', '0004_recognition', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (5, 'spacereel', '0005_history', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (6, 'spacereel', '0006_discovery', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (7, 'spacereel', '0007_turns', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (8, 'spacereel', '0008_feeds', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (9, 'spacereel', '0009_rest', '2026-11-20T08:00:00Z');
INSERT INTO alert_cursors (alert, article_id, event_id, story_event_id, since_at) VALUES ('desk', 4, 2, 1, '2026-11-21T09:30:00Z');
INSERT INTO aliases (url, canonical_url) VALUES ('https://a.example/film?utm=1', 'https://a.example/film');
INSERT INTO article_authors (article_id, position, author) VALUES (1, 0, 'Anna Petrova');
INSERT INTO article_authors (article_id, position, author) VALUES (1, 1, 'Ben O''Hara');
INSERT INTO article_authors (article_id, position, author) VALUES (2, 0, 'Anna Petrova');
INSERT INTO article_authors (article_id, position, author) VALUES (2, 1, 'Ben O''Hara');
INSERT INTO article_authors (article_id, position, author) VALUES (4, 0, 'Anna Petrova');
INSERT INTO article_authors (article_id, position, author) VALUES (4, 1, 'Ben O''Hara');
INSERT INTO article_events (id, canonical_url, article_id, kind, reason, happened_at) VALUES (1, 'https://a.example/film', 2, 'title', 'r', '2026-11-21T09:30:00Z');
INSERT INTO article_events (id, canonical_url, article_id, kind, reason, happened_at) VALUES (2, 'https://b.example/fr', 3, 'removed', '404', '2026-11-21T09:30:00Z');
INSERT INTO article_tags (article_id, position, tag) VALUES (1, 0, 'space');
INSERT INTO article_tags (article_id, position, tag) VALUES (2, 0, 'space');
INSERT INTO article_tags (article_id, position, tag) VALUES (3, 0, 'space');
INSERT INTO article_tags (article_id, position, tag) VALUES (4, 0, 'space');
INSERT INTO articles (id, title, source, published_at, language, url, canonical_url, revision, authors, tags, section, site_name, description, image_url, image_credits, is_free, modified_at, published_raw, published_precision, fetched_at, word_count, text, removed, origins, content_sha256, simhash, extractor, page_sha256, run_id) VALUES (1, 'A film is shot in orbit', 'wire', '2026-11-20T08:00:00Z', 'en', 'https://a.example/film?utm=1', 'https://a.example/film', 1, '["Anna Petrova","Ben O''Hara"]', '["space"]', 'Film', 'A', 'A lead.', 'https://a.example/1.jpg', '["Roscosmos"]', 1, '2026-11-21T09:30:00Z', '20 November', 'day', '2026-11-21T09:30:00Z', 4, 'They film.
They land.', '[{"rule":"prompt","text":"Subscribe","position":1}]', '{"title":"h1"}', 'A film is shot in orbit1', -7, 'kept 1', 'page1', 1);
INSERT INTO articles (id, title, source, published_at, language, url, canonical_url, revision, authors, tags, section, site_name, description, image_url, image_credits, is_free, modified_at, published_raw, published_precision, fetched_at, word_count, text, removed, origins, content_sha256, simhash, extractor, page_sha256, run_id) VALUES (2, 'A film was shot in orbit', 'wire', '2026-11-20T08:00:00Z', 'en', 'https://a.example/film?utm=1', 'https://a.example/film', 2, '["Anna Petrova","Ben O''Hara"]', '["space"]', 'Film', 'A', 'A lead.', 'https://a.example/1.jpg', '["Roscosmos"]', 1, '2026-11-21T09:30:00Z', '20 November', 'day', '2026-11-21T09:30:00Z', 4, 'They filmed.
They landed.', '[{"rule":"prompt","text":"Subscribe","position":1}]', '{"title":"h1"}', 'A film was shot in orbit2', -7, 'kept 1', 'page2', 1);
INSERT INTO articles (id, title, source, published_at, language, url, canonical_url, revision, authors, tags, section, site_name, description, image_url, image_credits, is_free, modified_at, published_raw, published_precision, fetched_at, word_count, text, removed, origins, content_sha256, simhash, extractor, page_sha256, run_id) VALUES (3, '«Вызов» снят на орбите', 'wire', '2026-11-20T08:00:00Z', 'ru', 'https://b.example/fr?utm=1', 'https://b.example/fr', 1, '[]', '["space"]', 'Film', 'A', 'A lead.', 'https://a.example/1.jpg', '["Roscosmos"]', 1, '2026-11-21T09:30:00Z', '20 November', 'day', '2026-11-21T09:30:00Z', 4, 'Съёмки на МКС завершены.', '[{"rule":"prompt","text":"Subscribe","position":1}]', '{"title":"h1"}', '«Вызов» снят на орбите1', -7, 'kept 1', 'page1', 1);
INSERT INTO articles (id, title, source, published_at, language, url, canonical_url, revision, authors, tags, section, site_name, description, image_url, image_credits, is_free, modified_at, published_raw, published_precision, fetched_at, word_count, text, removed, origins, content_sha256, simhash, extractor, page_sha256, run_id) VALUES (4, 'A film is shot in orbit, again', 'wire', '2026-11-20T08:00:00Z', 'en', 'https://c.example/copy?utm=1', 'https://c.example/copy', 1, '["Anna Petrova","Ben O''Hara"]', '["space"]', 'Film', 'A', 'A lead.', 'https://a.example/1.jpg', '["Roscosmos"]', 1, '2026-11-21T09:30:00Z', '20 November', 'day', '2026-11-21T09:30:00Z', 4, 'They film.
They land.', '[{"rule":"prompt","text":"Subscribe","position":1}]', '{"title":"h1"}', 'A film is shot in orbit, again1', NULL, 'kept 1', 'page1', 1);
INSERT INTO bands (band, article_id) VALUES (-11, 1);
INSERT INTO bands (band, article_id) VALUES (12, 3);
INSERT INTO copies (article_id, copy_of, similarity, kind) VALUES (4, 1, 0.98, 'near_copy');
INSERT INTO feed_entries (source, guid, url, former_url, told_sha256, changes, seen_at) VALUES ('wire', 'urn:1', 'https://a.example/film', 'https://a.example/film-old', 't', 2, '2026-11-21T09:30:00Z');
INSERT INTO forgotten (what, before_at, done_at, visits) VALUES ('polls', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z', 0);
INSERT INTO frontier (url, host, purpose, source, found_on, found_at, title, published_at, modified_at, language, not_before_at, attempts, hint, content, published_precision, written) VALUES ('https://a.example/film', 'a.example', 'recheck', 'wire', 'https://a.example/film', '2026-11-21T09:30:00Z', NULL, NULL, NULL, NULL, '2026-11-21T09:30:00Z', 0, 0.0, NULL, NULL, NULL);
INSERT INTO frontier (url, host, purpose, source, found_on, found_at, title, published_at, modified_at, language, not_before_at, attempts, hint, content, published_precision, written) VALUES ('https://d.example/next', 'd.example', 'new', 'wire', 'https://a.example/rss', '2026-11-20T08:00:00Z', 'Next', '2026-11-20T08:00:00Z', NULL, 'en', '2026-11-20T08:00:00Z', 2, 0.0, NULL, NULL, NULL);
INSERT INTO heartbeat (id, pid, started_at, beat_at) VALUES (1, 4242, '2026-11-20T08:00:00Z', '2026-11-21T09:30:00Z');
INSERT INTO hosts (host, not_before_at, crawl_delay_s, refusals, reason, learned_gap_s, refused_gap_s) VALUES ('a.example', '2026-11-21T09:30:00Z', 2.5, 3, '429.', 0.5, 0.25);
INSERT INTO identity (id, record, begun_at, place, host, program, noted_at) VALUES (1, '0123456789abcdef0123456789abcdef', '2026-11-20T08:00:00Z', '/srv/spacereel/articles.db', 'server', '0.1.0', '2026-11-21T09:30:00Z');
INSERT INTO judgements (id, article_id, beat, score, threshold, band, evidence, ruleset, judged_at) VALUES (1, 1, 'test', 0.9, 0.5, 'relevant', '[{"term":"film","field":"title","count":1,"weight":1.0}]', 'r1', '2026-11-20T08:00:00Z');
INSERT INTO judgements (id, article_id, beat, score, threshold, band, evidence, ruleset, judged_at) VALUES (2, 2, 'test', 0.4, 0.5, 'mention', '[{"term":"film","field":"title","count":1,"weight":1.0}]', 'r1', '2026-11-20T08:00:00Z');
INSERT INTO judgements (id, article_id, beat, score, threshold, band, evidence, ruleset, judged_at) VALUES (3, 3, 'test', 0.1, 0.5, 'off', '[{"term":"film","field":"title","count":1,"weight":1.0}]', 'r1', '2026-11-20T08:00:00Z');
INSERT INTO newest (canonical_url, article_id, title, source, published_at, language, url, revision, section, site_name, is_free, fetched_at, word_count, beat, score, band, story_id, original_url, mark, removed_at, found_at) VALUES ('https://a.example/film', 2, 'A film was shot in orbit', 'wire', '2026-11-20T08:00:00Z', 'en', 'https://a.example/film?utm=1', 2, 'Film', 'A', 1, '2026-11-21T09:30:00Z', 4, 'test', 0.4, 'mention', NULL, NULL, NULL, NULL, '2026-11-21T09:30:00Z');
INSERT INTO newest (canonical_url, article_id, title, source, published_at, language, url, revision, section, site_name, is_free, fetched_at, word_count, beat, score, band, story_id, original_url, mark, removed_at, found_at) VALUES ('https://b.example/fr', 3, '«Вызов» снят на орбите', 'wire', '2026-11-20T08:00:00Z', 'ru', 'https://b.example/fr?utm=1', 1, 'Film', 'A', 1, '2026-11-21T09:30:00Z', 4, 'test', 0.1, 'off', NULL, NULL, 'relevant', '2026-11-21T09:30:00Z', '2026-11-21T09:30:00Z');
INSERT INTO newest (canonical_url, article_id, title, source, published_at, language, url, revision, section, site_name, is_free, fetched_at, word_count, beat, score, band, story_id, original_url, mark, removed_at, found_at) VALUES ('https://c.example/copy', 4, 'A film is shot in orbit, again', 'wire', '2026-11-20T08:00:00Z', 'en', 'https://c.example/copy?utm=1', 1, 'Film', 'A', 1, '2026-11-21T09:30:00Z', 4, NULL, NULL, NULL, NULL, 'https://a.example/film', NULL, NULL, '2026-11-21T09:30:00Z');
INSERT INTO outbox (id, key, alert, target, label, kind, article_id, story_id, source, caused_at, due_at, state, message, attempts, first_tried_at, told_at, problem) VALUES (1, 'k', 'desk', 't', 'webhook https://a.example', 'new', 1, NULL, NULL, '2026-11-20T08:00:00Z', '2026-11-20T08:00:00Z', 'sent', 'k', 1, NULL, '2026-11-21T09:30:00Z', NULL);
INSERT INTO pages (url, etag, last_modified, checked_at, found_on) VALUES ('https://a.example/film', '"p"', 'Sat', '2026-11-21T09:30:00Z', NULL);
INSERT INTO parameters (host, name, pages, is_needed, learned_at) VALUES ('a.example', 'from', '["7f","80"]', 0, '2026-11-20T08:00:00Z');
INSERT INTO quiet_polls (source, day, verdict, polls, first_at, last_at, elapsed_ms, received_bytes) VALUES ('wire', '2026-11-20', 'not_modified', 9, '2026-11-20T08:00:00Z', '2026-11-20T08:00:00Z', 90, 0);
INSERT INTO record_events (id, kind, reason, happened_at) VALUES (1, 'moved', 'r', '2026-11-21T09:30:00Z');
INSERT INTO repairs (id, repaired_at, guards) VALUES (1, '2026-11-20T08:00:00Z', '["articles_kept"]');
INSERT INTO replays (rules, position) VALUES ('digest', 3);
INSERT INTO review_events (id, article_id, mark, note, reviewer, reviewed_at, kind) VALUES (1, 3, 'relevant', 'It''s the one', 'ann', '2026-11-20T08:00:00Z', 'mark');
INSERT INTO review_events (id, article_id, mark, note, reviewer, reviewed_at, kind) VALUES (2, 1, NULL, NULL, 'ann', '2026-11-21T09:30:00Z', 'mark');
INSERT INTO reviews (canonical_url, article_id, mark, note, reviewer, reviewed_at) VALUES ('https://a.example/film', 1, NULL, NULL, 'ann', '2026-11-21T09:30:00Z');
INSERT INTO reviews (canonical_url, article_id, mark, note, reviewer, reviewed_at) VALUES ('https://b.example/fr', 3, 'relevant', 'It''s the one', 'ann', '2026-11-20T08:00:00Z');
INSERT INTO runs (id, mode, started_at, finished_at, verdicts, quiet_polls) VALUES (1, 'once', '2026-11-20T08:00:00Z', '2026-11-21T09:30:00Z', '{"new":3}', '{}');
INSERT INTO runs (id, mode, started_at, finished_at, verdicts, quiet_polls) VALUES (2, 'daemon', '2026-11-21T09:30:00Z', NULL, '{}', '{"not_modified":9}');
INSERT INTO searches (id, name, query, person, bell, since_id, saved_by, saved_at) VALUES (7, 'Otters', 'otter', 'anna', 'desk', 2, 'anna', '2026-11-20T08:00:00Z');
INSERT INTO site_lines (site, line_hash, articles, first_seen_at, last_seen_at) VALUES ('a.example', -5, 3, '2026-11-20T08:00:00Z', '2026-11-21T09:30:00Z');
INSERT INTO site_readings (site, readings) VALUES ('a.example', '[[4,"d"]]');
INSERT INTO sites (site, articles, lines, last_seen_at) VALUES ('a.example', 3, 1, '2026-11-21T09:30:00Z');
INSERT INTO sources (id, title, kind, url, beat, language, is_enabled, every_s, max_pages, follow, added_at, checked_at, succeeded_at, next_due_at, failures, outcome, reason, etag, last_modified, max_age_s, engine, queries, state, state_since, state_reason, brought_at, gap_at, moved_to, entries, newest_entry_at, answer_ms, last_entries, surfaces, surfaces_at, suspect, rest) VALUES ('off', 'Off', 'page', 'https://b.example/', 'test', NULL, 0, 60.0, 1, NULL, '2026-11-20T08:00:00Z', NULL, NULL, NULL, 0.0, NULL, NULL, NULL, NULL, 2592000.0, NULL, '[]', 'waiting', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]', '[]', NULL, NULL, '{}');
INSERT INTO sources (id, title, kind, url, beat, language, is_enabled, every_s, max_pages, follow, added_at, checked_at, succeeded_at, next_due_at, failures, outcome, reason, etag, last_modified, max_age_s, engine, queries, state, state_since, state_reason, brought_at, gap_at, moved_to, entries, newest_entry_at, answer_ms, last_entries, surfaces, surfaces_at, suspect, rest) VALUES ('wire', 'Wire', 'feed', 'https://a.example/rss', 'test', 'en', 1, 900.0, 3, '/film/', '2026-11-20T08:00:00Z', '2026-11-21T09:30:00Z', '2026-11-20T08:00:00Z', '2026-11-21T09:30:00Z', 0.5, 'failed', '500.', '"e"', 'Fri', 2592000.0, NULL, '[]', 'waiting', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]', '[]', NULL, NULL, '{}');
INSERT INTO stories (id, title, first_article_id, created_at, updated_at, first_reported_at, last_reported_at, articles, outlets, languages, merged_into) VALUES (1, 'A film in orbit', 1, '2026-11-20T08:00:00Z', '2026-11-21T09:30:00Z', NULL, NULL, 0, 0, '[]', NULL);
INSERT INTO story_counts (term, articles) VALUES ('n:orbit', 1);
INSERT INTO story_events (id, story_id, kind, article_id, other_story_id, likeness, happened_at) VALUES (1, 1, 'opened', 1, NULL, 0.7, '2026-11-20T08:00:00Z');
INSERT INTO story_profiles (canonical_url, article_id, reported_at, language, terms) VALUES ('https://a.example/film', 2, '2026-11-20T08:00:00Z', 'en', '{"n:orbit": 1.0}');
INSERT INTO story_terms (day, term, article_id) VALUES (20777, 'n:orbit', 2);
INSERT INTO story_uncounted (id, terms) VALUES (1, '["n:orbit"]');
INSERT INTO subscriptions (source, hub, topic, token, secret, state, asked_at, lease_until, pushed_at) VALUES ('wire', 'https://hub.example/', 'https://a.example/feed', 'tokentokentokentoken', 'kept', 'active', '2026-11-20T08:00:00Z', '2026-11-21T09:30:00Z', '2026-11-20T08:00:00Z');
INSERT INTO url_keys (key, url) VALUES ('a.example/film', 'https://a.example/film');
INSERT INTO visits (id, url, final_url, source, run_id, purpose, started_at, elapsed_ms, status, verdict, reason, received_bytes, page_sha256, article_id, score, evidence) VALUES (1, 'https://a.example/film', 'https://a.example/film/', 'wire', 1, 'new', '2026-11-20T08:00:00Z', 12, 200, 'new', 'New.', 100, 'page1', 1, 0.9, '[]');
INSERT INTO visits (id, url, final_url, source, run_id, purpose, started_at, elapsed_ms, status, verdict, reason, received_bytes, page_sha256, article_id, score, evidence) VALUES (2, 'https://d.example/off', NULL, NULL, NULL, 'new', '2026-11-21T09:30:00Z', 5, NULL, 'off_topic', 'Off.', 0, NULL, NULL, 0.2, '[]');
INSERT INTO articles_fts (articles_fts) VALUES ('rebuild');
CREATE TRIGGER articles_insert_guard BEFORE INSERT ON articles BEGIN
    SELECT RAISE(IGNORE) WHERE EXISTS (SELECT 1 FROM (
        SELECT * FROM articles WHERE canonical_url = new.canonical_url ORDER BY revision DESC LIMIT 1) last
        WHERE last.content_sha256 IS new.content_sha256 AND last.language IS new.language AND last.tags IS new.tags AND last.section IS new.section AND last.site_name IS new.site_name AND last.description IS new.description AND last.image_url IS new.image_url AND last.image_credits IS new.image_credits AND last.is_free IS new.is_free AND last.modified_at IS new.modified_at AND last.published_raw IS new.published_raw AND last.published_precision IS new.published_precision);
    SELECT RAISE(ABORT, 'articles is append-only: this key is taken')
    WHERE EXISTS (SELECT 1 FROM articles WHERE id = new.id OR (canonical_url = new.canonical_url AND revision = new.revision));
    SELECT RAISE(ABORT, 'articles is append-only: the revision must be the next one of its canonical_url')
    WHERE new.revision IS NOT (
        SELECT coalesce(max(revision), 0) + 1 FROM articles WHERE canonical_url = new.canonical_url);
END;
CREATE TRIGGER articles_update_guard BEFORE UPDATE ON articles BEGIN
    SELECT RAISE(ABORT, 'articles is append-only: rows are never changed');
END;
CREATE TRIGGER articles_delete_guard BEFORE DELETE ON articles BEGIN
    SELECT RAISE(ABORT, 'articles is append-only: rows are never deleted');
END;
CREATE TRIGGER article_authors_insert_guard BEFORE INSERT ON article_authors BEGIN
    SELECT RAISE(IGNORE) WHERE EXISTS (SELECT 1 FROM article_authors
        WHERE article_id = new.article_id AND position = new.position AND author = new.author);
    SELECT RAISE(ABORT, 'article_authors is append-only: this key is taken')
    WHERE EXISTS (SELECT 1 FROM article_authors WHERE article_id = new.article_id AND position = new.position);
END;
CREATE TRIGGER article_authors_update_guard BEFORE UPDATE ON article_authors BEGIN
    SELECT RAISE(ABORT, 'article_authors is append-only: rows are never changed');
END;
CREATE TRIGGER article_authors_delete_guard BEFORE DELETE ON article_authors BEGIN
    SELECT RAISE(ABORT, 'article_authors is append-only: rows are never deleted');
END;
CREATE TRIGGER article_tags_insert_guard BEFORE INSERT ON article_tags BEGIN
    SELECT RAISE(IGNORE) WHERE EXISTS (SELECT 1 FROM article_tags
        WHERE article_id = new.article_id AND position = new.position AND tag = new.tag);
    SELECT RAISE(ABORT, 'article_tags is append-only: this key is taken')
    WHERE EXISTS (SELECT 1 FROM article_tags WHERE article_id = new.article_id AND position = new.position);
END;
CREATE TRIGGER article_tags_update_guard BEFORE UPDATE ON article_tags BEGIN
    SELECT RAISE(ABORT, 'article_tags is append-only: rows are never changed');
END;
CREATE TRIGGER article_tags_delete_guard BEFORE DELETE ON article_tags BEGIN
    SELECT RAISE(ABORT, 'article_tags is append-only: rows are never deleted');
END;
CREATE TRIGGER judgements_insert_guard BEFORE INSERT ON judgements BEGIN
    SELECT RAISE(IGNORE) WHERE EXISTS (SELECT 1 FROM (
        SELECT score, band, ruleset FROM judgements
        WHERE article_id = new.article_id AND beat = new.beat ORDER BY id DESC LIMIT 1)
        WHERE score = new.score AND band = new.band AND ruleset = new.ruleset);
    SELECT RAISE(ABORT, 'judgements is append-only: this key is taken')
    WHERE EXISTS (SELECT 1 FROM judgements WHERE id = new.id);
END;
CREATE TRIGGER judgements_update_guard BEFORE UPDATE ON judgements BEGIN
    SELECT RAISE(ABORT, 'judgements is append-only: rows are never changed');
END;
CREATE TRIGGER judgements_delete_guard BEFORE DELETE ON judgements BEGIN
    SELECT RAISE(ABORT, 'judgements is append-only: rows are never deleted');
END;
CREATE TRIGGER copies_insert_guard BEFORE INSERT ON copies BEGIN
    SELECT RAISE(IGNORE) WHERE EXISTS (SELECT 1 FROM copies
        WHERE article_id = new.article_id AND copy_of = new.copy_of);
    SELECT RAISE(ABORT, 'copies is append-only: this key is taken')
    WHERE EXISTS (SELECT 1 FROM copies WHERE article_id = new.article_id);
END;
CREATE TRIGGER copies_update_guard BEFORE UPDATE ON copies BEGIN
    SELECT RAISE(ABORT, 'copies is append-only: rows are never changed');
END;
CREATE TRIGGER copies_delete_guard BEFORE DELETE ON copies BEGIN
    SELECT RAISE(ABORT, 'copies is append-only: rows are never deleted');
END;
CREATE TRIGGER visits_insert_guard BEFORE INSERT ON visits BEGIN
    SELECT RAISE(ABORT, 'visits is append-only: this key is taken')
    WHERE EXISTS (SELECT 1 FROM visits WHERE id = new.id);
END;
CREATE TRIGGER visits_update_guard BEFORE UPDATE ON visits BEGIN
    SELECT RAISE(ABORT, 'visits is append-only: rows are never changed');
END;
CREATE TRIGGER visits_delete_guard BEFORE DELETE ON visits BEGIN
    SELECT RAISE(ABORT, 'visits is append-only: rows are never deleted')
    WHERE NOT (old.verdict NOT IN ('new', 'changed', 'copy', 'gone') AND old.purpose NOT IN ('backfill', 'replay')
        AND EXISTS (SELECT 1 FROM forgotten WHERE what = iif(old.purpose IN ('source', 'robots'), 'polls', 'visits')
            AND old.started_at < before_at));
END;
CREATE TRIGGER review_events_insert_guard BEFORE INSERT ON review_events BEGIN
    SELECT RAISE(ABORT, 'review_events is append-only: this key is taken')
    WHERE EXISTS (SELECT 1 FROM review_events WHERE id = new.id);
END;
CREATE TRIGGER review_events_update_guard BEFORE UPDATE ON review_events BEGIN
    SELECT RAISE(ABORT, 'review_events is append-only: rows are never changed');
END;
CREATE TRIGGER review_events_delete_guard BEFORE DELETE ON review_events BEGIN
    SELECT RAISE(ABORT, 'review_events is append-only: rows are never deleted');
END;
CREATE TRIGGER article_events_insert_guard BEFORE INSERT ON article_events BEGIN
    SELECT RAISE(ABORT, 'article_events is append-only: this key is taken')
    WHERE EXISTS (SELECT 1 FROM article_events WHERE id = new.id);
END;
CREATE TRIGGER article_events_update_guard BEFORE UPDATE ON article_events BEGIN
    SELECT RAISE(ABORT, 'article_events is append-only: rows are never changed');
END;
CREATE TRIGGER article_events_delete_guard BEFORE DELETE ON article_events BEGIN
    SELECT RAISE(ABORT, 'article_events is append-only: rows are never deleted');
END;
CREATE TRIGGER story_events_insert_guard BEFORE INSERT ON story_events BEGIN
    SELECT RAISE(ABORT, 'story_events is append-only: this key is taken')
    WHERE EXISTS (SELECT 1 FROM story_events WHERE id = new.id);
END;
CREATE TRIGGER story_events_update_guard BEFORE UPDATE ON story_events BEGIN
    SELECT RAISE(ABORT, 'story_events is append-only: rows are never changed');
END;
CREATE TRIGGER story_events_delete_guard BEFORE DELETE ON story_events BEGIN
    SELECT RAISE(ABORT, 'story_events is append-only: rows are never deleted');
END;
CREATE TRIGGER record_events_insert_guard BEFORE INSERT ON record_events BEGIN
    SELECT RAISE(ABORT, 'record_events is append-only: this key is taken')
    WHERE EXISTS (SELECT 1 FROM record_events WHERE id = new.id);
END;
CREATE TRIGGER record_events_update_guard BEFORE UPDATE ON record_events BEGIN
    SELECT RAISE(ABORT, 'record_events is append-only: rows are never changed');
END;
CREATE TRIGGER record_events_delete_guard BEFORE DELETE ON record_events BEGIN
    SELECT RAISE(ABORT, 'record_events is append-only: rows are never deleted');
END;
CREATE TRIGGER articles_kept AFTER INSERT ON articles BEGIN
    INSERT INTO articles_fts (rowid, title, description, text)
        VALUES (new.id, new.title, new.description, new.text);
    INSERT INTO article_authors (article_id, position, author)
        SELECT new.id, key, value FROM json_each(new.authors);
    INSERT INTO article_tags (article_id, position, tag)
        SELECT new.id, key, value FROM json_each(new.tags);
    UPDATE newest SET (article_id, title, source, published_at, language, url, revision, section, site_name, is_free, fetched_at, word_count, beat, score, band) = (new.id, new.title, new.source, new.published_at, new.language, new.url, new.revision, new.section, new.site_name, new.is_free, new.fetched_at, new.word_count, NULL, NULL, NULL)
        WHERE canonical_url = new.canonical_url;
    INSERT INTO newest (canonical_url, article_id, title, source, published_at, language, url, revision, section, site_name, is_free, fetched_at, word_count, found_at) SELECT new.canonical_url, new.id, new.title, new.source, new.published_at, new.language, new.url, new.revision, new.section, new.site_name, new.is_free, new.fetched_at, new.word_count, new.fetched_at
        WHERE NOT EXISTS (SELECT 1 FROM newest WHERE canonical_url = new.canonical_url);
END;
CREATE TRIGGER judgements_kept AFTER INSERT ON judgements BEGIN
    UPDATE newest SET (score, band, beat) = (SELECT score, band, beat FROM judgements j
    WHERE j.article_id = new.article_id
      AND j.id = (SELECT max(id) FROM judgements WHERE article_id = j.article_id AND beat = j.beat)
    ORDER BY CASE band WHEN 'relevant' THEN 0 WHEN 'mention' THEN 1 ELSE 2 END, score DESC LIMIT 1)
        WHERE article_id = new.article_id;
END;
CREATE TRIGGER copies_kept AFTER INSERT ON copies BEGIN
    UPDATE newest SET original_url = (
            SELECT nullif(canonical_url, newest.canonical_url) FROM articles WHERE id = new.copy_of)
        WHERE article_id = new.article_id;
END;
CREATE TRIGGER article_events_kept AFTER INSERT ON article_events
WHEN new.kind IN ('removed', 'restored') BEGIN
    UPDATE newest SET removed_at = iif(new.kind = 'removed', new.happened_at, NULL)
        WHERE canonical_url = new.canonical_url;
END;
CREATE TRIGGER review_events_kept AFTER INSERT ON review_events BEGIN
    INSERT OR IGNORE INTO reviews (canonical_url, article_id, reviewer, reviewed_at)
        SELECT canonical_url, new.article_id, new.reviewer, new.reviewed_at FROM articles WHERE id = new.article_id;
    UPDATE reviews SET (article_id, mark, note, reviewer, reviewed_at) = (
            SELECT article_id, mark, note, reviewer, reviewed_at FROM (
                SELECT e.* FROM review_events e JOIN articles v ON v.id = e.article_id
                WHERE v.canonical_url = reviews.canonical_url AND e.kind = 'mark' AND e.mark IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM review_events x JOIN articles y ON y.id = x.article_id
                        WHERE y.canonical_url = v.canonical_url AND x.kind = 'mark' AND x.id > e.id
                            AND x.reviewer IS e.reviewer)
                ORDER BY e.id DESC LIMIT 1)
            UNION ALL SELECT new.article_id, NULL, new.note, new.reviewer, new.reviewed_at LIMIT 1)
        WHERE canonical_url = (SELECT canonical_url FROM articles WHERE id = new.article_id);
    UPDATE reviews SET note = new.note
        WHERE new.kind = 'note' AND reviewer IS new.reviewer
            AND canonical_url = (SELECT canonical_url FROM articles WHERE id = new.article_id);
    UPDATE newest SET mark = (SELECT mark FROM reviews r WHERE r.canonical_url = newest.canonical_url)
        WHERE canonical_url = (SELECT canonical_url FROM articles WHERE id = new.article_id);
END;
CREATE VIEW current_articles AS
SELECT n.article_id AS id, n.title AS title, n.source AS source, n.published_at AS published_at, n.language AS language, n.url AS url, n.canonical_url AS canonical_url, n.revision AS revision, (SELECT authors FROM articles WHERE id = n.article_id) AS authors, (SELECT tags FROM articles WHERE id = n.article_id) AS tags, n.section AS section, n.site_name AS site_name, (SELECT description FROM articles WHERE id = n.article_id) AS description, (SELECT image_url FROM articles WHERE id = n.article_id) AS image_url, (SELECT image_credits FROM articles WHERE id = n.article_id) AS image_credits, n.is_free AS is_free, (SELECT modified_at FROM articles WHERE id = n.article_id) AS modified_at, (SELECT published_raw FROM articles WHERE id = n.article_id) AS published_raw, (SELECT published_precision FROM articles WHERE id = n.article_id) AS published_precision, n.fetched_at AS fetched_at, n.word_count AS word_count, (SELECT text FROM articles WHERE id = n.article_id) AS text, (SELECT removed FROM articles WHERE id = n.article_id) AS removed, (SELECT origins FROM articles WHERE id = n.article_id) AS origins, (SELECT content_sha256 FROM articles WHERE id = n.article_id) AS content_sha256, (SELECT simhash FROM articles WHERE id = n.article_id) AS simhash, (SELECT extractor FROM articles WHERE id = n.article_id) AS extractor, (SELECT page_sha256 FROM articles WHERE id = n.article_id) AS page_sha256, (SELECT run_id FROM articles WHERE id = n.article_id) AS run_id, n.score AS score, n.band AS band, n.story_id AS story_id,
    n.removed_at AS removed_at
FROM newest n;
CREATE VIEW review_queue AS
SELECT n.article_id AS id, n.title AS title, n.band AS band, n.score AS score,
    n.source AS source, n.published_at AS published_at, n.language AS language, n.site_name AS site_name, n.url AS url, n.beat AS beat,
    (SELECT description FROM articles WHERE id = n.article_id) AS description, (SELECT authors FROM articles WHERE id = n.article_id) AS authors, (SELECT tags FROM articles WHERE id = n.article_id) AS tags, n.revision AS revision,
    (SELECT count(*) FROM newest c WHERE c.original_url = n.canonical_url) AS copies,
    n.story_id AS story_id, n.fetched_at AS fetched_at, n.canonical_url AS canonical_url, (SELECT image_url FROM articles WHERE id = n.article_id) AS image_url, n.word_count AS word_count
FROM newest n WHERE n.is_waiting = 1;
CREATE VIEW review_opinions AS
SELECT e.id AS id, e.article_id AS article_id, a.title AS title, e.reviewer AS reviewer, e.mark AS mark,
    (SELECT x.note FROM review_events x JOIN articles y ON y.id = x.article_id
        WHERE y.canonical_url = a.canonical_url AND x.reviewer IS e.reviewer ORDER BY x.id DESC LIMIT 1) AS note,
    e.reviewed_at AS reviewed_at, a.canonical_url AS canonical_url
FROM review_events e JOIN articles a ON a.id = e.article_id
WHERE e.kind = 'mark' AND e.mark IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM review_events x JOIN articles y ON y.id = x.article_id
    WHERE y.canonical_url = a.canonical_url AND x.kind = 'mark' AND x.reviewer IS e.reviewer AND x.id > e.id);
CREATE VIEW article_changes AS
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
    AND NOT EXISTS (SELECT 1 FROM article_events WHERE article_id = a.id AND kind = 'extraction');
CREATE VIEW source_health AS
WITH seen AS MATERIALIZED (
    SELECT s.*,
        (SELECT coalesce(sum(CASE purpose WHEN 'source' THEN 1
                WHEN 'new' THEN iif(verdict IN ('new', 'copy'), 4398048608256, 2097152) ELSE 0 END), 0)
            FROM visits WHERE source = s.id AND started_at >= strftime('%Y-%m-%dT%H:%M:%SZ', s.checked_at, '-30 days')) AS tally,
        (SELECT coalesce(sum(polls), 0) FROM quiet_polls
            WHERE source = s.id AND day >= date(s.checked_at, '-30 days')) AS quiet,
        (SELECT max(fetched_at) FROM newest WHERE source = s.id) AS last_kept_at
    FROM sources s
)
SELECT id, title,
    CASE WHEN is_enabled = 0 THEN 'off' WHEN checked_at IS NULL THEN 'waiting' ELSE state END AS state,
    coalesce(state_reason, reason) AS reason, state_since, succeeded_at, checked_at, next_due_at, failures,
    tally % 2097152 + quiet AS polls, tally / 2097152 % 2097152 AS pages, tally / 4398046511104 AS kept, last_kept_at,
    brought_at, newest_entry_at, gap_at, CAST(answer_ms AS INTEGER) AS answer_ms, moved_to, kind, beat, url
FROM seen;
CREATE VIEW articles_jsonld AS
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
FROM newest n LEFT JOIN articles a ON a.id = n.article_id;
CREATE VIEW article_history AS
SELECT e.id AS id, e.article_id AS article_id, a.title AS title, e.kind AS kind, e.reason AS reason,
    e.happened_at AS happened_at, a.source AS source, a.url AS url, e.canonical_url AS canonical_url
FROM article_events e LEFT JOIN articles a ON a.id = e.article_id;
CREATE VIEW story_timeline AS
SELECT n.story_id AS story_id, s.title AS story, n.article_id AS id, coalesce(n.published_at, n.fetched_at) AS reported_at,
    n.title AS title, n.site_name AS site_name, n.language AS language, n.url AS url,
    (SELECT count(*) FROM newest c WHERE c.original_url = n.canonical_url) AS copies, n.source AS source, n.band AS band
FROM newest n LEFT JOIN stories s ON s.id = n.story_id
WHERE n.story_id IS NOT NULL AND n.original_url IS NULL;
CREATE VIEW story_reports AS
SELECT n.story_id AS story_id, s.title AS story, n.article_id AS id, n.title AS title, n.site_name AS site_name,
    n.language AS language, n.published_at AS published_at, coalesce(n.published_at, n.fetched_at) AS reported_at,
    n.canonical_url = (SELECT canonical_url FROM articles WHERE id = s.first_article_id) AS is_first,
    o.article_id AS copy_of, c.similarity AS similarity, n.score AS score, n.band AS band, n.source AS source, n.url AS url,
    n.fetched_at AS fetched_at, n.removed_at AS removed_at, n.canonical_url AS canonical_url
FROM newest n LEFT JOIN stories s ON s.id = n.story_id LEFT JOIN newest o ON o.canonical_url = n.original_url
LEFT JOIN copies c ON c.article_id = n.article_id
WHERE n.story_id IS NOT NULL;
PRAGMA user_version = 21;
