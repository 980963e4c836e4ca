"""What a node reckons of an article is what the writer would have reckoned, and no more is believed than an article can have."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan

import pytest

from crawler.cluster.form import SentMarks, packed_form, unpacked_form
from crawler.cluster.marks import marks_from, sent_marks
from crawler.ingest.marks import marks_of
from db.model import Capture, Judgement


@pytest.fixture
def capture(make_article, make_page, make_candidate):
    text = "\n".join(
        f"On 5 October 2021 Klim Shipenko filmed take {n} aboard the station for 40 minutes."
        for n in range(30)
    )
    judgement = Judgement(topic_id="films", score=4.0, threshold=3.5, evidence=(), band="relevant")
    return Capture(
        candidate=make_candidate(), page=make_page(), article=make_article(text=text), judgements=(judgement,)
    )


def test_what_travels_is_what_the_writer_would_have_reckoned(capture):
    sent = unpacked_form(packed_form(sent_marks(capture, "mention")), SentMarks)

    assert sent.terms and sent.bands
    assert marks_from(sent, capture) == marks_of(capture)


def test_an_article_that_nobody_keeps_costs_nothing(capture):
    off = replace(capture, judgements=(replace(capture.judgements[0], band="off", score=0.0),))

    assert sent_marks(off, "mention") is None
    assert sent_marks(off, "all") is not None
    assert sent_marks(replace(capture, article=None), "all") is None


@pytest.mark.parametrize(
    "changed",
    [
        {"bands": tuple(range(17))},
        {"bands": (1 << 63,)},
        {"simhash": -(1 << 63) - 1},
        {"terms": {f"w:{number}": 1.0 for number in range(201)}},
        {"terms": {"no kind": 1.0}},
        {"terms": {"w:" + "x" * 2000: 1.0}},
        {"terms": {"w:a": nan}},
        {"terms": {"w:a": inf}},
        {"terms": {"w:a": -1.0}},
    ],
)
def test_no_more_is_believed_than_an_article_can_have(capture, changed):
    assert marks_from(replace(sent_marks(capture, "mention"), **changed), capture) is None
