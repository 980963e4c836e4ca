"""A record, a beat and pages full of terminal escapes: no command prints one."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from crawler.cli import main

#: a title for windows, hidden text, a cleared screen, C1 codes, direction marks, a bell, a forged line
HOSTILE = (
    "Film \x1b]0;owned\x07\x1b[8mhidden\x1b[2J\x9b31m\x90q\u202egnp\u2066x\u200f\r\x08\x7f\nERROR forged=line"
)
#: a line break in a text parts paragraphs
PARAGRAPH = HOSTILE.replace("\n", " ")
URL = "https://news.example/film-in-orbit"
#: what click writes for bold and colours of ours
OURS = re.compile(r"\x1b\[(?:0|1|2|22|3[0-9]|9[0-7])m")
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
#: command -> how a person calls it on such a record; FILE is a hostile page. None: it prints nothing of a record
CALLS: dict[str, list[str] | None] = {
    "run": None,  # log lines: tests/unit/test_crawl_logs.py
    "once": ["once"],
    "status": ["status"],
    "why": ["why", URL],
    "diff": ["diff", URL],
    "story": ["story", "1"],
    "sources list": ["sources", "list"],
    "sources check": ["sources", "check"],
    "sources add": ["sources", "add", "http://127.0.0.1:8009/", "--yes"],
    "sources import": ["sources", "import", "feeds.opml"],
    "sources export": ["sources", "export"],
    "extract": ["extract", "FILE"],
    "judge": ["judge", "FILE"],
    "beat new": ["beat", "new", "Otters", "--search", "crew", "--yes", "--to", "new.toml"],
    "beat check": ["beat", "check", "beat.toml"],
    "beat learn": ["beat", "learn"],
    "beat try": ["beat", "try", "draft.toml"],
    "beat test": ["beat", "test"],
    "beat examples": ["beat", "examples"],
    "replay": ["replay", "--dry-run"],
    "review": None,  # a server: tests/browser/test_review_hostile.py
    "user add": None,  # what a person wrote: tests/unit/commands/test_cli_user.py
    "user list": None,
    "user role": None,
    "user password": None,
    "user disable": None,
    "user token": None,
    "alert list": ["alert", "list"],
    "alert test": None,  # what a person wrote: tests/integration/alerts/
    "alert log": ["alert", "log"],
    "digest": None,  # a file's bytes: tests/integration/test_digest.py
    "chart": ["chart", "outlets"],
    "report": None,  # a file's bytes: tests/integration/test_charts.py
    "export": None,  # a file's bytes, for programs: tests/unit/publish/test_publish_export.py
    "doctor": ["doctor"],
    "backup": ["backup", "copy.db"],
    "restore": ["restore", "FILE"],
    "backfill": ["backfill", "FILE"],
    "node": None,  # it looks at no record, and what it logs is quoted as every log line is
    "cluster init": None,  # numbers of versions
    "cluster status": None,  # what our own machines wrote: tests/integration/cluster/
    "cluster drain": None,
    "cluster stop": None,
    "sift": ["sift", "FILE", "--out", "sifted"],
    "demo": None,  # a record of its own
    "completion": None,  # it looks at no record
}


def verbs():
    return [" ".join(path) for path, _ in main.walk(click.Context(main))]


@pytest.fixture
def record(store, append, make_article, tmp_path, monkeypatch):
    """A record in which every text that is not a key is hostile, as if somebody else had written it."""
    for text in ("The crew filmed on the station.", "The crew filmed on the station, and landed."):
        append(make_article(text=f"{text}\n{PARAGRAPH}", title=HOSTILE, authors=(HOSTILE,), tags=(HOSTILE,)))
    append(make_article("https://other.example/b", title=HOSTILE, text=HOSTILE), kind="copy", original=1)
    store._conn.execute(
        """INSERT INTO outbox (key, alert, target, label, kind, article_id, caused_at, due_at, state)
        VALUES ('k', 'a', 't', 'l', 'new', 1, '2026-11-23T12:00:00Z', '2026-11-23T12:00:00Z', 'waiting')"""
    )
    path = store.path
    store.close()
    with closing(sqlite3.connect(path)) as conn, conn:
        for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            conn.execute(f'DROP TRIGGER "{name}"')
        for table, columns in {
            "articles": ("title", "section", "site_name", "description", "source", "published_raw"),
            "visits": ("reason", "source"),
            "sources": ("title", "reason", "state_reason"),
            "hosts": ("reason",),
            "outbox": ("alert", "label", "problem"),
        }.items():
            known = {row[1] for row in conn.execute(f"PRAGMA table_info({table})")}
            for column in known.intersection(columns):
                conn.execute(f'UPDATE {table} SET "{column}" = ?', (HOSTILE,))
    monkeypatch.chdir(tmp_path)
    beat = "[beat]\nid = 'b'\ntitle = {0}\n[[source]]\nid = 's'\ntitle = {0}\nkind = 'feed'\nurl = 'http://127.0.0.1:8009/'\n[topic]\nthreshold = 1.0\n"
    Path("beat.toml").write_text(
        beat.format(json.dumps(HOSTILE).replace("\x7f", "\\u007f")), encoding="utf-8"
    )
    Path("spacereel.toml").write_text("[beats]\npaths = ['beat.toml']\n", encoding="utf-8")
    Path("feeds.opml").write_text(
        f"<opml><body><outline text='\u202egnp\x9b' xmlUrl='http://a.example/{HOSTILE[:3]}'/></body></opml>"
    )
    paragraphs = "".join(
        f"<p>{HOSTILE} The crew filmed {number} on the station for a film.</p>" for number in range(30)
    )
    (tmp_path / f"page{HOSTILE[5:20]}.html").write_text(
        f"<html><head><title>{HOSTILE}</title><meta name=author content='{HOSTILE}'></head>"
        f"<body><article><h1>{HOSTILE}</h1>{paragraphs}</article></body></html>",
        encoding="utf-8",
    )
    return path


def test_every_command_is_tried():
    assert set(CALLS) == set(verbs())


@pytest.mark.parametrize("verb", [name for name, call in CALLS.items() if call])
def test_no_command_prints_what_a_terminal_would_obey(verb, record, tmp_path):
    page = next(each.name for each in tmp_path.iterdir() if each.name.startswith("page"))
    words = [page if word == "FILE" else word for word in CALLS[verb]]

    result = CliRunner().invoke(main, [*words, "--db", str(record)], color=True)

    said = OURS.sub("", result.output)
    assert said.strip()
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    assert not FORBIDDEN.findall(said), said
    assert not [line for line in said.splitlines() if line.startswith("ERROR forged")]


@pytest.mark.parametrize(
    "words",
    [
        ["alert", "log", "--json"],
        ["status", "--json"],
        ["why", URL, "--json"],
        ["diff", URL, "--json"],
        ["story", "--json"],
        ["beat", "examples"],
    ],
    ids=" ".join,
)
def test_no_json_prints_what_a_terminal_would_obey(words, record):
    """`alert log --json` printed direction marks and codes of C1 as they came."""
    if words[0] == "beat":
        with closing(sqlite3.connect(record)) as conn, conn:
            conn.execute(
                """INSERT INTO reviews (canonical_url, article_id, mark, reviewer, reviewed_at)
                SELECT canonical_url, article_id, 'relevant', 'me', '2026-11-23T12:00:00Z' FROM newest LIMIT 1"""
            )

    said = CliRunner().invoke(main, [*words, "--db", str(record)], color=True).output

    assert said.strip()
    assert not FORBIDDEN.findall(said), said
