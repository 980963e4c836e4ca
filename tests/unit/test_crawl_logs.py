from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.logs import JsonFormatter, PlainFormatter, line, redacted, say, value_text


def logged(formatter: logging.Formatter, level: int = logging.INFO, **values: object) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    log = logging.Logger("test")
    log.addHandler(handler)
    say(log, level, "page.read", **values)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("https://news.example/a?b", "https://news.example/a?b", id="plain URL"),
        pytest.param(
            "https://news.example/a?b=c", '"https://news.example/a?b=c"', id="URL with an equals sign"
        ),
        pytest.param("two words", '"two words"', id="spaces"),
        pytest.param('say "no"', '"say \\"no\\""', id="quotes"),
        pytest.param("line\nINFO forged=1", '"line\\nINFO forged=1"', id="a forged line"),
        pytest.param("\x1b[31mred", '"\\u001b[31mred"', id="a terminal code"),
        pytest.param("\u202egnp.exe", '"\\u202egnp.exe"', id="a direction mark"),
        pytest.param("\ud800", '"\\ud800"', id="a lone surrogate"),
        pytest.param("", '""', id="empty"),
        pytest.param(0.8200001, "0.82", id="float"),
        pytest.param("съёмки", "съёмки", id="another script"),
    ],
)
def test_values_are_quoted_when_they_must_be(value, text):
    assert value_text(value) == text


SECRETS = [
    "https://reader:hunter2@news.example/feed",
    "https://hunter2@news.example/feed",
    "https://news.example/feed?token=hunter2&page=1",
    "https://news.example/feed?page=1&access_token=hunter2",
    "https://news.example/feed?apikey=hunter2#top",
    "https://news.example/feed?API_KEY=hunter2",
    "https://news.example/feed?client_secret=hunter2&sig=hunter2",
    "it redirects to https://a:hunter2@news.example/ and ends",
]


@pytest.mark.parametrize("said", SECRETS)
@pytest.mark.parametrize("formatter", [PlainFormatter(), JsonFormatter()], ids=["plain", "json"])
def test_no_credential_of_an_address_is_logged(said, formatter):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    log = logging.Logger("test")
    log.addHandler(handler)
    say(log, logging.INFO, "page.read", url=said)
    log.warning("a library says %s", said)
    try:
        raise ValueError(said)
    except ValueError:
        log.exception("page.unreadable")

    assert "hunter2" not in stream.getvalue()
    assert stream.getvalue().count("news.example") >= 3


@pytest.mark.parametrize(
    "said", ["https://medium.example/@author/a?tokens=3", "a@b.example", "https://a.example/?author=x"]
)
def test_what_is_no_credential_is_logged_as_it_is(said):
    assert redacted(said) == said


@given(st.text())
def test_a_value_never_breaks_the_line(text):
    written = line("page.read", url=text)

    assert len(written.splitlines()) == 1
    assert written.isprintable() or not any(ord(char) < 32 for char in written)
    assert written.encode()


def test_values_that_are_not_known_are_left_out():
    assert line("crawl.finished", run=41, error=None) == "crawl.finished run=41"


def test_a_line_begins_with_time_level_and_event():
    written = logged(PlainFormatter(), url="https://news.example/a", because="two words")

    assert written.endswith('Z INFO    page.read url=https://news.example/a because="two words"\n')


def test_json_says_the_same():
    told = json.loads(logged(JsonFormatter(), url="https://news.example/a", error=None))

    assert {"level": "INFO", "event": "page.read", "url": "https://news.example/a"}.items() <= told.items()
    assert "error" not in told


def test_a_traceback_stays_on_its_line():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PlainFormatter())
    log = logging.Logger("test")
    log.addHandler(handler)

    try:
        raise ValueError("first\nsecond")
    except ValueError:
        log.exception("page.unreadable url=%s", "https://news.example/a\nforged")

    assert stream.getvalue().count("\n") == 1
    assert "ValueError" in stream.getvalue()


def test_the_journal_gets_a_priority_and_a_file_does_not(tmp_path):
    code = "import logging; from crawler.logs import configure_logs, say; configure_logs(); say(logging.getLogger('crawler'), logging.ERROR, 'crawl.stuck', run=1)"
    written = []
    for is_journal in (True, False):
        with (tmp_path / "stderr").open("w+") as out:
            status = os.fstat(out.fileno())
            named = f"{status.st_dev}:{status.st_ino}" if is_journal else "1:2"
            environment = {**os.environ, "JOURNAL_STREAM": named}
            subprocess.run([sys.executable, "-c", code], stderr=out, env=environment, timeout=60, check=True)
            out.seek(0)
            written.append(out.read())

    assert written[0].startswith("<3>20") and written[0].endswith("ERROR   crawl.stuck run=1\n")
    assert written[1].startswith("20")
