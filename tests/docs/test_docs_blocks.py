"""Every shell block of the README, the cookbook and the page for operators is run, unless the line before it says why not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.catalogue import configured_beats
from crawler.config import load_config
from crawler.publish.alerts.sender import check_alerts
from crawler.relevance.judge import Fields, judge
from crawler.relevance.topic import parse_topic

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^(?P<before>[^\n]*)\n```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_RUN = re.compile(r"<!-- not run: \S.* -->")
PAGES = ["README.md", "docs/cookbook.md", "docs/operations.md", "docs/review.md"]


def blocks(page: str, kind: str):
    """(line before, body) of every block of that kind."""
    found = BLOCK.finditer((ROOT / page).read_text(encoding="utf-8"))
    return [(match["before"], match["body"]) for match in found if match["kind"] == kind]


def shell_blocks():
    for page in PAGES:
        for number, (before, body) in enumerate(blocks(page, "sh"), start=1):
            if not NOT_RUN.fullmatch(before):
                yield pytest.param(body, id=f"{Path(page).stem}-{number}")


@pytest.mark.parametrize("block", list(shell_blocks()))
def test_a_shell_block_runs_on_the_demo_record(block, demo_copy):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SPACEREEL_")}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        cwd=demo_copy,
        env={**kept, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.strip() or ">" in block
    for line in done.stdout.splitlines():
        assert line not in ("[]", "null"), f"finds nothing: {block}"


def test_the_blocks_are_found():
    assert len(list(shell_blocks())) >= 15


def test_the_beat_and_the_settings_of_the_readme_are_valid(tmp_path):
    beat, settings, alert = [body for _, body in blocks("README.md", "toml")]
    (tmp_path / "otters.toml").write_text(beat, encoding="utf-8")
    (tmp_path / "spacereel.toml").write_text(settings, encoding="utf-8")

    (tmp_path / "alert.toml").write_text(alert, encoding="utf-8")

    check_alerts(load_config(tmp_path / "alert.toml").alerts, {}, datetime(2026, 11, 29, tzinfo=UTC))
    config = load_config(tmp_path / "spacereel.toml")
    (otters,) = configured_beats(config)
    assert [source.id for source in otters.sources] == ["guardian-wildlife"]


def test_the_example_of_the_topic_language_judges_as_it_says():
    example, learned = [tomllib.loads(body)["topic"] for _, body in blocks("docs/topics.md", "toml")]
    topic = parse_topic(example, "otters")

    def band(title, **fields):
        return judge(Fields(title=title, language="en", **fields), topic).band

    assert band("Otters return to the harbour of Aberdeen") == "relevant"
    assert band("An otter was seen") == "off"
    assert band("The Otters of our city win the league", text="A late goal decided it.") == "off"
    assert band("Otters return to the harbour", url="https://news.example/horoscopes/otters") == "off"

    ours = Fields(title="Otters return to the harbour of Aberdeen", language="en")
    with_learned = judge(ours, parse_topic({**example, **learned}, "otters"))
    assert with_learned.score == judge(ours, topic).score + learned["learned"]["en"]["harbour*"]
    assert any("learned: harbour* (en)" in str(each) for each in with_learned.evidence)


def test_the_example_of_the_configuration_page_is_valid(tmp_path):
    ((_, example),) = blocks("docs/reference/config.md", "toml")
    (tmp_path / "spacereel.toml").write_text(example, encoding="utf-8")

    assert load_config(tmp_path / "spacereel.toml").archive.rejected_s == 90 * 86400
    assert tomllib.loads(example)


def test_links_between_the_pages_lead_somewhere():
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            assert target.startswith("https://") or (page.parent / target).exists(), f"{page.name}: {target}"
