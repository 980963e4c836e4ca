"""Bytes become a document: encodings, broken markup, JSON-LD, and a reason for what is none."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from crawler.errors import NotAnArticle
from crawler.extract.page.blocks import clean_space
from crawler.extract.page.document import Document, parse_document
from crawler.extract.page.encoding import decode_html
from db.model import Page

RUSSIAN = "Фильм «Вызов» сняли на орбите, сообщает Роскосмос. Актриса рассказала о съёмках."
SAMPLES = {
    "windows-1251": RUSSIAN,
    "koi8-r": RUSSIAN.replace("«", '"').replace("»", '"'),
    "shift_jis": "映画「挑戦」は国際宇宙ステーションで撮影された最初の長編映画です。",
    "euc-jp": "映画「挑戦」は国際宇宙ステーションで撮影された最初の長編映画です。",
    "gb18030": "电影《挑战》是第一部在国际空间站拍摄的故事片。",
    "big5": "電影是第一部在國際太空站拍攝的故事片",
    "euc-kr": "영화는 국제우주정거장에서 촬영된 최초의 영화이다",
    "windows-1252": "Le film a été tourné à bord de la station. Für den ersten Film – »gut«.",
    "iso-8859-2": "Pierwszy film nakręcony w kosmosie. Załoga wróciła na Ziemię, żegnając się.",
    "utf-8": RUSSIAN,
    "utf-16": RUSSIAN,
}


def document(body: bytes, content_type: str = "text/html") -> Document:
    url = "https://news.example/a"
    page = Page(
        url=url,
        final_url=url,
        status=200,
        headers=(("content-type", content_type),),
        body=body,
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return parse_document(page)


def html(text: str, head: str = "") -> str:
    return f"<html><head>{head}<title>{text}</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize("encoding", SAMPLES)
@pytest.mark.parametrize("where", ["header", "meta", "nowhere"])
def test_text_is_decoded_whether_its_encoding_is_declared_or_not(encoding: str, where: str) -> None:
    head = f'<meta charset="{encoding}">' if where == "meta" else ""
    content_type = f"text/html; charset={encoding}" if where == "header" else "text/html"

    read = document(html(SAMPLES[encoding], head).encode(encoding), content_type)

    assert SAMPLES[encoding] in read.html


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(html(RUSSIAN).encode(), id="as it is"),
        pytest.param(html(RUSSIAN).encode("utf-8-sig"), id="behind a byte order mark"),
        pytest.param(html(RUSSIAN).encode() + b"\xff", id="with a broken byte"),
        pytest.param(html(RUSSIAN + "\x0b").encode(), id="with a character of no use"),
        pytest.param(html(RUSSIAN + "&#0;").encode(), id="with a reference of no use"),
        pytest.param(html(RUSSIAN + "\ufffd").encode(), id="with the sign for what is broken"),
    ],
)
def test_the_tree_of_a_page_in_utf_8_says_what_its_markup_says(body):
    read = document(body)

    texts = [text.strip("\ufffd") for text in read.tree.itertext()]
    assert texts[:2] == [RUSSIAN, RUSSIAN]
    assert RUSSIAN in read.html and read.encoding == "utf-8"


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "utf-8"])
@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "no-such-encoding"])
def test_a_wrong_declaration_is_not_believed(encoding: str, declared: str) -> None:
    text = SAMPLES[encoding]

    assert text in document(html(text).encode(encoding), f"text/html; charset={declared}").html


def test_utf8_that_was_cut_stays_utf8() -> None:
    body = (html(RUSSIAN * 20)).encode()[:-60] + b"\xd0"

    text, encoding = decode_html(body, "text/html; charset=utf-8")

    assert encoding == "utf-8" and text.startswith("<html>") and "Роскосмос" in text


def test_nul_bytes_control_characters_and_surrogates_are_taken_out() -> None:
    read = document(b"<html><body><p>a\x00b&#0;c&#xD800;d\x07e</p></body></html>")

    assert read.tree.findtext(".//p") == "abcde"


def test_json_ld_is_flattened_however_carelessly_it_was_written() -> None:
    blocks = """
      <script type="application/ld+json">{"@graph": [{"@type": "WebSite"}, {"@type": "NewsArticle", "headline": "One"}]}</script>
      <script type="application/ld+json">//<![CDATA[
        {"@type": "Article", "headline": "Two
      lines",}
      //]]></script>
      <script type="application/ld+json">{&quot;@type&quot;: &quot;Event&quot;}</script>
      <script type="application/ld+json">{"@type": "WebPage", "mainEntity": {"@type": "Question"}}</script>
      <script type="application/ld+json">{broken</script>
      <script type="application/ld+json">[[[[[[[[[[[[[[{"@type": "TooDeep"}]]]]]]]]]]]]]]</script>
      <script>var a = 1;</script>"""

    types = [item.get("@type") for item in document(html("x", blocks).encode()).json_ld]

    assert types == ["WebSite", "NewsArticle", "Article", "Event", "WebPage", "Question"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"\x00\x00\x00", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "PNG"),
        (bytes(range(256)) * 40, "binary"),
        (bytes(range(256)) * 40 + b"<\x00", "binary"),
        (b"<!--" * 1000, "no markup"),
    ],
)
def test_what_is_no_page_is_called_by_its_name(body: bytes, sentence: str) -> None:
    with pytest.raises(NotAnArticle, match=sentence):
        document(body)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<div>" * 100_000 + b"<p>after it all</p>", id="nested 100,000 deep"),
        pytest.param(b"<p>" + b"<span><b>" * 50_000 + b"after it all", id="nested inline"),
        pytest.param(
            b"<p>after it all</p>" + b"<script>" + b"x=1;" * 3_000_000 + b"</script>", id="12 MB of script"
        ),
        pytest.param(b"<script a>" * 400_000 + b"</script><p>after it all</p>", id="scripts never closed"),
        pytest.param(
            b'<p class="' + b"share " * 300_000 + b'"></p><p>after it all</p>', id="a class of 2 MB"
        ),
        pytest.param(b"<div " * 200_000 + b"><p>after it all</p>", id="tags never closed"),
    ],
)
def test_hostile_pages_are_parsed_within_seconds(body: bytes) -> None:
    began = time.process_time()

    read = document(body)

    assert time.process_time() - began < 5
    assert len(read.html) <= 4_000_000


def test_text_below_a_hundred_thousand_elements_is_still_read() -> None:
    read = document(b"<div>" * 100_000 + b"<p>after it all</p>" + b"</div>" * 100_000)

    assert "after it all" in "".join(read.tree.itertext())


def test_other_readers_get_the_simple_markup_of_a_page_that_is_nested_too_deeply() -> None:
    read = document(b"<div>" * 5_000 + b"<p>after it all</p>")

    assert "<div" not in read.html
    assert "after it all" in read.html


def test_signs_that_nobody_sees_are_taken_out_of_a_text_and_a_letter_between_them_stays() -> None:
    seen = {"\u2028": "", "\u2029": "", "\ufffc": "", "\u00ad": "", "\u200b": "", "\u00a0": " ", "\n": " "}

    for sign, left in seen.items():
        assert clean_space(f"é{sign}t {sign}") == f"é{left}t", ascii(sign)
