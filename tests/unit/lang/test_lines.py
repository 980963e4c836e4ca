from __future__ import annotations

import pytest

from crawler.lang.lines import listed_topics, speaks_of_correction

NOTES = [
    "Correction, 6 May: the disused line is forty kilometres long, not four.",
    "This story was updated after publication to correct the number of trips.",
    "Update: the harbour board has replied to our questions.",
    "The crossing takes an hour; an earlier version of this article gave another time.",
    "Dieser Artikel wurde am 5. Mai korrigiert.",
    "In einer früheren Version dieses Artikels hieß es, das Boot fahre zehnmal.",
    "Cet article a été modifié le 5 mai.",
    "Este artículo ha sido corregido el 5 de mayo.",
    "Questo articolo è stato corretto il 5 maggio.",
    "Tekst został 5 maja poprawiony.",
    "Bu haber 5 Mayıs'ta güncellendi.",
    "Поправка: рейсов шесть, а не шестнадцать.",
    "У попередній версії йшлося про інше число.",
    "訂正：便数は六便です。",
    "تصحيح: عدد الرحلات ستة.",
    "تصحیح: شمار سفرها شش است.",
]


@pytest.mark.parametrize("note", NOTES)
def test_a_note_of_a_correction_is_known_in_many_languages(note: str) -> None:
    assert speaks_of_correction(note)


@pytest.mark.parametrize(
    "line",
    [
        "The crew corrected the course of the capsule twice.",
        "Il film è stato corretto in laboratorio.",
        "Die Korrekturleserin ging um acht.",
        "She wants to change the law before it is updated.",
    ],
)
def test_a_sentence_about_correcting_is_no_note(line: str) -> None:
    assert not speaks_of_correction(line)


def test_a_line_of_topics_names_them() -> None:
    assert listed_topics("برچسب‌ها: قایق، بندر") == ("قایق", "بندر")
    assert listed_topics("タグ：船、港") == ("船", "港")
    assert listed_topics("The tags: an essay") == ()
