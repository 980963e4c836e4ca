"""`spacereel beat new`: from nothing to a beat that works, without a look at the network."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from crawler.catalogue import load_beats
from crawler.commands.turns_bar import watched
from db.marks import append_review

TOWNS = ("Leeds", "York", "Hull", "Derby", "Bath", "Ely")
VERBS = ("reach", "enter", "leave", "like", "cross", "watch")


def write_headlines() -> None:
    pairs = list(zip(TOWNS, VERBS, strict=True))
    Path("yes.txt").write_text(
        "".join(f"Otters {verb} {town} city\n" for town, verb in pairs), encoding="utf-8"
    )
    Path("no.txt").write_text(
        "".join(f"Mayors {verb} {town} harbour\n" for town, verb in pairs), encoding="utf-8"
    )


def test_a_title_alone_makes_a_beat(run):
    result = run("beat", "new", "Otters in towns")

    assert result.exit_code == 0, result.output
    assert "otters-in-towns.toml: 1 part" in result.output
    assert [beat.id for beat in load_beats([Path("otters-in-towns.toml")])] == ["otters-in-towns"]


@pytest.mark.parametrize("title", ["Ночные поезда", "夜行列車", "قطارات الليل"])
@pytest.mark.parametrize("name", ["night trains.toml", "ночь.toml"])
def test_a_title_of_any_script_makes_a_beat_where_the_file_is_named(run, title, name):
    result = run("beat", "new", title, "--to", name, "--yes")
    (beat,) = load_beats([Path(name)])

    assert result.exit_code == 0, result.output
    assert beat.title == title
    assert beat.id == "night-trains" if name.startswith("night") else beat.id.startswith("beat-")


def test_headlines_of_files_teach_it_and_the_beat_judges(run):
    write_headlines()
    made = run("beat", "new", "Otters", "--belongs", "yes.txt", "--not", "no.txt", "--yes", "--to", "o.toml")
    judged = run("judge", "--beat", "o.toml", "Otters swim to Dover city")

    assert "on examples left out: F1" in made.output
    assert "relevant" in judged.output


def test_no_source_is_asked_before_a_person_agreed(run):
    write_headlines()
    run(
        "beat",
        "new",
        "Otters",
        "--part",
        "otter.en=otters",
        "--belongs",
        "yes.txt",
        "--not",
        "no.txt",
        "--yes",
        "--to",
        "o.toml",
    )
    (beat,) = load_beats([Path("o.toml")])

    assert beat.sources
    assert not any(source.is_enabled for source in beat.sources)


def test_nothing_is_written_over(run):
    Path("otters.toml").write_text("mine", encoding="utf-8")
    result = run("beat", "new", "Otters")

    assert result.exit_code == 1
    assert "there already" in result.output
    assert Path("otters.toml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(("!!!",), "has no Latin letter", id="a title without letters"),
        pytest.param(("Otters", "--part", "otter"), "is no part", id="a part without words"),
        pytest.param(("Otters", "--belongs", "gone.txt"), "gone.txt", id="a file that is not there"),
        pytest.param(("Otters", "--belongs", "binary.txt"), "binary.txt is not UTF-8 text", id="no text"),
        pytest.param(("Otters", "--belongs", "gone.txt"), "gone.txt does not exist", id="named plainly"),
        pytest.param(("Otters", "--belongs", "some.csv"), "some.csv is no file of examples", id="a CSV"),
        pytest.param(
            ("Otters", "--not", "gone.csv"), "gone.csv is no file of examples", id="a CSV that is not there"
        ),
        pytest.param(
            ("Otters", "--belongs", "notes"), "notes is no file of examples", id="a file without an ending"
        ),
        pytest.param(("Otters", "--belongs", "pipe.txt"), "pipe.txt is no regular file", id="a pipe"),
        pytest.param(
            ("Otters", "--belongs", "long.jsonl"), "long.jsonl:1 has a number", id="digits without end"
        ),
        pytest.param(("Otters", "--marked"), "does not exist", id="no record"),
        pytest.param(("Otters", "--belongs", "Same", "--not", "Same"), "to belong and not", id="both ways"),
    ],
)
def test_what_cannot_be_is_one_sentence(run, words, told):
    Path("binary.txt").write_bytes(b"\xff\xfe\xff")
    Path("long.jsonl").write_text('{"id": ' + "1" * 5000 + "}", encoding="utf-8")
    os.mkfifo("pipe.txt")
    for name in ("some.csv", "notes"):
        Path(name).write_text("Otters return", encoding="utf-8")
    result = run("beat", "new", *words)

    assert result.exit_code == 1
    assert told in result.output
    assert not any(word in result.output for word in ("Traceback", "Errno", "codec", "sys."))
    assert not list(Path().glob("*.toml"))


def test_marked_articles_and_searches_of_the_record_teach_it(run, store, append, make_article, now):
    for at, (town, verb) in enumerate(zip(TOWNS, VERBS, strict=True)):
        for mark, word in (("relevant", "Otters"), ("irrelevant", "Mayors")):
            article = make_article(
                f"https://e.example/{mark}/{at}", title=f"{word} {verb} {town} city", text=f"{word} came."
            )
            revision = append(article)
            append_review(
                store.path, article_id=revision.article_id, mark=mark, note=None, reviewer="me", now=now
            )
    append(make_article("https://e.example/new", title="Otter cubs born", text="Nobody labelled this."))
    result = run("beat", "new", "Otters", "--marked", "--search", "cubs", "--yes", "--db", store.path)

    assert result.exit_code == 0, result.output
    assert "13 examples" in result.output
    assert "spacereel sources add https://e.example/" in result.output


def test_searches_and_marks_that_find_nothing_are_said(run, store):
    result = run("beat", "new", "Otters", "--marked", "--search", "cubs", "--yes", "--db", store.path)

    assert result.exit_code == 0
    assert "--search cubs: no such article in the record" in result.output
    assert "--marked: no such article in the record" in result.output


def test_a_file_of_labelled_examples_is_read_as_it_is(run):
    rows = [
        {"id": str(at), "label": label, "title": f"{word} {verb} {town}", "lang": "en"}
        for at, (label, word, verb, town) in enumerate(
            (label, word, verb, town)
            for label, word in (("positive", "Otters"), ("negative", "Mayors"))
            for verb, town in zip(VERBS, TOWNS, strict=True)
        )
    ]
    Path("all.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    result = run("beat", "new", "Otters", "--belongs", "all.jsonl", "--yes")

    assert "12 examples" in result.output
    assert "otter* (any): in 6 that belong and 0 that do not" in Path("otters.toml").read_text(
        encoding="utf-8"
    )


def test_on_a_terminal_every_suggested_word_is_asked_about(run, tmp_path):
    write_headlines()
    leader, follower = os.openpty()
    os.write(leader, b"n\n" * 30)
    try:
        result = subprocess.run(
            [
                Path(sys.executable).with_name("spacereel"),
                "beat",
                "new",
                "Otters",
                "--belongs",
                "yes.txt",
                "--not",
                "no.txt",
            ],
            stdin=follower,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=120,
        )
    finally:
        os.close(leader)
        os.close(follower)

    assert "subject: otter* (any, in 6 that belong and 0 that do not)?" in result.stderr
    assert "subject: city* (any, in 6 that belong and 0 that do not)?" in result.stderr
    topic = Path("otters.toml").read_text(encoding="utf-8").split("[topic]")[1]
    assert "city*" not in topic and 'any = ["otters*"]' in topic, "the title's own word stays"


def test_words_of_other_languages_come_from_stories_of_the_record(run, store, append, make_article):
    for at, town in enumerate(TOWNS[:3]):
        for language, title in (("en", f"Otters seen in {town}"), ("fr", f"Loutres aperçues, {town}")):
            append(
                make_article(f"https://{language}.example/{at}", title=title, text=title, language=language)
            )
    with closing(sqlite3.connect(store.path)) as conn, conn:
        rows = conn.execute("SELECT article_id, canonical_url FROM newest").fetchall()
        for article, url in rows:
            number = 900 + int(url[-1])
            conn.execute(
                "INSERT OR IGNORE INTO stories (id, title, first_article_id, created_at, updated_at) VALUES (?, 't', ?, '2026-11-23T12:00:00Z', '2026-11-23T12:00:00Z')",
                (number, article),
            )
            conn.execute("UPDATE newest SET story_id = ? WHERE article_id = ?", (number, article))
    result = run(
        "beat", "new", "Otters", "--part", "otter.en=otters", "--yes", "--to", "o.toml", "--db", store.path
    )

    assert result.exit_code == 0, result.output
    assert "loutres* (fr): goes with otters in 3 of 3 stories" in Path("o.toml").read_text(encoding="utf-8")


def test_learning_from_the_lines_it_was_drafted_from_is_said_to_flatter(run):
    rows = [
        {"id": f"{word} {verb} {town}", "label": label, "title": f"{word} {verb} {town}", "lang": "en"}
        for label, word in (("positive", "Otters"), ("negative", "Mayors"))
        for verb in VERBS
        for town in TOWNS[:2]
    ]
    Path("all.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    for row in rows:
        row["id"], row["title"] = f"new {row['id']}", f"{row['title']} again"
    Path("new.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    run("beat", "new", "Otters", "--belongs", "all.jsonl", "--yes")
    same = run("beat", "learn", "--beat", "otters.toml", "--examples", "all.jsonl")
    other = run("beat", "learn", "--beat", "otters.toml", "--examples", "new.jsonl")

    assert "was drafted from 24 of these 24 articles: the figures before -> flatter it" in same.output
    assert other.exit_code == 0 and "flatter" not in other.output


def test_turns_are_shown_on_a_terminal_and_nowhere_else(monkeypatch, capsys):
    assert list(watched([[0, 1], [2]])) == [[0, 1], [2]]
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert list(watched([[0, 1], [2]])) == [[0, 1], [2]]
    assert "trying on 3 examples" in capsys.readouterr().err
