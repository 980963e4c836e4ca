"""What Spacereel is delivered with: each package of the image's lock with version, licence and digests.

`python docs/supply.py` prints the bill of materials of this version as CycloneDX 1.6, which goes with a release; the table of
licences in `docs/reference/licences.md` is made of the same list by `docs/generate.py`.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "deploy" / "image" / "requirements.lock"
_ENTRY = re.compile(
    r"(?m)^([A-Za-z0-9._-]+)==([^\s;\\]+)(?: ; ([^\\\n]+?))? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n?)+)"
)
#: what a package says of its licence in words of its own -> how SPDX writes it
_SPDX = {
    "Apache 2.0": "Apache-2.0", "Apache 2": "Apache-2.0", "Apache License, Version 2.0": "Apache-2.0", "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause", "The BSD 2-Clause License": "BSD-2-Clause", "MIT License": "MIT", "PSFL": "PSF-2.0",
    "Public Domain": "LicenseRef-public-domain",
}  # fmt: skip
#: packages that are installed elsewhere only (other systems, PyPy), or whose metadata says less than their files
_KNOWN = {
    "backports-zstd": "PSF-2.0",
    "brotlicffi": "MIT",
    "colorama": "BSD-3-Clause",
    "pypydispatcher": "BSD-3-Clause",
    "google-re2": "BSD-3-Clause",
}
_PLAIN = re.compile(r"[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*")


@dataclass(frozen=True, slots=True)
class Package:
    """One package of the lock."""

    name: str
    version: str
    #: where it is installed; "" for everywhere
    marker: str
    sha256: tuple[str, ...]
    #: as an SPDX expression; "" when nothing says it
    licence: str

    @property
    def purl(self) -> str:
        """Its name in the words of package-url."""
        return f"pkg:pypi/{self.name}@{self.version}"


def packages() -> tuple[Package, ...]:
    """The packages of the lock, in its order; licences are those that the installed ones declare."""
    entries = _ENTRY.findall(LOCK.read_text(encoding="utf-8"))
    return tuple(
        Package(name, version, marker.strip(), tuple(re.findall("[0-9a-f]{64}", hashes)), licence_of(name))
        for name, version, marker, hashes in entries
    )


def licence_of(name: str) -> str:
    """The SPDX expression of a package; "" when neither it nor `_KNOWN` says it."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return _KNOWN.get(name, "")
    classifiers = [
        each.rpartition(" :: ")[2] for each in told.get_all("Classifier") or () if each.startswith("License")
    ]
    for each in (told.get("License-Expression"), told.get("License"), *classifiers):
        spdx = _SPDX.get(each or "", each or "")
        if _PLAIN.fullmatch(spdx) and spdx != "UNKNOWN":
            return spdx
    return _KNOWN.get(name, "")


def licences_page() -> str:
    """The table of licences, by package; its versions are in the bill of materials."""
    lines = [
        "# Licences",
        "",
        "What Spacereel, itself under the MIT licence, is delivered with: the packages of `deploy/image/requirements.lock` with the licences that",
        "they declare, as SPDX writes them; made by `make docs`. Which licences may come in stands in `tests/unit/test_supply.py`.",
        "",
        "| package | licence | only where |",
        "|---|---|---|",
    ]
    rows = sorted(
        {
            (each.name, each.licence, each.marker if each.licence and "version" not in each.marker else "")
            for each in packages()
        }
    )
    lines += [f"| {name} | {licence} | {f'`{marker}`' if marker else ''} |" for name, licence, marker in rows]
    return "\n".join(lines) + "\n"


def bill() -> dict[str, Any]:
    """The bill of materials, CycloneDX 1.6; the same lock and version give the same bill."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = f"pkg:pypi/{project['name']}@{project['version']}"
    found = packages()
    serial = uuid.uuid5(uuid.NAMESPACE_URL, own + LOCK.read_text(encoding="utf-8"))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": project["name"],
                "version": project["version"],
                "description": project["description"],
                "licenses": [{"expression": project["license"]}],
                "purl": own,
            }
        },
        "components": [_component(each) for each in found],
        "dependencies": [{"ref": own, "dependsOn": [_ref(each) for each in found]}],
    }


def _ref(package: Package) -> str:
    """One version may be listed twice, for different systems."""
    return (
        f"{package.purl}?{uuid.uuid5(uuid.NAMESPACE_URL, package.marker)}" if package.marker else package.purl
    )


def _component(package: Package) -> dict[str, Any]:
    named = package.licence.startswith("LicenseRef-")
    licence = {"license": {"name": package.licence}} if named else {"expression": package.licence}
    return {
        "type": "library",
        "bom-ref": _ref(package),
        "name": package.name,
        "version": package.version,
        "licenses": [licence],
        "purl": package.purl,
        # every file that the lock allows: a wheel for each system, and the source
        "properties": [
            *({"name": "spacereel:sha256", "value": each} for each in package.sha256),
            *([{"name": "spacereel:only-where", "value": package.marker}] if package.marker else []),
        ],
    }


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, indent=1)
    sys.stdout.write("\n")
