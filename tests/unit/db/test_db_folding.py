"""Folding: what a reader takes as the same is the same, what is another letter stays one."""

from __future__ import annotations

import pytest

from crawler.relevance.spelling import as_written
from db.folding import fold, quoted_phrases


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param("СЪЁМКИ", "съемки", id="Russian ё and capitals"),
        pytest.param("съёмка\u0301", "съемка", id="a stress mark"),
        pytest.param("İSTANBUL ışık", "istanbul isik", id="Turkish i with and without a dot"),
        pytest.param("película", "pelicula", id="Spanish accent"),
        pytest.param("Straße", "strasse", id="German ß"),
        pytest.param("ﾌﾟﾛ", "プロ", id="half-width kana"),
        pytest.param("फ़िल्म", "फिल्म", id="Hindi nukta"),
        pytest.param("الأفلامُ", "الافلام", id="Arabic alef and vowel sign"),
        pytest.param("space\u00ad\u200bship", "spaceship", id="soft hyphen and zero-width space"),
        pytest.param("L’ISS, zero-g", "l iss zero g", id="apostrophe, comma and hyphen"),
        pytest.param("トム・クルーズ", "トムクルーズ", id="Japanese middle dot"),
    ],
)
def test_two_spellings_are_the_same(left, right):
    assert fold(left) == fold(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param("май", "маи", id="Cyrillic й"),
        pytest.param("їхати", "іхати", id="Ukrainian ї"),
        pytest.param("プロ", "フロ", id="Japanese プ"),
        pytest.param("ба", "бя", id="another vowel"),
    ],
)
def test_two_letters_stay_two(left, right):
    assert fold(left) != fold(right)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("One. Two! Three? Four", 4, id="marks"),
        pytest.param("Am 17. Oktober 2021. Dann kam J. Abrams.", 2, id="ordinals and initials"),
        pytest.param("It cost 1.1 billion. Then more.", 2, id="decimals"),
        pytest.param("一つ。二つ！三つ", 3, id="ideographic full stop"),
        pytest.param("पहला। दूसरा", 2, id="danda"),
        pytest.param("one\ntwo", 2, id="lines"),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, sentences):
    assert len([part for part in fold(text).split("|") if part.strip()]) == sentences


def test_scripts_without_spaces_end_where_another_begins():
    assert fold("トム・クルーズがISSへ") == " トムクルーズが iss へ "
    assert fold("국제우주정거장(ISS)에서") == " 국제우주정거장 iss 에서 "


def test_quotation_marks_of_every_kind_are_seen():
    text = "«Вызов» “A” „B“ ‘C’ 'The Challenge' 《挑战》 「挑戦」 \"D\" don't won't"

    assert quoted_phrases(text) == {
        fold(each) for each in ("Вызов", "A", "B", "C", "The Challenge", "挑战", "挑戦", "D")
    }


def test_folded_words_are_shown_as_they_were_written():
    assert as_written("съемки", "Первые Съёмки прошли") == "Съёмки"
    assert as_written("zero g", "a Zero-G flight") == "Zero-G"
    assert as_written("トムクルーズ", "俳優トム・クルーズが") == "トム・クルーズ"
    assert as_written("iss", "the mission of ISS") == "ISS"
    assert as_written("not there", "something else") == "not there"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Cafe\u0301 — “naïve”, Straße № 5", id="accents and signs"),
        pytest.param("ё é ø ﬁ ½ ＡＢ\u00ad\u200bc…", id="forms that become several letters or none"),
        pytest.param("映画 and 宇宙、トム・クルーズ", id="scripts without spaces"),
        pytest.param("\u0301a \ud800 x\u0338", id="marks at the beginning, half a pair"),
        pytest.param("ǣ æ ǿ ø Ǿ", id="letters folded to letters that are folded themselves"),
        pytest.param("Film™ 5\xa0km\u2009… ˚\xa0\u0301a", id="signs with other forms, a mark behind one"),
    ],
)
def test_a_text_is_folded_alike_in_a_page_of_plain_letters_and_alone(text):
    plain = "plain words go on and on " * 20

    assert fold(plain + text) == f" {plain}{fold(text).lstrip()}"
