"""What `spacereel completion` prints is what each shell understands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import main


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_reads_it(shell, tmp_path):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    script = tmp_path / "completion"
    script.write_text(CliRunner().invoke(main, ["completion", shell]).output, encoding="utf-8")

    done = subprocess.run([shell, "-n", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
def test_fish_shows_a_whole_sentence_though_it_has_commas(tmp_path):
    script = tmp_path / "completion"
    script.write_text(CliRunner().invoke(main, ["completion", "fish"]).output, encoding="utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    done = subprocess.run(
        ["fish", "-c", f"source {script}; complete -C 'spacereel review --pub'"],
        capture_output=True, text=True, timeout=60, check=True, env={**os.environ, "PATH": path, "HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.stdout == "--public\tEverybody reads, nobody signs in or marks.\n"
