"""`diff` and `story`: what changed in an article, and which articles tell of one event."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from stories_kit import append as tell
from stories_kit import reports

from crawler.cli import main


@pytest.fixture
def ask(store, monkeypatch):
    """`ask("diff", url, "--json")`: the exit code and what is said."""
    monkeypatch.setenv("COLUMNS", "160")

    def ask(*words):
        result = CliRunner().invoke(main, [*words, "--db", str(store.path)])
        return result.exit_code, result.output

    return ask


@pytest.fixture
def edited(store, now):
    """URL of an article with three versions."""
    told = reports("dev")[0]
    article = told.article
    tell(store, told)
    later = replace(
        article, text=article.text.replace("eleven", "twelve") + "\nAn earlier version gave another number."
    )
    tell(store, replace(told, article=later))
    tell(store, replace(told, article=replace(later, title="Melnikova is aboard", authors=("Ann Lee",))))
    return article.url


def test_a_change_is_told_word_by_word(ask, edited):
    code, said = ask("diff", edited, "--revision", "2")

    assert code == 0
    assert "Version 2 against 1: correction note, edited." in said
    assert "for [-eleven-] {+twelve+} days" in " ".join(said.split())
    assert "{+An earlier version gave another number.+}" in said
    assert "\x1b" not in said


def test_the_newest_change_is_told_when_no_other_is_asked_for(ask, edited):
    _, said = ask("diff", edited)

    assert "Version 3 against 2: title, authors." in said
    assert "authors: none -> Ann Lee" in said
    assert "The texts are the same." in said


def test_a_change_as_json(ask, edited):
    code, said = ask("diff", edited, "--revision", "2", "--json")
    change = json.loads(said)

    assert code == 0
    assert change["kinds"] == ["correction note", "edited"]
    assert {"kind": "added", "text": "twelve "} in change["text"][0]["spans"]


def test_an_article_is_found_under_another_spelling_of_its_address(ask, edited):
    assert ask("diff", edited.replace("https", "http") + "#top")[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("diff", "https://nowhere.example/x"), "is no article of this record"),
        (("diff", "EDITED", "--revision", "9"), "has versions 1 to 3"),
        (("story", "99"), "There is no story 99"),
    ],
)
def test_what_is_not_there_is_told_in_one_sentence(ask, edited, words, said):
    code, output = ask(*[edited if word == "EDITED" else word for word in words])

    assert code == 1
    assert said in output
    assert "Traceback" not in output


def test_an_article_with_one_version_has_no_change(ask, store):
    told = reports("dev")[0]
    tell(store, told)

    code, said = ask("diff", told.article.url)
    assert code == 1 and "one version only" in said


def test_the_latest_stories_are_listed(ask, store):
    assert "No two articles" in ask("story")[1]
    for told in reports("dev")[:24]:
        tell(store, told)

    code, said = ask("story")
    assert code == 0
    assert said.splitlines()[0].split()[:4] == ["story", "last", "report", "articles"]
    assert "de en fr ru" in said
    assert len(json.loads(ask("story", "--json")[1])) == len(said.splitlines()) - 1


def test_a_story_is_told_as_a_timeline(ask, store):
    for told in reports("dev")[:4]:
        tell(store, told)

    code, said = ask("story", "1")
    assert code == 0
    assert "4 articles of 4 outlets, in de, en, fr, ru" in said
    assert said.count(".example/") == 4
    times = re.findall(r"^  (\d\d:\d\d)  ", said, re.MULTILINE)
    assert len(times) == 4 and times == sorted(times)
    assert f"Courier (en, first report)\n         {reports('dev')[0].article.title}\n" in said
    assert said.count("first report)") == 1
    assert [row["language"] for row in json.loads(ask("story", "1", "--json")[1])["timeline"]] == [
        "en",
        "ru",
        "de",
        "fr",
    ]


def test_a_removal_stands_in_the_history_that_diff_tells(ask, edited, store, now):
    from db.model import FetchRecord, Outcome

    for hours in (0, 12, 25):
        at = now + timedelta(hours=hours)
        gone = FetchRecord(
            url=edited, source="wire", purpose="recheck", started_at=at, outcome=Outcome.GONE, reason="404."
        )
        store.append_visit(gone, None)

    assert "removed: Removed: confirmed by 3 looks" in ask("diff", edited)[1]
