"""The container image, as far as it can be looked at without building it; `.ci/image` builds and runs it."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "image"
DOCKERFILE = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
STAGES = re.split(r"(?m)^(?=FROM )", DOCKERFILE)[1:]


def pins(path: Path) -> dict[str, str]:
    return dict(re.findall(r"(?m)^([A-Za-z0-9._-]+)==(\S+)", path.read_text(encoding="utf-8")))


def test_the_image_has_the_versions_that_were_tested():
    image, tested = pins(FOLDER / "requirements.lock"), pins(ROOT / "requirements.lock")

    assert len(image) > 50
    assert {name: version for name, version in image.items() if tested.get(name) != version} == {}
    assert {"pytest", "mypy", "ruff", "hypothesis"}.isdisjoint(image)


def test_the_image_has_all_that_the_program_imports():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *extras["alerts"], *extras["metrics"]]
    names = {re.split(r"[<>=!~\[; ]", each)[0].lower().replace("_", "-") for each in asked}

    assert names - set(pins(FOLDER / "requirements.lock")) == set(), "`make lock` writes both locks"


def test_nothing_that_builds_is_in_the_last_stage_and_nobody_is_root_there():
    assert len(STAGES) == 2
    assert not re.search(r"pip install|COPY \.|apt", STAGES[1])
    assert re.search(r"(?m)^USER [1-9]\d*:[1-9]\d*$", STAGES[1])
    assert re.search(r"(?m)^HEALTHCHECK ", STAGES[1]) and re.search(r"(?m)^VOLUME /data$", STAGES[1])


def copied() -> list[str]:
    """What the Dockerfile copies out of the folder it is built from."""
    found = []
    for words in re.findall(r"(?m)^COPY (?!--from)(.+)$", DOCKERFILE):
        found += words.split()[:-1]
    return found


def test_what_is_copied_exists_and_reaches_the_builder():
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}

    assert copied()
    assert [each for each in copied() if not (ROOT / each).exists()] == []
    assert {each for each in copied() if each not in allowed} == set()


def test_the_services_write_nothing_but_their_volumes():
    services = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))["services"]

    assert set(services) == {"spacereel", "review", "caddy"}
    for name, service in services.items():
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
    assert services["caddy"]["network_mode"] == "service:review"
    assert services["caddy"]["depends_on"] == ["review"], (
        "not every program that reads this file concludes it"
    )
    assert "ports" not in services["spacereel"]


def test_every_image_of_somebody_else_is_pinned_by_its_digest():
    services = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))["services"]
    others = [
        each["image"] for each in services.values() if "build" not in each and each["image"] != "spacereel"
    ]
    base = re.search(r"(?m)^ARG BASE=(.+)$", DOCKERFILE)

    assert base and all(stage.startswith("FROM ${BASE}") for stage in STAGES)
    for name in (base[1], *others):
        assert re.fullmatch(r"docker\.io/library/[a-z]+:\d+\.\d+\.\d+[a-z-]*@sha256:[0-9a-f]{64}", name)


def test_the_start_script_is_one_that_a_shell_understands():
    subprocess.run(["sh", "-n", FOLDER / "start"], check=True, timeout=60)
    if shutil.which("shellcheck"):
        subprocess.run(["shellcheck", FOLDER / "start"], check=True, timeout=60)


def test_the_settings_of_the_container_are_valid(tmp_path):
    from crawler.config import load_config

    config = load_config(FOLDER / "spacereel.toml", home=tmp_path)

    assert config.metrics.listen == ("0.0.0.0", 9107)
    assert f":{config.metrics.listen[1]}/healthz" in STAGES[1]


@pytest.mark.skipif(not shutil.which("caddy"), reason="caddy is not installed")
def test_caddy_understands_its_file(tmp_path):
    environment = {
        "REVIEW_PASSWORD_HASH": "$2a$14$" + "a" * 53,
        "HOME": str(tmp_path),
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        ["caddy", "validate", "--adapter", "caddyfile", "--config", FOLDER / "Caddyfile"],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
