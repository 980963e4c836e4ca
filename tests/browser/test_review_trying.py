"""A draft of a beat is tried on a page of the review, by reviewers, and nothing of it is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from review_room import Room

from crawler.config import SHIPPED_BEAT, BeatsConfig, Config
from db.model import Judgement

DRAFT = """[beat]
id = "ponds"
title = "Ponds"
[topic]
relevant = 2
mention = 1
[topic.concepts.bird]
en = ["grebe*"]
[topic.concepts.other]
en = ["otter*"]
[[topic.rule]]
name = "a <b>bird</b>"
points = 3
sentence = ["bird"]
[[topic.rule]]
name = "an otter"
points = 3
sentence = ["other"]
"""
RELEVANT = (Judgement(topic_id="space-films", score=4.5, threshold=3.0, band="relevant"),)


@pytest.fixture
def desk(store, append, make_article, room_on) -> Room:
    """A review of two articles, with a reviewer and a reader."""
    for name, title in (("grebe", "A grebe is seen"), ("mayor", "A mayor resigns")):
        append(
            make_article(f"https://news.example/{name}", title=title, text=f"{title}.", language="en"),
            judgements=RELEVANT,
        )
    desk = room_on(store.path)
    desk.enter("anna", "reviewer")
    desk.enter("rita", "reader")
    return desk


def tried(desk: Room, draft: str):
    return desk.send("/-/try", {"draft": draft}, "/-/try", as_="anna")


def test_what_a_draft_would_do_is_shown_and_the_draft_stays_in_the_form(desk):
    page = tried(desk, DRAFT).text

    assert "Articles tried: 2 of 2" in page
    assert '<span class="chip good">relevant</span>: 1' in page
    assert "A grebe is seen</a></bdi>" in page, (
        "a line of the other direction would reach out of a phone's screen"
    )
    assert "a &lt;b&gt;bird&lt;/b&gt;: grebe" in page
    assert "<h2>Rules that never count</h2><ul><li>an otter</li></ul>" in page
    assert "en = [&#34;grebe*&#34;]" in page


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        pytest.param("[beat", "the draft is not TOML", id="no TOML"),
        pytest.param("[beat]\nid = 'x'", "needs [beat] with an id, and [topic]", id="no topic"),
        pytest.param(
            DRAFT.replace('["bird"]', '["brid"]'), "names no concept with &#34;brid&#34;", id="no concept"
        ),
        pytest.param("a" * 40_001, "this page takes 40000", id="too large"),
    ],
)
def test_what_is_no_draft_is_said_in_one_line(desk, draft, said):
    answer = tried(desk, draft)

    assert answer.status_code == 200
    assert said in answer.text
    assert "articles tried" not in answer.text


def test_drafts_are_for_reviewers(desk):
    assert desk.get("/-/try", as_="rita").status_code == 403
    assert desk.get("/-/try").status_code == 403
    assert "/-/try" not in desk.get("/-/charts", as_="rita").text
    assert 'href="/-/try"' in desk.get("/-/charts", as_="anna").text


def test_the_form_begins_with_a_configured_beat_that_is_small_enough(desk, tmp_path):
    assert "The file of this beat is too large for a page" in desk.get("/-/try", as_="anna").text

    (tmp_path / "ponds.toml").write_text(DRAFT, encoding="utf-8")
    beats = BeatsConfig(paths=(SHIPPED_BEAT, tmp_path / "ponds.toml"))
    desk.review.spacereel_config = replace(Config().with_record(desk.path), beats=beats)
    small = desk.get("/-/try?beat=ponds", as_="anna").text

    assert "<option>ponds</option>" in small
    assert "en = [&#34;otter*&#34;]" in small
