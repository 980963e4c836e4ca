"""Datelines of agencies, and what stands above them."""

import pytest

from crawler.extract.text.datelines import begins_with_dateline, drop_above_dateline
from crawler.extract.text.lines import Line

TEXT = "The crew came back on Friday with a film that had taken twelve days, and slept."


@pytest.mark.parametrize(
    "dateline",
    [
        "HARBOUR TOWN, Fla. (AP) —",
        "NEW PORT (Reuters) -",
        "Paris (AFP) –",
        "Berlin/Bonn (dpa/tmn) -",
        "MADRID, 20 Nov. (EUROPA PRESS) -",
        "Lima, 20 nov (EFE).-",
        "(ANSA) - ROMA, 20 NOV -",
        "BEIJING, Nov. 20 (Xinhua) --",
        "МОСКВА, 20 ноября. /ТАСС/.",
        "МОСКВА, 5 окт - РИА Новости.",
        "Москва. 20 ноября. INTERFAX.RU -",
        "MOSCOW, October 5. /TASS/.",
        "【ロサンゼルス＝共同】",
    ],
)
def test_an_agencys_text_begins_with_its_dateline(dateline):
    assert begins_with_dateline(f"{dateline} {TEXT}")


@pytest.mark.parametrize(
    "text",
    [
        "NASA — which had paid for the seats — was content.",
        "UPDATE: The crew is back.",
        "The bureau (AP) said that the crew was back.",
        "Roscosmos (the agency) - which sold the seats - was content.",
        "On 5 October the crew of the ISS (Reuters) - so it is said - ate.",
        "【速報】映画の撮影が終わった。",
    ],
)
def test_a_dash_or_an_agency_alone_is_no_dateline(text):
    assert not begins_with_dateline(text)


def above(count):
    texts = [f"Caption {number} of the crew" for number in range(count)]
    lines = [Line(text, place) for place, text in enumerate([*texts, f"NEW PORT (AP) — {TEXT}", TEXT])]
    drop_above_dateline(lines)
    return [line.rule for line in lines]


def test_the_few_lines_above_a_dateline_go():
    assert above(3) == ["dateline.above"] * 3 + ["", ""]


def test_a_text_above_a_dateline_is_a_text():
    assert above(4) == [""] * 6
