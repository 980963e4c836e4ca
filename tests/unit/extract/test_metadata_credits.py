from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.metadata.credits import credit_of, split_caption

CREDITS = {
    "Featured Image Credit: Abaca Press / Alamy Stock Photo / Roscosmos TV": "Abaca Press / Alamy Stock Photo / Roscosmos TV",
    "Photo: Jane Doe": "Jane Doe",
    "Photo by Jane Doe/Getty Images": "Jane Doe/Getty Images",
    "Image credit: NASA/Bill Ingalls": "NASA/Bill Ingalls",
    "Image copyright Getty Images": "Getty Images",
    "Credit: SpaceX": "SpaceX",
    "(AP Photo/Jeffrey T. Barnes)": "AP Photo/Jeffrey T. Barnes",
    "Pictorial Press Ltd / Alamy Stock Photo": "Pictorial Press Ltd / Alamy Stock Photo",
    "© Roscosmos": "Roscosmos",
    "Foto: Pjotr Iwanow / TASS": "Pjotr Iwanow / TASS",
    "Bildquelle: NASA": "NASA",
    "Crédit photo : Jeanne Dupont / AFP": "Jeanne Dupont / AFP",
    "Фото: Роскосмос": "Роскосмос",
    "Фото: Иван Петров / РИА Новости": "Иван Петров / РИА Новости",
    "Fot. Jan Kowalski": None,
    "Fot.: Jan Kowalski": "Jan Kowalski",
    "Fotoğraf: Ali Kaya": "Ali Kaya",
    "Imagem: Divulgação": "Divulgação",
    "写真：山田太郎": "山田太郎",
    "Getty Images": "Getty Images",
    "File: Reuters": "Reuters",
    # sentences of an author
    "Photo: the story of a word": None,
    "Image is everything, says the director.": None,
    "Credit: nobody wants to take it for the film.": None,
    "The photo by Jane Doe was seen by millions of people": None,
    "NASA said on Monday that the film was safe": None,
    "Roscosmos has invested over 1.1 billion roubles": None,
    "": None,
}


@pytest.mark.parametrize("line", CREDITS)
def test_a_credit_is_known_by_its_label_or_agency(line: str) -> None:
    assert credit_of(line) == CREDITS[line]


@pytest.mark.parametrize(
    ("caption", "told", "credit"),
    [
        ("The crew before lift-off. Photo: Jane Doe/Reuters", "The crew before lift-off.", "Jane Doe/Reuters"),
        ("The check point near the port. (AP)", "The check point near the port.", "AP"),
        ("A câmera antes do voo Foto: Beto Flash/Divulgação", "A câmera antes do voo", "Beto Flash/Divulgação"),
        ("Экипаж перед стартом. Фото: Роскосмос", "Экипаж перед стартом.", "Роскосмос"),
        ("Credit: SpaceX", None, "SpaceX"),
        ("The film had backing from Russian space agency Roscosmos.", "The film had backing from Russian space agency Roscosmos.", None),
        ("", None, None),
    ],
)  # fmt: skip
def test_a_caption_is_parted_from_its_credit(caption: str, told: str | None, credit: str | None) -> None:
    assert split_caption(caption) == (told, credit)


@given(st.text(max_size=200))
def test_no_line_breaks_the_reading_of_credits(line: str) -> None:
    credit = credit_of(line)
    split_caption(line)

    assert credit is None or credit.strip() == credit != ""
