"""A process that records invented articles until it is killed: `python writer.py RECORD FIRST COUNT`.

Prints the URL of every article after the record has acknowledged it. An
article's text changes every third time it is met.
"""

import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path

from db.model import Article, Candidate, Capture, FetchRecord, Fingerprint, Likeness, Outcome, Page
from db.store import Store

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def record(store: Store, candidate: Candidate, edition: int = 0) -> None:
    """Fetch nothing, but keep and append as a crawl would."""
    url = candidate.url
    text = f"Вызов на орбите {url}\n" + f"Абзац {edition}. " * 200
    page = Page(url=url, final_url=url, status=200, headers=(), body=text.encode(), fetched_at=NOW)
    article = Article(
        url=url, canonical_url=url, title=f"Title {url}", text=text, authors=("A", "B"), tags=("t",)
    )
    digest = hashlib.sha256(text.encode()).hexdigest()
    fingerprint = Fingerprint(
        content_sha256=digest,
        simhash=1,
        bands=tuple(range(hash(url) % 1000, hash(url) % 1000 + 16)),
        site="a.example",
    )
    known = [each for each in store.neighbours(article, fingerprint) if each.canonical_url == url]
    kind = "changed" if known else "new"
    visit = FetchRecord(
        url=url,
        source="wire",
        purpose="new",
        started_at=NOW,
        outcome=Outcome(kind),
        reason="said so",
        status=200,
    )
    store.keep_page(page)
    capture = Capture(candidate=candidate, page=page, article=article, line_hashes=tuple(range(20)))
    likeness = Likeness(kind=kind, article_id=known[0].article_id if known else None)
    store.append(capture, likeness, visit, None, keeps=True, fingerprint=fingerprint)


def candidates(first: int, count: int) -> list[Candidate]:
    """*count* links, numbered from *first*."""
    return [
        Candidate(
            url=f"https://a{number % 7}.example/{number}",
            source="wire",
            found_on="https://a/rss",
            found_at=NOW,
        )
        for number in range(first, first + count)
    ]


def main(path: str, first: str, count: str) -> None:
    """Queue, then record whatever waits, until nothing does."""
    store = Store.open(Path(path))
    store.enqueue(candidates(int(first), int(count)), NOW)
    while entries := store.pending(NOW, limit=10):
        for entry in entries:
            record(store, entry.candidate)
            print(entry.candidate.url, flush=True)  # noqa: T201 - its parent listens
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
