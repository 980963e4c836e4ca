"""What a node reckons of an article so that the writer need not, and how far it is believed."""

from __future__ import annotations

from crawler.cluster.form import SentMarks
from crawler.dedupe.fingerprint import BANDS, content_sha256
from crawler.dedupe.urls import site_of
from crawler.ingest.marks import ArticleMarks, marks_of
from crawler.ingest.verdict import KEPT_FROM, KeepBand, best, rank_of
from db.filing import Profile
from db.model import Capture, Fingerprint

#: a profile has 64 terms; a later version may have more
_MOST_TERMS, _LONGEST_TERM, _MOST_WEIGHT = 200, 1000, 1e6


def sent_marks(capture: Capture, keep: KeepBand) -> SentMarks | None:
    """Of an article that will be kept by what it scored; of others nobody needs them."""
    judgement = best(capture.judgements)
    if rank_of(judgement.band if judgement else None) < KEPT_FROM[keep]:
        return None
    marks = marks_of(capture)
    if marks is None:
        return None
    print_ = marks.fingerprint
    return SentMarks(simhash=print_.simhash, bands=print_.bands, terms=dict(marks.profile.terms))


def marks_from(sent: SentMarks | None, capture: Capture) -> ArticleMarks | None:
    """What is believed of it: nothing when it is more than an article can have; digest and dates are ours."""
    article = capture.article
    if sent is None or article is None or len(sent.bands) > BANDS or len(sent.terms) > _MOST_TERMS:
        return None
    if any(len(term) > _LONGEST_TERM or term[1:2] != ":" for term in sent.terms):
        return None
    if not all(0.0 <= weight < _MOST_WEIGHT for weight in sent.terms.values()):  # no number is not, either
        return None
    if not all(-(1 << 63) <= number < 1 << 63 for number in (sent.simhash, *sent.bands)):
        return None
    digest = content_sha256(article.title, article.text, article.authors, article.published_at)
    site = site_of(article.canonical_url)
    reported_at = article.published_at or capture.page.fetched_at
    return ArticleMarks(
        fingerprint=Fingerprint(content_sha256=digest, simhash=sent.simhash, bands=sent.bands, site=site),
        profile=Profile(terms=sent.terms, language=article.language, reported_at=reported_at),
    )
