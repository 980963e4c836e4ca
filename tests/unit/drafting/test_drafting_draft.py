"""A beat from a title, a few words and examples: parts, rules, points, figures, and the text of the file."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.catalogue import load_beats
from crawler.drafting.draft import draft
from crawler.drafting.fitting import fitted, folds, groups
from crawler.drafting.parts import AGAINST, DraftPart, placed_parts, read_parts
from crawler.drafting.proposals import ProposedSource
from crawler.drafting.rules import topic_of
from crawler.drafting.service_queries import questions
from crawler.drafting.words import suggest
from crawler.drafting.write import beat_text
from crawler.errors import ConfigError
from crawler.relevance.evaluate import Example, evaluate
from crawler.relevance.topic import parse_topic

TOWNS = ("Leeds", "York", "Hull", "Derby", "Bath", "Ely", "Dover", "Truro", "Ripon", "Wells")
PARTS = ("otter=otter*", "town=city, harbour")


def example(label, title, text="", language="en"):
    return Example(id=title, label=label, title=title, text=text, language=language)


VERBS = ("reach", "enter", "leave", "like", "cross", "watch", "flee", "explore", "find", "visit")
EXAMPLES = (
    *(example("positive", f"Otters {verb} {town} city") for town, verb in zip(TOWNS, VERBS, strict=True)),
    *(example("positive", f"Lutra {verb} {town} harbour") for town, verb in zip(TOWNS, VERBS, strict=True)),
    *(example("negative", f"Mayors {verb} {town} city") for town, verb in zip(TOWNS, VERBS, strict=True)),
    *(example("negative", f"Otters {verb} moor, {town}") for town, verb in zip(TOWNS, VERBS, strict=True)),
)


def test_words_find_the_part_that_is_missing_beside_them():
    grown = placed_parts(read_parts(PARTS), suggest(EXAMPLES), EXAMPLES)

    assert "lutr*" in [
        term
        for part in grown
        if part.name == "otter"
        for term in part.terms()["any"] + part.terms().get("en", [])
    ]


def test_words_of_what_is_something_else_stand_against():
    grown = placed_parts(read_parts(PARTS), suggest(EXAMPLES), EXAMPLES)

    assert any(each.term == "moor*" for part in grown if part.name == AGAINST for each in part.suggested)


def test_the_draft_tells_the_examples_apart_and_says_how_it_does_on_others():
    made = draft("Otters in towns", read_parts(PARTS), EXAMPLES)

    assert evaluate(EXAMPLES, parse_topic(made.table, "x")).f1 == 1.0
    assert made.held and made.held.f1 >= 0.9
    assert made.held.items == len(EXAMPLES)


def test_what_is_missed_is_said_with_the_part_it_lacks_a_word_of():
    parts = read_parts(["otter=otter*, lutra", "city=city, harbour"])
    made = draft("Otters in towns", parts, (*EXAMPLES, example("positive", "Otters reach the quay of Ely")))

    assert any("quay of Ely" in doubt and doubt.endswith('no word of "city"') for doubt in made.doubts)


def test_without_typed_words_the_examples_make_the_only_part():
    made = draft("Otters in towns", (), EXAMPLES)

    assert next(part.name for part in made.parts) == "subject"
    assert evaluate(EXAMPLES, parse_topic(made.table, "x")).recall >= 0.5


def test_without_examples_the_title_does():
    made = draft("Otters in towns", (), ())

    assert made.parts[0].terms() == {"any": ["otters", "towns"]}
    assert made.held is None
    assert any("examples belong" in doubt for doubt in made.doubts)


def test_a_refused_word_is_not_taken():
    made = draft("Otters", read_parts(PARTS), EXAMPLES, refused=frozenset({"lutr*"}))

    assert "lutr*" not in [each.term for part in made.parts for each in part.suggested]


def test_a_language_without_words_is_said():
    made = draft(
        "Otters",
        read_parts(["otter.en=otter*", "town.en=city"]),
        (*EXAMPLES, example("positive", "Fischotter", language="de")),
    )

    assert 'part "otter" has no word in de' in made.doubts


def test_the_text_is_a_beat_and_its_sources_are_off(tmp_path):
    made = draft("Otters in towns", read_parts(PARTS), EXAMPLES)
    source = {
        "id": "x",
        "kind": "query",
        "engine": "gdelt",
        "enabled": False,
        "queries": list(questions(made.parts, EXAMPLES)),
    }
    path = tmp_path / "otters.toml"
    path.write_text(
        beat_text(
            "otters",
            'Otters "in" towns',
            "About\notters",
            made,
            [ProposedSource(table=source)],
            date(2026, 1, 2),
        ),
        encoding="utf-8",
    )
    (beat,) = load_beats([path])

    assert beat.title == 'Otters "in" towns'
    assert [source.is_enabled for source in beat.sources] == [False]
    assert next(rule.name for rule in beat.topic.rules) == "otter and town in one sentence"
    assert "# Drafted on 2026-01-02" in path.read_text(encoding="utf-8")


def test_services_are_asked_for_whole_words():
    parts = read_parts(["otter.en=otter*", "town.en=city", "otter.de=Otter", "town.de=*hafen"])

    assert questions(parts, EXAMPLES) == ("en: otters city",)


def test_services_are_asked_for_phrases_and_compounds_as_the_examples_write_them():
    parts = read_parts(["pump.en=heat pump*", "pump.de=*wärmepumpe*", "pump.es=bomba* de calor"])
    told = (
        example("positive", "Heat pumps and a heat-pump, heat pumps again"),
        example("positive", "Großwärmepumpe am Rhein", language=None),
    )

    assert questions(parts, told) == ('en: "heat pumps"', "de: großwärmepumpe")


def test_services_are_asked_for_derived_words_with_their_accents():
    told = (example("positive", "Grève à la SNCF", language="fr"),)

    assert questions(read_parts(["strike.fr=greve"]), told) == ("fr: grève",)


@pytest.mark.parametrize("written", ["otter", "=x", "Otter=x", "otter.english=x", "otter=(a"])
def test_what_is_no_part_is_refused_in_a_sentence(written):
    with pytest.raises(ConfigError):
        read_parts([written])


def test_copies_of_a_headline_are_never_on_both_sides():
    copies = [
        Example(id=f"{at}-{copy}", label="positive", title=f"Otters seen in {at} today", language="en")
        for at in TOWNS
        for copy in "ab"
    ]
    numbers = groups(copies)

    for part in folds(copies, numbers):
        inside = {numbers[at] for at in part}
        assert not inside & {numbers[at] for at in range(len(copies)) if at not in part}


def test_points_stay_near_when_there_is_nothing_to_learn():
    table = topic_of([DraftPart(name="otter", typed={"en": ("otter*",)})])

    assert fitted(table, EXAMPLES[:5]) == table


@settings(max_examples=25, deadline=None)
@given(
    st.text(min_size=1, max_size=40),
    st.lists(st.tuples(st.sampled_from(["positive", "negative"]), st.text(max_size=60)), max_size=12),
)
def test_any_texts_make_a_beat(tmp_path_factory, title, rows):
    examples = tuple(
        Example(id=str(at), label=label, title=text, language="en") for at, (label, text) in enumerate(rows)
    )
    try:
        made = draft(title, (), examples)
    except ConfigError as problem:
        assert "no word to look for" in str(problem)
        return
    path = tmp_path_factory.mktemp("any") / "a.toml"
    path.write_text(
        beat_text("a", title.strip() or "otters", title, made, (), date(2026, 1, 1)), encoding="utf-8"
    )

    assert load_beats([path])[0].topic.rules
