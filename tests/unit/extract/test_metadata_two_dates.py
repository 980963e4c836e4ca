"""Lines that give two dates, each with its label, and what is no date of the article."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extract.article import read_article
from crawler.extract.page.document import parse_document
from db.model import Page

_TEXT = "The crane was moved to the museum on a barge, and hundreds stood on the quay to see it go past the lighthouse."
_NOW = datetime(2026, 11, 30, tzinfo=UTC)


def day(lines: str, *, head: str = "", beside: str = "", language: str = "en") -> str | None:
    body = f'<html lang="{language}"><head><title>The crane</title>{head}</head><body><article><h1>The crane has moved</h1>{lines}<p>{_TEXT}</p><p>{_TEXT[::-1]}</p></article>{beside}</body></html>'
    page = Page(url="https://paper.example/crane", final_url="https://paper.example/crane", status=200, headers=(("content-type", "text/html"),), body=body.encode(), fetched_at=_NOW)  # fmt: skip
    at = read_article(parse_document(page)).article.published_at
    return at.date().isoformat() if at else None


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Updated 18 November 2026 Published 15 November 2026"),
        ("fr", "Mis à jour le 18/11/2026 à 10:00, publié le 15/11/2026"),
        ("de", "Letzte Änderung 18.11.2026 | Erschienen am 15.11.2026"),
        ("es", "Última actualización: 18.11.2026 Fecha de publicación: 15.11.2026"),
        ("ru", "Последнее обновление: 18.11.2026 | Дата публикации: 15.11.2026"),
        ("he", "עודכן: 18.11.2026 | פורסם: 15.11.2026"),
        ("vi", "Cập nhật lúc 18.11.2026 | Đăng lúc 15.11.2026"),
        ("zh", "最後更新時間：2026/11/18 10:00，發表時間：2026/11/15 09:30"),
        ("ko", "수정 : 2026.11.18 10:00 입력 : 2026.11.15 09:30"),
    ],
)
def test_of_two_dates_in_one_line_each_has_its_label(language, line):
    assert day(f"<p>{line}</p>", language=language) == "2026-11-15"


def test_a_day_of_a_reign_by_its_letter():
    assert day("<p>R8.11.15</p>", language="ja") == "2026-11-15"


def test_a_time_of_the_declared_change_gives_way_to_a_line_that_says_published():
    head = '<meta property="article:modified_time" content="2026-07-16T10:00:00+00:00">'
    lines = '<p>Published July 15, 2026</p><time datetime="2026-07-16T10:00:00Z">July 16, 2026</time>'

    assert day(lines, head=head) == "2026-07-15"
