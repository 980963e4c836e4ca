"""Forms of pages in many languages that a reader met for the first time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extract.article import read_article
from crawler.extract.page.blocks import clean_space
from crawler.extract.page.document import parse_document
from crawler.extract.text.notes import is_correction
from db.model import Article, Page

_TEXT = (
    "The bakery on Sexton Lane closed two winters ago, and since last week its oven has been lending out novels.",
    "Neighbours carried four thousand volumes up the steep lane in wheelbarrows, baskets and one borrowed hearse.",
    "The council pays for the heating, while readers take turns at the counter and sweep the floor on Saturdays.",
)
_MORE = (
    "A joiner from the next valley built shelves out of old dough troughs and charged only for the screws.",
)
_HEADLINE = "Village bakery turns its oven into a library"


def read(
    body: str, head: str = "", title: str = _HEADLINE, language: str = "en", path: str = "/p/oven"
) -> Article:
    html = f'<html lang="{language}"><head><title>{title}</title>{head}</head><body>{body}</body></html>'
    url = f"https://paper.example{path}"
    page = Page(
        url=url,
        final_url=url,
        status=200,
        headers=(("content-type", "text/html; charset=utf-8"),),
        body=html.encode(),
        fetched_at=datetime(2026, 11, 20, tzinfo=UTC),
    )
    return read_article(parse_document(page)).article


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def test_the_paragraph_between_headline_and_container_is_the_beginning() -> None:
    rest = paragraphs(*_TEXT[1:], *_MORE, *(f"{text} So they said." for text in _TEXT))
    article = read(
        f'<h1>{_HEADLINE}</h1><div class="b"><div><p>{_TEXT[0]}</p></div></div><div><div>{rest}</div></div>'
    )

    assert article.text.startswith(_TEXT[0])


def test_a_text_that_is_shown_twice_is_read_once() -> None:
    article = read(f"<h1>{_HEADLINE}</h1><div>{paragraphs(*_TEXT)}</div><div>{paragraphs(*_TEXT)}</div>")

    assert article.text == "\n".join(_TEXT)


def test_the_sign_that_links_a_heading_to_itself_is_no_text() -> None:
    section = '<h2><a href="#keys">#</a>Who keeps the key <a href="#keys">¶</a></h2>'
    article = read(f"<h1>{_HEADLINE}</h1>{paragraphs(*_TEXT)}{section}{paragraphs(*_MORE)}")

    assert "\nWho keeps the key\n" in article.text


def test_a_caption_in_a_table_with_its_picture_is_no_text() -> None:
    table = (
        "<table><tr><td><img src=a.jpg></td></tr><tr><td>The oven, now lined with shelves.</td></tr></table>"
    )
    article = read(f"<h1>{_HEADLINE}</h1>{paragraphs(*_TEXT[:2])}{table}{paragraphs(_TEXT[2])}")

    assert article.text == "\n".join(_TEXT)


def test_remarks_in_a_list_of_who_wrote_them_are_readers() -> None:
    said = "I used to buy my rolls there on Sundays, and I am glad that somebody uses the place."
    remarks = "".join(f"<dt>{name} wrote</dt><dd>{said}</dd>" for name in ("old_salt", "Peg", "zora77"))
    article = read(f"<div><h1>{_HEADLINE}</h1>{paragraphs(*_TEXT, *_MORE)}<dl>{remarks}</dl></div>")

    assert article.text == "\n".join((*_TEXT, *_MORE))


_SAID = "I used to buy my rolls there on Sundays, and I am glad that somebody uses the place."
_ROWS = "".join(
    f"<tr><td><b>{name}</b><br>02.11.2026</td><td>{_SAID} {name} knows.</td></tr>"
    for name in ("Peg", "Moll", "Ada")
)


def test_remarks_in_rows_below_the_text_are_readers() -> None:
    article = read(f"<h1>{_HEADLINE}</h1>{paragraphs(*_TEXT)}<table>{_ROWS}</table>")

    assert article.text == "\n".join(_TEXT)
    assert "comments.signed" in {each.rule for each in article.removed}


_CONDITIONS = (
    "Delivery may be paused for five weeks a year when somebody rings our subscription desk before noon.",
    "Students receive half off on showing valid cards, and societies obtain discounts from five copies onwards.",
    "All contracts can be cancelled four weeks before their end by letter or electronic mail to our publisher.",
)


def _in_three_boxes(beside: str, below: str = "") -> str:
    head, text = f"<header><h1>{_HEADLINE}</h1></header>", paragraphs(*_TEXT[:2])
    return f"<main><article>{head}<div><div>{text}</div>{below}</div></article>{beside}</main>"


def test_terms_beside_a_short_item_are_none_of_its_text() -> None:
    article = read(_in_three_boxes(f"<div>{paragraphs(*_CONDITIONS)}</div>"))

    assert article.text == "\n".join(_TEXT[:2])


def test_another_box_below_the_same_headline_stays() -> None:
    article = read(_in_three_boxes("", f"<div>{paragraphs(*_CONDITIONS)}</div>"))

    assert article.text == "\n".join((*_TEXT[:2], *_CONDITIONS))


@pytest.mark.parametrize(
    "thread",
    [
        pytest.param("<dl>" + "".join(f"<dt>{name}, 2 November 2026</dt><dd>{_SAID} {name} knows.</dd>" for name in ("Peg", "Moll", "Ada")) + "</dl>", id="list"),
        pytest.param("<h3>Reacties</h3>" + "".join(f"<p><strong>{name}</strong> 2.11.2026</p><p>{_SAID} {name} knows.</p>" for name in ("Peg", "Moll")), id="two below a heading"),
    ],
)  # fmt: skip
def test_a_name_and_a_day_in_one_line_head_a_remark(thread: str) -> None:
    article = read(f"<div><h1>{_HEADLINE}</h1>{paragraphs(*_TEXT)}</div><div>{thread}</div>")

    assert article.text == "\n".join(_TEXT)


def test_names_and_days_at_the_top_are_entries_of_the_article() -> None:
    entries = "".join(f"<p><b>Peg, 2 November 2026</b></p><p>{text}</p>" for text in (*_TEXT, *_MORE))
    article = read(f"<article><h1>{_HEADLINE}</h1>{entries}</article>")

    assert all(text in article.text for text in (*_TEXT, *_MORE))


def test_rows_of_names_and_days_between_paragraphs_are_the_authors() -> None:
    article = read(f"<h1>{_HEADLINE}</h1>{paragraphs(*_TEXT)}<table>{_ROWS}</table>{paragraphs(*_MORE)}")

    assert f"{_SAID} Ada knows." in article.text
    assert article.text.endswith(_MORE[0])


_TERMS = (
    "Subscribers who go on holiday may have their issues sent on, or kept for them at our counter in Bridge Street.",
    "Cancellations are accepted in writing with four weeks of notice, and money that was paid in advance returns.",
)
_SITE = '<meta property="og:site_name" content="Millbrook Courier">'


@pytest.mark.parametrize("box", ["main", "div"])
def test_a_box_below_the_text_that_the_site_heads_with_its_name_is_its_own(box: str) -> None:
    terms = f"<section><h2>Millbrook Courier</h2>{paragraphs(*_TERMS)}</section>"
    text = f"<h1>{_HEADLINE}</h1>{paragraphs(*_TEXT, *_MORE)}"
    article = read(f"<{box}><article>{text}</article>{terms}</{box}>", _SITE)
    within = read(f"<{box}>{text}{terms}</{box}>", _SITE)

    assert article.text == within.text == "\n".join((*_TEXT, *_MORE))


@pytest.mark.parametrize("heading", ["Millbrook Courier", "Who may keep a key"])
def test_a_section_that_goes_on_with_the_text_stays_whatever_its_heading(heading: str) -> None:
    more = (*(f"{text} So the council says, and the readers agree." for text in _TEXT[:2]),)
    if heading != "Millbrook Courier":
        more = _TERMS
    section = f"<section><h2>{heading}</h2>{paragraphs(*more)}</section>"
    article = read(f"<article><h1>{_HEADLINE}</h1>{paragraphs(*_TEXT, *_MORE)}{section}</article>", _SITE)

    assert more[0] in article.text
    assert more[1] in article.text


_INVITATION = "The stories of the week, every Friday in your letter box. You can leave at any time."


@pytest.mark.parametrize("field", ["<input type=email>", "<input name=your-email>"])
def test_a_box_with_a_title_and_a_field_for_an_address_is_an_invitation(field: str) -> None:
    box = f'<div class="x9"><h4>Lettres du vendredi</h4><p>{_INVITATION}</p><form>{field}</form></div>'
    article = read(f"<h1>{_HEADLINE}</h1>{paragraphs(*_TEXT)}{box}{paragraphs(*_MORE)}")

    assert article.text == "\n".join((*_TEXT, *_MORE))
    assert {each.text for each in article.removed if each.rule == "markup.newsletter"} == {
        "Lettres du vendredi",
        _INVITATION,
    }


@pytest.mark.parametrize(
    "box",
    [
        f"<div><p>{_TEXT[2]}</p><form><input type=email></form></div>",
        f"<div><h4>Who keeps the key</h4><p>{_TEXT[2]}</p><form><input type=search></form></div>",
    ],
    ids=["no title", "no address"],
)
def test_a_paragraph_that_shares_its_box_with_a_form_stays(box: str) -> None:
    article = read(f"<h1>{_HEADLINE}</h1>{paragraphs(*_TEXT[:2])}{box}{paragraphs(*_MORE)}")

    assert _TEXT[2] in article.text


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("October 31, 2026, By Nora Whitfield", ("Nora Whitfield",)),
        ('By <a href="/a/n">Nora Whitfield</a>, <a href="/a/t">Tobias Lark</a> · October 31, 2026', None),
    ],
    ids=["day first", "two linked names"],
)
def test_a_byline_is_read_and_taken_out(byline: str, authors: tuple[str, ...] | None) -> None:
    article = read(f"<h1>{_HEADLINE}</h1><p>{byline}</p>{paragraphs(*_TEXT)}")

    assert article.text == "\n".join(_TEXT)
    assert article.authors == (authors or ("Nora Whitfield", "Tobias Lark"))
    assert article.published_at == datetime(2026, 10, 31, tzinfo=UTC)


def test_a_name_below_the_text_that_signs_it_is_taken_out() -> None:
    article = read(f"<h1>{_HEADLINE}</h1>{paragraphs(*_TEXT, 'By Nora Whitfield')}")

    assert article.text == "\n".join(_TEXT)
    assert article.authors == ("Nora Whitfield",)


def test_a_kicker_without_a_name_stands_in_front_of_the_headline() -> None:
    assert read(f"<h1><span>Crafts</span> {_HEADLINE}</h1>{paragraphs(*_TEXT)}").title == _HEADLINE


def test_a_structured_description_that_was_cut_off_is_read_as_far_as_it_goes() -> None:
    described = (
        '{"@type": "NewsArticle", "headline": "X", "author": [{"@type": "Person", "name": "Nora Whitfield"'
    )
    article = read(
        f"<h1>{_HEADLINE}</h1>{paragraphs(*_TEXT)}",
        f'<script type="application/ld+json">{described}</script>',
    )

    assert article.authors == ("Nora Whitfield",)


def test_an_article_about_consent_is_no_consent_wall() -> None:
    article = read(f"<h1>{_HEADLINE}</h1>{paragraphs(*_TEXT)}", path="/consent-age-raised")

    assert article.text == "\n".join(_TEXT)


def test_what_parts_letters_of_a_persian_word_stays() -> None:
    assert clean_space("می\u200cدهند Lift\u200c-off") == "می\u200cدهند Lift-off"


def test_a_text_whose_sentences_end_with_a_blank_keeps_its_first_paragraph() -> None:
    thai = (
        "ร้านขนมปังในซอยวัดปิดกิจการไปเมื่อสองปีก่อน และตั้งแต่สัปดาห์ที่แล้วเตาอิฐของร้านกลายเป็นที่ยืมนวนิยาย",
        "เพื่อนบ้านช่วยกันขนหนังสือสี่พันเล่มขึ้นซอยชันด้วยรถเข็น ตะกร้าผ้า และรถขนศพที่ยืมมาหนึ่งคัน",
        "เทศบาลเป็นผู้จ่ายค่าทำความร้อน ส่วนผู้อ่านผลัดกันเฝ้าเคาน์เตอร์และกวาดพื้นทุกวันเสาร์",
    )
    title = "ร้านขนมปังในหมู่บ้านเปลี่ยนเตาอบเป็นห้องสมุด"
    article = read(f"<h1>{title}</h1>{paragraphs(*thai)}", title=title, language="th")

    assert article.text == "\n".join(thai)


@pytest.mark.parametrize(
    ("date", "language"),
    [
        ("středa 12. března 2025", "cs"),
        ("onsdag d. 12. marts 2025 kl. 14.30", "da"),
        ("Τετάρτη 12 Μαρτίου 2025", "el"),
        ("Rabu, 12 Maret 2025 14:30 WIB", "id"),
        ("วันพุธที่ 12 มีนาคม พ.ศ. 2568", "th"),
        ("民國114年3月12日", "zh"),
        ("令和7年3月12日", "ja"),
        ('12 March 2025 | <a href="/v">Villages</a>', "en"),
    ],
)
def test_a_date_with_a_weekday_or_a_section_that_nobody_listed_is_no_text(date: str, language: str) -> None:
    article = read(f"<h1>{_HEADLINE}</h1><p>{date}</p>{paragraphs(*_TEXT)}", language=language)

    assert article.text == "\n".join(_TEXT)
    assert [each.rule for each in article.removed][-1] == "byline.time"


def test_the_place_behind_a_date_is_the_text_of_an_event() -> None:
    line = "12 March 2025, Old Bakery"
    article = read(f"<h1>{_HEADLINE}</h1><p>{line}</p>{paragraphs(*_TEXT)}")

    assert article.text == "\n".join((line, *_TEXT))


@pytest.mark.parametrize(
    "note",
    [
        "Fe de errores: el nombre aparecía mal escrito en la primera versión de esta noticia.",
        "Artikeln har uppdaterats den 2 november 2026 för att rätta ett namn.",
        "Článek byl 2. listopadu 2026 upraven, aby bylo opraveno jméno.",
        "Το άρθρο διορθώθηκε στις 2 Νοεμβρίου 2026, καθώς ένα όνομα ήταν λάθος.",
        "הכתבה עודכנה ב-2 בנובמבר 2026 כדי לתקן את השם.",
        "更正：本文早前版本称面包房三个冬天前关门，实际为两个冬天前。",
        "Đính chính: Phiên bản trước của bài viết ghi sai ngày.",
        "Dieser Artikel wurde am 2. November 2026 geändert, um einen Namen zu berichtigen.",
        "Статья изменена 2 ноября 2026 года: исправлено имя.",
        "Bu haber, bir adı düzeltmek için 2 Kasım 2026'da değiştirildi.",
        "この記事は2026年11月2日に名前を訂正しました。",
        "本文于2026年11月2日作了修改，更正了姓名。",
        "이 기사는 2026년 11월 2일 이름을 바로잡기 위해 수정되었습니다.",
        "Artikkelen ble endret 2. november 2026 for å rette et navn.",
        "Juttua on muokattu 2.11.2026: nimi korjattu.",
    ],
)
def test_a_correction_is_known_in_many_languages(note: str) -> None:
    assert is_correction(note)
