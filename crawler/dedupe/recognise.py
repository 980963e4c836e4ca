"""Whether an article is new, a new version, the same as before, or a copy of another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crawler.dedupe.fingerprint import content_sha256, overlap, plain, shingles
from crawler.dedupe.urls import url_key
from db.model import Article, Fingerprint, Known, Likeness

#: similarity from which a text at another address is a near-copy; see bench/README.md, "Recognition"
NEAR_COPY = 0.6


def recognise(article: Article, fingerprint: Fingerprint, known: Sequence[Known]) -> Likeness:
    """How *article* relates to what the record already has.

    Args:
        fingerprint: of *article*, from `dedupe.fingerprint.fingerprint`.
        known: its neighbours in the record, newest versions only, in any order.

    Returns:
        `unchanged` or `changed` with the earlier version at the same address
        (`http`/`https`, `www.`, `m.` and a closing slash make no difference);
        `copy` for the same text at another address and `near_copy` for most of
        it, with the earliest of those it resembles; else `new`.
    """
    keys = {url_key(article.canonical_url), url_key(article.url)}
    same = [each for each in known if url_key(each.canonical_url) in keys]
    if same:
        return _version(article, fingerprint, max(same, key=lambda each: (each.fetched_at, each.article_id)))
    return _copy(article, known)


def _version(article: Article, fingerprint: Fingerprint, before: Known) -> Likeness:
    if fingerprint.content_sha256 == before.content_sha256 or _lost_its_date(article, before):
        return Likeness(kind="unchanged", article_id=before.article_id, similarity=1.0)
    alike = overlap(shingles(article.text), shingles(before.text))
    return Likeness(kind="changed", article_id=before.article_id, similarity=alike)


def _lost_its_date(article: Article, before: Known) -> bool:
    """Nothing differs but a date that we knew and this reading did not find."""
    if article.published_at is not None or before.published_at is None:
        return False
    dated = content_sha256(article.title, article.text, article.authors, before.published_at)
    return dated == before.content_sha256


def _copy(article: Article, known: Sequence[Known]) -> Likeness:
    runs = shingles(article.text)
    alike = [(overlap(runs, shingles(each.text)), each) for each in known]
    alike = [pair for pair in alike if pair[0] >= NEAR_COPY]
    if not alike:
        return Likeness(kind="new")
    likeness, original = min(alike, key=lambda pair: _seen(pair[1]))
    is_same_text = plain(article.text) == plain(original.text)
    return Likeness(
        kind="copy" if is_same_text else "near_copy", article_id=original.article_id, similarity=likeness
    )


def _seen(known: Known) -> tuple[datetime, datetime, int]:
    return (known.published_at or known.fetched_at, known.fetched_at, known.article_id)
