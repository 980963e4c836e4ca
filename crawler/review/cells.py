"""Cells of Datasette's tables: titles that lead to the reading page, lists as lists, links that tell nobody where we came from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from crawler.publish.display import TONES, one_line, showable, web_link
from crawler.review.spoken import phrase, wording_now

#: tables and views whose `id` is `articles.id`
_OF_ARTICLES = frozenset(
    {
        "articles",
        "current_articles",
        "review_queue",
        "article_changes",
        "articles_jsonld",
        "story_timeline",
        "story_reports",
    }
)
#: columns that point at `articles.id`; Datasette gives their cells as {value, label}
_KEYS = frozenset({"article_id", "copy_of", "first_article_id"})
#: columns that point at `stories.id`
_STORIES = frozenset({"story_id", "other_story_id", "merged_into"})
#: a column that tells a row of an article when the table is not known, in a query
_TELLING = frozenset({"published_at", "fetched_at", "changed_at", "site_name"})
#: columns of one word, and how the word is coloured; see `crawler.publish.display.TONES`
_WORDS = frozenset({"band", "state", "verdict", "mark", "what"})
_LISTS = frozenset({"authors", "tags", "image_credits", "keywords", "author"})


def cell(
    row: Mapping[str, Any], value: Any, column: str, table: str | None, path: Callable[[str], str]
) -> Markup | None:
    """How a cell is shown, or None when Datasette shows it as it does by itself.

    Args:
        row: the whole row; `keys()` are its columns.
        path: makes an address of ours absolute.
    """
    if isinstance(value, dict):
        return _reference(value, column, path)
    if not isinstance(value, str) or not value:
        return None
    if column in ("title", "headline") and _is_article(row, table):
        room = "changes" if "changed" in row.keys() else "article"  # noqa: SIM118 - sqlite3.Row contains values, not keys
        return _link(path(f"/-/{room}/{row['id']}"), one_line(value) or phrase("(no title)"))
    if column == "title" and table == "stories":
        return _link(path(f"/-/story/{row['id']}"), one_line(value) or phrase("(no title)"))
    if column in _WORDS and value in TONES:
        return Markup('<span class="chip {}">{}</span>').format(TONES[value], wording_now().word(value))
    if column in _LISTS or column == "evidence":
        return _list(value)
    if web_link(value):
        return Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(
            value, one_line(value, 90)
        )
    shown = showable(value)
    return escape(shown[:2000]) if shown != value else None


def _reference(value: Mapping[str, Any], column: str, path: Callable[[str], str]) -> Markup | None:
    """A key with the label of what it points at; None when Datasette's link will do."""
    if column in _KEYS:
        return _link(
            path(f"/-/article/{value['value']}"), one_line(str(value["label"]), 90) or phrase("(no title)")
        )
    if column in _STORIES:
        return _link(
            path(f"/-/story/{value['value']}"), one_line(str(value["label"]), 90) or phrase("(no title)")
        )
    if column == "run_id":
        return _link(path(f"/articles/runs/{value['value']}"), str(value["value"]))
    return None


def _is_article(row: Mapping[str, Any], table: str | None) -> bool:
    columns = set(row.keys())
    return (table in _OF_ARTICLES or (table is None and bool(_TELLING & columns))) and (
        "id" in columns and isinstance(row["id"], int)
    )


def _link(address: str, text: str) -> Markup:
    return Markup('<a href="{}"><bdi>{}</bdi></a>').format(address, text)


def _term(item: Mapping[str, Any]) -> str:
    """One piece of evidence: `tom cruise (title +3.0)`."""
    return f"{item.get('term', '')} ({item.get('field', '')} {float(item.get('weight') or 0):+.1f})"


def _list(array: str) -> Markup | None:
    """A JSON array of texts, or of evidence, in words; None when it is something else."""
    try:
        items = json.loads(array)
    except ValueError:
        return None
    if not isinstance(items, list):
        return None
    words: Sequence[str] = [_term(item) if isinstance(item, dict) else str(item) for item in items[:20]]
    more = Markup(", …") if len(items) > 20 else ""
    return Markup(", ").join(Markup("<bdi>{}</bdi>").format(one_line(word, 120)) for word in words) + more
