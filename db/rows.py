"""Nouns to rows and back: how each field is written, and nothing else."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from db.model import (
    Article,
    Candidate,
    Evidence,
    FetchRecord,
    Known,
    Outcome,
    Removed,
    Revision,
    Source,
    from_iso,
    iso,
)
from db.packed import packed, unpacked_text
from db.watched import FrontierEntry, HostState, Rest, SourceState

#: what was asked of the record, by name of its columns
Row = Mapping[str, Any]
#: columns of `articles` that hold a text even where there is nothing in it
_NEVER_NULL = frozenset({"url", "canonical_url", "title", "text", "extractor"})
#: what is read of an article
_READ = tuple(each.name for each in fields(Article))


def clean(text: str) -> str:
    """*text* as SQLite can keep and search it: NULs and lone surrogates become U+FFFD."""
    if "\0" in text:
        text = text.replace("\0", "�")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def known(text: str | None) -> str | None:
    """*text* cleaned, or None when there is nothing in it: not known is NULL, never ''."""
    return (clean(text) or None) if text else None


def at(moment: datetime | None) -> str | None:
    """An instant as the record writes it, or None."""
    return None if moment is None else iso(moment)


def instant(text: str | None) -> datetime | None:
    """The inverse of `at`."""
    return None if text is None else from_iso(text)


_to_json = json.JSONEncoder(ensure_ascii=False).encode


def json_text(value: Any) -> str:
    """JSON as the record writes it: readable, not ASCII only, every text `clean`."""
    return _to_json(_cleaned(value))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(name): _cleaned(each) for name, each in value.items()}
    return [_cleaned(each) for each in value] if isinstance(value, (list, tuple)) else value


def evidence_json(evidence: Iterable[Evidence]) -> str:
    """`[{"term", "concept", "field", "count", "weight", "position"}]`."""
    return json_text([asdict(each) for each in evidence])


def host_part(url: str) -> str:
    """The host and port that politeness counts by; the URL itself when it has none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower() or url
    except ValueError:
        return url


def insert(conn: sqlite3.Connection, table: str, values: Row) -> int:
    """Insert one row; returns 1, or 0 when a guard found it recorded already."""
    columns = ", ".join(values)
    placeholders = ", ".join(f":{name}" for name in values)
    sql = f"INSERT INTO {table} ({columns}) VALUES ({placeholders})"  # noqa: S608 - names are ours
    return conn.execute(sql, values).rowcount


def article_row(article: Article) -> dict[str, Any]:
    """An article by its fields, as JSON has them: the one way in which an article is written down.

    Instants are texts, tuples lists, `origins` an object. The record, `extract`,
    and `why` all begin with it, so that a new field reaches each of them.
    """
    row = {name: _json_value(getattr(article, name)) for name in _READ}
    return {**row, "origins": dict(article.origins), "word_count": article.word_count}


def _json_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [asdict(each) if isinstance(each, Removed) else each for each in value]
    return iso(value) if isinstance(value, datetime) else value


def article_values(article: Article) -> dict[str, Any]:
    """The columns of `articles` that are read on the page."""
    return {name: _stored(name, value) for name, value in article_row(article).items() if name != "is_live"}


def stored_field(article: Article, name: str) -> Any:
    """One of these columns alone."""
    return _stored(name, _json_value(getattr(article, name)))


def _stored(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return clean(value) if name in _NEVER_NULL else known(value)
    if isinstance(value, (list, dict)):
        return json_text(value)
    return int(value) if isinstance(value, bool) else value


def revision_of(row: sqlite3.Row) -> Revision:
    """From id, canonical_url, revision, fetched_at, content_sha256 and story_id."""
    return Revision(
        article_id=row["id"],
        canonical_url=row["canonical_url"],
        revision=row["revision"],
        fetched_at=from_iso(row["fetched_at"]),
        content_sha256=row["content_sha256"],
        story_id=row["story_id"],
    )


def known_of(row: sqlite3.Row) -> Known:
    """From the columns of `articles` that recognition compares."""
    return Known(
        article_id=row["id"],
        canonical_url=row["canonical_url"],
        revision=row["revision"],
        content_sha256=row["content_sha256"],
        title=row["title"],
        text=row["text"],
        published_at=instant(row["published_at"]),
        fetched_at=from_iso(row["fetched_at"]),
        site_name=row["site_name"],
        authors=tuple(json.loads(row["authors"])),
        is_free=None if row["is_free"] is None else bool(row["is_free"]),
        text_origin=row["text_origin"],
        page_sha256=row["page_sha256"],
    )


def visit_values(record: FetchRecord, run_id: int | None) -> dict[str, Any]:
    """The columns of `visits`."""
    return {
        "url": clean(record.url),
        "final_url": known(record.final_url),
        "source": known(record.source),
        "run_id": run_id,
        "purpose": record.purpose,
        "started_at": iso(record.started_at),
        "elapsed_ms": record.elapsed_ms,
        "status": record.status,
        "verdict": record.outcome.value,
        "reason": clean(record.reason),
        "received_bytes": record.received_bytes,
        "page_sha256": record.page_sha256,
        "article_id": record.article_id,
        "score": record.score,
        "evidence": evidence_json(record.evidence),
    }


def source_values(source: Source) -> dict[str, Any]:
    """The columns of `sources` that the catalogue says."""
    return {
        "id": source.id,
        "title": clean(source.title),
        "kind": source.kind,
        "url": clean(source.url),
        "beat": source.beat,
        "language": known(source.language),
        "is_enabled": int(source.is_enabled),
        "every_s": source.every_s,
        "max_pages": source.max_pages,
        "follow": known(source.follow),
        "max_age_s": source.max_age_s,
        "engine": known(source.engine),
        "queries": json_text(source.queries),
    }


def source_state_of(row: sqlite3.Row) -> SourceState:
    """From a row of `sources`."""
    source = Source(
        id=row["id"],
        title=row["title"],
        kind=row["kind"],
        url=row["url"],
        beat=row["beat"],
        every_s=row["every_s"],
        language=row["language"],
        is_enabled=bool(row["is_enabled"]),
        max_pages=row["max_pages"],
        follow=row["follow"],
        max_age_s=row["max_age_s"],
        engine=row["engine"],
        queries=tuple(json.loads(row["queries"])),
    )
    return SourceState(
        source=source,
        etag=row["etag"],
        last_modified=row["last_modified"],
        checked_at=instant(row["checked_at"]),
        succeeded_at=instant(row["succeeded_at"]),
        next_due_at=instant(row["next_due_at"]),
        failures=row["failures"],
        outcome=None if row["outcome"] is None else Outcome(row["outcome"]),
        reason=row["reason"],
        added_at=instant(row["added_at"]),
        state=row["state"],
        state_since=instant(row["state_since"]),
        state_reason=row["state_reason"],
        brought_at=instant(row["brought_at"]),
        gap_at=instant(row["gap_at"]),
        moved_to=row["moved_to"],
        entries=row["entries"],
        newest_entry_at=instant(row["newest_entry_at"]),
        answer_ms=row["answer_ms"],
        last_entries=tuple(json.loads(row["last_entries"])),
        surfaces=tuple((kind, url) for kind, url in json.loads(row["surfaces"])),
        surfaces_at=instant(row["surfaces_at"]),
        rest=_rest_of(json.loads(row["rest"])),
        suspect=row["suspect"],
    )


def _rest_of(asked: dict[str, Any]) -> Rest:
    return Rest(
        ttl_s=asked.get("ttl_s"),
        skip_hours=tuple(asked.get("skip_hours", ())),
        skip_days=tuple(asked.get("skip_days", ())),
    )


def source_state_values(state: SourceState) -> dict[str, Any]:
    """The columns of `sources` that polling teaches."""
    return {
        "etag": known(state.etag),
        "last_modified": known(state.last_modified),
        "checked_at": at(state.checked_at),
        "succeeded_at": at(state.succeeded_at),
        "next_due_at": at(state.next_due_at),
        "failures": state.failures,
        "outcome": None if state.outcome is None else state.outcome.value,
        "reason": known(state.reason),
        "state": state.state,
        "state_since": at(state.state_since),
        "state_reason": known(state.state_reason),
        "brought_at": at(state.brought_at),
        "gap_at": at(state.gap_at),
        "moved_to": known(state.moved_to),
        "entries": state.entries,
        "newest_entry_at": at(state.newest_entry_at),
        "answer_ms": state.answer_ms,
        "last_entries": json_text(state.last_entries),
        "surfaces": json_text(state.surfaces),
        "surfaces_at": at(state.surfaces_at),
        "rest": json_text({name: value for name, value in asdict(state.rest).items() if value}),
    }


def host_state_of(row: sqlite3.Row) -> HostState:
    """From a row of `hosts`."""
    return HostState(
        host=row["host"],
        not_before_at=instant(row["not_before_at"]),
        crawl_delay_s=row["crawl_delay_s"],
        refusals=row["refusals"],
        reason=row["reason"],
        learned_gap_s=row["learned_gap_s"],
        refused_gap_s=row["refused_gap_s"],
    )


def frontier_values(candidate: Candidate, purpose: str, not_before: str) -> dict[str, Any]:
    """The columns of `frontier` for an entry that was never tried."""
    return {
        "url": clean(candidate.url),
        "host": host_part(clean(candidate.url)),
        "purpose": purpose,
        "source": clean(candidate.source),
        "found_on": clean(candidate.found_on),
        "found_at": iso(candidate.found_at),
        "title": known(candidate.title),
        "published_at": at(candidate.published_at),
        "published_precision": candidate.published_precision,
        "modified_at": at(candidate.modified_at),
        "language": known(candidate.language),
        "written": known(candidate.written),
        "not_before_at": not_before,
        "hint": candidate.hint,
        "content": packed(candidate.content),
    }


def frontier_entry_of(row: sqlite3.Row) -> FrontierEntry:
    """From a row of `frontier` joined with the validators in `pages`."""
    candidate = Candidate(
        url=row["url"],
        source=row["source"],
        found_on=row["found_on"],
        found_at=from_iso(row["found_at"]),
        title=row["title"],
        published_at=instant(row["published_at"]),
        published_precision=row["published_precision"],
        modified_at=instant(row["modified_at"]),
        language=row["language"],
        written=row["written"],
        hint=row["hint"],
        content=unpacked_text(row["content"]),
    )
    return FrontierEntry(
        candidate=candidate,
        purpose=row["purpose"],
        not_before_at=from_iso(row["not_before_at"]),
        attempts=row["attempts"],
        etag=row["etag"],
        last_modified=row["last_modified"],
    )


def placeholders(values: Sequence[Any]) -> str:
    """`?, ?, ?` for an IN list."""
    return ", ".join("?" * len(values))
