"""The site is made of the same pages: each has its place, and a link that leads nowhere is seen before it is built."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site():
    """docs/site.py as a module."""
    spec = importlib.util.spec_from_file_location("docs_site", ROOT / "docs" / "site.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def listed(nav) -> list[str]:
    """Every page of a navigation."""
    if isinstance(nav, str):
        return [nav]
    return [page for each in (nav.values() if isinstance(nav, dict) else nav) for page in listed(each)]


def test_every_page_has_its_place_on_the_site(site):
    class Loader(yaml.SafeLoader):
        """Passes over what only the generator understands."""

    Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)
    settings = yaml.load((ROOT / "docs/site.yml").read_text(encoding="utf-8"), Loader)

    assert sorted(listed(settings["nav"])) == sorted(site.pages().values()), "nav in docs/site.yml"


def test_links_are_rewritten_and_none_leads_nowhere(site):
    names = site.pages()
    for page in names:
        text = site.rewritten((ROOT / page).read_text(encoding="utf-8"), page, names)
        assert "](docs/" not in text and "](../bench/README" not in text, page


def test_a_link_to_nothing_is_an_error(site):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.md, which does not exist"):
        site.rewritten("[x](nowhere.md)", "README.md", site.pages())


def test_what_stands_in_a_block_of_code_is_left_alone(site):
    text = "```sh\n[x](nowhere.md)\n```\n"

    assert site.rewritten(text, "README.md", site.pages()) == text


def test_the_site_is_built(tmp_path):
    generator = ROOT / ".venv" / "site" / "bin" / "python"
    if not (generator.exists() and shutil.which(str(generator.parent / "zensical"))):
        pytest.skip("the generator is not installed: `make site` does that")
    done = subprocess.run(
        [generator, ROOT / "docs/site.py", tmp_path / "site"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "off_topic" in (tmp_path / "site/reference/verdicts/index.html").read_text(encoding="utf-8")
