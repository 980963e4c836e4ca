"""The record that the documentation is run against: what `spacereel demo` makes, built once per test session."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def environment(**more: str) -> dict[str, str]:
    """Ours without what a person may have set, the commands of this Python first on the path."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SPACEREEL_", "DEMO_", "NO_COLOR"))
    }
    return {**kept, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PYTHONUTF8": "1", **more}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder with the demo's record as db/articles.db and what the demo printed as demo.txt.

    Workers of one session share it: whoever comes first builds it.
    """
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "demo-record"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "demo.txt").exists():
            (shared / "db").mkdir(parents=True, exist_ok=True)
            (shared / "tmp").mkdir(exist_ok=True)
            _poll_newsroom(shared)
    return shared


def _poll_newsroom(folder: Path) -> None:
    done = subprocess.run(
        [str(BIN / "spacereel"), "demo", "--exit", "--db", "db/articles.db"],
        cwd=folder,
        env=environment(TMPDIR=str(folder / "tmp")),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    (folder / "demo.txt").write_text(done.stdout, encoding="utf-8")


@pytest.fixture
def demo_copy(demo: Path, tmp_path: Path) -> Path:
    """A folder of one's own with the demo's record in it."""
    shutil.copytree(demo / "db", tmp_path / "db")
    return tmp_path


@pytest.fixture(scope="session")
def readme() -> str:
    """The README."""
    return (ROOT / "README.md").read_text(encoding="utf-8")
