"""What of a difference between two readings is the publisher's."""

from __future__ import annotations

import pytest

from crawler.extract.text.furniture import line_hash
from crawler.ingest.edits import came_lines, without_site_lines
from db.model import Article, Removed

TEXT = (
    "The crane was moved to the museum on a barge, and nobody has missed it since.",
    "The council paid for the barge, the museum paid for the crane and the town came to see it.",
    "A second crane stands on the quay still, and a committee is to say what becomes of it in the spring.",
)
PROMO = "Join the harbour circle and hear from our desk"


def article(*lines: str, removed: tuple[str, ...] = ()) -> Article:
    gone = tuple(Removed(rule="prompt.promo", text=text, position=0) for text in removed)
    return Article(url="https://a.example/1", canonical_url="https://a.example/1", title="The crane", text="\n".join(lines), removed=gone)  # fmt: skip


@pytest.mark.parametrize(
    ("earlier", "later", "came"),
    [
        pytest.param(article(*TEXT), article(*TEXT, PROMO), (PROMO,), id="a line more"),
        pytest.param(article(*TEXT), article(*TEXT), (), id="nothing"),
        pytest.param(
            article(*TEXT), article(*TEXT[:2], TEXT[2].replace("spring", "autumn")), (), id="a line reworded"
        ),
        pytest.param(
            article(*TEXT, removed=(PROMO,)), article(*TEXT, PROMO), (), id="it stood there, and was removed"
        ),
        pytest.param(
            article(*TEXT),
            article(*TEXT, "Correction: the barge was hired, not bought."),
            (),
            id="a correction",
        ),
    ],
)
def test_lines_that_came_and_may_be_the_sites(earlier, later, came):
    assert came_lines(earlier, later, frozenset()) == {line_hash(line) for line in came}


def test_what_is_known_as_furniture_has_not_come():
    assert came_lines(article(*TEXT), article(*TEXT, PROMO), frozenset({line_hash(PROMO)})) == frozenset()


def test_furniture_goes_wherever_it_stands_and_what_the_other_page_removed_with_it():
    shown = article(TEXT[0], PROMO, *TEXT[1:], "Voting is open")

    bare = without_site_lines(
        shown, article(*TEXT, removed=("Voting is open",)), frozenset({line_hash(PROMO)})
    )

    assert bare.text.split("\n") == list(TEXT)


def test_a_label_that_is_only_written_otherwise_is_no_edit():
    first, rest = TEXT[1].split(", ")
    old, new = (
        article(TEXT[0], f"{first}. {label}The {rest}", TEXT[2]) for label in ("Sponsored", "SPONSORED")
    )

    assert came_lines(old, new, frozenset()) == {line_hash("Sponsored")}
    known = frozenset({line_hash("Sponsored")})
    assert (
        without_site_lines(new, old, known).text.split("\n")[1]
        == without_site_lines(old, new, known).text.split("\n")[1]
        == f"{first}. The {rest}"
    )


def test_a_text_that_stands_elsewhere_on_its_site_is_compared_whole():
    known = frozenset(map(line_hash, TEXT))

    assert without_site_lines(article(*TEXT), article(*TEXT), known) == article(*TEXT)


def test_a_correction_on_many_articles_is_still_one():
    note = "Correction: an earlier version of this article misspelled the name of the mayor."

    assert note in without_site_lines(article(*TEXT, note), article(*TEXT), frozenset({line_hash(note)})).text
