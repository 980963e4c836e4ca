"""Paragraphs that are cut off are beginnings of other pages, also where no class says so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extract.article import read_article
from crawler.extract.page.document import parse_document
from db.model import Page

ARTICLE = (
    "The ferry left the quay at noon with two hundred people and a brass band on its upper deck.",
    "Nobody had expected that the harbour would be open again before the ice in the bay was gone.",
    "The council had set aside the money for the new pier in spring, and the builders were early.",
)
OTHERS = (
    ("Market moves indoors", "The stalls of the market by the river move into the old tram depot, because the roof of the hall has to be…"),
    ("School gets a garden", "Pupils of the school on the hill have planted forty trees in the yard, and the parents have promised to..."),
    ("Choir looks for tenors", "Since the summer the choir of the mill quarter has had only two tenors, and one of them is about to […]"),
    ("Bridge is closed", "For three weeks nobody will cross the bridge at the lock, as the bearings below the middle span are…"),
)  # fmt: skip
FORMS = {
    "boxes above": "<div>{others}</div><div><h1>Ferry leaves early</h1>{article}</div>",
    "boxes below": "<div><h1>Ferry leaves early</h1>{article}</div><div>{others}</div>",
    "boxes within": "<div><h1>Ferry leaves early</h1>{article}<div>{others}</div></div>",
}
BOXES = {
    "headings": "<div><h3><a href='/{n}'>{title}</a></h3><p>{text}</p></div>",
    "days": "<div><span>0{n}.10.2016</span><div><b>{title}</b></div><div>{text}</div></div>",
    "sections": "<section><h4>{title}</h4>{text}</section>",
}


def text_of(body: str) -> str:
    html = f"<html><head><title>Ferry leaves early</title></head><body>{body}</body></html>"
    page = Page(
        url="https://news.example/ferry",
        final_url="https://news.example/ferry",
        status=200,
        headers=(("content-type", "text/html; charset=utf-8"),),
        body=html.encode(),
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return read_article(parse_document(page)).article.text


def paragraphs() -> str:
    return "".join(f"<p>{each}</p>" for each in ARTICLE)


@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_boxes_whose_paragraphs_are_cut_off_are_other_pages(form, box):
    others = "".join(box.format(n=n, title=title, text=text) for n, (title, text) in enumerate(OTHERS, 1))

    assert text_of(form.format(others=others, article=paragraphs())).split("\n") == [*ARTICLE]


def test_a_list_of_remarks_that_are_cut_off_is_none_of_the_article():
    items = "".join(f"<li>Reader {number}: {text}</li>" for number, (_, text) in enumerate(OTHERS))

    text = text_of(f"<div><ul>{items}</ul><div><h1>Ferry leaves early</h1>{paragraphs()}</div></div>")

    assert text.split("\n") == [*ARTICLE]


def test_boxes_of_which_one_is_cut_off_are_parts_of_the_article():
    parts = "".join(f"<section><h4>Part {n}</h4><p>{each}</p></section>" for n, each in enumerate(ARTICLE))
    parts += "<section><h4>Part 4</h4><p>And then the band began to play once more, and the people on the quay sang along…</p></section>"

    text = text_of(f"<div><h1>Ferry leaves early</h1>{paragraphs().replace('The', 'A')}{parts}</div>")

    assert all(each in text for each in ARTICLE) and "once more" in text
