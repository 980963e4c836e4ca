"""The protocol of `spacereel extract --jsonl`: one page per line in, one article per line out, in order."""

from __future__ import annotations

import base64
import binascii
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from crawler.dedupe.urls import site_of
from crawler.ingest.reading import read_page
from crawler.lang.dates import day_as_written
from db.memory import LEAST_ARTICLES
from db.model import Article, Candidate, Capture, Page
from db.rows import article_row

Write = Callable[[str], object]


#: fields of an answer, in their order
PROTOCOL = (
    "text", "title", "authors", "date", "published_at", "tags", "image", "description", "language", "site_name",
)  # fmt: skip
#: a field of ours -> its name there
RENAMED = {"image_url": "image"}
_COLUMNS = {name: column for column, name in RENAMED.items()}


class _BadLineError(ValueError):
    """A line that is not a job; its message says why."""


def run_extract_jsonl(
    lines: Iterable[str], write: Write, site_memory: bool = False, now: datetime | None = None
) -> None:
    """Read pages from JSON lines and write their articles as JSON lines.

    Args:
        lines: each `{"id": ..., "url": ..., "html_b64": ...}`; `headers`, an object, is optional.
            Blank lines are passed over.
        write: takes one line at a time, newline included; called once per job, in order.
        now: when the pages were fetched, for all of them; dates after it are not believed.
            The present by default.
        site_memory: learn each site's furniture from all lines first, then read again with it.

    A job that gives no article comes out as `{"id": ..., "error": ...}`. Never
    raises for what is in a line.
    """
    jobs = (line for line in lines if line.strip())
    fetched_at = now or datetime.now(UTC)
    for answer in (
        _with_memory(jobs, fetched_at) if site_memory else (_answer(line, fetched_at) for line in jobs)
    ):
        write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace").decode() + "\n")


def _answer(line: str, fetched_at: datetime) -> dict[str, Any]:
    """The answer to one line."""
    try:
        key, page = _job(line, fetched_at)
    except _BadLineError as problem:
        return {"id": _id_of(line), "error": str(problem)}
    return _row(key, _read(page, frozenset()))


def _job(line: str, fetched_at: datetime) -> tuple[Any, Page]:
    """The id and the page of a line."""
    try:
        job = json.loads(line)
    except (ValueError, RecursionError) as fault:
        raise _BadLineError(f"not JSON: {fault}"[:200]) from fault
    if not isinstance(job, dict):
        raise _BadLineError("not a JSON object")
    url, body = job.get("url"), job.get("html_b64")
    if not isinstance(url, str) or not isinstance(body, str):
        raise _BadLineError("url and html_b64 must be strings")
    try:
        raw = base64.b64decode(body, validate=False)
    except (binascii.Error, ValueError) as fault:
        raise _BadLineError(f"html_b64 is not base64: {fault}") from fault
    headers = job.get("headers")
    pairs = headers.items() if isinstance(headers, dict) else ()
    page = Page(
        url=url,
        final_url=url,
        status=200,
        headers=tuple((str(name).lower(), str(value)) for name, value in pairs),
        body=raw,
        fetched_at=fetched_at,
    )
    return job.get("id"), page


def _id_of(line: str) -> Any:
    """The id of a line that is no job otherwise, or None."""
    try:
        job = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return job.get("id") if isinstance(job, dict) else None


def _read(page: Page, memory: frozenset[int]) -> Capture:
    candidate = Candidate(url=page.url, source="", found_on=page.url, found_at=page.fetched_at)
    return read_page(page, candidate, memory=memory)


def _row(key: Any, capture: Capture) -> dict[str, Any]:
    if capture.article is None:
        return {"id": key, "error": capture.problem}
    return {"id": key, **article_fields(capture.article)}


def article_fields(article: Article) -> dict[str, Any]:
    """An article as the protocol names its fields; *date* is the day in the zone of the page."""
    row = article_row(article)
    day = day_as_written(article.published_raw, article.published_at)
    return {name: day if name == "date" else row[_COLUMNS.get(name, name)] for name in PROTOCOL}


def _with_memory(lines: Iterable[str], fetched_at: datetime) -> Iterator[dict[str, Any]]:
    """Read everything once to learn; pages that hold what was learned are read again with it."""
    first = [_first_reading(line, fetched_at) for line in lines]
    memory = _learned(job for job in first if isinstance(job, _Read))
    for job in first:
        if not isinstance(job, _Read):
            yield job
            continue
        known = memory.get(site_of(job.page.url), frozenset())
        capture = job.capture
        yield _row(job.key, _read(job.page, known) if known.intersection(capture.line_hashes) else capture)


@dataclass(frozen=True, slots=True)
class _Read:
    """A job and what a first reading made of it."""

    key: Any
    page: Page
    capture: Capture


def _first_reading(line: str, fetched_at: datetime) -> _Read | dict[str, Any]:
    try:
        key, page = _job(line, fetched_at)
    except _BadLineError as problem:
        return {"id": _id_of(line), "error": str(problem)}
    return _Read(key, page, _read(page, frozenset()))


def _learned(jobs: Iterable[_Read]) -> dict[str, frozenset[int]]:
    """Per site the lines of at least `LEAST_ARTICLES` articles; one article at several addresses counts once."""
    seen: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for job in jobs:
        if job.capture.article is None:
            continue
        for line in job.capture.line_hashes:
            seen[site_of(job.page.url)][line].add(job.capture.article.canonical_url)
    return {
        site: frozenset(line for line, articles in lines.items() if len(articles) >= LEAST_ARTICLES)
        for site, lines in seen.items()
    }
