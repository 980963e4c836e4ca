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
);
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
, removed_at TEXT);
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
);
CREATE INDEX sources_due ON sources(next_due_at) WHERE is_enabled = 1;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    mode TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    verdicts TEXT NOT NULL DEFAULT '{}' CHECK (json_type(verdicts) = 'object')
);
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
);
CREATE INDEX frontier_new ON frontier(host, found_at DESC, published_at DESC) WHERE purpose = 'new';
CREATE INDEX frontier_recheck ON frontier(host, not_before_at) WHERE purpose = 'recheck';
CREATE INDEX frontier_due ON frontier(not_before_at);
CREATE TABLE hosts (
    host TEXT PRIMARY KEY,
    not_before_at TEXT,
    crawl_delay_s REAL,
    refusals INTEGER NOT NULL DEFAULT 0,
    reason TEXT
);
CREATE TABLE pages (
    url TEXT PRIMARY KEY,
    etag TEXT,
    last_modified TEXT,
    checked_at TEXT NOT NULL
) WITHOUT ROWID;
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
CREATE TABLE story_terms (
    term TEXT NOT NULL,
    day INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (term, day, article_id)
) WITHOUT ROWID;
CREATE TABLE story_counts (
    term TEXT PRIMARY KEY,
    articles INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (1, 'spacereel', '0001_record', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (2, 'spacereel', '0002_ledger', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (3, 'spacereel', '0003_queue', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (4, 'spacereel', '0004_recognition', '2026-11-20T08:00:00Z');
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at) VALUES (5, 'spacereel', '0005_history', '2026-11-20T08:00:00Z');
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
INSERT INTO frontier (url, host, purpose, source, found_on, found_at, title, published_at, modified_at, language, not_before_at, attempts) VALUES ('https://a.example/film', 'a.example', 'recheck', 'wire', 'https://a.example/film', '2026-11-21T09:30:00Z', NULL, NULL, NULL, NULL, '2026-11-21T09:30:00Z', 0);
INSERT INTO frontier (url, host, purpose, source, found_on, found_at, title, published_at, modified_at, language, not_before_at, attempts) VALUES ('https://d.example/next', 'd.example', 'new', 'wire', 'https://a.example/rss', '2026-11-20T08:00:00Z', 'Next', '2026-11-20T08:00:00Z', NULL, 'en', '2026-11-20T08:00:00Z', 2);
INSERT INTO heartbeat (id, pid, started_at, beat_at) VALUES (1, 4242, '2026-11-20T08:00:00Z', '2026-11-21T09:30:00Z');
INSERT INTO hosts (host, not_before_at, crawl_delay_s, refusals, reason) VALUES ('a.example', '2026-11-21T09:30:00Z', 2.5, 3, '429.');
INSERT INTO judgements (id, article_id, beat, score, threshold, band, evidence, ruleset, judged_at) VALUES (1, 1, 'test', 0.9, 0.5, 'relevant', '[{"term":"film","field":"title","count":1,"weight":1.0}]', 'r1', '2026-11-20T08:00:00Z');
INSERT INTO judgements (id, article_id, beat, score, threshold, band, evidence, ruleset, judged_at) VALUES (2, 2, 'test', 0.4, 0.5, 'mention', '[{"term":"film","field":"title","count":1,"weight":1.0}]', 'r1', '2026-11-20T08:00:00Z');
INSERT INTO judgements (id, article_id, beat, score, threshold, band, evidence, ruleset, judged_at) VALUES (3, 3, 'test', 0.1, 0.5, 'off', '[{"term":"film","field":"title","count":1,"weight":1.0}]', 'r1', '2026-11-20T08:00:00Z');
INSERT INTO newest (canonical_url, article_id, title, source, published_at, language, url, revision, section, site_name, is_free, fetched_at, word_count, beat, score, band, story_id, original_url, mark, removed_at) VALUES ('https://a.example/film', 2, 'A film was shot in orbit', 'wire', '2026-11-20T08:00:00Z', 'en', 'https://a.example/film?utm=1', 2, 'Film', 'A', 1, '2026-11-21T09:30:00Z', 4, 'test', 0.4, 'mention', NULL, NULL, NULL, NULL);
INSERT INTO newest (canonical_url, article_id, title, source, published_at, language, url, revision, section, site_name, is_free, fetched_at, word_count, beat, score, band, story_id, original_url, mark, removed_at) VALUES ('https://b.example/fr', 3, '«Вызов» снят на орбите', 'wire', '2026-11-20T08:00:00Z', 'ru', 'https://b.example/fr?utm=1', 1, 'Film', 'A', 1, '2026-11-21T09:30:00Z', 4, 'test', 0.1, 'off', NULL, NULL, 'relevant', '2026-11-21T09:30:00Z');
INSERT INTO newest (canonical_url, article_id, title, source, published_at, language, url, revision, section, site_name, is_free, fetched_at, word_count, beat, score, band, story_id, original_url, mark, removed_at) VALUES ('https://c.example/copy', 4, 'A film is shot in orbit, again', 'wire', '2026-11-20T08:00:00Z', 'en', 'https://c.example/copy?utm=1', 1, 'Film', 'A', 1, '2026-11-21T09:30:00Z', 4, NULL, NULL, NULL, NULL, 'https://a.example/film', NULL, NULL);
INSERT INTO pages (url, etag, last_modified, checked_at) VALUES ('https://a.example/film', '"p"', 'Sat', '2026-11-21T09:30:00Z');
INSERT INTO repairs (id, repaired_at, guards) VALUES (1, '2026-11-20T08:00:00Z', '["articles_kept"]');
INSERT INTO replays (rules, position) VALUES ('digest', 3);
INSERT INTO review_events (id, article_id, mark, note, reviewer, reviewed_at) VALUES (1, 3, 'relevant', 'It''s the one', 'ann', '2026-11-20T08:00:00Z');
INSERT INTO review_events (id, article_id, mark, note, reviewer, reviewed_at) VALUES (2, 1, NULL, NULL, 'ann', '2026-11-21T09:30:00Z');
INSERT INTO reviews (canonical_url, article_id, mark, note, reviewer, reviewed_at) VALUES ('https://a.example/film', 1, NULL, NULL, 'ann', '2026-11-21T09:30:00Z');
INSERT INTO reviews (canonical_url, article_id, mark, note, reviewer, reviewed_at) VALUES ('https://b.example/fr', 3, 'relevant', 'It''s the one', 'ann', '2026-11-20T08:00:00Z');
INSERT INTO runs (id, mode, started_at, finished_at, verdicts) VALUES (1, 'once', '2026-11-20T08:00:00Z', '2026-11-21T09:30:00Z', '{"new":3}');
INSERT INTO runs (id, mode, started_at, finished_at, verdicts) VALUES (2, 'daemon', '2026-11-21T09:30:00Z', NULL, '{}');
INSERT INTO site_lines (site, line_hash, articles, first_seen_at, last_seen_at) VALUES ('a.example', -5, 3, '2026-11-20T08:00:00Z', '2026-11-21T09:30:00Z');
INSERT INTO sites (site, articles, lines, last_seen_at) VALUES ('a.example', 3, 1, '2026-11-21T09:30:00Z');
INSERT INTO sources (id, title, kind, url, beat, language, is_enabled, every_s, max_pages, follow, added_at, checked_at, succeeded_at, next_due_at, failures, outcome, reason, etag, last_modified) VALUES ('off', 'Off', 'page', 'https://b.example/', 'test', NULL, 0, 60.0, 1, NULL, '2026-11-20T08:00:00Z', NULL, NULL, NULL, 0.0, NULL, NULL, NULL, NULL);
INSERT INTO sources (id, title, kind, url, beat, language, is_enabled, every_s, max_pages, follow, added_at, checked_at, succeeded_at, next_due_at, failures, outcome, reason, etag, last_modified) VALUES ('wire', 'Wire', 'feed', 'https://a.example/rss', 'test', 'en', 1, 900.0, 3, '/film/', '2026-11-20T08:00:00Z', '2026-11-21T09:30:00Z', '2026-11-20T08:00:00Z', '2026-11-21T09:30:00Z', 0.5, 'failed', '500.', '"e"', 'Fri');
INSERT INTO stories (id, title, first_article_id, created_at, updated_at, first_reported_at, last_reported_at, articles, outlets, languages, merged_into) VALUES (1, 'A film in orbit', 1, '2026-11-20T08:00:00Z', '2026-11-21T09:30:00Z', NULL, NULL, 0, 0, '[]', NULL);
INSERT INTO story_counts (term, articles) VALUES ('n:orbit', 1);
INSERT INTO story_events (id, story_id, kind, article_id, other_story_id, likeness, happened_at) VALUES (1, 1, 'opened', 1, NULL, 0.7, '2026-11-20T08:00:00Z');
INSERT INTO story_profiles (canonical_url, article_id, reported_at, language, terms) VALUES ('https://a.example/film', 2, '2026-11-20T08:00:00Z', 'en', '{"n:orbit": 1.0}');
INSERT INTO story_terms (term, day, article_id) VALUES ('n:orbit', 20777, 2);
INSERT INTO visits (id, url, final_url, source, run_id, purpose, started_at, elapsed_ms, status, verdict, reason, received_bytes, page_sha256, article_id, score, evidence) VALUES (1, 'https://a.example/film', 'https://a.example/film/', 'wire', 1, 'new', '2026-11-20T08:00:00Z', 12, 200, 'new', 'New.', 100, 'page1', 1, 0.9, '[]');
INSERT INTO visits (id, url, final_url, source, run_id, purpose, started_at, elapsed_ms, status, verdict, reason, received_bytes, page_sha256, article_id, score, evidence) VALUES (2, 'https://d.example/off', NULL, NULL, NULL, 'new', '2026-11-21T09:30:00Z', 5, NULL, 'off_topic', 'Off.', 0, NULL, NULL, 0.2, '[]');
INSERT INTO articles_fts (articles_fts) VALUES ('rebuild');
PRAGMA user_version = 5;
