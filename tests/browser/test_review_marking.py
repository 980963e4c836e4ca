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

    assert (answer.status_code, answer.headers["location"]) == (303, "/-/article/9?undo=9")
    assert mark_of(own_room, 9) == ("irrelevant", "a profile", "root")
    assert "marked irrelevant" in own_room.get("/-/article/9").text


def test_a_mark_can_be_undone_from_the_next_page(own_room):
    waiting = queue_of(own_room)
    following = own_room.mark(waiting[0], "irrelevant", then="queue").headers["location"]
    page = own_room.get(following, signed_in=True).text

    assert re.search(
        r'Marked irrelevant: <bdi>[^<]+</bdi> <button name="mark" value="undo" class="button-as-link" data-key="u">Undo',
        page,
    )
    own_room.mark(waiting[0], "undo")
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
    assert "Marking needs to be signed in" in own_room.get("/-/queue").text
    assert (
        '<a href="/-/login?next=%2F-%2Farticle%2F1">Sign in</a> to mark' in own_room.get("/-/article/1").text
    )


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


def test_a_note_is_saved_and_marks_nothing(own_room):
    """Enter in the field of a note once pressed the first button, which was "Relevant"."""
    own_room.mark(9, "irrelevant", note="a profile")
    own_room.mark(9, "note", note="a profile, I asked")

    assert mark_of(own_room, 9) == ("irrelevant", "a profile, I asked", "root")
    assert "marked irrelevant" in own_room.get("/-/article/9").text


def test_a_note_needs_no_mark(own_room):
    waiting = queue_of(own_room)

    own_room.mark(waiting[0], "note", note="look again")

    assert queue_of(own_room) == waiting
    page = own_room.get(f"/-/article/{waiting[0]}", signed_in=True).text
    assert 'value="look again"' in page and ">note</span> <bdi>root</bdi>" in page


def test_the_button_that_enter_presses_marks_nothing(own_room):
    page = own_room.get("/-/article/9?queue=1", signed_in=True).text

    form = page[page.index('<form class="marking"') :]
    assert re.search(r"<button [^>]*>", form)[0].startswith('<button name="mark" value="note"')


@pytest.mark.parametrize(
    "path",
    ["/-/queue", "/-/article/9", "/-/article/9?queue=1", "/-/login", "/-/me", "/articles/current_articles"],
)
def test_no_form_does_harm_when_enter_is_pressed_in_it(own_room, path):
    own_room.mark(9, "relevant")
    page = own_room.get(path, signed_in=True).text

    for form in re.findall(r"<form(?: [^>]*)?>.*?</form>", page, re.DOTALL):
        first = re.search(r'<(?:button|input type="submit")[^>]*>', form)
        if first and 'method="post"' in form and re.search(r'<input type="(?:text|password|search)', form):
            assert not re.search(r'value="(?:relevant|irrelevant|later|none|undo|drop|end)"', first[0]), form


def test_a_mark_without_a_name_is_none(own_room):
    assert own_room.mark(9, "").status_code == 400
    assert mark_of(own_room, 9) is None


def test_every_mark_can_be_undone_from_the_queue(own_room):
    waiting = queue_of(own_room)
    for each in waiting[:3]:
        own_room.mark(each, "irrelevant", then="queue")

    page = own_room.get("/-/queue", signed_in=True).text
    undoable = re.findall(r'<form class="undo".*?name="article" value="(\d+)"', page, re.DOTALL)
    assert set(map(str, waiting[:3])) <= set(undoable)
    assert page.count('data-key="u"') == 1
    for each in waiting[:3]:
        own_room.send("/-/mark", {"article": str(each), "mark": "undo", "then": "list"}, "/-/queue")
    assert queue_of(own_room) == waiting


def test_a_mark_can_be_undone_from_the_page_of_its_article(own_room):
    place = own_room.mark(9, "later").headers["location"]

    assert re.search(r'name="mark" value="undo".*?data-key="u"', own_room.get(place, signed_in=True).text)
    assert own_room.mark(9, "undo").headers["location"] == "/-/article/9"


def test_undoing_brings_back_the_mark_of_before(own_room):
    own_room.mark(9, "relevant")
    own_room.mark(9, "irrelevant")

    own_room.mark(9, "undo")

    assert "marked relevant" in own_room.get("/-/article/9").text


def test_a_mark_that_stands_is_not_recorded_twice(own_room):
    own_room.mark(9, "relevant", note="yes")
    own_room.mark(9, "relevant", note="yes")

    rows = own_room.get("/articles/review_events.json?_shape=array&article_id=9").json()
    assert len(rows) == 1


def test_many_are_marked_and_undone_at_once(own_room):
    waiting = queue_of(own_room)
    chosen = [str(each) for each in waiting[:3]]

    answer = own_room.send("/-/mark", {"article": chosen, "mark": "irrelevant", "then": "list"}, "/-/queue")
    place = answer.headers["location"]

    assert queue_of(own_room) == waiting[3:]
    page = own_room.get(place, signed_in=True).text
    assert "3 articles; " in page
    own_room.send("/-/mark", {"article": chosen, "mark": "undo", "then": "list"}, place)
    assert queue_of(own_room) == waiting


def test_nothing_selected_is_a_sentence(own_room):
    answer = own_room.send("/-/mark", {"mark": "relevant", "then": "list"}, "/-/queue")

    assert answer.status_code == 400 and "no article is selected" in answer.text


def test_all_copies_of_an_article_are_marked_with_it(own_room):
    copies = own_room.get("/articles/copies.json?_shape=array").json()
    original = (
        copies[0]["copy_of"]["value"] if isinstance(copies[0]["copy_of"], dict) else copies[0]["copy_of"]
    )
    own_room.mark(original, "relevant", also="copies")

    rows = own_room.get("/articles/review_events.json?_shape=array").json()
    assert {original, copies[0]["article_id"]} <= {
        row["article_id"] for row in rows if row["reviewer"] == "root"
    }


def test_the_queue_is_narrowed_and_ordered(own_room):
    rows = own_room.get("/articles/review_queue.json?_shape=array&_size=100").json()
    language = rows[0]["language"]
    of_it = {row["id"] for row in rows if row["language"] == language}

    page = own_room.get(f"/-/queue?language={language}&order=score", signed_in=True).text
    shown = [int(each) for each in re.findall(r'class="entry" href="/-/article/(\d+)\?', page)]

    assert set(shown) == of_it
    scores = {row["id"]: row["score"] for row in rows}
    assert [scores[each] for each in shown] == sorted((scores[each] for each in shown), reverse=True)
    place = own_room.get(f"/-/queue/next?language={language}", signed_in=True).headers["location"]
    assert f"language={language}" in place


def test_what_is_passed_over_comes_back(own_room):
    waiting = queue_of(own_room)

    place = own_room.mark(waiting[0], "skip", then="queue").headers["location"]
    assert f"/-/article/{waiting[1]}?" in place
    page = own_room.get("/-/queue", signed_in=True).text
    assert "You passed over 1 article, which" in page and f'href="/-/article/{waiting[0]}?' not in page
    own_room.send("/-/mark", {"mark": "back", "then": "list"}, "/-/queue")

    assert f'href="/-/article/{waiting[0]}?' in own_room.get("/-/queue", signed_in=True).text
    assert queue_of(own_room) == waiting


def test_two_reviewers_are_not_given_the_same_article(own_room):
    own_room.enter("anna")
    own_room.enter("ben")
    first = own_room.get("/-/queue/next", as_="anna").headers["location"]
    second = own_room.get("/-/queue/next", as_="ben").headers["location"]

    assert first != second
    assert "anna</bdi> reads this at the moment" in own_room.get(first, as_="ben").text
    assert "1 being read by others" in own_room.get("/-/queue", as_="ben").text


def test_marks_carry_the_person_and_a_disagreement_is_shown(own_room):
    own_room.enter("anna")
    own_room.enter("ben")
    own_room.mark(9, "relevant", as_="anna")
    own_room.mark(9, "irrelevant", as_="ben", note="an essay")

    page = own_room.get("/-/article/9", as_="anna").text
    assert (
        "Judged differently, the last mark stands: <bdi>ben</bdi>: irrelevant; <bdi>anna</bdi>: relevant"
        in page
    )
    assert "Judged differently" in own_room.get("/-/queue").text
    own_room.mark(9, "undo", as_="ben")
    page = own_room.get("/-/article/9", as_="anna").text
    assert "Judged differently" not in page and "marked relevant" in page


def test_a_reader_marks_nothing(own_room):
    own_room.enter("rita", "reader")

    assert "/-/mark" not in own_room.get("/-/article/9", as_="rita").text
    answer = own_room.send("/-/mark", {"article": "9", "mark": "relevant"}, "/-/me", as_="rita")
    assert answer.status_code == 403
    assert mark_of(own_room, 9) is None


def test_an_edit_is_shown_word_by_word_in_the_article_itself(own_room):
    page = own_room.get("/-/article/25").text

    assert '<details class="since" data-key="v">' in page
    assert "<ins>" in page and "<del>" in page
    assert 'data-key="v"' not in own_room.get("/-/article/1").text


def test_what_was_sought_is_shown_where_it_occurs(own_room):
    list_page = own_room.get("/-/articles?q=became").text
    found = re.search(r'href="/-/article/(\d+)\?q=became"', list_page)

    assert found
    plain, shown = (
        own_room.get(f"/-/article/{found[1]}").text,
        own_room.get(f"/-/article/{found[1]}?q=became").text,
    )
    assert shown.count("<mark>") > plain.count("<mark>")


def test_what_was_removed_is_unfolded_by_one_key(own_room):
    assert '<details data-key="t"><summary>4 removed from the text' in own_room.get("/-/article/1").text
