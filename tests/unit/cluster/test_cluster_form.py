"""What travels is names and values: what goes in comes out, and nothing else is believed."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from crawler.cluster.form import (
    FORM,
    Ask,
    Delivery,
    errand_fields,
    errand_of,
    kind_of_errand,
    packed_form,
    problem_form,
    problem_from,
    shifted,
    unpacked_form,
)
from crawler.errors import BadStatus, ClusterError, FetchError, RobotsDenied, Unreachable
from crawler.frontier.errands import Poll, Visit
from crawler.frontier.hosts import HostBusy, RobotsAway
from db.model import Capture, FetchRecord, Judgement, Outcome, Source
from db.watched import FrontierEntry, SourceState


@pytest.fixture
def delivery(make_article, make_candidate, make_page, now):
    page = make_page(body=b"")
    capture = Capture(
        candidate=make_candidate(),
        page=page,
        article=make_article(text="a lone \ud800 and a \x00"),
        judgements=(Judgement(topic_id="t", score=1.0, threshold=0.5, band="relevant"),),
        line_hashes=(-(2**63), 2**63 - 1),
    )
    record = FetchRecord(
        url=page.url, source="wire", purpose="new", started_at=now, outcome=Outcome.FAILED, reason=""
    )
    entry = FrontierEntry(candidate=make_candidate(), purpose="new", not_before_at=now)
    return Delivery(record=record, page=page, sha256="00", entry=entry, capture=capture)


def test_an_answer_comes_out_as_it_went_in(delivery):
    assert unpacked_form(packed_form(delivery), Delivery) == delivery


def test_letters_travel_as_they_are(delivery, make_article):
    """Escaped they were six bytes each, which the writer took apart in its loop, three times as long."""
    text = "Съёмка 映画 \U0001f3ac \ud83c\udfac\x00\u2028" * 1_000
    capture = replace(delivery.capture, article=make_article(text=text))

    packed = packed_form(replace(delivery, capture=capture))

    assert len(zstandard.decompress(packed)) < len(text.encode("utf-8", "surrogatepass")) + 10_000
    assert unpacked_form(packed, Delivery).capture.article.text == text


@given(st.binary(max_size=200))
def test_no_bytes_are_more_than_refused(data):
    for each in (data, zstandard.ZstdCompressor().compress(data)):
        with pytest.raises(ClusterError):
            unpacked_form(each, Delivery)


def test_code_is_not_run():
    class Evil:
        def __reduce__(self):
            return (pytest.fail, ("it was run",))

    with pytest.raises(ClusterError, match="is no Delivery"):
        unpacked_form(pickle.dumps(Evil()), Delivery)


def test_another_form_is_not_read(delivery):
    with pytest.raises(ClusterError, match=f"of version {FORM + 1}"):
        unpacked_form(packed_form(delivery), Delivery, FORM + 1)


def test_a_bomb_is_refused():
    bomb = zstandard.ZstdCompressor().compress(b" " * 200_000_000)

    with pytest.raises(ClusterError):
        unpacked_form(bomb, Delivery)


def test_times_are_told_by_another_clock(delivery):
    moved = shifted(delivery, 3600.4)

    assert (moved.record.started_at - delivery.record.started_at).total_seconds() == 3600
    assert (moved.page.fetched_at - delivery.page.fetched_at).total_seconds() == 3600
    assert moved.capture.page == moved.page
    assert shifted(moved, -3600.4) == delivery


def test_errands_of_every_kind_come_out_as_they_went_in(make_candidate, now):
    source = Source(
        id="wire", title="Wire", kind="sitemap", url="http://a.example/map", beat="b", every_s=60.0
    )
    state = SourceState(source=source, etag='"x"')
    visit = Visit(
        entry=FrontierEntry(candidate=make_candidate(), purpose="recheck", not_before_at=now, etag='"e"')
    )
    poll = Poll(state=state, url="http://a.example/moved", gap_s=2.0)
    ask = Ask(state=state, url="http://b.example/child", what="feed", asked=(None, "Mon"))

    for each in (visit, poll, ask):
        kind = kind_of_errand(each)
        again = errand_of(kind, FORM, errand_fields(each))
        assert (type(again), again.key, again.url, again.host, again.validators) == (
            type(each),
            each.key,
            each.url,
            each.host,
            each.validators,
        )
    assert errand_of("ask", FORM, errand_fields(ask)).state.source.kind == "feed"


@pytest.mark.parametrize(
    "problem",
    [
        FetchError("odd", "http://a/"),
        Unreachable("no answer", "http://a/"),
        RobotsDenied("denied", "http://a/"),
        BadStatus("answered 503", "http://a/", 503),
        HostBusy("rests", "http://a/", 12.0),
        RobotsAway("away", "http://a/", 60.0),
    ],
    ids=lambda problem: type(problem).__name__,
)
def test_problems_weigh_the_same_on_the_other_side(problem):
    told = unpacked_form(packed_form(problem_form(problem)), type(problem_form(problem)))
    again = problem_from(told)

    assert (type(again), str(again), again.weight) == (type(problem), str(problem), problem.weight)
    assert getattr(again, "wait_s", None) == getattr(problem, "wait_s", None)
