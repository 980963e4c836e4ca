"""`spacereel beat try --archive`: pages that were rejected, by the rules of a draft."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "newsroom"))
from kit import configured, query, source

BEAT = """[beat]
id = "test"
title = "Ponds"
[topic]
relevant = 2
mention = 1
[topic.concepts.bird]
en = ["{word}"]
[[topic.rule]]
name = "a bird"
points = 3
sentence = ["bird"]
fields = ["title"]
"""


def page(title: str, text: str) -> bytes:
    paragraphs = "".join(
        f"<p>{text} {word} it was seen again by those who live there.</p>"
        for word in ("Then", "Later", "Soon")
    )
    return f"<html lang='en'><head><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>".encode()


def test_a_rejected_page_that_would_now_enter_is_named_and_nothing_is_asked(run, newsroom, once, tmp_path):
    items = ""
    for slug, title in (
        ("heron", "A heron returns"),
        ("grebe", "A grebe is seen"),
        ("mayor", "A mayor resigns"),
    ):
        url = newsroom.print_(
            f"/{slug}", page(title, f"{title}, said a person by the pond."), "text/html; charset=utf-8"
        )
        items += f"<item><title>{title}</title><link>{url}</link></item>"
    feed = newsroom.print_("/birds.xml", f"<rss version='2.0'><channel>{items}</channel></rss>".encode())
    config = configured(tmp_path, [source(feed)], band="mention")
    head = Path("beat.toml").read_text(encoding="utf-8").partition("\n[topic]")[0]
    topic = BEAT.format(word="heron*").partition("\n[topic]")
    Path("beat.toml").write_text(head + topic[1] + topic[2], encoding="utf-8")
    once(config)
    before = len(newsroom.log)
    Path("draft.toml").write_text(BEAT.format(word="grebe*"), encoding="utf-8")

    without = run("beat", "try", "draft.toml")
    result = run("beat", "try", "draft.toml", "--archive")
    again = run("beat", "try", "draft.toml", "--archive", "--limit", "1")

    assert [row["title"] for row in query(config, "SELECT title FROM newest")] == ["A heron returns"]
    assert "archive" not in without.output
    assert "archive: 2 pages without an article in the record, 1 keep their band" in result.output, (
        result.output
    )
    assert "off -> relevant: 1 article\n  A grebe is seen (a bird: grebe)" in result.output
    assert "archive: 1 page without" in again.output
    assert len(newsroom.log) == before
