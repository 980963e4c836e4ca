"""Which segments of a page are the article: evidence, weights, company, doubt."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from crawler.extract.page.blocks import read_blocks
from crawler.extract.page.document import parse_document
from crawler.extract.text.arbiter import chance, chances, companies, explained, hear, is_doubtful, weights
from crawler.extract.text.content import gather
from crawler.extract.text.evidence import Hints
from crawler.extract.text.lines import Line
from crawler.extract.text.notes import is_correction
from crawler.extract.text.readings import Opinion, main_content
from crawler.extract.text.remarks import drop_remarks
from crawler.extract.text.segments import Segment
from crawler.extract.text.slides import drop_slides
from db.model import Page

PROSE = "The capsule left the station shortly after dawn and drifted for two hours before its engines were lit again."
PAGE = (
    "<html><body><nav><a href='/'>Home</a></nav><main><h1>The crew is back</h1>"
    f"<div class='text'>{f'<p>{PROSE}</p>' * 5}</div><p>One sentence more stands below the box of the others.</p></main></body></html>"
)


def segments_on(html: str) -> list[Segment]:
    page = Page(
        url="https://news.example/a",
        final_url="https://news.example/a",
        status=200,
        headers=(("content-type", "text/html; charset=utf-8"),),
        body=html.encode(),
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    document = parse_document(page)
    hints = Hints(headlines=("The crew is back",))
    return gather(document, read_blocks(document.tree), hints, main_content(document))[1]


def test_every_weight_is_of_an_evidence_that_is_gathered() -> None:
    segments = segments_on(PAGE)
    chances(segments)
    hear(segments, Opinion([PROSE]))
    only_with_a_declared_body = {"body", "not_in_body"}
    only_beside_boxes_made_alike = {"kin", "not_kin"}

    known = (
        {name for segment in segments for name in segment.evidence}
        | only_with_a_declared_body
        | only_beside_boxes_made_alike
    )

    assert set(weights("first")) | set(weights("second")) <= known


def test_an_explanation_adds_up_to_the_chance() -> None:
    segment = segments_on(PAGE)[2]
    chances([segment])
    total = sum(worth for _, worth in explained(segment.evidence))

    assert chance(segment.evidence, "second") == pytest.approx(1 / (1 + math.exp(-total)), abs=0.03)


def test_paragraphs_in_their_box_are_likelier_than_a_menu() -> None:
    segments = segments_on(PAGE)
    found = dict(zip((segment.blocks[0].text for segment in segments), chances(segments), strict=True))

    assert found[PROSE] > 0.8
    assert found["Home"] < 0.1


def test_company_is_what_neighbours_and_boxes_made_alike_got() -> None:
    segments = [
        Segment(node=None, blocks=[], size=10, kind=kind) for kind in ((1, "div", "a"), None, (1, "div", "a"))
    ]  # type: ignore[arg-type]  # neither node nor blocks are asked for

    first, middle, last = companies(segments, [0.9, 0.2, 0.5])

    assert first["kin"] == last["kin"] == pytest.approx(0.7)
    assert "kin" not in middle
    assert (middle["before"], middle["after"], middle["between"]) == (0.9, 0.5, 0.5)


def test_there_is_a_doubt_where_a_good_part_of_the_prose_is_neither_in_nor_out() -> None:
    segments = [Segment(node=None, blocks=[], size=100, prose=100, evidence={"cheap": 1.0}) for _ in range(3)]  # type: ignore[arg-type]  # only prose and evidence are asked for

    assert is_doubtful(segments, [0.9, 0.9, 0.5])
    assert not is_doubtful(segments, [0.9, 0.9, 0.1])
    assert not is_doubtful(segments, [0.9, 0.9, 0.8])

    segments[2].evidence["in_region"] = 1.0

    assert is_doubtful(segments, [0.9, 0.9, 0.8]), "a mark denies what the arbiter takes"

    for segment in segments:
        del segment.evidence["cheap"]

    assert is_doubtful(segments, [0.9, 0.9, 0.1]), "nobody else was heard yet"


@pytest.mark.parametrize(
    "text",
    [
        "Correction: the burn lasted nine minutes, not ninety.",
        "This story was updated after publication to correct the number of trips.",
        "Korrektur: Die Strecke ist vierzig Kilometer lang, nicht vier.",
        "Исправление: длина ветки сорок километров, а не четыре.",
        "更正：航线全长为四十公里。",
        "訂正：航路は40キロです。",
        "本文已更正，航线全长四十公里。",
        "संशोधन: यह मार्ग चालीस किलोमीटर लंबा है।",
        "திருத்தம்: பாதை நாற்பது கிலோமீட்டர் நீளம்.",
        "訂正：前の記事では路線の長さを四キロと書きましたが、正しくは四十キロです。",
    ],
)
def test_a_note_of_a_correction_is_known_in_many_languages(text: str) -> None:
    assert is_correction(text)


@pytest.mark.parametrize(
    "text", ["Updated: 6 May 2026, 10:05", "The crew corrected the course of the capsule twice."]
)
def test_a_date_or_a_sentence_about_something_else_is_no_note(text: str) -> None:
    assert not is_correction(text)


def lines_of(*texts: str) -> list[Line]:
    return [Line(text, position) for position, text in enumerate(texts)]


def test_an_article_told_in_slides_stays() -> None:
    lines = lines_of("1/3 Launch", PROSE, "2/3 Orbit", PROSE, "3/3 Landing", PROSE)

    drop_slides(lines)

    assert all(line.is_kept for line in lines)


def test_one_quotation_is_no_reader() -> None:
    lines = lines_of(PROSE, "Tolstoy wrote:", PROSE, PROSE)

    drop_remarks(lines)

    assert all(line.is_kept for line in lines)
