"""Makes the site of the documentation out of the same Markdown: `python docs/site.py FOLDER`, with zensical installed.

Every link is checked: one to a page or heading that does not exist ends the build. Links to files of the repository that
are no pages (scripts, units) keep their words and lose the link.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath

HERE = Path(__file__).parent
ROOT = HERE.parent
#: pages that lie elsewhere in the repository -> what they are called on the site
MOVED = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "bench/README.md": "bench.md",
}
_LINK = re.compile(r"\[(?P<words>(?:[^][]|\[[^]]*\])*)\]\((?P<target>[^)\s]+)\)")
_FENCE = re.compile(r"(?ms)^```.*?^```$")


def pages() -> dict[str, str]:
    """Every page of the repository that the site shows -> its name there."""
    own = {f"docs/{each.relative_to(HERE).as_posix()}" for each in HERE.rglob("*.md")}
    return {**MOVED, **{name: name.removeprefix("docs/") for name in own}}


def rewritten(text: str, page: str, names: dict[str, str]) -> str:
    """*text* with its links as they lead on the site.

    >>> names = {"README.md": "index.md", "docs/why.md": "why.md"}
    >>> rewritten("[why](docs/why.md#glossary) and [make](Makefile)", "README.md", names)
    '[why](why.md#glossary) and make'

    Args:
        page: where it lies in the repository.
        names: what `pages` says.

    Raises:
        FileNotFoundError: a link leads to nothing.
    """

    def lead(found: re.Match[str]) -> str:
        target, hash_, anchor = found["target"].partition("#")
        if "://" in target or target.startswith("mailto:") or not target:
            return found[0]
        file = normpath(str(PurePosixPath(page).parent / target))
        if file in names:
            there = relpath(names[file], str(PurePosixPath(names[page]).parent))
            return f"[{found['words']}]({there}{hash_}{anchor})"
        if not (ROOT / file).exists():
            raise FileNotFoundError(f"{page} links to {file}, which does not exist")
        return found["words"]

    parts, end = [], 0
    for fence in _FENCE.finditer(text):
        parts += [_LINK.sub(lead, text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, _LINK.sub(lead, text[end:])])


def collect(folder: Path) -> None:
    """Every page, with its links rewritten, and the settings of the site beside them."""
    names = pages()
    for page, name in names.items():
        target = folder / "pages" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(rewritten((ROOT / page).read_text(encoding="utf-8"), page, names), encoding="utf-8")
    settings = (HERE / "site.yml").read_text(encoding="utf-8")
    (folder / "mkdocs.yml").write_text(f"docs_dir: pages\nsite_dir: site\n{settings}", encoding="utf-8")


def main(target: Path) -> int:
    """Build the site into *target*, which is made anew; 1 when a link leads nowhere, which is told."""
    with tempfile.TemporaryDirectory() as name:
        collect(Path(name))
        words = [str(Path(sys.executable).parent / "zensical"), "build", "--strict"]
        done = subprocess.run(words, cwd=name, capture_output=True, text=True, check=False)  # noqa: S603 - ours
        if done.returncode:
            print(done.stdout.partition("Build started")[2], done.stderr.partition("Traceback")[0])  # noqa: T201 - a script
            return 1
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(Path(name) / "site", target)
    print(f"{sum(1 for _ in target.rglob('*.html'))} pages in {target}")  # noqa: T201 - a script
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
