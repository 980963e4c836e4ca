"""Every page folder that teaches text: the page in, the expected article and everything removed out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.extract.article import read_article
from crawler.extract.page.document import parse_document
from db.model import Page, from_iso

PAGES = Path(__file__).parents[2] / "pages"
FOLDERS = sorted(
    path.parent for path in PAGES.glob("*/expected.json") if "article" in json.loads(path.read_text("utf-8"))
)


def read_folder(folder: Path) -> tuple[Any, dict[str, Any]]:
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    page = Page(
        url=expected["url"],
        final_url=expected["url"],
        status=200,
        headers=(("content-type", "text/html"),),
        body=(folder / "page.html").read_bytes(),
        fetched_at=from_iso(expected["fetched_at"]),
    )
    return read_article(parse_document(page)).article, expected


@pytest.mark.parametrize("folder", sorted(PAGES.iterdir()), ids=lambda folder: folder.name)
def test_a_sample_page_comes_with_what_it_teaches(folder: Path) -> None:
    assert {"page.html", "expected.json", "note.md"} <= {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_sample_page_gives_the_text_its_note_promises(folder: Path) -> None:
    article, expected = read_folder(folder)
    wanted = expected["article"]

    assert article.text.split("\n") == wanted["text"]
    assert (article.title, list(article.tags), list(article.image_credits)) == (
        wanted["title"],
        wanted["tags"],
        wanted["image_credits"],
    )
    assert (article.language, article.is_free) == (wanted["language"], wanted["is_free"])
    assert (folder / "note.md").read_text("utf-8").strip()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_everything_removed_from_a_sample_page_is_kept_with_its_rule(folder: Path) -> None:
    article, expected = read_folder(folder)

    assert [[each.rule, each.text] for each in article.removed] == expected["removed"]
    assert [each.position for each in article.removed] == sorted({each.position for each in article.removed})


def test_text_of_a_page_drawn_by_a_script_is_read_from_json_ld() -> None:
    article, _ = read_folder(PAGES / "drawn-by-script")

    assert dict(article.origins)["text"] == "json-ld"


def test_an_override_file_is_named_where_it_was_used() -> None:
    article, _ = read_folder(PAGES / "example-override")

    assert article.authors == ("Jo Vega",)
    assert article.published_raw == "20.04.2023 18:02 +0200"
    origins = dict(article.origins)
    assert {origins[name] for name in ("title", "authors", "published_at")} == {"site:example.com"}


def test_the_same_page_is_read_the_same_way_twice() -> None:
    first, _ = read_folder(PAGES / "unilad-vyzov")
    second, _ = read_folder(PAGES / "unilad-vyzov")

    assert first == second


def test_fields_that_only_the_text_states_have_an_origin_too() -> None:
    article, _ = read_folder(PAGES / "plain-lines")

    origins = dict(article.origins)
    assert {origins[name] for name in ("title", "description", "tags", "image_credits", "language")} == {
        "text"
    }
