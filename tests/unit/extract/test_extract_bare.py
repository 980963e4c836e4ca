"""Pages without class names: what their readers tell apart by words and by where lines stand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extract.article import read_article
from crawler.extract.page.document import parse_document
from db.model import Article, Page

TEXT = (
    "The old ferry went back to the northern crossing on Tuesday, four years after a shaft had broken.",
    "Some three hundred people stood in the rain to see it cast off, and the band played to the end.",
    "The harbour master said that the boat would make six trips a day and that bicycles travel free.",
    "Fishermen had lobbied for a bridge instead, whose piers would have stood on drifting sand.",
)
REMARKS = [f"{line} I would not have believed it, said nobody." for line in TEXT]
SERVICE = (
    "Your subscription includes the printed paper on six days and the archive back to its first year.",
    "Payment is taken on the first working day of the month; students pay half on showing a card.",
    "If a copy is missing, please tell us before noon and it will be brought within the hour.",
)
LOOSE = {
    "en": ("Posted on October 31, 2026 by Wilma Strand", "Labels: ferries, harbour", "ferries"),
    "fi": ("Julkaistu 31. lokakuuta 2026, kirjoittanut Wilma Strand", "Avainsanat: lautat, satama", "lautat"),
    "el": ("Δημοσιεύτηκε στις 31 Οκτωβρίου 2026 από τη Wilma Strand", "Ετικέτες: φέρι, λιμάνι", "φέρι"),
    "bg": ("Публикувано на 31 октомври 2026 от Wilma Strand", "Етикети: фериботи, кей", "фериботи"),
    "da": ("Offentliggjort den 31. oktober 2026 af Wilma Strand", "Emneord: færger, havn", "færger"),
}


def read(body: str, title: str = "The ferry sails again", lang: str = "en") -> Article:
    html = f'<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'
    url = "https://news.example/a"
    at = datetime(2027, 1, 1, tzinfo=UTC)
    page = Page(url=url, final_url=url, status=200, headers=(), body=html.encode(), fetched_at=at)
    return read_article(parse_document(page)).article


def paragraphs(texts: tuple[str, ...] | list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


@pytest.mark.parametrize("lang", LOOSE)
def test_lines_between_breaks_are_read_as_paragraphs_are(lang: str) -> None:
    byline, topics, tag = LOOSE[lang]
    lines = "<br><br>".join((byline, *TEXT, topics, "Harbour Notes, made by hand since 1999"))

    article = read(f"<h2>The ferry sails again</h2>{lines}", "Harbour Notes: The ferry sails again", lang)

    assert article.text.splitlines() == list(TEXT)
    assert (article.title, article.authors) == ("The ferry sails again", ("Wilma Strand",))
    assert article.published_at == datetime(2026, 10, 31, tzinfo=UTC)
    assert article.tags[0] == tag


def test_the_byline_below_the_text_is_read_and_taken_out() -> None:
    article = read(
        f"<h1>The ferry sails again</h1>{paragraphs(TEXT)}<p>Written by Wilma Strand on 31 October 2026</p>"
    )

    assert article.text.splitlines() == list(TEXT)
    assert article.authors == ("Wilma Strand",)


def test_comments_longer_than_the_article_are_known_by_their_heading_and_their_make() -> None:
    thread = "".join(
        f"<div><b>Reader {number}</b> <i>12:{number}</i><p>{text}</p></div>"
        for number, text in enumerate(REMARKS * 4, 10)
    )
    article = read(
        f"<div><h1>The ferry sails again</h1>{paragraphs(TEXT[:2])}</div><div><h3>Comments (16)</h3>{thread}</div>"
    )

    assert article.text.splitlines() == list(TEXT[:2])


def test_a_box_that_speaks_of_something_else_is_not_the_article() -> None:
    box = f"<div>{paragraphs(SERVICE)}</div>"

    article = read(f"<div><h1>The ferry sails again</h1>{paragraphs(TEXT[:2])}</div>{box}")

    assert article.text.splitlines() == list(TEXT[:2])


def test_a_second_box_that_has_a_word_of_the_headline_is_the_article_too() -> None:
    rest = (*TEXT[2:], "The ferry is to sail until the ice comes, and again when it has gone in spring.")

    article = read(
        f"<div><h1>The ferry sails again</h1>{paragraphs(TEXT[:2])}</div><div>{paragraphs(rest)}</div>"
    )

    assert article.text.splitlines() == [*TEXT[:2], *rest]


def test_names_with_strokes_between_below_a_picture_are_its_credit() -> None:
    picture = '<img src="/p.jpg" width="800" height="500"><div>Cora Whitlock / Tarn Press</div>'

    article = read(f"<h1>The ferry sails again</h1>{paragraphs(TEXT[:2])}{picture}{paragraphs(TEXT[2:])}")

    assert article.text.splitlines() == list(TEXT)
    assert article.image_credits == ("Cora Whitlock / Tarn Press",)


@pytest.mark.parametrize("label", ["Advertisement", "SPONSORED", "Anzeige", "Реклама"])
def test_the_label_of_an_advertisement_inside_a_paragraph_goes(label: str) -> None:
    first, rest = TEXT[0].split(", ")
    labelled = f'{first}, <span class="ad-label">{label}</span>{rest}'

    article = read(f"<h1>The ferry sails again</h1><article>{paragraphs([labelled, *TEXT[1:]])}</article>")

    assert article.text.splitlines() == list(TEXT)
    assert [(each.rule, each.text) for each in article.removed if each.text == label] == [
        ("markup.ad", label)
    ]


@pytest.mark.parametrize("said", ["of an advertisement", "full page"])
def test_words_of_a_sentence_stay_whatever_class_they_have(said: str) -> None:
    line = (
        f'The council paid for it out of the income <span class="ad">{said}</span> on the side of the boat.'
    )

    article = read(f"<h1>The ferry sails again</h1><article>{paragraphs([*TEXT, line])}</article>")

    assert f"the income {said} on the side" in article.text


def test_lines_between_breaks_go_on_behind_a_list() -> None:
    """The list parts them, and what comes after it ends with a link: another reading has none of it."""
    last = f"{SERVICE[0]} {REMARKS[0]}"
    box = "<ul><li>What the editors read</li><li>What the readers wrote</li></ul>"
    more = '<p><a href="/a">The lamp of the lighthouse is lit again</a></p>'
    lines = "<br><br>".join((*TEXT, *REMARKS))

    article = read(f"<h1>The ferry sails again</h1><div>{lines}<br><br>{box}{last}<h3>More</h3>{more}</div>")

    assert article.text.splitlines()[-1] == last
