"""What the commands answer about the demo's record, page by page."""

from __future__ import annotations

import json
import re
import sqlite3

import pytest
from click.testing import CliRunner

from crawler.cli import main
from crawler.commands.terminal import width_of


@pytest.fixture
def ask(demo, monkeypatch):
    """`ask("why", "space-film-of-the-year")`: what is said about the visited page whose URL has these words."""
    monkeypatch.setenv("COLUMNS", "100")

    def call(verb, words=None, *options):
        url = [url_with(demo, words)] if words else []
        result = CliRunner().invoke(main, [verb, *url, *options, "--db", str(demo / "db/articles.db")])
        assert result.exit_code == 0, result.output
        return result.output

    return call


def url_with(demo, words):
    with sqlite3.connect(demo / "db/articles.db") as conn:
        (url,) = conn.execute("SELECT min(url) FROM visits WHERE instr(url, ?)", (words,)).fetchone()
    conn.close()
    assert url, f"no page with {words}"
    return url


FATES = [
    pytest.param("first-feature-film-shot-in-orbit", ["It is in the record.", "shot in space", "topics.line"], id="stored"),
    pytest.param("a-film-studio-module", ["more than one version", "title, ", "slips past 2024"], id="edited"),
    pytest.param("film-crew-back-from-space", ["as a copy", "Copy of", "film-crew-lands"], id="copy"),
    pytest.param("film-crew-lands", ["Copied by", "film-crew-back"], id="original"),
    pytest.param("what-we-know-471020", ["was not there at the last look", "410"], id="taken down"),
    pytest.param("space-film-of-the-year", ["not fetched because of robots.txt", "robots_denied"], id="robots"),
    pytest.param("astronaut-cast-in-sequel", ["It is not there.", "404"], id="missing"),
    pytest.param("space-station-becomes-film-set", ["there is no article on it", "consent"], id="consent wall"),
    pytest.param("council-agrees-budget", ["does not belong to the beat", "Read again from the archive"], id="off topic"),
    pytest.param("/weiter/1001", ["Also met as", "a-beautiful-planet-imax"], id="redirected"),
    pytest.param("/rss/culture", ["It is a source.", "ledger-culture"], id="source"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "said"), FATES)
def test_why_tells_the_story_of_a_page(ask, words, said):
    story = ask("why", words)

    for each in said:
        assert each in story
    assert max(width_of(line) for line in story.splitlines() if "  " in line and "http" not in line) <= 100


def test_why_finds_a_page_under_another_spelling(demo):
    url = url_with(demo, "film-crew-back-from-space")
    other = url.replace("http://", "HTTPS://") + "/?utm_source=feed&fbclid=1#comments"

    result = CliRunner().invoke(main, ["why", other, "--db", str(demo / "db/articles.db")])
    assert result.exit_code == 0 and f"known as {url}" in result.output


def test_why_names_the_nearest_page_of_one_never_seen(demo):
    url = url_with(demo, "film-crew-back-from-space")

    result = CliRunner().invoke(main, ["why", url[:-3], "--db", str(demo / "db/articles.db")])
    assert result.exit_code == 1
    assert "was never seen" in result.stderr and url in result.stderr and "--live" in result.stderr


def test_why_as_json_has_the_same_story(ask):
    story = json.loads(ask("why", "a-film-studio-module", "--json"))

    assert [row["revision"] for row in story["versions"]] == [1, 2]
    assert story["visits"][0]["verdict"] == "changed"
    assert story["judgements"][0]["evidence"]


def test_status_fits_and_names_the_source_that_fails(ask):
    lines = ask("status").splitlines()

    assert max(map(width_of, lines[1:])) <= 100
    head = next(at for at, line in enumerate(lines) if line.startswith("source "))
    assert lines[head + 1].startswith("ledger-culture") and "failing" in lines[head + 1]


def test_every_page_of_the_newsroom_has_a_verdict(demo):
    with sqlite3.connect(demo / "db/articles.db") as conn:
        verdicts = dict(
            conn.execute(
                "SELECT verdict, count(*) FROM visits WHERE run_id = 1 AND purpose = 'new' GROUP BY 1"
            )
        )
        queued = conn.execute("SELECT count(*) FROM frontier WHERE purpose = 'new'").fetchone()[0]
    conn.close()

    assert sum(verdicts.values()) == 29 and queued == 0
    assert verdicts["robots_denied"] == verdicts["gone"] == verdicts["not_article"] == 1
    assert not {"failed", "copy"} & set(verdicts)


def test_the_second_round_transfers_only_what_has_changed(demo):
    with sqlite3.connect(demo / "db/articles.db") as conn:
        verdicts = dict(
            conn.execute(
                "SELECT verdict, count(*) FROM visits WHERE run_id = 2 AND purpose = 'recheck' GROUP BY 1"
            )
        )
        stored = conn.execute("SELECT count(*) FROM articles WHERE run_id = 1").fetchone()[0]
    conn.close()

    # two are asked for at an address that redirects, and a validator is for the address that gave it
    assert verdicts == {"changed": 1, "gone": 1, "unchanged": 2, "not_modified": stored - 4}


def test_the_demo_takes_its_temporary_folder_along(demo):
    assert list((demo / "tmp").iterdir()) == []


def test_the_readme_shows_what_the_demo_prints(demo, readme):
    """Scores, addresses and times may differ; every other word is there."""
    shown = next(
        body for body in re.findall(r"```text\n(.*?)```", readme, re.DOTALL) if "spacereel once --all" in body
    )

    def words(text):
        return {" ".join(re.sub(r"[\d.,…]+", " ", line).split()) for line in text.splitlines()}

    printed = "\n".join(words((demo / "demo.txt").read_text(encoding="utf-8")))
    for line in words(shown):
        assert line in printed, line
