"""What became of every line of a page, for the review: the account that `why` and `extract --explain` print, in bounds."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.commands.page_account import beside_rows
from crawler.extract.accounting import page_account
from crawler.extract.text.account import Part
from crawler.review import page_lines as shown
from crawler.review.page_lines import lines_in_archive, page_lines
from crawler.review.rereading import read_again

PAGES = sorted((Path(__file__).parents[2] / "pages").glob("*/page.html"))
PROSE = "The capsule left the station at dawn, and the crew slept through the first of its two burns."


def part(fate, text=PROSE, **more):
    return Part(fate=fate, text=text, **more)


def test_lines_of_one_fate_stand_together_in_page_order():
    menu = [part("outside", f"Section {number}") for number in range(3)]
    evidence = (("all_linked", -1.4), ("near_headline", 0.25))
    account = page_lines(
        [
            *menu,
            part("text", chance=0.971, evidence=evidence),
            part("removed", "Read more", reason="related.label"),
            part("outside", chance=0.2, reason="text from feed", evidence=evidence),
        ]
    )

    assert account["counts"] == {"text": 1, "removed": 1, "outside": 4}
    assert [(each["fate"], each["is_short"], len(each["lines"])) for each in account["stretches"]] == [
        ("outside", True, 3),
        ("text", False, 1),
        ("removed", False, 1),
        ("outside", False, 1),
    ]
    assert [each["lines"][-1] for each in account["stretches"][1:]] == [
        {"text": PROSE, "reason": "all linked -1.4, near headline +0.2", "chance": "97 %"},
        {"text": "Read more", "reason": "related.label", "chance": ""},
        {"text": PROSE, "reason": "text from feed; all linked -1.4, near headline +0.2", "chance": "20 %"},
    ]
    assert account["more"] == 0


def test_a_page_without_end_is_cut_and_what_is_left_out_is_counted(monkeypatch):
    monkeypatch.setattr(shown, "MOST_PAGE_LINES", 50)
    lines = [
        *[part("outside", "link")] * 500,
        *[part("text", "word " * 1000)] * 30,
        part("removed"),
        part("text"),
    ]

    account = page_lines(lines)

    assert [(len(each["lines"]), each["more"]) for each in account["stretches"]] == [(40, 460), (10, 0)]
    assert account["more"] == 22
    assert account["counts"] == {"outside": 500, "text": 31, "removed": 1}
    assert max(len(line["text"]) for each in account["stretches"] for line in each["lines"]) == 600


@pytest.mark.parametrize("path", PAGES[:12], ids=lambda path: path.parent.name)
def test_why_and_the_review_give_one_account(path, make_page):
    page = make_page("https://news.example/a", body=path.read_bytes())
    account = page_lines(page_account(page))
    prose = [
        line for each in account["stretches"] if each["fate"] == "outside" and not each["is_short"]
        for line in each["lines"]
    ]  # fmt: skip

    assert [(line["chance"], line["text"]) for line in prose] == [
        (chance, text[: shown.MOST_LINE_LETTERS]) for chance, _, text in beside_rows(page)
    ]
    assert sum(account["counts"].values()) == account["more"] + sum(
        len(each["lines"]) + each["more"] for each in account["stretches"]
    )


def test_a_process_of_its_own_reads_what_the_archive_has(store, make_page):
    page = make_page("https://news.example/a", body=PAGES[0].read_bytes())
    store.keep_page(page)
    archive = store.path.parent / "archive.db"

    account = read_again(archive, page.sha256)

    assert account["counts"]["text"] > 0
    assert account == json.loads(json.dumps(lines_in_archive(archive, page.sha256)))
    assert "does not have this page" in read_again(archive, "0" * 64)["problem"]


def test_a_page_without_an_article_says_why(store, make_page):
    page = make_page(
        "https://news.example/a", body=b"<html><body><nav><a href='/b'>B</a></nav></body></html>"
    )
    store.keep_page(page)

    assert lines_in_archive(store.path.parent / "archive.db", page.sha256)["problem"].startswith(
        "Today no article is read on it:"
    )


@pytest.mark.parametrize(
    ("work", "code"),
    [
        ("shown.MOST_CPU_S = 0; shown._limit_process()\nwhile True: pass", -signal.SIGXCPU),
        ("shown._limit_process()\nbytearray(2 * shown.MOST_PAGE_BYTES)", 1),
    ],
)
def test_the_process_ends_with_what_it_may_take(work, code):
    start = f"import crawler.review.page_lines as shown; {work}"

    done = subprocess.run([sys.executable, "-c", start], stderr=subprocess.PIPE, check=False)

    assert done.returncode == code
    assert code < 0 or b"MemoryError" in done.stderr


def test_a_process_that_does_not_end_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr("crawler.review.rereading._MOST_S", 0)

    assert "more time or memory" in read_again(tmp_path / "archive.db", "0" * 64)["problem"]
