"""The pinned dependencies: each with its hashes, from no particular place, and what pyproject.toml asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
#: one requirement with its hashes: lines that end in a backslash go on
ENTRIES = [entry.split(" --hash=") for entry in LOCK.replace("\\\n", "").splitlines() if entry.strip()]
PINNED = {canonicalize_name(req.name): req for req in (Requirement(entry[0].strip()) for entry in ENTRIES)}


def asked() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [
        Requirement(each) for each in [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    ]


def test_every_package_is_pinned_to_one_version_with_hashes():
    assert len(ENTRIES) > 50
    for line, *hashes in ENTRIES:
        (pin,) = Requirement(line.strip()).specifier
        assert pin.operator == "=="
        assert hashes, f"{line} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", each) for each in hashes), line


def test_no_place_to_download_from_is_named():
    lines = [line.strip() for line in LOCK.splitlines()]

    odd = [line for line in lines if not re.match(r"--hash=sha256:|[A-Za-z0-9._-]+(\[[a-z,]+\])?==", line)]
    assert odd == []
    assert "://" not in LOCK


@pytest.mark.parametrize("wanted", asked(), ids=lambda wanted: wanted.name)
def test_what_pyproject_asks_for_is_pinned_within_its_bounds(wanted):
    pinned = PINNED[canonicalize_name(wanted.name)]

    (pin,) = pinned.specifier
    assert wanted.specifier.contains(pin.version, prereleases=True), f"{pinned} does not satisfy {wanted}"
