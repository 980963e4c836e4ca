"""Residue: what each rule takes, and the author's own lines that look like it and stay."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from residue_lines import ANYWHERE, AT_THE_END, AT_THE_TOP, OWN

from crawler.extract.text.captions import credit_line
from crawler.extract.text.lines import Line, lines_of
from crawler.extract.text.phrases import ALL_LANGUAGES, languages_of, phrase_rules
from crawler.extract.text.residue import CleanText, Context, strip_residue

OPENING = (
    "The crew flew to the station with one camera, two lenses and a script that nobody had rehearsed in orbit.",
    "They came back after twelve days with thirty hours of footage and a bruise or two from the hatches.",
)
CLOSING = (
    "What the film has cost is not known, but the seats were the most expensive line in its budget.",
    "The premiere is in April, and the cosmonauts have been invited to sit in the first row.",
)


def clean(*texts: str, **context: object) -> CleanText:
    return strip_residue(lines_of(texts), Context(**context))  # type: ignore[arg-type]  # as keywords


def in_the_middle(line: str | Line) -> CleanText:
    lines = lines_of((*OPENING, "", *CLOSING))
    lines[2] = replace(line, position=2) if isinstance(line, Line) else Line(line, 2)
    return strip_residue(lines, Context())


def at_the_end(line: str) -> CleanText:
    return clean(*OPENING, *CLOSING, line)


def at_the_top(line: str, **context: object) -> CleanText:
    return clean(line, *OPENING, *CLOSING, **context)


def rules(text: CleanText) -> list[str]:
    return [each.rule for each in text.removed]


@pytest.mark.parametrize(
    ("rule", "line"), [(rule, line) for rule, found in ANYWHERE.items() for line in found]
)
def test_residue_between_the_paragraphs_goes_by_its_rule(rule: str, line: str) -> None:
    text = in_the_middle(line)

    assert [each.text for each in text.lines] == [*OPENING, *CLOSING]
    assert [(each.rule, each.text, each.position) for each in text.removed] == [(rule, line, 2)]


@pytest.mark.parametrize(
    ("rule", "line"), [(rule, line) for rule, found in AT_THE_END.items() for line in found]
)
def test_residue_below_the_text_goes_by_its_rule(rule: str, line: str) -> None:
    text = at_the_end(line)

    assert rules(text) == [rule]
    assert len(text.lines) == 4


@pytest.mark.parametrize(
    ("rule", "line"), [(rule, line) for rule, found in AT_THE_TOP.items() for line in found]
)
def test_residue_above_the_text_goes_by_its_rule(rule: str, line: str) -> None:
    text = at_the_top(line)

    assert rules(text) == [rule]
    assert len(text.lines) == 4


@pytest.mark.parametrize("line", OWN)
def test_an_authors_own_sentence_that_resembles_residue_stays(line: str) -> None:
    assert rules(in_the_middle(line)) == []


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(Line("Background", 2, kind="heading"), id="weak label"),
        pytest.param(
            Line("Coming next: how it all works out for the crew", 2, kind="heading"), id="announcement"
        ),
        pytest.param(Line("Share this information, please?", 2, kind="heading"), id="question"),
        pytest.param(Line("Netflix", 2, kind="heading"), id="name of a studio"),
        pytest.param(Line("[Engadget]", 2, linked=0.9), id="source in brackets"),
        pytest.param(
            Line("Get it on the shop for $39.99", 2, kind="item", linked=1.0), id="link to another site"
        ),
        pytest.param(Line("Use code ORBIT", 2, is_strong=True, has_image=True), id="bold below a picture"),
        pytest.param(Line("Netflix | 12", 2, kind="cell"), id="row of a table"),
    ],
)
def test_an_authors_own_heading_list_or_source_stays(line: Line) -> None:
    assert rules(in_the_middle(line)) == []


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("links.own", Line("Wie man im All schminkt", 2, linked=1.0, is_own_link=True)),
        ("links.social", Line("THE POINT -- NOW ON YOUTUBE!", 2, linked=1.0, is_social_link=True)),
        (
            "caption.box",
            Line("The camera in its travel case", 2, kind="other", has_image=True, is_boxed=True),
        ),
        ("caption.styled", Line("A corridor that became a hospital", 2, has_image=True, is_fine=True)),
        ("caption.credited", Line("The hatch and the table. (NASA/JPL-Caltech)", 2, has_image=True)),
        ("markup.share", Line("Pinterest", 2, region="share")),
        ("markup.caption", Line("A long row of cars.", 2, region="figure")),
    ],
)
def test_markup_decides_where_words_cannot(rule: str, line: Line) -> None:
    assert rules(in_the_middle(line)) == [rule]


def test_headline_and_standfirst_go_wherever_they_are_repeated() -> None:
    headline, standfirst = (
        "First film shot in orbit comes to cinemas",
        "It took twelve days and one camera to make it",
    )
    text = clean(headline, headline, standfirst, *OPENING, *CLOSING, headlines=(headline,))

    assert rules(text) == ["repeat.headline", "repeat.headline", "repeat.standfirst"]
    assert (text.headline, text.standfirst) == (headline, standfirst)


def test_a_marked_standfirst_is_the_authors_and_a_kicker_is_not() -> None:
    lines = lines_of(("Film in orbit", "It took the crew twelve days and one camera", *OPENING, *CLOSING))
    for line in lines[:2]:
        line.region = "standfirst"
    text = strip_residue(lines, Context(headlines=("First film shot in orbit comes to cinemas",)))

    assert [(each.rule, each.text) for each in text.removed] == [("markup.standfirst", "Film in orbit")]
    assert text.standfirst == "It took the crew twelve days and one camera"


def test_a_list_of_items_with_a_picture_and_a_credit_each_is_the_text() -> None:
    items = [
        item
        for number, told in enumerate((*OPENING, *CLOSING), 1)
        for item in (
            Line(f"Scene {number}", 0, kind="heading"),
            Line(told, 0, is_boxed=True),
            Line("Photo: Ivo Marek", 0),
        )
    ]
    text = strip_residue([replace(line, position=at) for at, line in enumerate(items)], Context())

    assert [line.text for line in text.lines if line.kind == "p"] == [*OPENING, *CLOSING]
    assert set(rules(text)) == {"credit.line"}


def test_a_first_paragraph_below_a_headline_that_the_text_does_not_repeat_stays() -> None:
    text = clean(*OPENING, *CLOSING, headlines=("Film crew is back",))

    assert rules(text) == []


def test_a_caption_goes_with_the_credit_below_it() -> None:
    text = clean(
        *OPENING, "The film was backed by the agency.", "Roscosmos TV", *CLOSING, "Photo: Roscosmos TV / TASS"
    )

    assert rules(text) == ["caption.before_credit", "credit.name", "credit.line"]
    assert text.image_credits == ("Roscosmos TV", "Roscosmos TV / TASS")


def test_a_paragraph_above_the_credit_of_the_lead_picture_stays() -> None:
    text = clean(*OPENING, "The listing is due on Tuesday.", "Main image credit: Getty", *CLOSING)

    assert rules(text) == ["credit.line"]


def test_a_heading_that_introduced_only_links_goes_with_them() -> None:
    links = [
        Line(f"Another story, number {number}", number, kind="item", linked=1.0, is_own_link=True, group=1)
        for number in (5, 6)
    ]
    text = strip_residue([*lines_of((*OPENING, *CLOSING, "What else we wrote:")), *links], Context())

    assert rules(text) == ["related.heading", "links.closing_list", "links.closing_list"]


def test_three_links_in_a_row_are_a_menu_wherever_they_lead() -> None:
    links = [Line(f"download theme {number}", 2 + number, kind="other", linked=1.0) for number in range(3)]
    lines = [
        *lines_of(OPENING),
        *links,
        *(replace(line, position=line.position + 5) for line in lines_of(CLOSING)),
    ]

    assert rules(strip_residue(lines, Context())) == ["links.run"] * 3


def test_topics_become_tags_and_credits_become_credits() -> None:
    text = clean(*OPENING, *CLOSING, "Photo: Jane Doe / Reuters", "Topics: Tom Cruise, Space, Tom Cruise")

    assert text.tags == ("Tom Cruise", "Space")
    assert text.image_credits == ("Jane Doe / Reuters",)


def test_topics_in_the_middle_of_an_article_are_the_authors() -> None:
    assert rules(in_the_middle("Topics: film, orbit")) == []


def test_a_note_about_the_author_goes() -> None:
    text = clean(
        *OPENING, *CLOSING, "Jane Doe is a reporter in Moscow who covers the station.", authors=("Jane Doe",)
    )

    assert rules(text) == ["byline.bio"]


def test_phrases_are_looked_for_in_the_languages_of_the_page() -> None:
    assert languages_of("de", None) == ("en", "de", "other")
    assert languages_of(None, None) == ALL_LANGUAGES
    assert languages_of("ja") == ("en", "other")


def test_every_phrase_rule_has_examples_here() -> None:
    known = {*ANYWHERE, *AT_THE_END, *AT_THE_TOP}

    assert {rule.name for rule in phrase_rules()} <= known


def test_a_credit_is_no_sentence() -> None:
    assert credit_line("Photo: the story of how a camera got there, told by those who carried it.") is None
    assert credit_line("Instagram") is None


snippets = st.sampled_from(
    [line for found in (*ANYWHERE.values(), *AT_THE_END.values()) for line in found] + OWN
)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(
        st.one_of(snippets, st.text(min_size=1, max_size=80), st.sampled_from([*OPENING, *CLOSING])),
        max_size=12,
    )
)
def test_nothing_is_lost(paragraphs: list[str]) -> None:
    """Kept and removed together are what came in, each at its place."""
    text = clean(*paragraphs, headlines=tuple(paragraphs[:1]))
    together = [(line.position, line.text) for line in text.lines] + [
        (each.position, each.text) for each in text.removed
    ]

    assert sorted(together) == list(enumerate(paragraphs))


def test_the_second_copy_of_a_paragraph_goes() -> None:
    text = clean(*OPENING, OPENING[1], *CLOSING, "No.", "No.")

    assert rules(text) == ["repeat.paragraph"]
    assert [line.text for line in text.lines].count("No.") == 2


def test_a_heading_as_long_as_a_sentence_above_the_text_is_the_authors() -> None:
    opening = "The results were not a complete disappointment, with most companies in line with expectations."
    lines = [
        Line(opening, 0, kind="heading"),
        *(replace(line, position=line.position + 1) for line in lines_of((*OPENING, *CLOSING))),
    ]

    assert rules(strip_residue(lines, Context())) == []


def test_a_short_heading_above_the_text_stays() -> None:
    lines = [
        Line("How it began", 0, kind="heading"),
        *(replace(line, position=line.position + 1) for line in lines_of((*OPENING, *CLOSING))),
    ]

    assert rules(strip_residue(lines, Context())) == []
