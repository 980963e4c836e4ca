"""What keeps the record honest: triggers that refuse changes and keep derived tables, and the views.

The list here is the truth. `Store.open` compares it with the file and makes
anew what is missing or different, because `table.transform()` and similar
tools drop triggers silently.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping

from db import wordindex
from db.views import NARROW, VIEWS

#: guarded table -> condition of "this key exists already"; NEW is the row that comes in
GUARDED: Mapping[str, str] = {
    "articles": "id = new.id OR (canonical_url = new.canonical_url AND revision = new.revision)",
    "article_authors": "article_id = new.article_id AND position = new.position",
    "article_tags": "article_id = new.article_id AND position = new.position",
    "judgements": "id = new.id",
    "copies": "article_id = new.article_id",
    "visits": "id = new.id",
    "review_events": "id = new.id",
    "article_events": "id = new.id",
    "story_events": "id = new.id",
    "record_events": "id = new.id",
}

#: columns of what an article says, by which a reading of it is the same as another
READ = (
    "content_sha256", "language", "tags", "section", "site_name", "description", "image_url", "image_credits", "is_free",
    "modified_at", "published_raw", "published_precision",
)  # fmt: skip


def _all_equal(one: str, other: str) -> str:
    return " AND ".join(f"{one}.{name} IS {other}.{name}" for name in READ)


#: guarded table -> when a row that comes in says what is recorded already, and is silently left out
_SAME: Mapping[str, str] = {
    "articles": f"""EXISTS (SELECT 1 FROM (
        SELECT * FROM articles WHERE canonical_url = new.canonical_url ORDER BY revision DESC LIMIT 1) last
        WHERE {_all_equal("last", "new")})""",  # noqa: S608 - column names are ours
    "article_authors": """EXISTS (SELECT 1 FROM article_authors
        WHERE article_id = new.article_id AND position = new.position AND author = new.author)""",
    "article_tags": """EXISTS (SELECT 1 FROM article_tags
        WHERE article_id = new.article_id AND position = new.position AND tag = new.tag)""",
    "judgements": """EXISTS (SELECT 1 FROM (
        SELECT score, band, ruleset FROM judgements
        WHERE article_id = new.article_id AND beat = new.beat ORDER BY id DESC LIMIT 1)
        WHERE score = new.score AND band = new.band AND ruleset = new.ruleset)""",
    "copies": """EXISTS (SELECT 1 FROM copies
        WHERE article_id = new.article_id AND copy_of = new.copy_of)""",
}

_NEXT_REVISION = """
    SELECT RAISE(ABORT, 'articles is append-only: the revision must be the next one of its canonical_url')
    WHERE new.revision IS NOT (
        SELECT coalesce(max(revision), 0) + 1 FROM articles WHERE canonical_url = new.canonical_url);"""


#: guarded table -> when a row may be deleted all the same
_LET_GO: Mapping[str, str] = {
    "visits": """old.verdict NOT IN ('new', 'changed', 'copy', 'gone') AND old.purpose NOT IN ('backfill', 'replay')
        AND EXISTS (SELECT 1 FROM forgotten WHERE what = iif(old.purpose IN ('source', 'robots'), 'polls', 'visits')
            AND old.started_at < before_at)""",
}


def _refusals(table: str) -> dict[str, str]:
    """The three triggers that make *table* append-only.

    REPLACE deletes without firing DELETE triggers unless recursive_triggers
    is on, so an existing key is refused before the insert.
    """
    same = f"\n    SELECT RAISE(IGNORE) WHERE {_SAME[table]};" if table in _SAME else ""
    following = _NEXT_REVISION if table == "articles" else ""
    unless = f"\n    WHERE NOT ({_LET_GO[table]})" if table in _LET_GO else ""
    return {
        f"{table}_insert_guard": f"""CREATE TRIGGER {table}_insert_guard BEFORE INSERT ON {table} BEGIN{same}
    SELECT RAISE(ABORT, '{table} is append-only: this key is taken')
    WHERE EXISTS (SELECT 1 FROM {table} WHERE {GUARDED[table]});{following}
END""",  # noqa: S608 - table names are ours
        f"{table}_update_guard": f"""CREATE TRIGGER {table}_update_guard BEFORE UPDATE ON {table} BEGIN
    SELECT RAISE(ABORT, '{table} is append-only: rows are never changed');
END""",
        f"{table}_delete_guard": f"""CREATE TRIGGER {table}_delete_guard BEFORE DELETE ON {table} BEGIN
    SELECT RAISE(ABORT, '{table} is append-only: rows are never deleted'){unless};
END""",
    }


def _columns(row: str = "") -> str:
    """The columns that `newest` repeats from `articles`; of *row* (`new.`, `a.`) when it is given."""
    names = ", ".join(f"{row}{name}" for name in NARROW if name not in ("id", "canonical_url"))
    return f"{row}id, {names}" if row else f"article_id, {names}"


#: the judgement that stands for an article: the newest of each beat, the best band, the highest score
_STANDING = """SELECT score, band, beat FROM judgements j
    WHERE j.article_id = {article}
      AND j.id = (SELECT max(id) FROM judgements WHERE article_id = j.article_id AND beat = j.beat)
    ORDER BY CASE band WHEN 'relevant' THEN 0 WHEN 'mention' THEN 1 ELSE 2 END, score DESC LIMIT 1"""

_KEEPERS: Mapping[str, str] = {
    "articles_kept": f"""CREATE TRIGGER articles_kept AFTER INSERT ON articles BEGIN
    INSERT INTO articles_fts (rowid, title, description, text)
        VALUES (new.id, new.title, new.description, new.text);
    INSERT INTO article_authors (article_id, position, author)
        SELECT new.id, key, value FROM json_each(new.authors);
    INSERT INTO article_tags (article_id, position, tag)
        SELECT new.id, key, value FROM json_each(new.tags);
    UPDATE newest SET ({_columns()}, beat, score, band) = ({_columns("new.")}, NULL, NULL, NULL)
        WHERE canonical_url = new.canonical_url;
    INSERT INTO newest (canonical_url, {_columns()}, found_at) SELECT new.canonical_url, {_columns("new.")}, new.fetched_at
        WHERE NOT EXISTS (SELECT 1 FROM newest WHERE canonical_url = new.canonical_url);
END""",  # noqa: S608 - column names are ours
    "judgements_kept": f"""CREATE TRIGGER judgements_kept AFTER INSERT ON judgements BEGIN
    UPDATE newest SET (score, band, beat) = ({_STANDING.format(article="new.article_id")})
        WHERE article_id = new.article_id;
END""",  # noqa: S608 - a constant
    "copies_kept": """CREATE TRIGGER copies_kept AFTER INSERT ON copies BEGIN
    UPDATE newest SET original_url = (
            SELECT nullif(canonical_url, newest.canonical_url) FROM articles WHERE id = new.copy_of)
        WHERE article_id = new.article_id;
END""",
    "article_events_kept": """CREATE TRIGGER article_events_kept AFTER INSERT ON article_events
WHEN new.kind IN ('removed', 'restored') BEGIN
    UPDATE newest SET removed_at = iif(new.kind = 'removed', new.happened_at, NULL)
        WHERE canonical_url = new.canonical_url;
END""",
    "review_events_kept": """CREATE TRIGGER review_events_kept AFTER INSERT ON review_events BEGIN
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
END""",
}

#: name -> SQL, as sqlite_master must hold it
TRIGGERS: Mapping[str, str] = {
    **{name: sql for table in GUARDED for name, sql in _refusals(table).items()},
    **_KEEPERS,
}

#: the table that a trigger watches
_ON = re.compile(r"(?:INSERT|UPDATE|DELETE) ON (\w+)")

_REBUILD = (
    "DELETE FROM newest",
    f"""INSERT INTO newest (canonical_url, {_columns()}, score, band, beat, original_url, mark, removed_at, found_at)
    SELECT a.canonical_url, {_columns("a.")}, j.score, j.band, j.beat,
        (SELECT nullif(o.canonical_url, a.canonical_url) FROM articles v JOIN copies c ON c.article_id = v.id
            JOIN articles o ON o.id = c.copy_of
            WHERE v.canonical_url = a.canonical_url ORDER BY v.revision DESC LIMIT 1),
        (SELECT mark FROM reviews r WHERE r.canonical_url = a.canonical_url),
        (SELECT iif(kind = 'removed', happened_at, NULL) FROM article_events e
            WHERE e.canonical_url = a.canonical_url AND kind IN ('removed', 'restored') ORDER BY id DESC LIMIT 1),
        (SELECT fetched_at FROM articles f WHERE f.canonical_url = a.canonical_url AND f.revision = 1)
    FROM articles a LEFT JOIN judgements j ON j.id = (
        SELECT id FROM ({_STANDING.format(article="a.id").replace("SELECT score, band, beat", "SELECT id", 1)}))
    WHERE a.revision = (SELECT max(revision) FROM articles b WHERE b.canonical_url = a.canonical_url)""",  # noqa: S608 - a constant
    # copies of copies stand under the first of the chain, as `db.versions` folds them
    """UPDATE newest SET original_url = (
        WITH RECURSIVE up (url, steps) AS (SELECT newest.original_url, 0 UNION ALL
            SELECT n.original_url, steps + 1 FROM up JOIN newest n ON n.canonical_url = up.url
            WHERE n.original_url IS NOT NULL AND steps < 20)
        SELECT url FROM up ORDER BY steps DESC LIMIT 1)
    WHERE original_url IS NOT NULL""",
    """INSERT INTO article_authors (article_id, position, author)
    SELECT a.id, e.key, e.value FROM articles a, json_each(a.authors) e
    WHERE NOT EXISTS (SELECT 1 FROM article_authors x WHERE x.article_id = a.id)""",
    """INSERT INTO article_tags (article_id, position, tag)
    SELECT a.id, e.key, e.value FROM articles a, json_each(a.tags) e
    WHERE NOT EXISTS (SELECT 1 FROM article_tags x WHERE x.article_id = a.id)""",
    "INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')",
)


def differing(conn: sqlite3.Connection) -> tuple[str, ...]:
    """Names of triggers and views that the file lacks, or holds in another wording."""
    found = dict(
        conn.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchall()
    )
    return tuple(name for name, sql in {**TRIGGERS, **VIEWS}.items() if found.get(name) != sql)


def dropped(conn: sqlite3.Connection) -> tuple[str, ...]:
    """Names of triggers that the file lacks though it has their table, in whatever wording: an older file has an older one."""
    there = {
        row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger')")
    }
    return tuple(name for name, sql in TRIGGERS.items() if name not in there and _ON.findall(sql)[0] in there)


def install(conn: sqlite3.Connection) -> tuple[str, ...]:
    """Make what `differing` names anew, inside the caller's transaction.

    Returns:
        The names. A trigger among them may have missed rows: see `rebuild`.
    """
    names = differing(conn)
    for name in names:
        kind = "TRIGGER" if name in TRIGGERS else "VIEW"
        conn.execute(f"DROP {kind} IF EXISTS {name}")
        conn.execute(TRIGGERS[name] if kind == "TRIGGER" else VIEWS[name])
    return names


def rebuild(conn: sqlite3.Connection) -> None:
    """Derive the table `newest`, authors, tags and the search index from `articles` again.

    The index of words is emptied: whoever opens the record next fills it.

    Inside the caller's transaction. Story membership is kept.
    """
    stories = conn.execute("SELECT story_id, canonical_url FROM newest WHERE story_id IS NOT NULL").fetchall()
    for statement in _REBUILD:
        conn.execute(statement)
    wordindex.clear(conn)
    conn.executemany(
        "UPDATE newest SET story_id = ? WHERE canonical_url = ?", [tuple(row) for row in stories]
    )
