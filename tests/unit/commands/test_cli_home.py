"""`--home`, `--record` and `completion`, as a person or a shell calls them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import main
from crawler.commands.beatfile import add_sources
from crawler.config import SHIPPED_BEAT, home
from crawler.errors import ConfigError
from db.store import Store

SPACEREEL = Path(sys.executable).parent / "spacereel"


@pytest.fixture
def homes(tmp_path, now):
    """A home with two records besides its own, one of them of another beat."""
    for place in (tmp_path, tmp_path / "records/otters", tmp_path / "records/ships"):
        Store.open(place / "db/articles.db", now=now).close()
    return tmp_path


@pytest.mark.parametrize("name", ["otters", "ships"])
def test_a_record_is_asked_by_its_name(homes, name):
    said = CliRunner().invoke(main, ["--home", str(homes), "--record", name, "status"])

    assert said.output.startswith(f"Record   {homes / 'records' / name / 'db/articles.db'}")


def test_a_home_is_asked_for_its_own_record(homes):
    said = CliRunner().invoke(main, ["--home", str(homes), "status"])

    assert said.output.startswith(f"Record   {homes / 'db/articles.db'}")


def test_an_unknown_record_is_one_sentence(homes):
    said = CliRunner().invoke(main, ["--home", str(homes), "--record", "oters", "status"])

    assert said.exit_code == 1
    assert said.stderr == 'Error: there is no record "oters"; did you mean "otters"?\n'


def test_a_beat_that_came_with_an_installed_program_is_not_written_into(monkeypatch, tmp_path):
    monkeypatch.setattr(home, "__file__", str(tmp_path / "site-packages/crawler/config/home.py"))
    before = SHIPPED_BEAT.read_bytes()

    with pytest.raises(ConfigError, match="copy it beside your settings"):
        add_sources(
            SHIPPED_BEAT, [{"id": "x", "title": "X", "kind": "feed", "url": "https://x.example/feed"}]
        )
    assert SHIPPED_BEAT.read_bytes() == before


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_a_script_it_understands(shell, tmp_path):
    script = CliRunner().invoke(main, ["completion", shell])

    assert script.exit_code == 0 and f"_SPACEREEL_COMPLETE={shell}_complete" in script.output
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed; only the text was looked at")
    (tmp_path / "script").write_text(script.output, encoding="utf-8")
    subprocess.run([shell, "-n", tmp_path / "script"], check=True, timeout=60)


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        pytest.param(["spacereel", "sta"], {"status"}, id="command"),
        pytest.param(["spacereel", "sources", "i"], {"import"}, id="command of a command"),
        pytest.param(["spacereel", "--re"], {"--record"}, id="option of all"),
        pytest.param(["spacereel", "backup", "--k"], {"--keep"}, id="option of one"),
    ],
)
def test_bash_completes(words, offered, tmp_path):
    if not shutil.which("bash"):
        pytest.skip("bash is not installed")
    asked = f"""source <(spacereel completion bash)
COMP_WORDS=({" ".join(words)}); COMP_CWORD={len(words) - 1}
_spacereel_completion spacereel; printf '%s\\n' "${{COMPREPLY[@]}}" """
    done = subprocess.run(
        ["bash", "-c", asked],
        env={**os.environ, "PATH": f"{SPACEREEL.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert set(done.stdout.split()) == offered
    assert done.stderr == ""
