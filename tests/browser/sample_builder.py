"""A record under construction, filled through `db.store` as the crawl does it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sample_texts import Text

from db.model import (
    Article,
    Candidate,
    Capture,
    Evidence,
    FetchRecord,
    Fingerprint,
    Judgement,
    Likeness,
    Outcome,
    Page,
    Removed,
    Revision,
    Source,
    from_iso,
)
from db.store import Store
from db.watched import SourceState

THRESHOLD = 4.0


SITES = {
    "Orbital Gazette": "gazette.example",
    "Launchpad Weekly": "launchpad.example",
    "The Harbour Post": "harbour.example",
}


class Sample:
    """A record under construction; *now* is when everything happens unless a text says otherwise."""

    def __init__(self, path: Path, now: datetime) -> None:
        self.store = Store.open(path, now=now)
        self.now = now
        self.run_id: int | None = None
        #: every version that was appended
        self.revisions: list[Revision] = []

    def source(
        self, id: str, title: str, *, failures: float = 0.0, reason: str = "12 entries, 2 new", **more: object
    ) -> None:
        """A source that was polled ten minutes ago."""
        source = Source(
            id=id,
            title=title,
            kind="feed",
            url=f"https://{id}.example/feed",
            beat="space-films",
            every_s=1800.0,
        )
        self.store.schedule_sources(
            [*(state.source for state in self.store.source_states()), source], self.now - timedelta(days=20)
        )
        polled = self.now - timedelta(minutes=10)
        state = SourceState(
            source=source,
            checked_at=polled,
            succeeded_at=polled if not failures else self.now - timedelta(days=9),
            next_due_at=self.now + timedelta(minutes=20),
            failures=failures,
            outcome=Outcome.FAILED if failures else Outcome.UNCHANGED,
            reason=reason,
            state="dead" if failures else "ok",
            state_reason=reason,
        )
        self.store.schedule_source(replace(state, **more) if more else state)  # type: ignore[arg-type]

    def article(
        self, told: Text, *, at: datetime | None = None, likeness: Likeness | None = None, **changed: object
    ) -> Revision | None:
        """Append one version of an article, judged and visited."""
        article = replace(self._read(told), **changed)  # type: ignore[arg-type]
        at = at or from_iso(told.published) + timedelta(minutes=20)
        kind = likeness or Likeness(kind="new")
        outcome = {"new": Outcome.NEW, "changed": Outcome.CHANGED, "unchanged": Outcome.UNCHANGED}.get(
            kind.kind, Outcome.COPY
        )
        page = Page(
            url=article.url,
            final_url=article.url,
            status=200,
            headers=(),
            body=article.text.encode(),
            fetched_at=at,
        )
        candidate = Candidate(
            url=article.url, source=told.source, found_on="https://gazette.example/feed", found_at=at
        )
        evidence = tuple(
            Evidence(term=t, concept=c, field=f, count=n, weight=w) for t, c, f, n, w in told.evidence
        )
        band = "relevant" if told.score >= THRESHOLD else "mention" if told.score >= 2 else "off"
        judgement = Judgement(
            topic_id="space-films",
            score=told.score,
            threshold=THRESHOLD,
            band=band,
            evidence=evidence,
            ruleset="5f2c" * 16,
        )
        record = FetchRecord(
            url=article.url,
            final_url=article.url,
            source=told.source,
            purpose="new" if outcome is Outcome.NEW else "recheck",
            started_at=at,
            elapsed_ms=412,
            status=200,
            outcome=outcome,
            reason=f"{outcome.value}, {band} with {told.score:g}",
            received_bytes=48_211,
            page_sha256=page.sha256,
            score=told.score,
            evidence=evidence,
        )
        capture = Capture(candidate=candidate, page=page, article=article, judgements=(judgement,))
        revision = self.store.append(
            capture, kind, record, self.run_id, keeps=True, fingerprint=_fingerprint(article)
        )
        self.revisions += [revision] if revision else []
        return revision

    def visit(
        self,
        url: str,
        outcome: Outcome,
        reason: str,
        *,
        score: float | None = None,
        source: str = "orbit-feed",
    ) -> None:
        """One row of the ledger that brought no article."""
        evidence = (
            (Evidence(term="film", concept="film", field="title", count=1, weight=score),) if score else ()
        )
        record = FetchRecord(
            url=url, source=source, purpose="new", started_at=self.now - timedelta(hours=5), elapsed_ms=230, status=200,
            outcome=outcome, reason=reason, received_bytes=10_000, score=score, evidence=evidence,
        )  # fmt: skip
        self.store.append_visit(record, self.run_id)

    def _read(self, text: Text) -> Article:
        url = f"https://{SITES.get(text.site, text.source + '.example')}/{text.slug}"
        return Article(
            url=url,
            canonical_url=url,
            title=text.title,
            text=text.text,
            authors=text.authors,
            published_at=from_iso(text.published),
            published_raw=text.published,
            published_precision=text.precision,  # type: ignore[arg-type]
            site_name=text.site,
            section=text.section,
            language=text.language,
            description=text.description,
            tags=text.tags,
            image_url=text.image,
            image_credits=text.credits,
            is_free=True,
            removed=tuple(Removed(rule=rule, text=line, position=at) for rule, line, at in text.removed),
            origins=(
                ("title", "h1"),
                ("published_at", "json-ld datePublished"),
                ("authors", "json-ld author"),
                ("tags", "closing line"),
            ),
            extractor="spacereel 0.1.0 / trafilatura 2.3.1",
        )


def _fingerprint(article: Article) -> Fingerprint:
    digest = hashlib.sha256(f"{article.title}\n{article.text}".encode("utf-8", "replace")).hexdigest()
    return Fingerprint(content_sha256=digest, simhash=int(digest[:15], 16), bands=(), site="gazette.example")
