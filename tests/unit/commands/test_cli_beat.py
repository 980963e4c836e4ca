"""`spacereel beat`: labelled examples beside a beat, and reviews that become examples."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from crawler.commands.beat_examples import lead_of
from crawler.relevance.evaluate import load_examples
from db.marks import append_review
from db.model import Judgement, Outcome

BEAT = """[beat]
id = "ponds"
title = "Ponds"

[topic]
relevant = 2
mention = 1
lead_words = 6

[topic.concepts.bird]
any = ["{word}"]

[[topic.rule]]
name = "a bird"
points = 3
sentence = ["bird"]
"""
EXAMPLES = (
    {"id": "a", "label": "positive", "title": "Herons return"},
    {"id": "b", "label": "negative", "title": "A heron of bronze is sold"},
    {"id": "c", "label": "negative", "title": "Council meets"},
    {"id": "d", "label": "mention", "title": "Ponds", "text": "Not a heron in sight."},
)


@pytest.fixture
def run(run: Callable[..., Result]) -> Callable[..., Result]:
    """`run("beat", "test")` in a folder with the beat `ponds.toml`, which looks for herons."""
    Path("ponds.toml").write_text(BEAT.format(word="heron*"), encoding="utf-8")
    Path("spacereel.toml").write_text("[beats]\npaths = ['ponds.toml']\n", encoding="utf-8")
    return run


def write_examples(name: str = "ponds.examples.jsonl") -> None:
    Path(name).write_text("".join(json.dumps(each) + "\n" for each in EXAMPLES), encoding="utf-8")


def test_the_examples_beside_the_beat_are_counted_and_the_wrong_ones_shown(run):
    write_examples()

    result = run("beat", "test")

    assert result.exit_code == 0
    assert "ponds: 4 examples" in result.output and "(1 positive, 1 mention, 2 negative)" in result.output
    assert "precision 0.500  recall 1.000  F1 0.667  average precision 0.500" in result.output
    assert "mentions, which do not count, were judged: 1 relevant, 0 mention, 0 off" in result.output
    wrong = result.output.split("1 judged wrongly")[1]
    assert "b: labelled negative" in wrong and "A heron of bronze is sold" in wrong
    assert "+3.00" in wrong and "a bird" in wrong and "c: labelled" not in wrong


def test_another_file_of_rules_is_tried_on_the_same_examples_before_it_is_saved(run):
    write_examples()
    Path("draft.toml").write_text(BEAT.format(word="herons"), encoding="utf-8")

    result = run("beat", "test", "--beat", "draft.toml", "--examples", "ponds.examples.jsonl")

    assert result.exit_code == 0
    assert "F1 1.000" in result.output and "0 judged wrongly\n" in result.output


@pytest.mark.parametrize(
    ("text", "told"), [(None, "does not exist"), ("\n", "holds no example")], ids=["no file", "empty file"]
)
def test_without_examples_one_sentence_says_how_to_make_some(run, text, told):
    if text is not None:
        Path("ponds.examples.jsonl").write_text(text, encoding="utf-8")

    result = run("beat", "test")

    assert result.exit_code == 1
    assert (
        result.stderr.count("\n") == 1
        and told in result.stderr
        and "spacereel beat examples" in result.stderr
    )


def test_the_shipped_examples_are_judged(run):
    Path("spacereel.toml").unlink()

    result = run("beat", "test")

    assert result.exit_code == 0 and result.output.startswith("space-films: ")


@pytest.fixture
def reviewed(store, append, make_article, now) -> Callable[..., str]:
    """`reviewed("a", "relevant")`: an article that the beat `ponds` judged, with a mark; its address."""

    def make(name: str, mark: str | None, *, beat: str = "ponds") -> str:
        url = f"https://news.example/{name}"
        text = f"One two three four.\nFive six {name}.\nSeven."
        judged = Judgement(topic_id=beat, score=3, threshold=2, band="relevant", ruleset="r")
        revision = append(make_article(url, title=f"Title {name}", text=text), judgements=(judged,))
        append_review(
            store.path, article_id=revision.article_id, mark=mark, note=None, reviewer="me", now=now
        )
        return url

    return make


def test_reviews_are_printed_as_examples_with_headline_and_lead(run, store, reviewed):
    first = reviewed("a", "relevant")
    reviewed("b", "irrelevant")
    reviewed("c", "later")

    result = run("beat", "examples", "--db", store.path)

    assert result.exit_code == 0
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(line["title"], line["label"]) for line in lines] == [
        ("Title a", "positive"),
        ("Title b", "negative"),
    ]
    assert lines[0] == {
        "id": first,
        "url": first,
        "title": "Title a",
        "text": "One two three four.\nFive six a.",
        "lang": "en",
        "label": "positive",
        "kind": "review",
    }


def test_printed_examples_can_be_appended_and_are_not_offered_again(run, store, reviewed):
    reviewed("a", "relevant")
    printed = run("beat", "examples", "--db", store.path).stdout
    Path("ponds.examples.jsonl").write_text(printed, encoding="utf-8")
    reviewed("b", "irrelevant")

    again = run("beat", "examples", "--db", store.path)

    assert [json.loads(line)["title"] for line in again.stdout.splitlines()] == ["Title b"]
    assert [each.label for each in load_examples(Path("ponds.examples.jsonl"))] == ["positive"]


def test_an_example_under_another_spelling_of_the_address_is_there_already(run, store, reviewed):
    reviewed("a", "relevant")
    old = {"id": "mine", "label": "positive", "url": "http://www.news.example/a?utm_source=x"}
    Path("ponds.examples.jsonl").write_text(json.dumps(old) + "\n", encoding="utf-8")

    result = run("beat", "examples", "--db", store.path)

    assert result.exit_code == 0 and result.stdout == ""
    assert "No review of ponds" in result.stderr


def test_a_review_of_another_beat_is_no_example_of_this_one(run, store, reviewed):
    reviewed("a", "relevant", beat="lakes")

    assert run("beat", "examples", "--db", store.path).stdout == ""


def test_a_lead_is_whole_paragraphs():
    assert lead_of("One two.\nThree.\nFour.", 3) == "One two.\nThree."
    assert lead_of("", 3) == ""


def test_a_draft_of_the_rules_is_replayed_dry_or_not_at_all(run):
    result = run("replay", "--beat", "ponds.toml")

    assert result.exit_code == 2 and "--dry-run" in result.stderr


def test_a_draft_must_be_of_a_configured_beat(run, store):
    Path("draft.toml").write_text(BEAT.format(word="frog").replace('"ponds"', '"pond"'), encoding="utf-8")

    result = run("replay", "--dry-run", "--beat", "draft.toml", "--db", store.path)

    assert result.exit_code == 1 and 'no configured beat has the id "pond"' in result.stderr
    assert "ponds" in result.stderr.split('"pond"')[1]


def test_a_draft_shows_its_effect_on_the_archive_and_writes_nothing(
    run, store, append, make_article, make_page, rows
):
    told = "".join(
        f"<p>Paragraph {n} tells more of the otters that came to the pond this year.</p>" for n in range(5)
    )
    url = "https://news.example/otters"
    body = f"<html lang=en><title>Otters return</title><article><h1>Otters return</h1>{told}</article></html>"
    page = make_page(url, body=body.encode())
    append(make_article(url), page=page, keeps=False, outcome=Outcome.OFF_TOPIC)
    Path("draft.toml").write_text(BEAT.format(word="otter*"), encoding="utf-8")

    configured = run("replay", "--dry-run", "--db", store.path)
    draft = run("replay", "--dry-run", "--beat", "draft.toml", "--db", store.path)

    assert "     0  would enter" in configured.output
    assert "     1  would enter" in draft.output and "Otters return" in draft.output
    assert rows("SELECT count(*) FROM articles") == [(0,)]


def test_a_draft_is_tried_on_the_articles_of_the_record(run, store, append, make_article):
    append(make_article("https://e.example/a", title="Herons return", text="They nest."))
    append(make_article("https://e.example/b", title="A grebe is seen", text="It dives."))
    Path("draft.toml").write_text(BEAT.format(word="grebe*"), encoding="utf-8")

    result = run("beat", "try", "draft.toml", "--db", store.path)

    assert result.exit_code == 0, result.output
    assert "ponds: 2 articles of the record, 0 keep their band" in result.output
    assert (
        "off -> relevant: 1 article" in result.output and "A grebe is seen (a bird: grebe)" in result.output
    )
    assert (
        "relevant -> off: 1 article" in result.output
        and "Herons return (nothing of it was found)" in result.output
    )


def test_judge_explains_what_was_found_and_what_nearly_counted(run):
    result = run("judge", "--beat", "ponds.toml", "--explain", "Herons return")

    assert '"Herons" (bird) in the title, sentence 1' in result.output


def test_a_beat_is_looked_over_without_asking_anybody(run):
    result = run("beat", "check", "ponds.toml")

    assert result.exit_code == 0
    assert "ponds: Ponds" in result.output and "1 concept, 1 term" in result.output
    assert "would ask 0 hosts" in result.output and "nothing odd found" in result.output


def test_a_rule_that_cannot_count_fails_the_look(run):
    Path("odd.toml").write_text(
        BEAT.format(word="heron*").replace("relevant = 2", "relevant = 200"), encoding="utf-8"
    )

    result = run("beat", "check", "ponds.toml", "odd.toml")

    assert result.exit_code == 1
    assert "error: no article can be relevant" in result.output


def write_grebes() -> None:
    """Examples in which every second bird that belongs is a grebe, of which the beat has not heard."""
    towns = ("Leeds", "York", "Hull", "Derby", "Bath", "Ely", "Dover", "Truro", "Ripon", "Wells")
    verbs = ("reach", "enter", "leave", "like", "cross", "watch", "flee", "explore", "find", "visit")
    rows = [
        {"id": f"{bird}{town}", "label": label, "title": f"{bird} {verb} {town}", "lang": "en"}
        for town, verb in zip(towns, verbs, strict=True)
        for bird, label in (
            ("Herons", "positive"),
            ("Grebes", "positive"),
            ("Mayors", "negative"),
            ("Bakers", "negative"),
        )
    ]
    Path("ponds.examples.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_what_was_learnt_is_shown_and_nothing_changes_before_a_person_accepts(run):
    write_grebes()
    before = Path("ponds.toml").read_text(encoding="utf-8")

    shown = run("beat", "learn")

    assert shown.exit_code == 0, shown.output
    assert 'add "grebes*" (en) to bird' in shown.output
    assert "articles kept back" in shown.output and "+++ ponds.toml (proposed)" in shown.output
    assert Path("ponds.toml").read_text(encoding="utf-8") == before


def test_accepted_edits_are_written_with_their_day_and_judge_better(run):
    write_grebes()

    taken = run("beat", "learn", "--accept")
    tested = run("beat", "test")

    assert "edit written" in taken.output
    assert "learnt: add" in Path("ponds.toml").read_text(encoding="utf-8")
    assert "F1 1.000" in tested.output


def test_marks_of_the_record_are_learnt_from_too(run, store, reviewed):
    for at in range(12):
        reviewed(f"a{at}", "relevant")
        reviewed(f"b{at}", "irrelevant")

    result = run("beat", "learn", "--db", store.path)

    assert "ponds: 24 labelled articles" in result.output


def test_with_few_marks_one_sentence_says_so(run):
    write_examples()
    result = run("beat", "learn")

    assert result.exit_code == 1
    assert "at least 20" in result.output and "Traceback" not in result.output


def test_a_share_of_nothing_is_no_figure(run):
    Path("one.jsonl").write_text('{"id": "a", "label": "positive", "title": "Rain"}\n', encoding="utf-8")
    result = run("beat", "test", "--examples", "one.jsonl")

    assert "ponds: 1 example of one.jsonl" in result.output
    assert "precision –  recall 0.000  F1 0.000  average precision 1.000" in result.output


@pytest.mark.parametrize("verb", [("check",), ("try",), ("test", "--beat"), ("test", "--examples")])
def test_a_pipe_is_refused_and_not_waited_for(run, verb):
    os.mkfifo("pipe.toml")
    result = run("beat", *verb, "pipe.toml")

    assert result.exit_code == 1
    assert "pipe.toml is no regular file" in result.stderr


def test_digits_without_end_are_one_sentence(run):
    Path("long.toml").write_text("[topic]\nrelevant = " + "1" * 5000, encoding="utf-8")
    result = run("beat", "check", "long.toml")

    assert "long.toml is not valid TOML: a number of too many digits" in result.stderr
    assert "sys." not in result.stderr
