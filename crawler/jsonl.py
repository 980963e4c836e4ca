"""The protocol of `spacereel extract --jsonl`: one page per line in, one article per line out, in order."""

from __future__ import annotations

import base64
import binascii
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from crawler.extract.dates import day_as_written
from crawler.reading import read_page
from db.model import Article, Candidate, Capture, Page, iso

Write = Callable[[str], object]
#: what pages read from a file are stamped with: reading is a function of its input alone
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _BadLineError(ValueError):
    """A line that is not a job; its message says why."""


def run_extract_jsonl(lines: Iterable[str], write: Write, site_memory: bool = False) -> None:
    """Read pages from JSON lines and write their articles as JSON lines.

    Args:
        lines: each `{"id": ..., "url": ..., "html_b64": ...}`; `headers`, an object, is optional.
            Blank lines are passed over.
        write: takes one line at a time, newline included; called once per job, in order.
        site_memory: learn each site's furniture from all lines first, then read again with it.

    A job that gives no article comes out as `{"id": ..., "error": ...}`. Never
    raises for what is in a line.
    """
    jobs = (line for line in lines if line.strip())
    for answer in _with_memory(jobs) if site_memory else map(_answer, jobs):
        write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace").decode() + "\n")


def _answer(line: str, memory: frozenset[int] = frozenset()) -> dict[str, Any]:
    """The answer to one line."""
    try:
        key, page = _job(line)
    except _BadLineError as problem:
        return {"id": _id_of(line), "error": str(problem)}
    return _row(key, _read(page, memory))


def _job(line: str) -> tuple[Any, Page]:
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
        fetched_at=EPOCH,
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
    published_at = iso(article.published_at) if article.published_at else None
    return {
        "text": article.text,
        "title": article.title,
        "authors": list(article.authors),
        "date": day_as_written(article.published_raw, article.published_at),
        "published_at": published_at,
        "tags": list(article.tags),
        "image": article.image_url,
        "description": article.description,
        "language": article.language,
        "site_name": article.site_name,
    }


def _with_memory(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Read everything once to learn, then again with what was learned."""
    kept = list(lines)
    seen: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for line in kept:
        try:
            _, page = _job(line)
        except _BadLineError:
            continue
        for key in set(_read(page, frozenset()).line_hashes):
            seen[_site(page.url)][key] += 1
    memory = {
        site: frozenset(key for key, times in counts.items() if times >= 3) for site, counts in seen.items()
    }
    for line in kept:
        try:
            _, page = _job(line)
        except _BadLineError:
            yield _answer(line)
            continue
        yield _answer(line, memory.get(_site(page.url), frozenset()))


def _site(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
