"""The systemd units: systemd understands them, and they leave a broken-in daemon little to break."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "deploy" / "systemd"
SERVICES = sorted(each.name for each in FOLDER.glob("*.service"))
UNITS = sorted(each.name for each in FOLDER.iterdir())

pytestmark = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed"
)


def analyze(*words) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *map(str, words)], capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def installed(tmp_path):
    """The units as they stand in /etc/systemd/system, and a program where they look for it."""
    program = tmp_path / "spacereel"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    for name in UNITS:
        text = (
            (FOLDER / name).read_text(encoding="utf-8").replace("/opt/spacereel/bin/spacereel", str(program))
        )
        (tmp_path / name).write_text(re.sub(r"(?m)^Documentation=.*\n", "", text), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", UNITS)
def test_systemd_understands_every_unit(name, installed):
    done = analyze("verify", "--recursive-errors=no", installed / name)

    assert [line for line in done.stderr.splitlines() if name in line] == []


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_exposed_by_less_than_two(name):
    done = analyze("security", "--offline=true", "--threshold=20", FOLDER / name)
    if "nrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze does not look at files")

    assert done.returncode == 0, done.stdout[-300:] + done.stderr


def test_the_daemon_is_started_and_watched_as_it_tells():
    text = (FOLDER / "spacereel.service").read_text(encoding="utf-8")

    assert "\nType=notify\n" in text and "\nWatchdogSec=" in text


def test_the_daemon_may_bound_the_memory_of_its_readers():
    """setrlimit is one of systemd's @resources."""
    text = (FOLDER / "spacereel.service").read_text(encoding="utf-8")

    assert not [each for each in re.findall(r"(?m)^SystemCallFilter=~(.*)$", text) if "@resources" in each]


def test_the_daemon_may_make_callbacks_at_run_time():
    """pyOpenSSL asks cffi for them, which needs memory that is written and then run: without it every https poll failed."""
    text = (FOLDER / "spacereel.service").read_text(encoding="utf-8")

    assert not re.search(r"(?m)^MemoryDenyWriteExecute=", text)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_told_its_home(name):
    """A user that is made for the service may have none."""
    assert re.search(r"(?m)^Environment=(.* )?SPACEREEL_HOME=/", (FOLDER / name).read_text(encoding="utf-8"))
