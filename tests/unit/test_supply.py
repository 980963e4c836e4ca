"""What Spacereel is delivered with: nothing whose licence is unknown or asks for more than it may."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: licences that may come in: none of them asks anything of a program that only imports what has it
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC", "LicenseRef-public-domain", "MIT", "MIT-0",
    "PSF-2.0", "ZPL-2.1", "Zlib",
    "MPL-2.0",  # files of theirs that are changed stay under it; we change none
    "LGPL-2.1-or-later", "MPL-1.1",  # tld offers a choice of three; we take MPL-1.1
}  # fmt: skip


@pytest.fixture(scope="module")
def supply():
    """docs/supply.py as a module."""
    spec = importlib.util.spec_from_file_location("docs_supply", ROOT / "docs" / "supply.py")
    assert spec and spec.loader
    module = sys.modules["docs_supply"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def acceptable(expression: str) -> bool:
    """Whether every part of an SPDX expression is allowed; of alternatives one is enough."""
    return all(any(each in ALLOWED for each in part.split(" OR ")) for part in expression.split(" AND "))


def test_every_package_of_the_lock_is_listed(supply):
    pins = re.findall(r"(?m)^([A-Za-z0-9._-]+)==(\S+)", supply.LOCK.read_text(encoding="utf-8"))

    assert [(each.name, each.version) for each in supply.packages()] == pins
    assert all(each.sha256 for each in supply.packages())


def test_every_licence_is_known_and_allowed(supply):
    assert [(each.name, each.licence) for each in supply.packages() if not acceptable(each.licence)] == []


@pytest.mark.parametrize(
    ("expression", "is_good"),
    [
        ("MIT", True),
        ("Apache-2.0 AND MIT", True),
        ("MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later", True),
        ("GPL-3.0-only", False),
        ("MIT AND AGPL-3.0-only", False),
        ("", False),
    ],
)
def test_a_licence_that_asks_for_more_would_be_seen(expression, is_good):
    assert acceptable(expression) is is_good


def test_the_bill_of_materials_is_the_same_each_time_and_complete(supply):
    printed = [
        subprocess.run(
            [sys.executable, ROOT / "docs/supply.py"], capture_output=True, check=True, timeout=120
        ).stdout
        for _ in range(2)
    ]
    bill = json.loads(printed[0])

    assert printed[0] == printed[1]
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert len(bill["components"]) == len(supply.packages())
    refs = [each["bom-ref"] for each in bill["components"]]
    assert len(set(refs)) == len(refs) == len(bill["dependencies"][0]["dependsOn"])
