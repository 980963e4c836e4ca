"""Any text is judged, the score is its evidence, and the gate never stops what scores."""

from __future__ import annotations

import html
import pickle
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.catalogue import load_beats
from crawler.config import SHIPPED_BEAT
from crawler.errors import TopicSyntaxError
from crawler.relevance.gate import may_any_score, may_score, most_scores
from crawler.relevance.judge import Fields, judge, judge_all
from crawler.relevance.terms import TermError, read_term
from crawler.relevance.topic import parse_topic
from db.folding import fold

(BEAT,) = load_beats([SHIPPED_BEAT])
AGAIN = pickle.loads(pickle.dumps(BEAT.topic))
#: words of the topic in several scripts, and what stands between them
WORDS = (
    "film", "movie", "shot", "orbit", "in space", "ISS", "space station", "Tom Cruise", "Peresild", "Shipenko", "Roscosmos",
    "съёмки", "фильм", "на орбите", "МКС", "«Вызов»", "Пересильд", "актриса", "拍摄", "空间站", "映画", "宇宙で", "撮影", "우주정거장",
    "촬영", "فيلم", "بالفضاء", "फ़िल्म", "अंतरिक्ष", "Raumstation", "gedreht", "studio", "Gravity", "the", "and", ".", "!", "\n", ",", "-",
)  # fmt: skip
texts = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)
fields = st.builds(
    Fields,
    title=texts,
    text=texts,
    description=texts,
    tags=st.lists(texts, max_size=2).map(tuple),
    language=st.sampled_from([None, "en", "ru", "ja", "fi", "pt-BR"]),
)


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text) or "|" in fold(text) or "^" in fold(text)


@given(st.text())
def test_a_folded_text_has_one_space_at_each_end_and_none_doubled(text):
    folded = fold(text)

    assert folded.startswith(" ")
    assert folded.endswith(" ")
    assert "  " not in folded.strip(" ")


@settings(deadline=None)
@given(
    st.builds(
        Fields, title=st.text(), text=st.text(), url=st.text(), description=st.text(), section=st.text()
    )
)
def test_any_text_is_judged(given_fields):
    judged = judge(given_fields, BEAT.topic)

    assert judged.score >= 0
    assert judged.band in ("relevant", "mention", "off")


@settings(deadline=None)
@given(fields)
def test_the_score_is_the_sum_of_the_evidence(given_fields):
    judged = judge(given_fields, BEAT.topic)

    assert judged.score == pytest.approx(sum(each.weight for each in judged.evidence), abs=1e-6)
    assert (judged.band == "relevant") == (judged.score >= judged.threshold)
    assert all(each.term and each.count >= 1 for each in judged.evidence)


#: beats that share terms with each other and with the shipped one, and some that share none
SMALL = tuple(
    parse_topic(
        {
            "relevant": 1.0,
            "mention": 0.25,
            "veto_sections": ["sport"] if number == 2 else [],
            "concepts": {
                "place": {"any": [here, "ISS"], "en": ["orbit"]},
                "work": {"en": [there, "shot"], "ru": ["съёмки"], "includes": ["place"] if number % 2 else []},
                "title": {"any": ["«Вызов»", "film ... space"]},
            },
            "rule": [
                {"name": "both", "points": 1.0, "sentence": ["place", "work"], "unless": ["title"] if number % 3 else []},
                {"name": "named", "points": 0.5, "article": ["title", "place|work"]},
                {"name": "less", "points": -0.3, "article": ["work"]},
            ],
        },
        f"small-{number}",
    )
    for number, (here, there) in enumerate(
        [("orbit", "film*"), ("in space", "movie"), ("space station", "Tom Cruise"), ("空间站", "拍摄"), ("nowhere", "nobody")]
    )
)  # fmt: skip
MANY = (*SMALL, BEAT.topic, AGAIN)


for _topic in (*MANY, BEAT.topic):  # made ready once, which no single example is to be charged for
    judge(Fields(), _topic), may_score(b"", _topic)
judge_all(Fields(), MANY)


@settings(deadline=None)
@given(fields, st.sampled_from(["https://x.example/a", "https://x.example/sport/tom-cruise-in-orbit.html"]))
def test_judged_together_is_judged_alone(given_fields, url):
    """Verdicts, scores and evidence, to the order of its pieces."""
    placed = replace(given_fields, url=url)

    assert judge_all(placed, MANY) == tuple(judge(placed, topic) for topic in MANY)


@settings(deadline=None)
@given(st.lists(texts, max_size=4), st.permutations(range(len(SMALL))), st.integers(0, len(SMALL)))
def test_the_gate_lets_a_page_through_for_some_when_it_does_for_one(lines, order, count):
    page = "".join(f"<p>{html.escape(line)}</p>" for line in lines).encode()
    chosen = tuple(SMALL[number] for number in order[:count])

    assert may_any_score([page], chosen) == any(may_score(page, topic) for topic in chosen)
    if (together := most_scores([page], chosen)) is not None:
        assert together == tuple(
            most for topic in chosen for most in most_scores([page], (topic,)) or (None,)
        )


@settings(deadline=None)
@given(fields)
def test_judging_again_gives_the_same(given_fields):
    assert judge(given_fields, AGAIN) == judge(given_fields, BEAT.topic)


@settings(deadline=None)
@given(fields)
def test_the_gate_stops_nothing_that_scores(given_fields):
    blocks = "".join(f"<p>{html.escape(line)}</p>" for line in given_fields.text.split("\n"))
    meta = html.escape(given_fields.description)
    tags = html.escape(", ".join(given_fields.tags))
    page = (
        f"<html><head><title>{html.escape(given_fields.title)}</title><meta name=description content='{meta}'>"
        f"<meta name=keywords content='{tags}'></head><body><h1>{html.escape(given_fields.title)}</h1>{blocks}</body></html>"
    )

    judgement, most = judge(given_fields, BEAT.topic), most_scores([page.encode()], (BEAT.topic,))
    if most is not None:
        assert judgement.band == "off"
        assert judgement.score <= most[0] + 0.00005  # a score has four digits


@given(st.binary(max_size=300))
def test_any_bytes_go_through_the_gate_without_a_crash(body):
    assert may_score(body, BEAT.topic) in (True, False)


@given(st.text(max_size=30))
def test_a_term_is_read_or_refused(source):
    try:
        term = read_term(source)
    except TermError:
        return
    assert term.spellings
    assert all(piece.strip() for spelling in term.spellings for piece in spelling.pieces)


values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
tables = st.dictionaries(
    st.sampled_from(
        ["relevant", "mention", "lead_words", "veto_sections", "weights", "concepts", "rule", "x"]
    ),
    values,
    max_size=6,
)


@given(tables)
def test_any_table_is_read_or_refused_with_a_sentence(table):
    with pytest.raises(TopicSyntaxError) as told:
        parse_topic(table, "x")
    assert str(told.value).startswith("beat x: ")
