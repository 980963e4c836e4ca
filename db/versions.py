"""Appending: one capture becomes a version, judgements, a copy mark, signatures, memory and a visit."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from datetime import datetime

from db import history, wordindex
from db.guards import READ
from db.memory import learn
from db.model import (
    Article,
    Capture,
    FetchRecord,
    Fingerprint,
    Judgement,
    Likeness,
    Outcome,
    Page,
    Revision,
    iso,
)
from db.rows import (
    article_values,
    clean,
    evidence_json,
    host_part,
    insert,
    known,
    revision_of,
    stored_field,
    visit_values,
)

#: kinds of likeness that bring a version
_APPENDED = frozenset({"new", "changed", "copy", "near_copy"})
#: verdicts that claim something was added
_CLAIMS = frozenset({Outcome.NEW, Outcome.CHANGED, Outcome.COPY})
#: one site under several hosts
_DEVICE = re.compile(r"^(?:(?:www|m|mobile|amp|touch)\.)+(?=[^.]+\.)")

_REVISION = """SELECT a.id, a.canonical_url, a.revision, a.fetched_at, a.content_sha256, n.story_id
    FROM newest n JOIN articles a ON a.id = n.article_id WHERE n.canonical_url = ?"""

#: an article's address, and the one under which its own copies are folded
_ROOT = """SELECT a.canonical_url, coalesce(n.original_url, a.canonical_url)
    FROM articles a JOIN newest n USING (canonical_url) WHERE a.id = ?"""


def append_visit(conn: sqlite3.Connection, record: FetchRecord, run_id: int | None) -> int:
    """Write one row of the ledger and take the page off the queue; returns visits.id.

    A deferred page stays queued. Visits to sources and robots.txt concern no queue.
    """
    insert(conn, "visits", visit_values(record, run_id))
    visit = conn.execute("SELECT last_insert_rowid()").fetchone()[0]
    if record.purpose in ("new", "recheck") and record.outcome is not Outcome.DEFERRED:
        conn.execute(
            """INSERT INTO pages (url, checked_at, found_on) VALUES (:url, :at, coalesce(
                :found_on, (SELECT found_on FROM frontier WHERE url = :url AND purpose = 'new')))
            ON CONFLICT (url) DO UPDATE SET checked_at = excluded.checked_at,
                found_on = coalesce(found_on, excluded.found_on)""",
            {"url": clean(record.url), "at": iso(record.started_at), "found_on": known(record.found_on)},
        )
        conn.execute("DELETE FROM frontier WHERE url = ?", (clean(record.url),))
        history.note_visit(conn, record)
    return int(visit)


def append_capture(
    conn: sqlite3.Connection,
    capture: Capture,
    likeness: Likeness,
    record: FetchRecord,
    run_id: int | None,
    keeps: bool,
    fingerprint: Fingerprint,
) -> Revision | None:
    """All that one capture leaves in the record, inside the caller's transaction; see `Store.append`."""
    article = capture.article
    assert article is not None, "a capture without an article is a visit: use append_visit"
    canonical = _history(conn, article, likeness)
    is_first = _is_first_visit(conn, canonical)
    if is_first and likeness.kind not in ("copy", "near_copy"):
        learn(conn, fingerprint.site, capture.line_hashes, capture.page.fetched_at)
    before = _newest(conn, canonical)
    if keeps and likeness.kind in _APPENDED:
        _insert(conn, capture, article, canonical, before, fingerprint, run_id)
    now = _newest(conn, canonical)
    is_added = now is not None and (before is None or before.article_id != now.article_id)
    is_same = now is not None and (
        likeness.kind == "unchanged" or now.content_sha256 == fingerprint.content_sha256
    )
    if now is not None and is_added:
        _sign(conn, now.article_id, likeness, fingerprint)
    if now is not None and before is not None and is_added:
        history.note_changes(conn, now, likeness.changes)
    if now is not None and is_same:
        _judge(conn, now.article_id, capture.judgements, capture.page.fetched_at)
    if before is not None and is_same and _is_new_address(conn, capture.page.final_url, canonical):
        history.note_move(conn, before, capture.page.final_url, capture.page.fetched_at)
    keep_aliases(conn, article, capture.page, canonical)
    keep_validators(conn, capture.page)
    append_visit(conn, _row_of(record, capture, now if is_same else None, is_added), run_id)
    return now if is_same else None


def learn_from(conn: sqlite3.Connection, site: str, capture: Capture) -> None:
    """What the lines of an article teach about its site; it is known from then on under its addresses."""
    article = capture.article
    if article is None:
        return
    canonical = clean(article.canonical_url)
    if _is_first_visit(conn, canonical):
        learn(conn, site, capture.line_hashes, capture.page.fetched_at)
    keep_aliases(conn, article, capture.page, canonical)


def is_read_alike(conn: sqlite3.Connection, article_id: int, article: Article, content_sha256: str) -> bool:
    """Whether a version holds every field as *article* has it; what was removed, and where fields stood, is no field."""
    row = conn.execute(
        f"SELECT {', '.join(READ)} FROM articles WHERE id = ?",  # noqa: S608 - column names are ours
        (article_id,),
    ).fetchone()
    return (
        row is not None
        and row["content_sha256"] == content_sha256
        and all(row[name] == stored_field(article, name) for name in READ if name != "content_sha256")
    )


def _history(conn: sqlite3.Connection, article: Article, likeness: Likeness) -> str:
    """The canonical URL under which this article's versions stand; the older one when it has moved."""
    if likeness.kind in ("changed", "unchanged") and likeness.article_id is not None:
        row = conn.execute(
            "SELECT canonical_url FROM articles WHERE id = ?", (likeness.article_id,)
        ).fetchone()
        if row is not None:
            return str(row[0])
    return clean(article.canonical_url)


def _is_new_address(conn: sqlite3.Connection, url: str, canonical: str) -> bool:
    """Whether *url* is an address at which the article of a known history was never met."""
    known = conn.execute("SELECT url FROM aliases WHERE canonical_url = ?", (canonical,)).fetchall()
    plain = {_plain_address(row[0]) for row in known} | {_plain_address(canonical)}
    return _plain_address(clean(url)) not in plain


def _plain_address(url: str) -> str:
    """An address without what makes no other page: scheme, device, query, closing slash."""
    path = url.partition("://")[2].partition("/")[2].partition("?")[0].rstrip("/")
    return f"{_plain_host(url)}/{path}"


def _is_first_visit(conn: sqlite3.Connection, canonical: str) -> bool:
    row = conn.execute(
        "SELECT EXISTS (SELECT 1 FROM aliases WHERE canonical_url = ?)", (canonical,)
    ).fetchone()
    return not row[0]


def _newest(conn: sqlite3.Connection, canonical: str) -> Revision | None:
    row = conn.execute(_REVISION, (canonical,)).fetchone()
    return None if row is None else revision_of(row)


def _insert(
    conn: sqlite3.Connection,
    capture: Capture,
    article: Article,
    canonical: str,
    before: Revision | None,
    fingerprint: Fingerprint,
    run_id: int | None,
) -> None:
    """The next version; identical content is left out by the table's own guard."""
    values = {
        **article_values(article),
        "source": clean(capture.candidate.source),
        "canonical_url": canonical,
        "revision": before.revision + 1 if before else 1,
        "fetched_at": iso(capture.page.fetched_at),
        "content_sha256": fingerprint.content_sha256,
        "simhash": fingerprint.simhash,
        "page_sha256": capture.page.sha256,
        "run_id": run_id,
    }
    insert(conn, "articles", values)
    wordindex.catch_up(conn)


def _sign(conn: sqlite3.Connection, article_id: int, likeness: Likeness, fingerprint: Fingerprint) -> None:
    """What a new version is found by, and whose copy it is."""
    conn.executemany(
        "INSERT OR IGNORE INTO bands (band, article_id) VALUES (?, ?)",
        [(band, article_id) for band in fingerprint.bands],
    )
    if likeness.kind in ("copy", "near_copy") and likeness.article_id is not None:
        copy, original = article_id, likeness.article_id
        if likeness.is_original:
            copy, original = original, copy
        _note_copy(conn, copy, original, likeness)


def _note_copy(conn: sqlite3.Connection, copy: int, original: int, likeness: Likeness) -> None:
    """Whose copy an article is; an original that the record meets after its copies takes them over.

    Copies are folded under the first of a chain: where the original is itself
    a copy, under what it copies. An article that was known as a copy stays one.
    """
    if conn.execute("SELECT 1 FROM copies WHERE article_id = ?", (copy,)).fetchone() is not None:
        return
    values = {"article_id": copy, "copy_of": original}
    insert(conn, "copies", {**values, "similarity": likeness.similarity, "kind": likeness.kind})
    ((address, _), (_, root)) = (conn.execute(_ROOT, (each,)).fetchone() for each in (copy, original))
    if address != root:
        conn.execute(
            "UPDATE newest SET original_url = ? WHERE canonical_url = ? OR original_url = ?",
            (root, address, address),
        )


def _judge(
    conn: sqlite3.Connection, article_id: int, judgements: tuple[Judgement, ...], judged_at: datetime
) -> None:
    """Judgements that say something else than the newest one of their beat."""
    for judgement in judgements:
        values = {
            "article_id": article_id,
            "beat": judgement.topic_id,
            "score": judgement.score,
            "threshold": judgement.threshold,
            "band": judgement.band,
            "evidence": evidence_json(judgement.evidence),
            "ruleset": judgement.ruleset,
            "judged_at": iso(judged_at),
        }
        insert(conn, "judgements", values)


def _row_of(record: FetchRecord, capture: Capture, now: Revision | None, is_added: bool) -> FetchRecord:
    """The ledger row, with what only the transaction knows."""
    best = max(capture.judgements, key=lambda judgement: judgement.score, default=None)
    row = replace(
        record,
        page_sha256=record.page_sha256 or capture.page.sha256,
        article_id=now.article_id if now else record.article_id,
        score=record.score if record.score is not None or best is None else best.score,
        evidence=record.evidence or (best.evidence if best else ()),
    )
    if now is not None and not is_added and record.outcome in _CLAIMS:
        return replace(row, outcome=Outcome.UNCHANGED, reason=f"same content as revision {now.revision}")
    return row


def keep_aliases(conn: sqlite3.Connection, article: Article, page: Page, canonical: str) -> None:
    """Remember the addresses under which the article was met.

    A canonical URL on another host than the page is a claim, not a visit: it
    must not keep the other host's page from being fetched.
    """
    visited = {clean(page.url), clean(page.final_url)}
    claimed = {clean(article.url), clean(article.canonical_url), canonical}
    hosts = {_plain_host(url) for url in visited}
    urls = visited | {url for url in claimed if _plain_host(url) in hosts}
    conn.executemany(
        """INSERT INTO aliases (url, canonical_url) VALUES (?, ?)
        ON CONFLICT (url) DO UPDATE SET canonical_url = excluded.canonical_url""",
        [(url, canonical) for url in sorted(urls)],
    )


def _plain_host(url: str) -> str:
    return _DEVICE.sub("", host_part(url))


def keep_validators(conn: sqlite3.Connection, page: Page) -> None:
    """Remember ETag and Last-Modified for the next visit, under the asked and the final URL."""
    at = iso(page.fetched_at)
    values = [
        (clean(url), page.header("etag"), page.header("last-modified"), at)
        for url in {page.url, page.final_url}
    ]
    conn.executemany(
        """INSERT INTO pages (url, etag, last_modified, checked_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (url) DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified,
            checked_at = excluded.checked_at""",
        values,
    )


def has_visit(conn: sqlite3.Connection, url: str, started_at: datetime) -> bool:
    """Whether the visit to *url* that began then has its row."""
    sql = "SELECT 1 FROM visits WHERE url = ? AND started_at = ?"
    return conn.execute(sql, (clean(url), iso(started_at))).fetchone() is not None


def is_deferred(conn: sqlite3.Connection, url: str) -> bool:
    """Whether the newest row of *url* says that it was left for later."""
    sql = "SELECT verdict FROM visits WHERE url = ? ORDER BY id DESC LIMIT 1"
    row = conn.execute(sql, (clean(url),)).fetchone()
    return row is not None and row[0] == Outcome.DEFERRED


def freshen_validators(conn: sqlite3.Connection, page: Page) -> None:
    """Remember what a 304 says of ETag and Last-Modified in place of what was known (RFC 9111, 3.2 and 4.3.4)."""
    validators = {"etag": page.header("etag"), "modified": page.header("last-modified")}
    conn.execute(
        """UPDATE pages SET etag = coalesce(:etag, etag), last_modified = coalesce(:modified, last_modified)
        WHERE url = :url""",
        {**validators, "url": clean(page.url)},
    )


def is_page_of_article(conn: sqlite3.Connection, sha256: str) -> bool:
    """Whether a version in the record was read from the page of that digest."""
    return (
        conn.execute("SELECT 1 FROM articles WHERE page_sha256 = ? LIMIT 1", (sha256,)).fetchone() is not None
    )
