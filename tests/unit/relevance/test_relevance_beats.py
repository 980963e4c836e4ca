"""The shipped beats judge their examples as a person did, names known or not."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from crawler.catalogue import load_beats
from crawler.config import SHIPPED_BEAT
from crawler.relevance.evaluate import evaluate, load_examples
from crawler.relevance.judge import Fields, judge
from crawler.relevance.topic import Topic, parse_topic

ASTEROIDS = SHIPPED_BEAT.with_name("asteroid-missions.toml")
DEVELOPMENT = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "relevance-dev.jsonl"
LANGUAGES = ("en", "ru", "es", "de", "fr", "it", "pt", "pl", "tr", "nl", "uk", "zh", "ja", "ko", "hi", "ar")
#: concepts that only hold the names of people, films and missions
NAMES = (
    "peresild",
    "shipenko",
    "cast",
    "cruise",
    "liman",
    "star",
    "crew",
    "project",
    "challenge",
    "vyzov",
    "bare-title",
)


@pytest.fixture(scope="module")
def topic() -> Topic:
    (beat,) = load_beats([SHIPPED_BEAT])
    return beat.topic


@pytest.fixture(scope="module")
def nameless() -> Topic:
    """The same topic as if none of its projects had happened yet."""
    table = tomllib.loads(SHIPPED_BEAT.read_text(encoding="utf-8"))["topic"]
    hidden = {
        name: {"any": ["qqzzqq"]} if name in NAMES else terms for name, terms in table["concepts"].items()
    }
    return parse_topic({**table, "concepts": hidden}, "nameless")


@pytest.fixture(scope="module")
def examples():
    return load_examples(SHIPPED_BEAT.with_suffix(".examples.jsonl"))


def test_there_are_examples_in_every_language(examples):
    assert len(examples) >= 300
    for language in LANGUAGES:
        labels = [example.label for example in examples if example.language == language]
        assert labels.count("positive") >= 4
        assert labels.count("negative") >= 4


def test_examples_are_judged_right(topic, examples):
    evaluation = evaluate(examples, topic)

    assert evaluation.f1 >= 0.97
    assert evaluation.average_precision >= 0.98


def test_passing_remarks_are_mentions(topic, examples):
    remarks = [
        judgement.band
        for _, judgement in evaluate([e for e in examples if e.label == "mention"], topic).judged
    ]

    assert remarks.count("mention") >= 0.8 * len(remarks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_are_judged_right_in_every_language(topic, examples, language):
    assert evaluate([example for example in examples if example.language == language], topic).f1 >= 0.9


def test_films_are_found_whose_names_nobody_knows(nameless, examples):
    negative = [example for example in examples if example.label == "negative"]
    unseen = [example for example in examples if example.kind == "unseen"]

    assert {example.language for example in unseen} == set(LANGUAGES)
    assert evaluate(unseen + negative, nameless).f1 >= 0.95
    assert evaluate(examples, nameless).f1 >= 0.9


def test_the_development_items_are_judged_right(topic):
    if not DEVELOPMENT.is_file():
        pytest.skip("the development items are not here")
    examples = load_examples(DEVELOPMENT)
    evaluation = evaluate(examples, topic)

    assert evaluation.f1 >= 0.95
    assert evaluation.average_precision >= 0.98
    for language in {example.language for example in examples}:
        assert evaluate([each for each in examples if each.language == language], topic).f1 >= 0.9


@pytest.mark.parametrize(
    ("title", "text", "language"),
    [
        pytest.param("Actress Jane Roe will fly to the Tiangong station to shoot a feature", "", "en", id="an unknown actress"),
        pytest.param("Актриса полетит на орбитальную станцию ради съёмок фильма", "", "ru", id="in Russian"),
        pytest.param("女演员将飞往天宫空间站拍摄电影", "", "zh", id="in Chinese"),
        pytest.param("Schauspielerin fliegt für Dreharbeiten zur Raumstation", "", "de", id="in German"),
        pytest.param("A week in culture", "The theatre reopens. " * 20 + "A film crew shot scenes of the movie on the ISS. "
                     "The director filmed the actress in orbit. It is the first film shot in space.", "en", id="far down"),
    ],
)  # fmt: skip
def test_a_film_in_orbit_is_relevant(topic, title, text, language):
    assert judge(Fields(title=title, text=text, language=language), topic).is_relevant


@pytest.mark.parametrize(
    ("title", "text", "language"),
    [
        pytest.param(
            "Yulia Peresild opens a theatre", "The actress spoke of her family.", "en", id="a person alone"
        ),
        pytest.param(
            "Crew of the ISS watches a film",
            "The movie was beamed up to the station.",
            "en",
            id="films shown up there",
        ),
        pytest.param(
            "The Challenge: cast of the new season",
            "MTV's contestants meet again.",
            "en",
            id="a contest of that name",
        ),
        pytest.param(
            "Mission: Impossible filming resumes",
            "Tom Cruise hangs from a plane.",
            "en",
            id="the star's other films",
        ),
        pytest.param(
            "Названы лауреаты премии «Вызов»", "Учёные получили награды.", "ru", id="a prize of that name"
        ),
        pytest.param(
            "How Gravity was shot",
            "The film about astronauts in space was made in a London studio.",
            "en",
            id="about space",
        ),
        pytest.param(
            "Film producer books a flight with Blue Origin",
            "He will be a tourist in space.",
            "en",
            id="a tourist",
        ),
        pytest.param(
            "Astronaut films aurora from the ISS",
            "The time-lapse video was shared on Twitter.",
            "en",
            id="a view of the Earth",
        ),
    ],
)
def test_what_looks_like_it_is_not_relevant(topic, title, text, language):
    assert not judge(Fields(title=title, text=text, language=language), topic).is_relevant


def test_both_beats_load_together():
    films, asteroids = load_beats([SHIPPED_BEAT, ASTEROIDS])

    assert films.topic != asteroids.topic
    assert asteroids.sources


@pytest.mark.parametrize(
    ("title", "text", "language", "band"),
    [
        pytest.param(
            "Japanese probe lands on asteroid", "It took a sample of dust.", "en", "relevant", id="English"
        ),
        pytest.param(
            "Raumsonde erreicht Kleinplaneten",
            "Die Mission soll Proben nehmen.",
            "de",
            "relevant",
            id="German",
        ),
        pytest.param("はやぶさ2、小惑星に到着", "探査機は試料を採取する。", "ja", "relevant", id="Japanese"),
        pytest.param(
            "Зонд доставил грунт астероида", "Капсула приземлилась в пустыне.", "ru", "relevant", id="Russian"
        ),
        pytest.param(
            "Asteroid that killed the dinosaurs came from afar", "Clay tells.", "en", "off", id="dinosaurs"
        ),
        pytest.param(
            "Film crew shoots movie in orbit",
            "The actress lands on Sunday.",
            "en",
            "off",
            id="the other beat",
        ),
    ],
)
def test_the_second_beat_is_only_a_file(title, text, language, band):
    (beat,) = load_beats([ASTEROIDS])

    assert judge(Fields(title=title, text=text, language=language), beat.topic).band == band


#: made with `spacereel beat new` from the even lines of their examples
DRAFTED = ("ancient-dna", "climate-lawsuits", "lego", "venice-visitors", "womens-cycling")


@pytest.mark.parametrize("name", DRAFTED)
def test_drafted_beats_judge_what_they_were_not_made_from(name):
    (beat,) = load_beats([SHIPPED_BEAT.with_name(f"{name}.toml")])
    examples = load_examples(SHIPPED_BEAT.with_name(f"{name}.examples.jsonl"))
    unseen = evaluate(examples[1::2], beat.topic)
    remarks = [judgement.band for example, judgement in unseen.judged if example.label == "mention"]

    assert len(examples) >= 120
    assert len({example.language for example in examples}) >= 4
    assert unseen.f1 >= 0.9
    assert remarks.count("mention") >= 0.6 * len(remarks)
    assert not any(source.is_enabled for source in beat.sources)
