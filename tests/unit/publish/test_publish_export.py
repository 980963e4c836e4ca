"""What a stranger wrote comes out of an export as text: CSV, JSON Lines, Atom and Markdown read back."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from crawler.errors import PublishError
from crawler.publish.display import showable, web_link
from crawler.publish.export import WRITERS, csv_cell, link_of, markdown

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
COLUMNS = ("id", "title", "url", "authors", "tags", "published_at", "description", "text")
#: anything that SQLite can give back as text
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | TEXTS | st.binary()
ROWS = st.lists(st.tuples(*[VALUES] * len(COLUMNS)), max_size=4)


def export(form, rows, columns=COLUMNS):
    return "".join(WRITERS[form](columns, rows, NOW))


def article(**fields):
    told = {"id": 1, "title": "A film in orbit", "url": "https://news.example/a", **fields}
    return [tuple(told.get(name) for name in COLUMNS)]


@given(ROWS)
def test_csv_reads_back_cell_by_cell(rows):
    read = list(csv.reader(io.StringIO(export("csv", rows), newline="")))

    assert read == [list(COLUMNS), *[[csv_cell(value) for value in row] for row in rows]]


@given(TEXTS)
@example(";=")
def test_no_cell_of_text_begins_like_a_formula(text):
    cell = csv_cell(text)

    assert not cell.startswith(("=", "@", "\t", "\r")) and not re.match(r"[+-](?![\d.e+-]*$)", cell, re.I)
    assert not re.search(r"[;\t\n]\s*[=@]", cell), "what another separator would make a cell of"
    assert cell.replace("'", "") == showable(text).replace("'", "")


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\x00=", "\r=", "\ufeff=", "\u202e="])
def test_a_cell_that_a_spreadsheet_would_run_is_defused(begin):
    assert csv_cell(f"{begin}HYPERLINK(1)").startswith("'")


def test_numbers_stay_numbers():
    assert [csv_cell(value) for value in (-1.5, -3, "+4", None, 0)] == ["-1.5", "-3", "+4", "", "0"]


@given(ROWS)
def test_json_lines_read_back_line_by_line(rows):
    lines = export("jsonl", rows).splitlines()

    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        read = json.loads(line, parse_constant=pytest.fail)
        assert tuple(read) == COLUMNS
        assert all(
            read[name] == value for name, value in zip(COLUMNS, row, strict=True) if isinstance(value, int)
        )
        title = row[COLUMNS.index("title")]
        assert not isinstance(title, str) or read["title"] == title


def test_json_columns_come_decoded():
    (line,) = export("jsonl", article(authors='["Anna"]', tags="not json")).splitlines()

    assert json.loads(line)["authors"] == ["Anna"]
    assert json.loads(line)["tags"] == "not json"


@given(ROWS)
def test_atom_parses_and_every_entry_has_what_the_rfc_asks_for(rows):
    feed = etree.fromstring(export("atom", rows).encode())

    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == len(rows)
    for part in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert len(part.findall(ATOM + name)) == 1 and part.findtext(ATOM + name)
    for entry in entries:
        assert entry.findtext(f"{ATOM}author/{ATOM}name")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", entry.findtext(f"{ATOM}updated"))
        assert entry.find(f"{ATOM}link") is not None or entry.find(f"{ATOM}content") is not None
        assert all(web_link(link.get("href")) for link in entry.findall(f"{ATOM}link"))


def test_an_entry_tells_what_the_record_knows():
    rows = article(
        authors='["Anna Petrova", "Ben"]',
        tags='["space"]',
        published_at="2026-11-20T10:00:00Z",
        description="<script>alert(1)</script>",
        text="One.\nTwo.",
    )

    entry = etree.fromstring(export("atom", rows).encode()).find(f"{ATOM}entry")

    assert entry.findtext(f"{ATOM}id") == "https://news.example/a"
    assert [name.text for name in entry.iter(f"{ATOM}name")] == ["Anna Petrova", "Ben"]
    assert entry.find(f"{ATOM}category").get("term") == "space"
    assert entry.findtext(f"{ATOM}published") == entry.findtext(f"{ATOM}updated") == "2026-11-20T10:00:00Z"
    assert entry.findtext(f"{ATOM}summary") == "<script>alert(1)</script>"
    assert entry.find(f"{ATOM}summary").get("type") == "text"
    assert entry.findtext(f"{ATOM}content") == "One.\nTwo."


def test_atom_without_a_title_says_what_is_missing():
    with pytest.raises(PublishError, match="needs a column title; the query gives verdict"):
        export("atom", [], columns=("verdict",))


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "https://a b", "//x", "", None, b"x"]
)
def test_what_is_no_web_address_is_no_link(url):
    assert link_of({"url": url}) is None
    assert "javascript:" not in export("markdown", article(url=url)) + export("atom", article(url=url))


def shown(text):
    """What a reader of Markdown sees: a backslash before a sign stands for the sign."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


@given(TEXTS)
@example("0:.")
def test_markdown_shows_the_text_itself_and_no_markup(text):
    line = markdown(text)

    assert shown(line) == " ".join(showable(text).split())
    bare = re.sub(r"\\.", "x", line)  # an escaped sign parts what stands around it: `0\:.` is no list
    assert not re.search(r"[`*_\[\]<>|&#~]|^\d+[.)]|^[-+=]", bare) and "\n" not in line


def test_markdown_reads_as_plain_text_where_a_sign_means_nothing():
    assert markdown("Launch: late again! (Reuters)") == "Launch: late again! (Reuters)"
    assert markdown("https://x.example :smile: : b") == "https\\://x.example \\:smile: \\: b"


@given(ROWS)
def test_every_row_is_one_section_of_markdown(rows):
    heads = [line for line in export("markdown", rows).split("\n") if line.startswith("## ")]

    assert len(heads) == len(rows)


def test_a_link_of_markdown_cannot_be_ended_from_inside():
    text = export("markdown", article(title="a](javascript:x)", url="https://news.example/a>)\\<&lt;"))

    assert "## [a\\](javascript\\:x)](<https://news.example/a%3E)%5C%3C&amp;lt;>)" in text


def test_rows_without_a_title_are_a_table():
    text = export("markdown", [("new", 3), ("a|b", None)], columns=("verdict", "visits"))

    assert text.splitlines() == ["| verdict | visits |", "| --- | --- |", "| new | 3 |", "| a\\|b |  |"]
