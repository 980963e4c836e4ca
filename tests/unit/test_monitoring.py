"""Dashboard and alert rules ask for what the daemon tells, and the rules do what they say."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

pytest.importorskip("prometheus_client", reason="prometheus-client is not installed")
from crawler.daemon.metrics import Snapshot, exposition
from crawler.ingest.figures import Figures
from db.gauges import gauges_of
from db.model import Outcome

FOLDER = Path(__file__).parents[2] / "deploy" / "monitoring"
NAME = re.compile(r"\b(?:spacereel|process)_[a-z_]+")


@pytest.fixture
def told(store, append, make_article, now):
    """Names of the series that a daemon with something of everything tells."""
    append(make_article())
    figures = Figures(crawl_restarts=1)
    figures.polls[Outcome.UNCHANGED] += 1
    figures.fetches[Outcome.NEW] += 1
    figures.took("read", 0.3)
    gauges = gauges_of(store.path, store.path.with_name("archive.db"), now)
    moment = Snapshot(figures=figures, gauges=gauges, under_way=1, is_well=True, is_paused=False)
    text = exposition(moment).decode()
    series = {line.split("{")[0].split()[0] for line in text.splitlines() if not line.startswith("#")}
    declared = set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
    return series | declared


def test_the_dashboard_asks_for_what_there_is(told):
    dashboard = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
    asked = {
        name
        for panel in dashboard["panels"]
        for each in panel["targets"]
        for name in NAME.findall(each["expr"])
    }

    assert len(asked) > 10
    assert asked - told == set()


def test_every_rule_asks_for_what_there_is_and_is_tried(told):
    rules = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
    tried = (FOLDER / "alerts.test.yml").read_text(encoding="utf-8")

    assert {name for rule in rules for name in NAME.findall(rule["expr"])} - told == set()
    assert [rule["alert"] for rule in rules if f'"{rule["alert"]}", alertstate="firing"' not in tried] == []


def test_every_figure_is_on_the_dashboard_or_in_a_rule(told):
    shown = (FOLDER / "dashboard.json").read_text(encoding="utf-8") + (FOLDER / "alerts.yml").read_text(
        encoding="utf-8"
    )
    ours = {name for name in told if name.startswith("spacereel_")} - {"spacereel_info"}

    plain = {re.sub(r"_(total|bucket|count|sum|created|info)$", "", name) for name in ours}
    assert sorted(name for name in plain if name not in shown and name != "spacereel") == ["spacereel_ticks"]


@pytest.mark.parametrize(
    "words",
    [
        ("check", "config", "prometheus.yml"),
        ("check", "rules", "alerts.yml"),
        ("test", "rules", "alerts.test.yml"),
    ],
    ids=" ".join,
)
def test_promtool_agrees(words):
    if not shutil.which("promtool"):
        pytest.skip("promtool is not installed (Debian: prometheus)")
    done = subprocess.run(
        ["promtool", *words], cwd=FOLDER, capture_output=True, text=True, timeout=120, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
