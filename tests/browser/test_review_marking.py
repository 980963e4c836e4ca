"""Marking articles in the browser's way: a form, a token, a signed-in person."""

from __future__ import annotations

import re

import pytest


def queue_of(room):
    return [row["id"] for row in room.get("/articles/queue.json?_shape=array").json()]


def mark_of(room, article):
    rows = room.get(f"/articles/review_events.json?_shape=array&article_id={article}&_sort_desc=id").json()
    return (rows[0]["mark"], rows[0]["note"], rows[0]["reviewer"]) if rows else None


def test_marking_moves_on_to_the_next_in_the_queue_until_it_is_empty(own_room):
    waiting = queue_of(own_room)
    place = own_room.get("/-/queue/next", signed_in=True).headers["location"]
    walked = []
    while "/-/article/" in place:
        article = int(re.search(r"/-/article/(\d+)\?queue=1", place)[1])
        walked.append(article)
        place = own_room.mark(article, "relevant", then="queue").headers["location"]

    assert sorted(walked) == sorted(waiting)
    assert len(walked) == len(set(walked))
    assert place.startswith("/-/queue?undo=")
    assert "The queue is empty" in own_room.get("/-/queue", signed_in=True).text


def test_the_next_one_stands_below_the_one_that_was_marked(own_room):
    waiting = queue_of(own_room)

    place = own_room.mark(waiting[4], "later", then="queue").headers["location"]

    assert place.startswith(f"/-/article/{waiting[5]}?queue=1")


def test_a_mark_is_recorded_with_its_note_and_the_person(own_room):
    answer = own_room.mark(9, "irrelevant", note="  a profile ")

    assert (answer.status_code, answer.headers["location"]) == (303, "/-/article/9")
    assert mark_of(own_room, 9) == ("irrelevant", "a profile", "root")
    assert "marked irrelevant" in own_room.get("/-/article/9").text


def test_a_mark_can_be_undone_from_the_next_page(own_room):
    waiting = queue_of(own_room)
    following = own_room.mark(waiting[0], "irrelevant", then="queue").headers["location"]
    page = own_room.get(following, signed_in=True).text

    assert re.search(
        r'Marked irrelevant: <bdi>[^<]+</bdi> <button class="button-as-link" data-key="u">Undo', page
    )
    own_room.mark(waiting[0], "")
    assert queue_of(own_room) == waiting


def test_marking_again_changes_the_mark_that_stands(own_room):
    own_room.mark(5, "irrelevant")

    rows = own_room.get("/articles/reviews.json?_shape=array&article_id=5").json()
    assert [row["mark"] for row in rows] == ["irrelevant"]


def test_what_was_put_aside_is_found_under_the_queue(own_room):
    page = own_room.get("/-/queue", signed_in=True).text

    assert "Put aside for later" in page
    assert "Festival to open with first film edited in orbit" in page


def test_the_forms_are_shown_to_the_signed_in_only(own_room):
    assert "/-/mark" not in own_room.get("/-/article/1?queue=1").text
    assert "/-/mark" in own_room.get("/-/article/1?queue=1", signed_in=True).text
    assert "Sign in to mark" in own_room.get("/-/queue").text


def test_nobody_marks_without_being_signed_in(own_room):
    answer = own_room.post("/-/mark", {"article": "1", "mark": "relevant"}, signed_in=False)

    assert answer.status_code == 403
    assert mark_of(own_room, 1) is None


@pytest.mark.parametrize("token", [None, "", "forged"])
def test_a_form_from_another_site_marks_nothing(own_room, token):
    own_room.get("/-/article/1?queue=1", signed_in=True)
    form = {"article": "1", "mark": "relevant", **({} if token is None else {"csrftoken": token})}

    answer = own_room.post("/-/mark", form)

    assert answer.status_code == 403
    assert mark_of(own_room, 1) is None


def test_a_link_marks_nothing(own_room):
    answer = own_room.get("/-/mark?article=1&mark=relevant", signed_in=True)

    assert answer.status_code == 400
    assert mark_of(own_room, 1) is None


@pytest.mark.parametrize(
    ("article", "mark", "note"),
    [
        pytest.param("99999", "relevant", "", id="no such article"),
        pytest.param("1; drop table reviews", "relevant", "", id="no number"),
        pytest.param("", "relevant", "", id="nothing"),
        pytest.param("1", "brilliant", "", id="no such mark"),
        pytest.param("1", "relevant", "x" * 2001, id="endless note"),
    ],
)
def test_nonsense_is_answered_with_a_sentence(own_room, article, mark, note):
    page = own_room.get("/-/article/1?queue=1", signed_in=True).text
    token = re.search(r'name="csrftoken" value="([^"]+)"', page)[1]

    answer = own_room.post("/-/mark", {"csrftoken": token, "article": article, "mark": mark, "note": note})

    assert answer.status_code == 400
    assert "Nothing was marked" in answer.text
    assert mark_of(own_room, 1) is None


def test_pages_of_a_signed_in_person_are_kept_by_no_cache(own_room):
    assert own_room.get("/-/article/1", signed_in=True).headers["cache-control"] == "private, no-store"


def test_a_hostile_note_stays_text(own_room):
    own_room.mark(3, "relevant", note='<script>alert(1)</script>"><img src=x>')

    page = own_room.get("/-/article/3", signed_in=True).text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<img src=x>" not in page
