from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.metadata.byline_words import starts_byline
from crawler.extract.metadata.names import signatures

SITES = ("usa today", "linknaija", "perigee times")


def people(byline: str, *, may_be_short: bool = False) -> list[str]:
    return [each.name for each in signatures(byline, SITES, may_be_short=may_be_short) if each.is_person]


def organisations(byline: str) -> list[str]:
    return [each.name for each in signatures(byline, SITES) if not each.is_person]


BYLINES = {
    # roles, employers, places
    "By TOM KRISHER, AP Auto Writer": ["Tom Krisher"],
    "Analysis by Chris Cilla, CNN Editor-at-large": ["Chris Cilla"],
    "Yasmin Saplak - Staff Writer": ["Yasmin Saplak"],
    "Science Editor Jane Doe": ["Jane Doe"],
    "Jane Doe Staff Writer": ["Jane Doe"],
    "Jane Doe, Senior Space Correspondent": ["Jane Doe"],
    "Victor Tanger, Futurism": ["Victor Tanger"],
    "Jane Doe, Space.com": ["Jane Doe"],
    "Jane Doe (CNN)": ["Jane Doe"],
    "Kevin Johnson and Kevin McCoy USA TODAY Published 7:07 PM EST Nov 19, 2019": [
        "Kevin Johnson",
        "Kevin McCoy",
    ],
    "By Jane Doe for Daily Mail": ["Jane Doe"],
    "By Bill Hopp | Special to the Pioneer Press": ["Bill Hopp"],
    "Von Jan-Philipp Hein, Berlin": ["Jan-Philipp Hein"],
    "Mehmet Yılmaz / İstanbul": ["Mehmet Yılmaz"],
    "Иван Петров, корреспондент РИА Новости": ["Иван Петров"],
    # several
    "By LISA MASCARO, MARY CLARE JALONICK and ERIC TUCKER": [
        "Lisa Mascaro",
        "Mary Clare Jalonick",
        "Eric Tucker",
    ],
    "Joe Roule and Steve Gor; Editing by Rosalba O'Brien": ["Joe Roule", "Steve Gor"],
    "Von Max Mustermann, Erika Musterfrau und Ada Beispiel": [
        "Max Mustermann",
        "Erika Musterfrau",
        "Ada Beispiel",
    ],
    "Juan Pérez y María López": ["Juan Pérez", "María López"],
    "di Mario Rossi e Giulia Bianchi": ["Mario Rossi", "Giulia Bianchi"],
    "Jan Kowalski i Anna Nowak": ["Jan Kowalski", "Anna Nowak"],
    "Иван Петров и Анна Смирнова": ["Иван Петров", "Анна Смирнова"],
    "Ali Kaya ve Ayşe Demir": ["Ali Kaya", "Ayşe Demir"],
    "Jan de Vries en Piet van der Berg": ["Jan de Vries", "Piet van der Berg"],
    "Jane Doe\nJohn Roe\nJane Doe": ["Jane Doe", "John Roe"],
    "Martin Belame (now) and Helen Piddock (earlier)": ["Martin Belame", "Helen Piddock"],
    # words before a name
    "Автор: Мария Иванова": ["Мария Иванова"],
    "Текст: Лида Буслаева": ["Лида Буслаева"],
    "Par Jean Dupont avec AFP": ["Jean Dupont"],
    "A cura di Mario Rossi": ["Mario Rossi"],
    "Publicado por: Clarissa Borba": ["Clarissa Borba"],
    "Opracował: Jan Kowalski": ["Jan Kowalski"],
    "Door Jan de Vries": ["Jan de Vries"],
    "文/王小明": ["王小明"],
    "Text von Jane Doe. Fotos von Peter Foto": ["Jane Doe"],
    # what is no name
    "Jane Doe <jane@example.org> @jane https://example.org/jane": ["Jane Doe"],
    "By\nMeg James\nStaff Writer\nNov. 19, 2019\n5:50 PM\nFacebook\nCopy Link URL": ["Meg James"],
    "Ryan Reed\nReporter\nRyan Reed's Most Recent Stories\nWatch Jeff Goldblum": ["Ryan Reed"],
    "By Mike Wuert and Malcolm Owen Monday, November 18, 2019, 04:05 pm PT": ["Mike Wuert", "Malcolm Owen"],
    "Rachael Link, MS, RD": ["Rachael Link"],
    "Dr. Jane Doe": ["Jane Doe"],
    "Photo by Peter Foto": [],
    "Staff Reports": [],
    "admin": [],
    "rmb8090": [],
    "Por Redacción": [],
    "https://www.facebook.com/someone": [],
    "in London": [],
    "Updated by Jane Doe": [],
    "afp/jdo": [],
    "par Jean Dupont, à Moscou": ["Jean Dupont"],
    "Posted by Jane Doe on May 3, 2023": ["Jane Doe"],
    "jane@example.org (Jane Doe)": ["Jane Doe"],
    "By Jane Doe in Washington and John Roe in London": ["Jane Doe", "John Roe"],
    "By JANE DOE FOR MAILONLINE": ["Jane Doe"],
    "JOHN DOE/ASSOCIATED PRESS": ["John Doe"],
    "Евгения Новикова // Коммерсантъ": ["Евгения Новикова"],
    "Ein Gastbeitrag von Max Mustermann": ["Max Mustermann"],
    "Von unserem Korrespondenten Max Mustermann": ["Max Mustermann"],
    "Guest Author: Jane Doe": ["Jane Doe"],
    "A personal essay by Jane Doe": ["Jane Doe"],
    "Helen Brigg BBC Environment correspondent": ["Helen Brigg"],
    "김민재 기자": ["김민재"],
    # how names are written
    "Martin Luther King Jr.": ["Martin Luther King Jr."],
    "Robert Downey, Jr. and John Smith III": ["Robert Downey Jr.", "John Smith III"],
    "RONALD MCDONALD": ["Ronald McDonald"],
    "ERIN O'HAIN": ["Erin O'Hain"],
    "JEAN-LUC DE LA TOUR": ["Jean-Luc de la Tour"],
    "J.D. VANCE": ["J.D. Vance"],
    "Ludwig van Beethoven": ["Ludwig van Beethoven"],
    "José Ortega y Gasset": ["José Ortega y Gasset"],
    "Doe, Jane A.": ["Jane A. Doe"],
    "DOE, J.": ["J. Doe"],
    "Özgür Demir": ["Özgür Demir"],
}


@pytest.mark.parametrize("byline", BYLINES)
def test_a_byline_names_its_people(byline: str) -> None:
    assert people(byline) == BYLINES[byline]


@pytest.mark.parametrize(
    ("byline", "name"),
    [
        ("Reuters", "Reuters"), ("The Associated Press", "The Associated Press"), ("European Space Agency", "European Space Agency"),
        ("Science X staff", "Science X staff"), ("LinkNaija", "LinkNaija"), ("The Water Coolest", "The Water Coolest"),
        ("РИА Новости", "РИА Новости"), ("Redaktion beck-aktuell", "Redaktion beck-aktuell"), ("AFP", "AFP"),
    ],
)  # fmt: skip
def test_an_organisation_is_no_person(byline: str, name: str) -> None:
    assert organisations(byline) == [name]
    assert people(byline) == []


def test_one_word_is_a_person_only_where_a_name_is_expected() -> None:
    assert people("Regan") == []
    assert people("Regan", may_be_short=True) == ["Regan"]
    assert people("Editor", may_be_short=True) == []


@pytest.mark.parametrize(
    "line", ["By Jane Doe", "Автор: Мария", "Von Max Mustermann", "written by Jane", "記者 山田"]
)
def test_a_byline_is_known_by_its_first_word(line: str) -> None:
    assert starts_byline(line)


@pytest.mark.parametrize(
    "line", ["Byzantium rises", "Vonovia buys flats", "Photo by Jane Doe", "Edited by Jane Doe", "Jane Doe"]
)
def test_another_line_is_no_byline(line: str) -> None:
    assert not starts_byline(line)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_names(text: str) -> None:
    for each in signatures(text, SITES, may_be_short=True):
        assert each.name.strip() == each.name != ""


@given(st.sampled_from(sorted(BYLINES)))
def test_reading_a_read_name_changes_nothing(byline: str) -> None:
    for name in people(byline):
        assert people(name) == [name]
