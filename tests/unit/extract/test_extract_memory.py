"""Site memory: what is learned, what is taken out, and what memory may not do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.text.furniture import MAX_SHARE, drop_remembered, learnable_hashes, line_hash
from crawler.extract.text.lines import Line, kept, lines_of

BODY = (
    "The crew flew to the station with one camera, two lenses and a script that nobody had rehearsed in orbit.",
    "They shot in the evenings, when the day's experiments were done and the big module was empty for once, he said.",
    "They came back after twelve days with thirty hours of footage and a bruise or two from the hatches of the ship.",
    "What the film has cost is not known, but the seats were the most expensive line in its budget, it is said.",
    "The premiere is in April, and the cosmonauts have been invited to sit in the first row with their families.",
    "Nobody has announced a second film, although the camera is still up there and the corridor has been cleaned.",
)
FURNITURE = "Our weekly letter: the best of the week, every Friday"


def remembered(*texts: str) -> frozenset[int]:
    return frozenset(line_hash(text) for text in texts)


@pytest.mark.parametrize(
    "spelling",
    [
        "Read  more: 12 comments",
        "READ MORE: 345 COMMENTS",
        "Ｒｅａｄ more: 7 comments",
        "read more:\u00a01 comments",
    ],
)
def test_spellings_a_reader_would_not_tell_apart_have_one_hash(spelling: str) -> None:
    assert line_hash(spelling) == line_hash("Read more: 1 comments")


@given(st.text())
def test_a_hash_is_a_signed_64_bit_number(text: str) -> None:
    assert -(2**63) <= line_hash(text) < 2**63


def test_a_line_known_from_the_site_goes_wherever_it_stands() -> None:
    lines = lines_of((BODY[0], FURNITURE, *BODY[1:]))

    drop_remembered(lines, remembered(FURNITURE))

    assert [line.text for line in kept(lines)] == list(BODY)
    assert [(line.rule, line.position) for line in lines if line.rule] == [("memory.line", 1)]


def test_nothing_goes_when_most_of_the_text_is_known() -> None:
    """Agency copy on three pages of a site, or one article at three addresses."""
    lines = lines_of((*BODY, FURNITURE))

    drop_remembered(lines, remembered(*BODY[:3], FURNITURE))

    assert len(kept(lines)) == len(lines)


def test_a_paragraph_in_the_middle_stays() -> None:
    """Pages of a live report share posts; a poisoned site may repeat what it wants gone."""
    lines = lines_of(BODY + BODY[:1])
    middle = replace(lines[2], text=BODY[2] + " And so on.")
    lines[2] = middle

    drop_remembered(lines, remembered(middle.text))

    assert middle.is_kept


def test_a_long_notice_in_the_middle_goes_when_it_is_set_apart() -> None:
    notice = "This paper can only report from the launch site because its readers pay for it: a week costs less than a coffee does."
    lines = lines_of((*BODY[:3], notice, *BODY[3:]))
    lines[3] = replace(lines[3], is_fine=True)

    drop_remembered(lines, remembered(notice))

    assert not lines[3].is_kept


def test_a_long_notice_at_the_edge_goes() -> None:
    notice = "This article is part of a partnership between this paper and a foundation that has no say in what we write here."
    lines = lines_of((*BODY, notice))

    drop_remembered(lines, remembered(notice))

    assert not lines[-1].is_kept


def test_a_recurring_heading_above_a_paragraph_stays() -> None:
    lines = lines_of((BODY[0], "What happened?", *BODY[1:]))
    lines[1] = replace(lines[1], kind="heading")

    drop_remembered(lines, remembered("What happened?"))

    assert lines[1].is_kept


@pytest.mark.parametrize(
    "line", [Line("Rockledge | 14 | 11", 0, kind="cell"), Line("14 11 6 15 — 44", 0), Line("* * *", 0)]
)
def test_rows_of_numbers_are_not_learned(line: Line) -> None:
    assert learnable_hashes([line]) == ()


@given(st.sets(st.sampled_from(BODY)), st.lists(st.sampled_from((*BODY, FURNITURE)), min_size=1, max_size=9))
def test_memory_takes_a_bounded_share_of_any_article(known: set[str], texts: list[str]) -> None:
    lines = lines_of(texts)

    drop_remembered(lines, remembered(*known, FURNITURE))

    gone = sum(len(line.text) for line in lines if line.rule)
    assert gone <= MAX_SHARE * sum(map(len, texts))
