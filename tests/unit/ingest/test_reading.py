"""Pages in, captures out; JSON lines in, JSON lines out; and no bytes that break either."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.ingest.extract_jsonl import run_extract_jsonl
from crawler.ingest.reading import EXTRACTOR, read_page
from crawler.ingest.verdict import decide
from crawler.relevance.topic import Topic, parse_topic
from db.model import Candidate, Capture, Outcome, Page

NOW = datetime(2026, 11, 23, tzinfo=UTC)
BODY = (
    "The crew flew to the station with one camera, two lenses and a script that nobody had rehearsed in orbit.",
    "They shot in the evenings, when the day's experiments were done and the big module was empty for once.",
    "They came back after twelve days with thirty hours of footage and a bruise or two from the hatches.",
)


def html(*paragraphs: str, title: str = "A film") -> bytes:
    texts = "".join(f"<p>{text}</p>" for text in paragraphs)
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><div>{texts}</div></body></html>".encode()


def page(body: bytes, url: str = "https://news.example/a") -> Page:
    return Page(
        url=url,
        final_url=url,
        status=200,
        headers=(("content-type", "text/html"),),
        body=body,
        fetched_at=NOW,
    )


def read(body: bytes, memory: frozenset[int] = frozenset()) -> Capture:
    candidate = Candidate(
        url="https://news.example/a", source="s", found_on="https://news.example/", found_at=NOW
    )
    return read_page(page(body), candidate, memory=memory)


def job(key: Any, body: bytes, url: str = "https://news.example/a") -> str:
    return json.dumps({"id": key, "url": url, "html_b64": base64.b64encode(body).decode()}) + "\n"


def answers(*lines: str, site_memory: bool = False) -> list[dict[str, Any]]:
    written: list[str] = []
    run_extract_jsonl(lines, written.append, site_memory, NOW)
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in written)
    return [json.loads(line) for line in written]


def test_a_page_becomes_a_capture_with_an_article() -> None:
    capture = read(html(*BODY))

    assert capture.article is not None and capture.problem is None
    assert capture.article.text == "\n".join(BODY)
    assert capture.article.extractor == EXTRACTOR
    assert len(capture.line_hashes) == len(BODY)


def test_reading_depends_on_nothing_but_its_arguments() -> None:
    assert read(html(*BODY)) == read(html(*BODY))


@pytest.mark.parametrize(
    ("body", "outcome"),
    [(b"", Outcome.NOT_ARTICLE), (b"%PDF-1.4", Outcome.NOT_ARTICLE), (html(), Outcome.FAILED)],
    ids=["empty", "a PDF", "no text"],
)
def test_a_page_without_an_article_says_why(body: bytes, outcome: Outcome) -> None:
    capture = read(body)

    assert capture.article is None
    assert capture.problem_outcome == outcome
    assert capture.problem is not None and capture.problem.endswith(".")


def test_memory_takes_a_known_line_and_says_so() -> None:
    furniture = "Our weekly letter for everybody"
    known = frozenset(read(html(furniture, *BODY)).line_hashes[:1])

    article = read(html(*BODY[:1], furniture, *BODY[1:]), known).article

    assert article is not None and article.text == "\n".join(BODY)
    assert [(each.rule, each.text) for each in article.removed if each.rule == "memory.line"] == [
        ("memory.line", furniture)
    ]


def test_every_line_gets_one_answer_in_order() -> None:
    lines = [job(1, html(*BODY)), "\n", "{broken\n", '{"id": "x"}\n', '["list"]\n', job("z", b"")]

    got = answers(*lines)

    assert [answer["id"] for answer in got] == [1, None, "x", None, "z"]
    assert ["error" in answer for answer in got] == [False, True, True, True, True]
    assert set(got[0]) >= {
        "text",
        "title",
        "authors",
        "date",
        "published_at",
        "tags",
        "image",
        "description",
        "language",
        "site_name",
    }


@pytest.mark.parametrize(
    "line",
    ['{"id": 1, "url": 5, "html_b64": ""}', '{"id": 1, "url": "https://a.example/", "html_b64": "é"}', "[" * 100_000, "\x00", '{"id": 1, "url": "http://[", "html_b64": "PGh0bWw+"}'],
    ids=["url is a number", "not base64", "nested", "NUL", "address that is none"],
)  # fmt: skip
def test_a_bad_line_is_answered_with_an_error(line: str) -> None:
    (answer,) = answers(line)

    assert set(answer) == {"id", "error"}


def site_pages(count: int, site: str = "news.example") -> list[str]:
    names = ("one", "two", "three", "four", "five")
    return [
        job(
            name,
            html(
                "Our weekly letter for everybody",
                *(f"{text[:-1]}, says {name}." for text in BODY),
                title=name,
            ),
            f"https://{site}/{name}",
        )
        for name in names[:count]
    ]


def test_site_memory_learns_a_line_from_three_articles() -> None:
    assert all("weekly letter" not in answer["text"] for answer in answers(*site_pages(3), site_memory=True))


def test_two_articles_or_two_sites_teach_nothing() -> None:
    lines = [*site_pages(2), *site_pages(2, "other.example")]

    assert all("weekly letter" in answer["text"] for answer in answers(*lines, site_memory=True))


def test_one_article_seen_three_times_teaches_nothing() -> None:
    assert all("weekly letter" in answer["text"] for answer in answers(*site_pages(1) * 3, site_memory=True))


def test_without_the_switch_nothing_is_learned() -> None:
    assert all("weekly letter" in answer["text"] for answer in answers(*site_pages(4)))


pieces = st.sampled_from(
    [b"<p>", b"</p>", b"<div class='share related'>", b"<table><tr><td>", b"<span><img><a>", b"<br>", b"<h1>A film</h1>", b"<aside>", b"<figure>", b"<script type='application/ld+json'>{", b"Photo: X / Getty Images", b"\x00", b"\xed\xa0\x80", b"&#xD800;", b"</div>", b"<li>", b"Topics: a, b", *(text.encode() for text in BODY)]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.lists(pieces, max_size=40).map(b"".join)))
def test_any_bytes_give_an_article_or_a_reason(body: bytes) -> None:
    capture = read(body)

    assert (capture.article is None) != (capture.problem is None)
    assert not (capture.problem or "").startswith("Reading failed")
    if capture.article is not None:
        capture.article.text.encode("utf-8")
        assert capture.article.text.strip() and "\x00" not in capture.article.text


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_line_gets_an_answer_or_is_blank(line: str) -> None:
    assert len(answers(line)) == (1 if line.strip() else 0)


@pytest.mark.parametrize(
    ("here", "claimed", "believed"),
    [
        pytest.param("https://www.paper.example/a-story", "https://paper.example/a-story", True, id="own name"),
        pytest.param("https://amp.paper.co.uk/a-story", "https://www.paper.co.uk/a-story", True, id="own subdomain"),
        pytest.param("https://thief.example/a-story", "https://paper.example/a-story", False, id="another site"),
        pytest.param("https://thief.blogspot.com/a-story", "https://paper.blogspot.com/a-story", False, id="shared platform"),
        pytest.param("https://thief.github.io/a-story", "https://paper.github.io/a-story", False, id="shared pages"),
        pytest.param("http://9.9.0.3/a-story", "http://8.8.0.3/a-story", False, id="another address"),
        pytest.param("http://8.8.8.8:81/a-story", "http://8.8.8.8/a-story", False, id="another port"),
    ],
)  # fmt: skip
def test_a_page_speaks_for_addresses_of_its_own_site_only(here, claimed, believed):
    body = html(*BODY).replace(b"<title>", f'<link rel="canonical" href="{claimed}"><title>'.encode())

    article = read_page(
        page(body, here), Candidate(url=here, source="s", found_on=here, found_at=NOW)
    ).article

    assert article is not None
    assert article.canonical_url == (claimed if believed else here)
    assert ("canonical_url" in dict(article.origins)) == believed


OFF = tuple(
    f"The council met on day {day} and spoke at length about the bridge, the market, the harbour and the school,"
    f" and about the {day} letters that had come from people who live beside the river and hear the trams at night."
    for day in range(12)
)
TOPIC = parse_topic(
    {
        "relevant": 2,
        "mention": 1,
        "concepts": {"bird": {"any": ["heron*"]}, "pond": {"any": ["pond*"]}},
        "rule": [{"name": "both", "sentence": ["bird", "pond"], "points": 4}],
    },
    "ponds",
)


def gated(body: bytes, *topics: Topic, title: str | None = None) -> Capture:
    candidate = Candidate(
        url="https://news.example/a", source="s", found_on="https://news.example/", found_at=NOW, title=title
    )
    return read_page(page(body), candidate, topics or (TOPIC,), is_gated=True)


def test_a_page_without_the_words_of_a_topic_is_off_topic_unread() -> None:
    capture = gated(html(*OFF, title="Council meets"))

    assert capture.article is None and capture.problem_outcome == Outcome.OFF_TOPIC
    assert (
        capture.problem
        == "The words on the page cannot make it a mention for ponds; it was not read further."
    )
    (judgement,) = capture.judgements
    assert (judgement.score, judgement.band, judgement.topic_id) == (0, "off", "ponds")
    assert judgement.ruleset == TOPIC.ruleset and judgement.threshold == TOPIC.relevant
    decided = decide(capture, None, "mention")
    assert (decided.outcome, decided.keeps, decided.reason) == (Outcome.OFF_TOPIC, False, capture.problem)


def test_a_page_with_the_words_of_one_topic_is_read_for_all() -> None:
    other = parse_topic(
        {
            "relevant": 2,
            "mention": 1,
            "concepts": {"tram": {"any": ["tram*"]}},
            "rule": [{"name": "trams", "sentence": ["tram"], "points": 4}],
        },
        "trams",
    )

    capture = gated(html(*OFF), TOPIC, other)

    assert capture.article is not None and len(capture.judgements) == 2


def test_what_the_source_said_counts_at_the_gate() -> None:
    assert gated(html(*OFF), title="Herons at the pond").article is not None


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"", Outcome.NOT_ARTICLE),
        (b"%PDF-1.4", Outcome.NOT_ARTICLE),
        (html(), Outcome.FAILED),
        (
            b"<title>Just a moment...</title><p>Checking your browser before you go on. Enable JavaScript and cookies.",
            Outcome.NOT_ARTICLE,
        ),
    ],
    ids=["empty", "a PDF", "no text", "a wall"],
)
def test_what_did_not_come_whole_is_never_called_off_topic(body: bytes, outcome: Outcome) -> None:
    assert gated(body).problem_outcome == outcome == read(body).problem_outcome


def test_the_gate_stops_nothing_where_there_is_no_topic() -> None:
    assert gated_without_topics(html(*OFF)).article is not None


def gated_without_topics(body: bytes) -> Capture:
    candidate = Candidate(
        url="https://news.example/a", source="s", found_on="https://news.example/", found_at=NOW
    )
    return read_page(page(body), candidate, (), is_gated=True)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*OFF, "A heron.", "A pond.", "Herons at the pond."]), max_size=20))
def test_what_the_gate_stops_would_have_been_off_topic(paragraphs: list[str]) -> None:
    stopped = gated(html(*paragraphs)).problem_outcome == Outcome.OFF_TOPIC
    full = read_page(page(html(*paragraphs)), gated(b"").candidate, (TOPIC,))

    assert not stopped or full.article is None or full.judgements[0].band == "off"


def test_a_link_that_is_no_address_costs_only_itself():
    capture = read(html(*BODY, 'More <a href="http://[never">about the film</a> was told in the evening.'))

    assert capture.problem is None
    assert capture.article is not None
    assert BODY[0] in capture.article.text
