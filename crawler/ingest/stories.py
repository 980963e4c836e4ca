"""The last step of an article: under which story it belongs. Reads the record, decides purely, writes."""

from __future__ import annotations

from datetime import datetime

from crawler.dedupe.profile import profile as profile_of
from crawler.dedupe.stories import WINDOW, cluster, finders, idf_of, promising
from db.filing import Profile
from db.model import Capture, Likeness, Revision
from db.store import Store


def file_under_story(
    store: Store,
    capture: Capture,
    likeness: Likeness,
    revision: Revision | None,
    now: datetime,
    profile: Profile | None = None,
) -> int | None:
    """File what was just appended; a copy goes to its original, and an article is filed once.

    Args:
        profile: of the article, when somebody has reckoned it.

    Returns:
        stories.id, or None while the article stands alone.
    """
    article = capture.article
    if revision is None or article is None or likeness.kind == "unchanged":
        return None
    if likeness.kind in ("copy", "near_copy") and not likeness.is_original:
        return store.file_copy(revision.canonical_url, now)
    if store.is_filed(revision.canonical_url):
        return revision.story_id
    profile = profile or profile_of(article, capture.judgements, capture.page.fetched_at)
    counts, total = store.story_counts(tuple(profile.terms))
    idf = idf_of(counts, total)
    looked_up = {term: profile.terms[term] * idf(term) for term in finders(profile, idf)}
    found = store.reports_near(looked_up, profile.reported_at, WINDOW)
    near = promising(profile, found, counts, total)
    if near:
        others = {term for report in near for term in report.profile.terms}.difference(profile.terms)
        counts = {**counts, **store.story_counts(tuple(others))[0]}
    filing = cluster(profile, near, counts, total)
    return store.file_report(revision.canonical_url, revision.article_id, profile, filing, now)
