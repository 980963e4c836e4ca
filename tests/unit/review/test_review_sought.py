"""What a search found is marked in the text as the text writes it."""

from __future__ import annotations

import pytest

from crawler.query.conditions import condition
from crawler.review.queries import sought_in
from crawler.review.reading import reading


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        pytest.param("סרט", "הם צילמו את הסרט בחלל", ["הסרט"], id="a Hebrew word with its article"),
        pytest.param(
            "فيلم", "عن الفيلم وبفيلم آخر", ["الفيلم", "وبفيلم"], id="an Arabic word with particles"
        ),
        pytest.param("ταινια", "Η Ταινία στο διάστημα", ["Ταινία"], id="Greek without accents"),
        pytest.param("съемки", "На МКС начались Съёмки.", ["Съёмки"], id="a Russian word without dots"),
        pytest.param("film*", "Filmed: a film, unfilmed", ["Filmed", "film"], id="any ending"),
        pytest.param("영화", "우주에서 영화를 찍었다", ["영화를"], id="a Korean word with its particle"),
        pytest.param("映画", "宇宙で映画を撮る", ["映画"], id="a script without spaces"),
        pytest.param('"space film"', "A Space film of a film", ["Space film"], id="a phrase"),
    ],
)
def test_the_word_that_was_found_is_marked(store, append, make_article, now, query, text, marked):
    added = append(make_article("https://a.example/1", title="—", text=text))
    asked = condition(query, now)

    assert store._conn.execute(f"SELECT 1 FROM newest n WHERE {asked.sql}", asked.values).fetchone()
    (paragraph,) = reading(store._conn, added.article_id, sought_in(query)).paragraphs
    assert [stretch for stretch, is_marked in paragraph if is_marked] == marked
