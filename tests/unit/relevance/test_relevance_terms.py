"""Terms: what may be written between the quotes, and what it finds."""

from __future__ import annotations

import pytest

from crawler.relevance.judge import Fields, judge
from crawler.relevance.terms import TermError, read_term
from crawler.relevance.topic import parse_topic


def finds(term: str, text: str, language: str | None = None, under: str = "any") -> bool:
    topic = parse_topic(
        {
            "relevant": 1,
            "mention": 1,
            "concepts": {"it": {under: [term], "xx": ["qqq"]}},
            "rule": [{"name": "it", "sentence": ["it"], "points": 1}],
        },
        "test",
    )
    return judge(Fields(title=text, language=language), topic).is_relevant


@pytest.mark.parametrize(
    ("term", "text"),
    [
        pytest.param("space station", "A Space-Station in orbit", id="words in a row"),
        pytest.param("съёмк*", "Съемками занимались", id="any ending"),
        pytest.param("*station", "the Raumstation", id="any beginning"),
        pytest.param("косми* станци*", "на космической станции", id="endings inside a phrase"),
        pytest.param("film ... in space", "film was at last shot in space", id="gap"),
        pytest.param("film ... in space", "film in space", id="empty gap"),
        pytest.param("SEE-1", "the SEE‑1 module", id="hyphens"),
        pytest.param("l'ISS", "à bord de l’ISS", id="apostrophes"),
        pytest.param("拍摄", "在空间站拍摄电影", id="Chinese inside a run"),
        pytest.param("우주 정거장", "국제 우주 정거장에서", id="Korean with a particle"),
        pytest.param("ISSで撮影", "今月ISSで撮影する", id="two scripts"),
        pytest.param("فضاء", "تصوير فيلم بالفضاء", id="Arabic preposition and article"),
        pytest.param("«Вызов*»", "фильм „Вызов“ вышел", id="quotation marks"),
        pytest.param("(a|b(c|d))e", "a bde", id="brackets in brackets"),
    ],
)
def test_a_term_finds(term, text):
    assert finds(term, text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        pytest.param("ISS", "the mission", id="inside a word"),
        pytest.param("space station", "space. Station", id="over a sentence's end"),
        pytest.param("film ... in space", "film one two three four five six in space", id="gap too long"),
        pytest.param("film ... in space", "The film ended. In space", id="gap over a sentence's end"),
        pytest.param("«Вызов*»", "вызов скорой помощи", id="no quotation marks"),
        pytest.param("май", "маи", id="another letter"),
    ],
)
def test_a_term_does_not_find(term, text):
    assert not finds(term, text)


def test_seven_spellings_of_one_name_are_one_term():
    term = "(Sh|Sch|Ch|Sj|Sz|Š|Ş)(i|y)p(e|ie)nk*"

    for spelling in ("Shipenko", "Schipenko", "Chipenko", "Sjipenko", "Szypienko", "Šipenko", "Şipenko"):
        assert finds(term, f"the director {spelling}'s film")


def test_a_term_is_looked_for_in_its_language_only():
    assert finds("All", "ins All", "de", under="de")
    assert not finds("All", "all of them", "xx", under="de")
    assert finds("All", "ins All", None, under="de")
    assert finds("All", "ins All", "pt-BR", under="de")


@pytest.mark.parametrize(
    "term",
    [
        pytest.param("*", id="nothing but a star"),
        pytest.param("a*", id="one letter and a star"),
        pytest.param("a*b", id="star inside a word"),
        pytest.param("x", id="one letter"),
        pytest.param("...", id="a gap between nothing"),
        pytest.param("film ...", id="a gap to nothing"),
        pytest.param("(a|b", id="open bracket"),
        pytest.param("a|b", id="choice without brackets"),
        pytest.param("!?", id="only punctuation"),
        pytest.param("(a|b|c|d)" * 6, id="too many spellings"),
        pytest.param("فضاء* " * 40, id="too many prefixes of Arabic words"),
        pytest.param("(" * 100_000 + "a|b" + ")" * 100_000, id="brackets in brackets"),
        pytest.param("ab... " * 500 + "ab", id="too long"),
    ],
)
def test_a_term_that_cannot_be_looked_for_is_refused(term):
    with pytest.raises(TermError, match=r"^(has|is|needs|stands)"):
        read_term(term)
