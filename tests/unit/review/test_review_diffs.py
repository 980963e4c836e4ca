"""Two versions of a text, compared."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from crawler.dedupe.diffs import Change, diff_texts, diff_words, passages
from crawler.publish.alerts.events import bracketed

WORDS = st.lists(
    st.sampled_from(["the", "crew", "films", "in", "orbit", ",", "映画", "Орлова", "2029"]), max_size=25
)
TEXTS = st.lists(WORDS.map(" ".join), max_size=8).map("\n".join)


def told(changes, without):
    return [
        "".join(span.text for span in change.spans if span.kind != without)
        for change in changes
        if change.kind != without
    ]


def bare(lines):
    return [re.sub(r"\s+", "", line) for line in lines]


def kinds(changes):
    return [change.kind for change in changes]


@given(TEXTS, TEXTS)
def test_both_versions_can_be_read_back_from_the_comparison(old, new):
    changes = diff_texts(old, new)

    assert bare(told(changes, "added")) == bare(old.split("\n"))
    assert bare(told(changes, "removed")) == bare(new.split("\n"))


@given(TEXTS)
def test_a_text_compared_with_itself_is_the_same(text):
    assert set(kinds(diff_texts(text, text))) == {"same"}


def test_one_word_that_changed_is_found_in_its_paragraph():
    changes = diff_texts(
        "First.\nThe sphere is six metres wide.\nLast.", "First.\nThe sphere is seven metres wide.\nLast."
    )

    assert kinds(changes) == ["same", "changed", "same"]
    assert [(span.kind, span.text.strip()) for span in changes[1].spans] == [
        ("same", "The sphere is"),
        ("removed", "six"),
        ("added", "seven"),
        ("same", "metres wide."),
    ]


def test_a_paragraph_that_moved_in_between_is_added_and_the_others_stay():
    assert kinds(diff_texts("One.\nThree.", "One.\nTwo.\nThree.")) == ["same", "added", "same"]


def test_paragraphs_with_nothing_in_common_are_told_as_removed_and_added():
    assert kinds(diff_texts("Tenants book it by the orbit.", "Amended on Sunday.")) == ["removed", "added"]


def test_a_comma_is_one_change_not_a_changed_word():
    assert [span.kind for span in diff_words("film studio to be docked", "film studio, to be docked")] == [
        "same",
        "added",
        "same",
    ]


def test_crumbs_between_two_changes_are_folded_into_one():
    spans = diff_words("Tom flies in 2024 for real", "Tom will fly in 2025 for real")

    assert [(span.kind, span.text.strip()) for span in spans] == [
        ("same", "Tom"),
        ("removed", "flies in 2024"),
        ("added", "will fly in 2025"),
        ("same", "for real"),
    ]


def test_scripts_without_spaces_are_compared_sign_by_sign():
    spans = diff_words("公開は来年春の予定だと発表", "公開は再来年春の予定だと発表")

    assert [(span.kind, span.text) for span in spans if span.kind != "same"] == [("added", "再")]


def test_white_space_alone_is_no_change():
    assert kinds(diff_texts("One  two.\nThree. ", "One two.\nThree.")) != ["removed", "added"]
    assert [span.kind for span in diff_words("One  two ", "One two")] == ["same"]


def test_texts_made_to_be_slow_are_told_as_replaced():
    """40,000 equal words against 40,000 others would take days compared one by one."""
    changes = diff_texts("a " * 40_000 + "x", "b a " * 40_000)

    assert [span.kind for span in changes[0].spans if span.kind != "same"][:1] == ["removed"]


def test_what_is_far_from_a_change_folds_away():
    lines = [f"Paragraph {n}." for n in range(9)]
    changed = [*lines[:4], "Quite another sentence.", *lines[5:]]

    parts = passages(diff_texts("\n".join(lines), "\n".join(changed)))

    assert [(passage.is_fold, len(passage.changes)) for passage in parts] == [
        (True, 3),
        (False, 4),
        (True, 3),
    ]


def test_a_single_far_paragraph_is_not_worth_folding():
    same = Change(kind="same", spans=())

    assert [passage.is_fold for passage in passages((same,))] == [False]


def test_the_space_before_removed_words_is_removed_with_them():
    spans = diff_words("They launch it in spring, says the crew", "They launch, first of all, says the crew")

    assert "".join(bracketed(each.kind, each.text) for each in spans) == (
        "They launch[- it in spring-]{+, first of all+}, says the crew"
    )
