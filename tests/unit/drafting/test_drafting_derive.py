"""Parts that nobody typed: from a title, a sentence and headlines of three languages (all of them invented)."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.drafting.derive import HAPPENS, SUBJECT, derived_parts, wide_term
from crawler.drafting.draft import UNSAID, draft, too_easy
from crawler.drafting.fitting import fitted_apart
from crawler.drafting.gather import once_each, typed_examples
from crawler.drafting.parts import NAMES, read_parts
from crawler.drafting.rules import topic_of
from crawler.relevance.evaluate import Example

HEADLINES = Path(__file__).with_name("headlines")
#: what is drafted -> title and sentence
SUBJECTS = {
    "wolves": ("Wolves and livestock", "Wolves that attack sheep and cattle, and what farmers and governments do"),
    "phones": ("Phone bans in schools", "Mobile phones that schools and ministries forbid or restrict"),
}  # fmt: skip


def headlines(name):
    files = [("positive", HEADLINES / f"{name}-yes.txt"), ("negative", HEADLINES / f"{name}-no.txt")]
    return once_each(typed_examples((label, str(path)) for label, path in files))


def example(label, title):
    return Example(id=title, label=label, title=title, language="en")


TOWNS = ("Leeds", "York", "Hull", "Derby", "Bath", "Ely", "Dover", "Truro", "Ripon", "Wells")
VERBS = ("grows", "shrinks", "opens", "closes", "sells", "hires", "builds", "paints", "cleans", "feeds")
DAMS = (
    *(example("positive", f"River {name} freed, dam removed") for name in ("Elwha", "Otter", "Sorn", "Vale", "Wick")),
    *(example("negative", f"River {name} floods town") for name in ("Inn", "Spey", "Wye", "Exe", "Usk")),
)  # fmt: skip


@pytest.mark.parametrize("name", SUBJECTS)
def test_headlines_alone_tell_more_than_chance_on_those_left_out(name):
    title, about = SUBJECTS[name]
    made = draft(title, (), headlines(name), about=about)

    assert made.held and made.held.items == 60
    assert made.held.f1 >= 0.58
    assert made.held.precision > 0.5
    assert (UNSAID in made.doubts) == (made.held.f1 < 2 / 3)


def test_words_find_their_part_by_how_they_are_spread():
    several, _ = derived_parts("Rivers set free", "Rewilding brings back beavers", DAMS)
    terms = {part.name: part.terms()["any"] for part in several}

    assert "river*" in terms[SUBJECT]
    assert "remov*" in terms[NAMES]
    assert "elwh*" in terms[HAPPENS]
    assert not any("flood*" in those for those in terms.values())


def test_a_word_of_the_sentence_counts_without_an_example():
    several, _ = derived_parts("Rivers set free", "Rewilding brings back beavers", DAMS)

    assert {"rewild*", "beave*"} <= set(several[0].terms()["any"])


def test_every_word_stands_with_its_counts():
    several, _ = derived_parts("Rivers set free", "", DAMS)
    told = {each.term: (each.belonging, each.others) for part in several for each in part.suggested}

    assert told["river*"] == (5, 5)
    assert told["remov*"] == (5, 0)


def test_a_word_that_a_shorter_stem_finds_is_left_out():
    longer = (*DAMS, example("positive", "Riversides restored"), example("positive", "Riverside restored"))
    several, _ = derived_parts("Rivers", "", longer)

    assert [term for part in several for term in part.terms()["any"] if term.startswith("river")] == [
        "river*"
    ]


def test_what_a_person_refused_is_not_derived():
    ways = derived_parts("Rivers set free", "", DAMS, refused=frozenset({"remov*"}))

    assert not any("remov*" in part.terms()["any"] for way in ways for part in way)


def test_texts_that_nobody_labelled_speak_against_a_word():
    known, rare = (
        {
            term
            for way in derived_parts(
                "Rivers", "Rewilding", DAMS, [example("negative", f"{word} {at}") for at in TOWNS]
            )
            for part in way
            for term in part.terms()["any"]
        }
        for word in ("Elwha in", "Beds in")
    )

    assert "elwh*" in rare - known


def test_one_part_stays_where_one_word_says_it_all():
    toys = [
        example(label, f"{maker} {verb} {town}")
        for label, maker in (("positive", "Lego"), ("negative", "Mattel"))
        for verb, town in zip(VERBS, TOWNS, strict=True)
    ]
    made = draft("Lego", (), toys)

    assert [part.name for part in made.parts] == [SUBJECT]
    assert made.held and made.held.f1 == 1.0
    assert UNSAID not in made.doubts


def test_examples_that_tell_nothing_apart_are_said_to_need_parts():
    same = [
        Example(id=f"{label}{town}", label=label, title=f"{verb} {town}", language="en")
        for label, towns in (("positive", TOWNS), ("negative", TOWNS[::-1]))
        for verb, town in zip(VERBS, towns, strict=True)
    ]
    made = draft("Beasts", (), same)

    assert made.held and made.held.f1 < 2 / 3
    assert made.doubts[0] == UNSAID


@pytest.mark.parametrize(("points", "said"), [(2.0, 0), (4.0, 1)])
def test_single_words_that_are_enough_are_said(points, said):
    table = topic_of(read_parts(["subject=river*", "what-happens=weir*, eel"]), points)
    told = list(too_easy(table))

    assert len(told) == said
    assert all("each of 2 words" in each for each in told)


def test_typed_parts_are_left_as_they_are():
    parts = read_parts(["river=river*", "freed=freed, dam*"])
    made = draft("Rivers", parts, DAMS, about="Rewilding")

    assert [part.name for part in made.parts][:2] == ["river", "freed"]
    assert not any(rule["name"].endswith("by its own words") for rule in made.table["rule"])


def test_points_are_fitted_to_examples_that_the_words_have_not_seen():
    toys = [
        example(label, f"{verb} {town}")
        for label, towns in (("positive", TOWNS), ("negative", TOWNS[::-1]))
        for verb, town in zip(VERBS, towns, strict=True)
    ]

    def learn(known):
        words = [each.title for each in known if each.label == "positive"]
        return topic_of(read_parts([f"subject={', '.join(words)}"]))

    _, f1 = fitted_apart(learn, toys)

    assert f1 == 0.0


@pytest.mark.parametrize(
    ("word", "term"),
    [
        ("rivers", "river*"),
        ("renaturierung", "renaturi*"),
        ("dams", "dams*"),
        ("eau", "eau"),
        ("河獺", "河獺"),
    ],
)
def test_terms_find_relatives(word, term):
    assert wide_term(word) == term
