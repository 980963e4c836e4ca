"""What the review finds: by words, by property, page by page, and by question."""

from __future__ import annotations

import re
from contextlib import closing

import pytest
from review_room import NOW

from crawler.review.lists import articles_with
from db.connection import open_read_only


def test_articles_are_found_by_words_in_any_language(room):
    assert "Актриса вернулась" in room.get("/-/articles", params={"q": "съёмки орбиты"}).text
    assert "宇宙ステーション" in room.get("/-/articles", params={"q": "宇宙ステーション*"}).text
    assert "Nothing fits" in room.get("/-/articles", params={"q": "zeppelin"}).text


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("сьемки", None),
        ("съемки", "Актриса вернулась"),
        ('"съемки первого"', "Актриса вернулась"),
        ("長編映画", "宇宙ステーション"),
        ("俳優 長編", "宇宙ステーション"),
        ("長編 film", None),
    ],
)
def test_words_are_found_without_the_dots_of_their_e_and_within_japanese_lines(room, query, title):
    page = room.get("/-/articles", params={"q": query}).text

    assert (title or "Nothing fits") in page


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "AND",
        "NEAR(a",
        "title:",
        "*",
        "a* *",
        "--",
        "\x00",
        "'; drop table articles",
        '"" "',
        "映画 " * 400,
        "ееее " * 400,
    ],
)
def test_no_search_is_a_syntax_error(room, query):
    assert room.get("/-/articles", params={"q": query}).status_code == 200


def test_articles_are_found_by_property_and_listed_page_by_page(room):
    first = room.get("/-/articles?person=Mara+Lindqvist").text
    older = room.get("/-/articles?after=9").text

    assert re.findall(r'class="entry" href="/-/article/(\d+)"', first) == ["9", "1"]
    assert 'href="/-/article/9"' not in older
    assert 'href="/-/article/25"' in older


def test_a_list_walked_to_its_end_has_every_article_once(sample):
    seen, after = [], None
    with closing(open_read_only(sample)) as conn:
        while True:
            page = articles_with(conn, {}, NOW, after, limit=7)
            seen += [row["id"] for row in page.rows]
            after = page.after
            if after is None:
                break

    assert len(seen) == len(set(seen)) == 26


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("queue", 21),
        ("changed", 2),
        ("health", 4),
        ("near_misses", 1),
        ("by_source?source=harbour-feed", 4),
        ("by_tag?tag=Film", 3),
        ("by_person?person=Teodor+Vale", 2),
        ("search?words=hatch", 3),
    ],
)
def test_questions_have_answers(room, query, count):
    name, _, asked = query.partition("?")

    rows = room.get(f"/articles/{name}.json?_shape=array&{asked}").json()

    assert len(rows) == count, [row.get("title") for row in rows]
