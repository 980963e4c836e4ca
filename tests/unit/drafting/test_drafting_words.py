"""Which words tell what belongs from what does not, each with its counts."""

from __future__ import annotations

import pytest

from crawler.drafting.words import draft_words, stem_of, suggest, terms_in, translations, variant_spellings
from crawler.relevance.evaluate import Example


def example(label, title, language="en", id_=None):
    return Example(id=id_ or title, label=label, title=title, language=language)


OTTERS = [
    *(example("positive", f"Otters {verb} the harbour") for verb in ("reach", "enter", "leave", "like", "cross")),
    *(example("negative", f"Council {verb} the harbour") for verb in ("visits", "sells", "paints", "closes", "opens")),
]  # fmt: skip


def test_a_word_is_suggested_with_the_examples_that_have_it():
    first = suggest(OTTERS)[0]

    assert (first.term, first.language, first.belonging, first.others) == ("otters*", "en", 5, 0)
    assert first.weight > 1.6


def test_a_word_that_stands_everywhere_tells_nothing():
    weights = {each.term: each.weight for each in suggest(OTTERS)}

    assert abs(weights["harbour*"]) < 0.2
    assert "the" not in weights
    assert weights["council*"] < -1.6


def test_a_wildcard_counts_all_that_it_would_find():
    examples = [
        *(example("positive", f"Otter number {at} seen") for at in "abcde"),
        *(example("negative", f"Ottermann, mayor {at}, speaks") for at in "abcde"),
    ]
    otter = next(each for each in suggest(examples) if each.term == "otter*")

    assert (otter.belonging, otter.others) == (5, 5)


def test_a_word_of_two_languages_is_one_for_all():
    examples = [
        *(example("positive", f"Loutre {at}", language, f"{language}{at}") for language in ("fr", "nl") for at in "abc"),
        *(example("negative", f"Castor {at}", language, f"x{language}{at}") for language in ("fr", "nl") for at in "abc"),
    ]  # fmt: skip
    loutre = [each for each in suggest(examples) if each.term.startswith("loutr")]

    assert [(each.language, each.belonging) for each in loutre] == [("any", 6)]


def test_unlabelled_texts_count_as_not_belonging_and_a_quarter():
    told, rare = (
        next(
            each
            for each in suggest(OTTERS, [example("negative", f"{word} {at}") for at in "abcdefgh"])
            if each.term == "otters*"
        )
        for word in ("Otters", "Badgers")
    )

    assert told.others == rare.others == 0
    assert told.weight != rare.weight


def test_scripts_without_spaces_are_counted_in_pieces():
    examples = [
        *(example("positive", f"河獺{at}", "zh") for at in "甲乙丙"),
        *(example("negative", f"市長{at}", "zh") for at in "甲乙丙"),
    ]

    assert suggest(examples)[0].term == "河獺"


@pytest.mark.parametrize(
    ("word", "stem"), [("rivers", "rivers"), ("riviere", "rivier"), ("eau", "eau"), ("реками", "рекам")]
)
def test_stems(word, stem):
    assert stem_of(word) == stem


def test_a_sentence_ends_no_phrase():
    assert "otters swim*" in terms_in(example("positive", "Otters swim"))
    assert not any(term.startswith("otters swim") for term in terms_in(example("positive", "Otters. Swim!")))
    assert draft_words("Otters. Swim!") == ("otters", "|", "swim", "|")


def test_other_spellings_of_a_name_are_found():
    examples = [example("positive", "Мельникова победила", "ru"), example("negative", "Council meets")]
    found = variant_spellings(["Melnikova"], examples)

    assert [(each.term, each.because, each.belonging) for each in found] == [
        ("мельникова", "spelling of Melnikova", 1)
    ]


def test_a_word_that_goes_with_another_through_stories_may_be_its_translation():
    stories = [
        [
            example("positive", f"Otter seen at {at}", "en", f"e{at}"),
            example("positive", f"Loutre vue {at}", "fr", f"f{at}"),
        ]
        for at in ("noon", "dawn", "dusk")
    ]
    others = [
        [example("positive", "Mayor speaks", "en", "m"), example("positive", "Le maire parle", "fr", "n")]
    ]
    found = translations(["otter"], [*stories, *others])

    assert found[0].language == "fr"
    assert "loutr*" in [each.term for each in found]
    assert found[0].because == "goes with otter in 3 of 3 stories"
    assert "mair*" not in [each.term for each in found]
