"""Every field and example of docs/search.md finds what it says, and the page names every field."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.errors import QuerySyntaxError
from crawler.query.conditions import condition
from crawler.query.parse import FIELDS, parse_query
from db.model import Judgement

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "search.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)


@pytest.fixture
def shelf(store, append, make_article, now):
    """An article for each example."""
    judged = {
        name: (Judgement(topic_id="space-films", score=4.0, threshold=3.0, band=name),)
        for name in ("relevant", "mention")
    }
    article = make_article(
        "https://www.example.org/1", title="A film in orbit", text="Films on the space station.", language="ru",
        authors=("Jane Doe",), tags=("Film",), site_name="The Gazette", published_at=now.replace(month=2),
    )  # fmt: skip
    first = append(article, judgements=judged["relevant"])
    append(
        replace(article, url="https://b.example/2", canonical_url="https://b.example/2"),
        kind="copy",
        original=first.article_id,
    )
    append(make_article("https://c.example/3", title="In passing"), judgements=judged["mention"])
    write = store._conn.execute
    write("UPDATE newest SET source = 'orbit-desk'")
    write(
        "INSERT INTO stories (id, title, first_article_id, created_at, updated_at) VALUES (12, 's', 1, '2026', '2026')"
    )
    write("UPDATE newest SET story_id = 12 WHERE article_id = 1")
    write(
        "INSERT INTO review_events (article_id, mark, reviewed_at) VALUES (1, 'relevant', '2026-11-23T12:00:00Z')"
    )
    for kind in ("correction note", "removed"):
        write(
            "INSERT INTO article_events (canonical_url, article_id, kind, happened_at) VALUES (?, 1, ?, '2026-11-23T12:00:00Z')",
            (first.canonical_url, kind),
        )
    return store


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_finds_something_and_not_everything(shelf, now, example):
    asked = condition(example, now)
    sql = f"SELECT n.article_id FROM newest n WHERE {asked.sql}"

    assert shelf._conn.execute(sql, asked.values).fetchall()


def test_every_field_is_on_the_page():
    named = {field for field in FIELDS if any(re.match(rf"{field}[:<>]", example) for example in EXAMPLES)}

    assert named == set(FIELDS)


def test_the_mistake_on_the_page_reads_so():
    with pytest.raises(QuerySyntaxError) as mistake:
        parse_query("film langg:ru")

    assert str(mistake.value).split(";")[0] in PAGE
