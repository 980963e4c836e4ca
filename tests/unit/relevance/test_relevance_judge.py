"""An article and a topic in, a judgement with its evidence out."""

from __future__ import annotations

import time

import pytest

from crawler.relevance.judge import Fields, judge, judged_fields, slug_of, without_site
from crawler.relevance.topic import parse_topic


def topic(*rules, **more):
    """A small topic with concepts `film`, `orbit`, `cast`, `fake`; each rule is a table without its name."""
    return parse_topic(
        {
            "relevant": 4,
            "mention": 2,
            "lead_words": 10,
            "concepts": {
                "film": {"en": ["film", "film festival*"], "de": ["Film"]},
                "orbit": {"en": ["orbit", "ISS"], "de": ["All"]},
                "cast": {"any": ["Peresild"]},
                "fake": {"en": ["studio"]},
                "any-film": {"includes": ["film", "cast"]},
            },
            "rule": [{"name": f"rule {at}", "points": 4, **rule} for at, rule in enumerate(rules)],
            **more,
        },
        "test",
    )


def score(fields, *rules, **more):
    return judge(fields, topic(*rules, **more)).score


def test_the_score_is_the_sum_of_the_evidence():
    judged = judge(
        Fields(title="A film in orbit", text="Peresild is in orbit. A film. A studio."),
        topic(
            {"sentence": ["film", "orbit"]},
            {"article": ["cast", "orbit"]},
            {"sentence": ["fake"], "points": -1},
        ),
    )

    assert judged.score == pytest.approx(sum(each.weight for each in judged.evidence))
    assert {each.concept: each.weight for each in judged.evidence} == {
        "rule 0": 4.0,
        "rule 1": 2.8,
        "rule 2": -0.7,
    }
    assert (judged.band, judged.threshold, judged.topic_id) == ("relevant", 4.0, "test")


def test_evidence_shows_the_words_as_they_were_written():
    judged = judge(Fields(title="ORBIT: the Film"), topic({"sentence": ["film", "orbit"]}))

    assert [(each.term, each.field, each.count) for each in judged.evidence] == [("Film + ORBIT", "title", 1)]


@pytest.mark.parametrize(
    ("fields", "positions"),
    [
        pytest.param(Fields(title="Rain! A film"), [("title", 2)], id="title"),
        pytest.param(
            Fields(text="Rain. Sun.\nA film. A film."), [("lead", 3)], id="the first one of several"
        ),
        pytest.param(
            Fields(text="A film. " + "word " * 12 + ". Rain.\nfilm"),
            [("lead", 1), ("body", 4)],
            id="the body goes on where the lead ends",
        ),
        pytest.param(Fields(title="Sun. Rain", text="film"), [("lead", 1)], id="each part begins anew"),
        pytest.param(Fields(tags=("x", "film")), [("tags", 2)], id="tags"),
        pytest.param(Fields(text="…\n\n?!\nfilm"), [("lead", 1)], id="a sentence has words"),
    ],
)
def test_evidence_says_in_which_sentence(fields, positions):
    judged = judge(fields, topic({"sentence": ["film"]}))

    assert [(each.field, each.position) for each in judged.evidence if each.field != "text"] == positions


def test_what_is_found_anywhere_stands_where_the_lightest_part_has_it_first():
    judged = judge(
        Fields(title="Peresild", text="Rain. A film. A film."), topic({"article": ["cast", "film"]})
    )

    assert [(each.field, each.position) for each in judged.evidence] == [("lead", 2)]


def test_a_section_has_no_sentence():
    vetoed = judge(
        Fields(title="film", section="Sport"), topic({"sentence": ["film"]}, veto_sections=["sport"])
    )

    assert [(each.concept, each.position) for each in vetoed.evidence] == [("rule 0", 1), ("veto", None)]


@pytest.mark.parametrize(
    ("fields", "weight"),
    [
        pytest.param(Fields(title="film"), 1.0, id="title"),
        pytest.param(Fields(text="film"), 0.7, id="lead"),
        pytest.param(Fields(text="word " * 12 + ". film"), 0.25, id="body"),
        pytest.param(Fields(url="https://x.example/a/the-film-of-2021.html"), 0.7, id="slug"),
        pytest.param(Fields(description="film"), 0.6, id="description"),
        pytest.param(Fields(tags=("the film", "x")), 0.4, id="tags"),
    ],
)
def test_a_part_of_the_article_has_its_weight(fields, weight):
    assert score(fields, {"sentence": ["film"]}, mention=0.5) == pytest.approx(4 * weight)


def test_address_and_summary_count_where_title_and_lead_are_silent():
    twice = Fields(title="film", url="https://x.example/the-film-here", text="film", description="film")

    assert score(twice, {"sentence": ["film"]}) == pytest.approx(4 * 1.7)


def test_further_sentences_of_the_text_add_half_each():
    assert score(Fields(text="film. film. film"), {"sentence": ["film"]}) == pytest.approx(4 * 0.7 * 1.75)


def test_concepts_must_meet_in_one_sentence():
    assert score(Fields(title="Film in orbit"), {"sentence": ["film", "orbit"]}) == 4
    assert score(Fields(title="A film. An orbit"), {"sentence": ["film", "orbit"]}) == 0


def test_concepts_must_be_near_enough():
    far = Fields(title="film one two three orbit")

    assert score(far, {"sentence": ["film", "orbit"], "within": 3}) == 4
    assert score(far, {"sentence": ["film", "orbit"], "within": 2}) == 0


def test_what_is_found_anywhere_has_the_weight_of_the_lightest_part_needed():
    assert score(Fields(title="Peresild", text="film"), {"article": ["cast", "film"]}) == pytest.approx(
        4 * 0.7
    )


def test_a_person_alone_never_counts():
    assert (
        score(Fields(title="Peresild is ill", text="Peresild."), {"article": ["cast", "film", "orbit"]}) == 0
    )


def test_a_rule_may_be_forbidden():
    rule = {"sentence": ["film", "orbit"], "unless": ["fake"]}

    assert score(Fields(title="film, orbit, studio"), rule) == 0
    assert score(Fields(title="film, orbit", text="studio"), rule) == 4
    assert score(Fields(title="film", text="studio"), {"article": ["film"], "unless": ["fake"]}) == 0


def test_a_rule_looks_only_where_it_is_told():
    assert score(Fields(title="x", text="film"), {"sentence": ["film"], "fields": ["title"]}) == 0


def test_a_choice_is_satisfied_by_either_and_a_concept_takes_in_others():
    assert score(Fields(title="studio"), {"sentence": ["orbit | fake"]}) == 4
    assert score(Fields(title="Peresild"), {"sentence": ["any-film"]}) == 4


def test_a_longer_term_hides_the_shorter_one_inside_it():
    assert score(Fields(title="film festival"), {"sentence": ["film"]}) == 4
    hidden = topic(
        {"sentence": ["film"]}, concepts={"film": {"en": ["film"]}, "idiom": {"en": ["film festival*"]}}
    )

    assert judge(Fields(title="the film festivals"), hidden).score == 0
    assert judge(Fields(title="a film at the film festival"), hidden).score == 4


def test_deductions_never_take_the_score_below_nothing():
    judged = judge(
        Fields(title="film in a studio"), topic({"sentence": ["film"]}, {"sentence": ["fake"], "points": -9})
    )

    assert judged.score == 0
    assert sum(each.weight for each in judged.evidence) == pytest.approx(0)
    assert judged.band == "off"


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(Fields(title="film in orbit", section="Horoscopes"), id="section"),
        pytest.param(Fields(title="film in orbit", url="https://x.example/horoscopes/film"), id="folder"),
    ],
)
def test_a_vetoed_section_never_counts(fields):
    judged = judge(fields, topic({"sentence": ["film"]}, veto_sections=["horoscopes"]))

    assert (judged.score, judged.band) == (0, "off")
    assert judged.evidence[-1].concept == "veto" or judged.evidence[0].concept == "veto"


@pytest.mark.parametrize(
    ("title", "headline", "hung"),
    [
        pytest.param(
            "First film shot in orbit - Culture | The Daily",
            "First film shot in orbit",
            ("Culture", "The Daily"),
            id="two",
        ),
        pytest.param(
            "ロシアの女優が宇宙へ - BBCニュース", "ロシアの女優が宇宙へ", ("BBCニュース",), id="Japanese"
        ),
        pytest.param("Film - Space", "Film - Space", (), id="too short a headline"),
        pytest.param(
            "A film – the first to be made in orbit",
            "A film – the first to be made in orbit",
            (),
            id="no site",
        ),
        pytest.param("", "", (), id="nothing"),
    ],
)
def test_a_sites_name_is_told_from_the_headline(title, headline, hung):
    assert without_site(title) == (headline, hung)


def test_a_sites_name_counts_as_a_tag():
    assert score(Fields(title="A day in town | Film"), {"sentence": ["film"]}) == pytest.approx(4 * 0.4)
    assert score(Fields(title="The ISS is back | Film"), {"sentence": ["film", "orbit"]}) == 0


def test_a_weak_title_never_hides_a_relevant_text():
    text = (
        "Nothing of note. " * 5
        + "A film was made in orbit. Peresild was in orbit for the film. A film of orbit."
    )
    rules = ({"sentence": ["film", "orbit"]}, {"article": ["cast", "film", "orbit"], "points": 12})

    assert judge(Fields(title="A week", text=text), topic(*rules)).is_relevant


def test_a_declared_language_is_believed_unless_the_words_are_of_another():
    gated = {"sentence": ["orbit"]}

    assert score(Fields(title="All of it", language="en"), gated) == 0
    assert score(Fields(title="Ins All", language="de"), gated) == 4
    assert score(Fields(title="Ins All, im All", language="en"), gated) == 4


def test_the_fields_of_an_article_are_read(make_article):
    article = make_article(tags=("Space",), section="Film", description=None, language="en")

    fields = judged_fields(article)
    assert (fields.title, fields.tags, fields.section, fields.description) == (
        article.title,
        ("Space",),
        "Film",
        "",
    )


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        pytest.param(
            "https://x.example/film/2021/russian-crew_in-orbit-490001-20211005.html",
            "russian crew in orbit",
            id="ids",
        ),
        pytest.param("https://x.example/%D1%84%D0%B8%D0%BB%D1%8C%D0%BC", "фильм", id="percent-encoded"),
        pytest.param("https://x.example/12345", "", id="number"),
        pytest.param("https://x.example/film", "", id="one word is a folder"),
        pytest.param("http://[broken", "", id="not an address"),
    ],
)
def test_the_words_of_an_address(url, slug):
    assert slug_of(url) == slug


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("film " * 8_000, id="one word again and again"),
        pytest.param("film orbit " * 4_000, id="two words, no sentence"),
        pytest.param("film" * 50_000, id="no spaces"),
        pytest.param("film. " * 6_000, id="many sentences"),
        pytest.param("«" * 100_000, id="quotation marks"),
        pytest.param("(" * 100_000 + "a b " * 20_000, id="brackets"),
    ],
)
def test_no_text_makes_it_slow(text):
    rules = topic({"sentence": ["film", "orbit"], "within": 3}, {"article": ["film", "orbit", "cast"]})
    wild = topic(
        {"sentence": ["film"]},
        concepts={"film": {"any": ["*film", "fil* ... orbit", "«film*»", "film* orbit*"]}},
    )

    started = time.process_time()
    judge(Fields(text=text), rules)
    judge(Fields(text=text), wild)
    assert time.process_time() - started < 5
